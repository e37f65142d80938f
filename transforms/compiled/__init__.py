"""The compiled core: what runs for each character, line or element of a page, turned into C by Cython."""
