"""What each element of a page holds, what of it is code, and which elements look alike."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from ..compiled import outline as compiled
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.tags import TAG_NUMBERS
from .names import GROUP_BITS, element_groups
from .wording import block_measures, mask_digits

if TYPE_CHECKING:
    Integers = array[int]

# An element of whose text so much is code is named for the box that code stands in.
MOSTLY = 0.5
# What the name of such a box says: its language, its toolbar and its header are the code's.
CODE_BOX = "article"
# Readers write code, too.
READERS = "comments"


class Outline:
    """Sums over the blocks inside each element, one entry per element of the page, in the same order.

    Blocks inside an element stand together in document order, so `first[e]` and `last[e]` (inclusive) are all
    it takes to name them. Sizes are widths (see `wording.width`): `size` of all text, `prose` of running text,
    `links` of text inside links. `groups` are those of the element's own names, as a mask (see `names.GROUPS`).
    `block_width` and `block_prose` have an entry per block: its width, and again if it is running text, else 0.
    """

    __slots__ = ("block_prose", "block_width", "first", "groups", "last", "links", "prose", "size")

    def __init__(self, columns: Columns) -> None:
        self.block_width, self.block_prose = block_measures(columns)
        found = compiled.sums(columns, self.block_width, self.block_prose)
        self.first, self.last, self.size, self.prose, self.links = found
        named = element_groups(columns)
        self.groups = without_highlighters(columns, named, self.block_width, self.size)

    def blocks_in(self, element: int) -> range:
        """Return the positions of the blocks inside an element."""
        return range(self.first[element], self.last[element] + 1)

    def has_group(self, element: int, group: str) -> bool:
        """Return True if the element's own names stand for this group."""
        return self.groups[element] & GROUP_BITS[group] != 0

    def elements_named(self, group: str) -> list[int]:
        """List the elements whose own names stand for this group, outer ones first."""
        return compiled.with_any(self.groups, GROUP_BITS[group])

    def group_names(self, element: int) -> frozenset[str]:
        """Return all groups of the element's own names."""
        return frozenset(group for group in GROUP_BITS if self.has_group(element, group))


def outline_of(page: Page) -> Outline:
    """Return the page's outline, computed once for a page and all its marked copies."""
    return page.columns.derive("outline", Outline)


def tokens_of(columns: Columns) -> bytearray:
    """Return for each element 1 if it is a `<code>` or inside a `<pre>` or `<code>`; nothing for a page without code.

    Highlighters name them for what a compiler calls them: "comment", "tag", "meta", "title". The name of a `<pre>` may
    be an author's.
    """
    return columns.derive("code tokens", _tokens_of)


def _tokens_of(columns: Columns) -> bytearray:
    return compiled.code_tokens(columns, TAG_NUMBERS["pre"], TAG_NUMBERS["code"])


def without_highlighters(columns: Columns, groups: Integers, widths: Integers, size: Integers) -> Integers:
    """Return the groups of each element, as masks, without those of the names that highlighters give.

    Elements inside code have no groups, and a named box that holds little but code has that of the article, unless
    it is named for readers' comments. Links that are set as code lead somewhere, and count as text. `widths` of blocks
    and `size` of elements are as `Outline` has them.
    """
    tokens = tokens_of(columns)
    if not tokens:
        return groups
    kind, readers, box = KIND_NUMBERS["code"], GROUP_BITS[READERS], GROUP_BITS[CODE_BOX]
    return compiled.without_highlighters(columns, tokens, widths, size, groups, kind, readers, box, MOSTLY)


class Looks(NamedTuple):
    """How a page's elements look, as numbers: equal where the looks are.

    `names` has, for each entry of the columns' `class_names`, the name with every number as `0`: a number that
    distinguishes one of many does not count. `looks` has for each element its tag and names, in any order; `paths` its
    own look and those of all elements around it. Paths are numbered from 1 on without a gap.
    """

    names: Integers
    looks: Integers
    paths: Integers

    def names_of(self, columns: Columns, element: int) -> frozenset[int]:
        """Return the numbers of one element's names."""
        number = columns.class_lists[element]
        return frozenset(self.names[columns.class_firsts[number] : columns.class_firsts[number + 1]])


def looks_of(columns: Columns) -> Looks:
    """Return the looks of the elements, computed once for a page and all its marked copies."""
    return columns.derive("looks", lambda columns: Looks(*compiled.looks(columns, mask_digits)))
