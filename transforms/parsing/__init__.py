"""Parse captures into pages."""
