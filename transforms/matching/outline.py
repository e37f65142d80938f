"""What each element of a page contains, what of it is code, which elements look alike, and where running text is.

Rules about the edges of an article measure from its running text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from ..compiled import outline as compiled
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.rows import TAG_NUMBERS
from .names import GROUP_BITS, element_groups
from .wording import block_measures, mask_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    Integers = array[int]


# An element of whose text so much is code is named for the box that code is in.
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
        """Return True if the names of the element itself belong to this group."""
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

    Elements inside code have no groups, and a named box that contains little but code has that of the article, unless
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


# What an element looks like: the numbers of its tag and of its list of class names.
Look = tuple[int, int]
PARAGRAPH = KIND_NUMBERS["paragraph"]

# Tags that set what they hold apart from running text.
APART_TAGS = frozenset(TAG_NUMBERS[tag] for tag in ("small", "em", "i", "aside", "footer", "address"))
# Thai and Lao end no sentence with a mark, only with a space: so only the length shows that a text is a paragraph.
UNMARKED = re.compile("[\u0e00-\u0eff]")
MIN_UNMARKED_CHARS, MIN_UNMARKED_SHARE, MAX_UNMARKED_LINKS = 120, 0.7, 0.1


def before_step(page: Page, step: str) -> Page:
    """Return the page without the marks of a step's rules (`step` and `step.…`): a second run decides alike."""
    rules = {rule for rule in page.rules() if rule.partition(".")[0] == step}
    if not rules:
        return page
    return page.replaced(removals=tuple(None if mark and mark.rule in rules else mark for mark in page.removals))


def kept_positions(page: Page, start: int = 0) -> list[int]:
    """List the positions of the blocks from `start` on that no transform has marked so far."""
    positions = page.kept_positions()
    return positions[bisect_left(positions, start) :] if start else positions


def kept_lines(page: Page, most_chars: int) -> list[int]:
    """List the positions of the blocks of at most so many characters that no transform has marked so far."""
    starts = page.columns.starts
    return [i for i in page.kept_positions() if starts[i + 1] - starts[i] <= most_chars]


def kept_prose(page: Page) -> list[int]:
    """List the positions of the paragraphs of prose that no transform has marked.

    These are the blocks of `wording.is_prose`, and long paragraphs in scripts without a full stop. The list is cached
    until a step marks another block. Callers must not change it.
    """
    is_prose = page.columns.derive("running text", _running_text)
    return page.cached("kept prose", page.removals, lambda: [i for i in page.kept_positions() if is_prose[i]])


def _running_text(columns: Columns) -> Sequence[int]:
    """Return for each block a number that is not 0 where it is a paragraph of prose."""
    widths, prose = block_measures(columns)
    if sum(widths) == len(columns.text):  # no script without spaces
        return prose
    return [size or _is_unmarked_prose(columns, i) for i, size in enumerate(prose)]


def _is_unmarked_prose(columns: Columns, position: int) -> bool:
    length = columns.block_length(position)
    if length < MIN_UNMARKED_CHARS or columns.kinds[position] != PARAGRAPH:
        return False
    text = columns.block_text(position)
    if text.isascii() or columns.link_chars[position] > MAX_UNMARKED_LINKS * length:
        return False
    return len(UNMARKED.findall(text)) >= MIN_UNMARKED_SHARE * (length - text.count(" "))


def own_container(page: Page, position: int, prose: list[int]) -> str:
    """Return the start tag of an element that contains this block alone and looks unlike those of paragraphs, or `""`.

    That is one with a tag of small print, or with class names that no other of the paragraphs has.
    """
    outline, columns = outline_of(page), page.columns
    index = columns.elements[position]
    while index > 0 and outline.first[index] == outline.last[index] == position:
        is_named = columns.class_lists[index] != 0 and not _is_shared(page, index, position, prose)
        if is_named or columns.element_tags[index] in APART_TAGS:
            # An id belongs to one element, so it does not make it look unlike others.
            return columns.start_tag(index, with_id=False)
        index = columns.parents[index]
    return ""


def _is_shared(page: Page, index: int, position: int, prose: list[int]) -> bool:
    """Return True where another paragraph of prose is in an element of this one's tag with its class names."""
    look = page.columns.element_tags[index], page.columns.class_lists[index]
    looks = page.cached("looks around prose", prose, lambda: _looks_around(page.columns, prose))
    return any(other != position for other in looks.get(look, ()))


def _looks_around(columns: Columns, prose: list[int]) -> dict[Look, list[int]]:
    """Return for the look of each element around paragraphs the first two of these: another one is among them."""
    found: dict[Look, list[int]] = {}
    visits: dict[int, int] = {}
    for position in prose:
        element = columns.elements[position]
        # Behind two paragraphs an element has nothing new to say, and neither has any around it.
        while element >= 0 and (visited := visits.get(element, 0)) < 2:
            visits[element] = visited + 1
            standing = found.setdefault((columns.element_tags[element], columns.class_lists[element]), [])
            if len(standing) < 2 and position not in standing:
                standing.append(position)
            element = columns.parents[element]
    return found
