"""What each element of a page holds: the sums that rules about containers argue with."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..compiled.outline import sums, with_any
from ..core.columns import Columns
from ..core.page import Page
from .code import without_highlighters
from .names import GROUP_BITS, element_groups
from .wording import block_measures

if TYPE_CHECKING:
    Integers = array[int]


class Outline:
    """Sums over the blocks inside each element, one entry per element of the page, in the same order.

    Blocks inside an element stand together in document order, so `first[e]` and `last[e]` (inclusive) are all
    it takes to name them. Sizes are widths (see `wording.width`): `size` of all text, `prose` of running text,
    `links` of text inside links. `groups` is what the element's own names speak for, as a mask (see `groups.GROUPS`).
    `block_width` and `block_prose` have an entry per block: its width, and again if it is running text, else 0.
    """

    __slots__ = ("block_prose", "block_width", "first", "groups", "last", "links", "prose", "size")

    def __init__(self, columns: Columns) -> None:
        self.block_width, self.block_prose = block_measures(columns)
        found = sums(columns, self.block_width, self.block_prose)
        self.first, self.last, self.size, self.prose, self.links = found
        named = element_groups(columns)
        self.groups = without_highlighters(columns, named, self.block_width, self.size)

    def blocks_in(self, element: int) -> range:
        """Positions of the blocks inside an element."""
        return range(self.first[element], self.last[element] + 1)

    def has_group(self, element: int, group: str) -> bool:
        """True if the element's own names speak for this group."""
        return self.groups[element] & GROUP_BITS[group] != 0

    def elements_named(self, group: str) -> list[int]:
        """The elements whose own names speak for this group, outer ones first."""
        return with_any(self.groups, GROUP_BITS[group])

    def group_names(self, element: int) -> frozenset[str]:
        """All that the element's own names speak for."""
        return frozenset(group for group in GROUP_BITS if self.has_group(element, group))


def outline_of(page: Page) -> Outline:
    """The page's outline, computed once for a page and all its marked copies."""
    return page.columns.derive("outline", Outline)
