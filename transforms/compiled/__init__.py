"""The compiled core: what runs for each line, element or answer of a page, turned into C by Cython."""
