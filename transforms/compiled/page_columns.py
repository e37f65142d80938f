# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The columns of a page as arrays, for classes that read many of them: they are kept by the names that all rules use.

`columns` are a page's (see `core.columns.Columns`), `outline` its outline (see `matching.outline.Outline`).
"""

from __future__ import annotations

import cython


@cython.cclass
class ElementColumns:
    """A page's elements with their names and attributes."""

    def __init__(self, columns: object) -> None:
        self.pool = columns.pool
        self.element_tags = columns.element_tags
        self.parents = columns.parents
        self.ids = columns.ids
        self.class_lists = columns.class_lists
        self.class_firsts = columns.class_firsts
        self.class_names = columns.class_names
        self.attribute_firsts = columns.attribute_firsts
        self.attribute_keys = columns.attribute_keys
        self.attribute_values = columns.attribute_values


@cython.cclass
class BlockColumns:
    """A page's blocks, how many they are, and the elements around them: first and last block of each, its groups."""

    def __init__(self, columns: object, outline: object) -> None:
        self.blocks = len(columns.elements)
        self.elements = columns.elements
        self.kinds = columns.kinds
        self.block_tags = columns.tags
        self.link_chars = columns.link_chars
        self.starts = columns.starts
        self.parents = columns.parents
        self.tags = columns.element_tags
        self.block_prose = outline.block_prose
        self.first = outline.first
        self.last = outline.last
        self.groups = outline.groups
