"""Comment sections by words alone: for text captures, and for pages whose markup names nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from ..compiled.threads import children_by_parent, find_times
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page, Removal
from .outline import looks_of, outline_of
from .phrases import Found, Phrase, phrases_of
from .wording import SENTENCE_END, block_measures

if TYPE_CHECKING:
    from array import array

    Integers = array[int]

# Running text before a heading that may open a thread: the article, in two or three sentences at least. What
# is higher up is a counter beside the byline, and opens nothing.
MIN_ARTICLE_PROSE = 200
# How far apart two signs of a thread may stand, in blocks and in widths: one comment, and a long one at that.
MAX_COMMENT_BLOCKS, MAX_COMMENT_WIDTH = 14, 4000
# A sentence may begin with a label; a line with one is shorter than this.
MAX_LINE_WIDTH = 160
# A time of day, alone on its line or after a date or a name: digits and a colon, nothing to backtrack over.
TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
MAX_STAMP_WIDTH = 70
NUMBER = re.compile(r"\d")
# A thread without a heading shows by as many comments, each with a time and a word; a name is above the first.
MIN_COMMENTS, MAX_NAME_WIDTH = 2, 40
# Forums set the subject above each reply.
REPLIES = "Re: "
# A time with no more beside it ("21:20", "3:04 p.m.", "16:11 Uhr") is bare: entries of a live blog have such.
MAX_BARE_CHARS = 6

# The looks of elements (see `outline.Looks`) from a block's up to a container.
Way = tuple[int, ...]
HEADING = KIND_NUMBERS["heading"]


class Line(NamedTuple):
    """The evidence in one block of being part of a comment section."""

    strong: bool
    weak: bool
    thread: bool
    stamped: bool
    phrases: Found

    @property
    def has_sign(self) -> bool:
        """Return True if the block has any sign of a thread."""
        return self.strong or self.weak or self.thread


NO_SIGNS = Line(False, False, False, False, ())


class Lines(dict[int, Line]):
    """The lines of a page with such evidence, by position; most have none."""

    def __missing__(self, position: int) -> Line:
        return NO_SIGNS


def mark_by_words(page: Page) -> dict[int, Removal]:
    """Return removals for the runs of blocks that belong to a comment section, by their labels.

    A run starts at a label that occurs only in comment sections ("Leave a reply", "0 comments", "Notify of"). It
    includes weaker labels next to this label ("Name", "Subscribe"). It continues below as long as each comment has a
    sign of a thread ("Reply", "Ann says", a time of day). Blocks after the last sign do not belong to it, nor do blocks
    outside the section's own item: the next answer to a question, the next part of the article (see `items`). In a
    thread without a label, each comment must have a time and a word of threads.
    """
    lines = _lines(page)
    if not lines:
        return {}
    before = [0, *accumulate(outline_of(page).block_prose)]
    items = Items(page)
    removals: dict[int, Removal] = {}
    end = 0
    for position in sorted(lines):
        line = lines[position]
        if position < end or not (line.strong or line.thread) or page.removals[position] is not None:
            continue
        after_article = before[position] >= MIN_ARTICLE_PROSE and not is_linked_counter(page.columns, position)
        if not line.strong and not (after_article and _is_thread(page, lines, items, position, before)):
            continue
        first = _first(page, lines, position, end)
        end = _end(page, lines, position, after_article)
        if after_article:
            end = _limit(items, position, before, end)
        removals.update(_removals(page, lines, position, range(first, end)))
    return removals


def is_linked_counter(columns: Columns, position: int) -> bool:
    """Return True for a linked number of comments outside a heading. It links to a thread, and is not the start
    of one.
    """
    if columns.kinds[position] == HEADING or columns.link_chars[position] < columns.block_length(position):
        return False
    return NUMBER.search(columns.block_text(position)) is not None


def _limit(items: Items, opener: int, before: Sequence[int], end: int) -> int:
    """Return the last possible end of a section: that of its item, or the place of the article's next heading."""
    item = items.around(opener)
    if item is not None and before[opener] - before[item.first] >= MIN_ARTICLE_PROSE:
        return min(item.end, end)
    return next((position for position in items.headings(opener + 1, end) if items.resumes(position, opener)), end)


def _lines(page: Page) -> Lines:
    columns = page.columns
    found = phrases_of(page, "comments")
    times = find_times(columns.text, columns.starts, MAX_STAMP_WIDTH)
    stamps = {position for position in times if _is_stamp(page, position, found)}
    return Lines(
        (position, _line(page, position, found.get(position, ()), position in stamps))
        for position in stamps.union(found)
    )


def _line(page: Page, position: int, phrases: Found, stamped: bool) -> Line:
    size = _width(page, position)
    said = tuple(phrase for phrase in phrases if _counts(size, phrase))
    strengths = {phrase.strength for phrase in said}
    return Line("strong" in strengths, "weak" in strengths, "thread" in strengths or stamped, stamped, said)


def _width(page: Page, position: int) -> int:
    return block_measures(page.columns)[0][position]


def _is_stamp(page: Page, position: int, found: Mapping[int, Found]) -> bool:
    """Return True for a time with a date or a name beside it, or a bare one below a name."""
    text = page.columns.block_text(position)
    if TIME.search(text) is None:
        return False
    is_bare = len(TIME.sub("", text)) <= MAX_BARE_CHARS
    return not is_bare or (position > 0 and position - 1 not in found and _may_be_name(page, position - 1))


def _may_be_name(page: Page, position: int) -> bool:
    return _width(page, position) <= MAX_NAME_WIDTH and not SENTENCE_END.search(page.columns.block_text(position))


