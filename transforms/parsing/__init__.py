"""From a capture to a page."""
