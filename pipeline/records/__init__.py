"""The records that a run leaves: their keys and types, and what follows from them for each format."""