def _counts(size: int, phrase: Phrase) -> bool:
    if phrase.place == "whole":
        return True
    if phrase.place == "ends" and phrase.strength == "thread":
        return size <= MAX_STAMP_WIDTH
    return size <= MAX_LINE_WIDTH


def _is_thread(page: Page, lines: Lines, items: Items, position: int, before: Sequence[int]) -> bool:
    """Return True where signs of two kinds, a time and a word, follow each other at the distance of comments.

    A time without its word before the next time is that of an entry in a live blog, a timeline or an agenda; and
    where nothing is above the first of several equal items, they are the article: posts of a forum. Signs in a
    thread that the markup names are not evidence for another one: the date may be that of an entry in a diary.
    """
    stamps = words = 0
    sign: int | None = position
    while sign is not None and not _is_marked(page, sign) and min(stamps, words) < MIN_COMMENTS:
        stamps += lines[sign].stamped
        words += bool(lines[sign].phrases)
        if stamps > words + 1:
            return False
        sign = _next_sign(page, lines, sign + 1)
    if min(stamps, words) < MIN_COMMENTS:
        return False
    item = items.around(position)
    return item is None or before[item.first] >= MIN_ARTICLE_PROSE


def _is_marked(page: Page, position: int) -> bool:
    removal = page.removals[position]
    return removal is not None and removal.reason == "comments"


def _first(page: Page, lines: Lines, position: int, floor: int) -> int:
    """Return the start of a section: the labels that touch a strong one, or the name above the first comment's time."""
    if not lines[position].strong:
        above = position - 1
        free = above >= floor and page.removals[above] is None
        named = free and (_may_be_name(page, above) or page.columns.block_text(above).startswith(REPLIES))
        return above if named else position
    while position > floor and (lines[position - 1].weak or lines[position - 1].strong):
        position -= 1
    return position


def _end(page: Page, lines: Lines, position: int, after_article: bool) -> int:
    """Return the end of the section that a strong label opens."""
    end = position + 1
    while end < len(page.removals):
        if lines[end].has_sign and not (lines[end].thread and not lines[end].phrases and not after_article):
            end += 1
            continue
        following = _next_sign(page, lines, end) if after_article else None
        if following is None:
            break
        end = following + 1
    return _with_last_comment(page, lines, position, end) if after_article else end


def _next_sign(page: Page, lines: Lines, position: int) -> int | None:
    """Return the next block with a sign of a thread, if it is near enough to end a comment that begins here."""
    size = 0
    for i in range(position, min(position + MAX_COMMENT_BLOCKS, len(page.removals))):
        if lines[i].thread:
            return i
        size += _width(page, i)
        if size > MAX_COMMENT_WIDTH:
            break
    return None


def _with_last_comment(page: Page, lines: Lines, position: int, end: int) -> int:
    """Move the end past the text of the last comment, where signs stand above the text they belong to."""
    signs = [i for i in range(position, end) if lines[i].thread]
    if not signs or signs[-1] != end - 1 or not _stands_above(lines[end - 1]):
        return end
    count, text = len(page.removals), page.columns.block_text
    while end < count and not lines[end].strong and SENTENCE_END.search(text(end)[-1:]):
        end += 1
    return end


def _stands_above(line: Line) -> bool:
    """Return True for a name or a time, false for a button below a comment."""
    return not any(phrase.strength == "thread" and phrase.place == "whole" for phrase in line.phrases)


def _removals(page: Page, lines: Lines, opener: int, run: range) -> Iterator[tuple[int, Removal]]:
    opening = _named(page, opener, lines[opener].phrases) or "a time"
    for i in run:
        said = _named(page, i, lines[i].phrases)
        evidence = f"{said} is a label of comment sections" if said else f"in the section that starts with {opening}"
        yield i, Removal("comments", "comment_widgets.words", evidence, 0.9 if lines[i].has_sign else 0.7)


def _named(page: Page, position: int, said: Found) -> str:
    if not said:
        return ""
    languages = [phrase.language for phrase in said if phrase.language]
    text = " ".join(page.columns.block_text(position).split())
    label = text if len(text) <= MAX_STAMP_WIDTH else text[:MAX_STAMP_WIDTH] + "…"
    return f'"{label}"' + (f" ({languages[0]})" if languages else "")


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
        """Return the innermost item that contains a block, or None.

        An item has a name and several blocks. Next to it is another item with the same name and with running text.
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
        """Return True for a heading above running text with the look of a heading before another position."""
        if not self._heads_prose(position):
            return False
        return self._headings.get(self._looks.paths[self.columns.elements[position]], before) < before

    def headings(self, start: int, end: int) -> Iterator[int]:
        """Iterate over the positions of headings from one position to another, exclusive."""
        with suppress(ValueError):  # where there are no more
            while True:
                start = self.columns.kinds.index(HEADING, start, end) + 1
                yield start - 1

    @cached_property
    def _children(self) -> tuple[Integers, Integers]:
        return children_by_parent(self.columns.parents)

    def _siblings(self, element: int) -> Integers:
        """Return the element and those beside it, in document order."""
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
        """Return the ways from running text inside a container up to the container."""
        if container not in self._ways:
            self._ways[container] = frozenset(
                self._way(self.columns.elements[position], container)
                for position in self.outline.blocks_in(container)
                if self.outline.block_prose[position]
            )
        return self._ways[container]

    @cached_property
    def _headings(self) -> dict[int, int]:
        """Where the first heading of each look is, of those that no step has marked."""
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
