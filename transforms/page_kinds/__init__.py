"""The kind of a page: evidence, a learned model that weighs it, and words for both."""
