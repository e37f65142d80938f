"""How captures flow: read, clean, write. Imports transforms, never the other way round."""
