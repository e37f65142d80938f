"""Other compiled modules import from here, and nothing else does."""
