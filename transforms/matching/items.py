"""Items of equal standing: answers to a question, posts of a thread, containers side by side that are built alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ..core.columns import KIND_NUMBERS
from ..core.page import Page
from .looks import looks_of
from .outline import outline_of

# The looks of elements (see `looks.Looks`) from a block's up to a container.
Way = tuple[int, ...]
HEADING = KIND_NUMBERS["heading"]


class Item(NamedTuple):
    """One item, and where the first of its equals begins: positions of blocks. `end` is exclusive."""

    start: int
    end: int
    first: int


class Items:
    """The items of a page, found as they are asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.outline = outline_of(page)
        self._looks = looks_of(page.columns)
        self._ways: dict[int, frozenset[Way]] = {}

    def around(self, position: int) -> Item | None:
        """The innermost item that holds a block, or None.

        An item has a name, several blocks, and a neighbour of that name with running text in the same place.
        """
        first, last = self.outline.first, self.outline.last
        columns = self.page.columns
        element = columns.elements[position]
        while element > 0:
            if columns.class_lists[element] and self.outline.prose[element] and last[element] > first[element]:
                equals = (other for other in self._siblings(element) if self._are_equal(element, other))
                earliest, another = next(equals, element), next(equals, None)
                if another is not None:
                    return Item(first[element], last[element] + 1, first[earliest])
            element = columns.parents[element]
        return None

    def resumes(self, position: int, before: int) -> bool:
        """True for a heading above running text that looks as one does before another position: a part of the same."""
        if not self._heads_prose(position):
            return False
        return self._headings.get(self._looks.paths[self.page.columns.elements[position]], before) < before

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for index, parent in enumerate(self.page.columns.parents):
            children.setdefault(parent, []).append(index)
        return children

    def _siblings(self, element: int) -> list[int]:
        """The element and those beside it, in document order."""
        return self._children[self.page.columns.parents[element]]

    def _are_equal(self, element: int, other: int) -> bool:
        if element == other:
            return True
        columns = self.page.columns
        if columns.element_tags[element] != columns.element_tags[other] or not self.outline.prose[other]:
            return False
        if self._looks.names_of(columns, element).isdisjoint(self._looks.names_of(columns, other)):
            return False
        return not self._prose_ways(element).isdisjoint(self._prose_ways(other))

    def _prose_ways(self, container: int) -> frozenset[Way]:
        """Where inside a container running text stands: the ways to it from there."""
        if container not in self._ways:
            self._ways[container] = frozenset(
                self._way(self.page.columns.elements[position], container)
                for position in self.outline.blocks_in(container)
                if self.outline.block_prose[position]
            )
        return self._ways[container]

    @cached_property
    def _headings(self) -> dict[int, int]:
        """Where the first heading of each look stands, of those that no step has marked."""
        found: dict[int, int] = {}
        for position, removal in enumerate(self.page.removals):
            if removal is None and self._heads_prose(position):
                found.setdefault(self._looks.paths[self.page.columns.elements[position]], position)
        return found

    def _heads_prose(self, position: int) -> bool:
        sizes = self.outline.block_prose
        is_heading = self.page.columns.kinds[position] == HEADING
        return is_heading and position + 1 < len(sizes) and sizes[position + 1] > 0

    def _way(self, element: int, container: int) -> Way:
        return tuple(self._steps(element, container))

    def _steps(self, element: int, container: int) -> Iterator[int]:
        while element > container:
            yield self._looks.looks[element]
            element = self.page.columns.parents[element]
