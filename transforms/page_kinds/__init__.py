"""The kind of a page: its evidence, a learned model that scores it, and a description in words."""
