"""Items of equal standing: answers to a question, posts of a thread, containers side by side that are built alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..compiled.threads import children_by_parent
from ..core.columns import KIND_NUMBERS
from ..core.page import Page
from .looks import looks_of
from .outline import outline_of

if TYPE_CHECKING:
    from array import array

    Integers = array[int]

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
        self.columns = page.columns
        self.outline = outline_of(page)
        self._looks = looks_of(page.columns)
        self._ways: dict[int, frozenset[Way]] = {}

    def around(self, position: int) -> Item | None:
        """The innermost item that holds a block, or None.

        An item has a name, several blocks, and a neighbour of that name with running text in the same place.
        """
        first, last = self.outline.first, self.outline.last
        element = self.columns.elements[position]
        while element > 0:
            if self.columns.class_lists[element] and self.outline.prose[element] and last[element] > first[element]:
                equals = (other for other in self._siblings(element) if self._are_equal(element, other))
                earliest, another = next(equals, element), next(equals, None)
                if another is not None:
                    return Item(first[element], last[element] + 1, first[earliest])
            element = self.columns.parents[element]
        return None

    def resumes(self, position: int, before: int) -> bool:
        """True for a heading above running text that looks as one does before another position: a part of the same."""
        if not self._heads_prose(position):
            return False
        return self._headings.get(self._looks.paths[self.columns.elements[position]], before) < before

    def headings(self, start: int, end: int) -> Iterator[int]:
        """The positions of headings from one position to another, exclusive."""
        with suppress(ValueError):  # where there are no more
            while True:
                start = self.columns.kinds.index(HEADING, start, end) + 1
                yield start - 1

    @cached_property
    def _children(self) -> tuple[Integers, Integers]:
        return children_by_parent(self.columns.parents)

    def _siblings(self, element: int) -> Integers:
        """The element and those beside it, in document order."""
        firsts, children = self._children
        parent = self.columns.parents[element] + 1
        return children[firsts[parent] : firsts[parent + 1]]

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
                self._way(self.columns.elements[position], container)
                for position in self.outline.blocks_in(container)
                if self.outline.block_prose[position]
            )
        return self._ways[container]

    @cached_property
    def _headings(self) -> dict[int, int]:
        """Where the first heading of each look stands, of those that no step has marked."""
        found: dict[int, int] = {}
        removals = self.page.removals
        for position in self.headings(0, len(removals)):
            if removals[position] is None and self._heads_prose(position):
                found.setdefault(self._looks.paths[self.columns.elements[position]], position)
        return found

    def _heads_prose(self, position: int) -> bool:
        sizes = self.outline.block_prose
        is_heading = self.columns.kinds[position] == HEADING
        return is_heading and position + 1 < len(sizes) and sizes[position + 1] > 0

    def _way(self, element: int, container: int) -> Way:
        return tuple(self._steps(element, container))

    def _steps(self, element: int, container: int) -> Iterator[int]:
        while element > container:
            yield self._looks.looks[element]
            element = self.columns.parents[element]
