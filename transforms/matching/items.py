"""Items of equal standing: answers to a question, posts of a thread, containers side by side that are built alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from ..core.page import Page
from .outline import outline_of
from .wording import mask_digits

# What an element looks like but for numbers: its tag, and its class names with every number as `0`.
Look = tuple[str, frozenset[str]]
Way = tuple[Look, ...]


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
        self._ways: dict[int, frozenset[Way]] = {}

    def around(self, position: int) -> Item | None:
        """The innermost item that holds a block, or None.

        An item has a name, several blocks, and a neighbour of that name with running text in the same place.
        """
        first, last = self.outline.first, self.outline.last
        element = self.page.blocks[position].element
        while element > 0:
            if self.page.elements[element].classes and self.outline.prose[element] and last[element] > first[element]:
                equals = (other for other in self._siblings(element) if self._are_equal(element, other))
                earliest, another = next(equals, element), next(equals, None)
                if another is not None:
                    return Item(first[element], last[element] + 1, first[earliest])
            element = self.page.elements[element].parent
        return None

    def resumes(self, position: int, before: int) -> bool:
        """True for a heading above running text that looks as one does before another position: a part of the same."""
        if not self._heads_prose(position):
            return False
        return self._headings.get(self._way(self.page.blocks[position].element, -1), before) < before

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for index, element in enumerate(self.page.elements):
            children.setdefault(element.parent, []).append(index)
        return children

    def _siblings(self, element: int) -> list[int]:
        """The element and those beside it, in document order."""
        return self._children[self.page.elements[element].parent]

    def _are_equal(self, element: int, other: int) -> bool:
        if element == other:
            return True
        (tag, names), (other_tag, other_names) = self._look(element), self._look(other)
        if tag != other_tag or names.isdisjoint(other_names) or not self.outline.prose[other]:
            return False
        return not self._prose_ways(element).isdisjoint(self._prose_ways(other))

    def _prose_ways(self, container: int) -> frozenset[Way]:
        """Where inside a container running text stands: the ways to it from there."""
        if container not in self._ways:
            self._ways[container] = frozenset(
                self._way(self.page.blocks[position].element, container)
                for position in self.outline.blocks_in(container)
                if self.outline.block_prose[position]
            )
        return self._ways[container]

    @cached_property
    def _headings(self) -> dict[Way, int]:
        """Where the first heading of each look stands, of those that no step has marked."""
        found: dict[Way, int] = {}
        for position, _ in self.page.kept():
            if self._heads_prose(position):
                found.setdefault(self._way(self.page.blocks[position].element, -1), position)
        return found

    def _heads_prose(self, position: int) -> bool:
        sizes = self.outline.block_prose
        is_heading = self.page.blocks[position].kind == "heading"
        return is_heading and position + 1 < len(sizes) and sizes[position + 1] > 0

    def _way(self, element: int, container: int) -> Way:
        return tuple(self._looks(element, container))

    def _looks(self, element: int, container: int) -> Iterator[Look]:
        while element > container:
            yield self._look(element)
            element = self.page.elements[element].parent

    def _look(self, element: int) -> Look:
        tag, _, _, classes, _, _ = self.page.elements[element]
        return tag, masked_names(classes)


@lru_cache(maxsize=1 << 12)
def masked_names(classes: tuple[str, ...]) -> frozenset[str]:
    """Class names with every number as `0`: what tells one of many from the next does not count."""
    return frozenset(map(mask_digits, classes))
