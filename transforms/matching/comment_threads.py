"""Comment sections by words alone: for text captures, and for pages whose markup names nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from ..compiled.threads import find_times
from ..core.page import Page, Removal
from .items import Items
from .outline import outline_of
from .phrases import Found, Phrase, phrases_of
from .wording import SENTENCE_END, block_measures

# Running text before a heading that may open a thread: the article, in two or three sentences at least. What
# stands higher up is a counter beside the byline, and opens nothing.
MIN_ARTICLE_PROSE = 200
# How far apart two signs of a thread may stand, in blocks and in widths: one comment, and a long one at that.
MAX_COMMENT_BLOCKS, MAX_COMMENT_WIDTH = 14, 4000
# A sentence may begin with a label; a line with one is shorter than this.
MAX_LINE_WIDTH = 160
# A time of day, alone on its line or after a date or a name: digits and a colon, nothing to backtrack over.
TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}\b")
MAX_STAMP_WIDTH = 70
# A thread without a heading shows by as many comments, each with a time and a word; a name stands above the first.
MIN_COMMENTS, MAX_NAME_WIDTH = 2, 40
# A time with no more beside it ("21:20", "3:04 p.m.", "16:11 Uhr") is bare: entries of a live blog have such.
MAX_BARE_CHARS = 6


class Line(NamedTuple):
    """What one block says of being part of a comment section."""

    strong: bool
    weak: bool
    thread: bool
    stamped: bool
    said: Found

    @property
    def speaks(self) -> bool:
        """True if the block says anything of the kind."""
        return self.strong or self.weak or self.thread


SILENT = Line(False, False, False, False, ())


class Lines(dict[int, Line]):
    """The lines of a page that say anything, by position; most are silent."""

    def __missing__(self, position: int) -> Line:
        return SILENT


def mark_by_words(page: Page) -> dict[int, Removal]:
    """Marks for the runs of blocks that labels of comment sections hold together.

    A run begins at a label that belongs to comment sections alone ("Leave a reply", "0 comments", "Notify of"),
    takes in the lesser labels that touch it ("Name", "Subscribe"), and goes on below as long as every comment in it
    carries a sign of a thread ("Reply", "Ann says", a time of day). What follows the last sign is left alone, and so
    is what stands beside the section's own place: the next answer to a question, the next part of the article (see
    `items`). A thread without a label has a time and a word of threads at each comment.
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
        after_article = before[position] >= MIN_ARTICLE_PROSE
        if not line.strong and not (after_article and _is_thread(page, lines, items, position, before)):
            continue
        first = _first(page, lines, position, end)
        end = _end(page, lines, position, after_article)
        if after_article:
            end = _limit(items, position, before, end)
        removals.update(_removals(page, lines, position, range(first, end)))
    return removals


def _limit(items: Items, opener: int, before: Sequence[int], end: int) -> int:
    """Where a section ends at the latest: with the item that it stands in, or above the article's next heading."""
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
    """True for a time with a date or a name beside it, or a bare one below a name."""
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
    """True where signs of two kinds, a time and a word, follow each other at the distance of comments.

    A time without its word before the next time is that of an entry in a live blog, a timeline or an agenda; and
    where nothing stands above the first of several equal items, they are the article: posts of a forum.
    """
    stamps = words = 0
    sign: int | None = position
    while sign is not None and min(stamps, words) < MIN_COMMENTS:
        stamps += lines[sign].stamped
        words += bool(lines[sign].said)
        if stamps > words + 1:
            return False
        sign = _next_sign(page, lines, sign + 1)
    if min(stamps, words) < MIN_COMMENTS:
        return False
    item = items.around(position)
    return item is None or before[item.first] >= MIN_ARTICLE_PROSE


def _first(page: Page, lines: Lines, position: int, floor: int) -> int:
    """Where a section begins: with the labels that touch a strong one, or the name above the first comment's time."""
    if not lines[position].strong:
        above = position - 1
        named = above >= floor and page.removals[above] is None and _may_be_name(page, above)
        return above if named else position
    while position > floor and (lines[position - 1].weak or lines[position - 1].strong):
        position -= 1
    return position


def _end(page: Page, lines: Lines, position: int, after_article: bool) -> int:
    """Where the section ends that a strong label opens."""
    end = position + 1
    while end < len(page.removals):
        if lines[end].speaks and not (lines[end].thread and not lines[end].said and not after_article):
            end += 1
            continue
        following = _next_sign(page, lines, end) if after_article else None
        if following is None:
            break
        end = following + 1
    return _with_last_comment(page, lines, position, end) if after_article else end


def _next_sign(page: Page, lines: Lines, position: int) -> int | None:
    """The next block with a sign of a thread, if it is near enough to end a comment that begins here."""
    size = 0
    for i in range(position, min(position + MAX_COMMENT_BLOCKS, len(page.removals))):
        if lines[i].thread:
            return i
        size += _width(page, i)
        if size > MAX_COMMENT_WIDTH:
            break
    return None


def _with_last_comment(page: Page, lines: Lines, position: int, end: int) -> int:
    """The end moved past the text of the last comment, where signs stand above the text they belong to."""
    signs = [i for i in range(position, end) if lines[i].thread]
    if not signs or signs[-1] != end - 1 or not _stands_above(lines[end - 1]):
        return end
    count, text = len(page.removals), page.columns.block_text
    while end < count and not lines[end].strong and SENTENCE_END.search(text(end)[-1:]):
        end += 1
    return end


def _stands_above(line: Line) -> bool:
    """True for a name or a time, false for a button below a comment."""
    return not any(phrase.strength == "thread" and phrase.place == "whole" for phrase in line.said)


def _removals(page: Page, lines: Lines, opener: int, run: range) -> Iterator[tuple[int, Removal]]:
    opening = _named(page, opener, lines[opener].said) or "a time"
    for i in run:
        said = _named(page, i, lines[i].said)
        evidence = f"{said} is a label of comment sections" if said else f"stands in the section that {opening} opens"
        yield i, Removal("comments", "comment_widgets.words", evidence, 0.9 if lines[i].speaks else 0.7)


def _named(page: Page, position: int, said: Found) -> str:
    if not said:
        return ""
    languages = [phrase.language for phrase in said if phrase.language]
    text = " ".join(page.columns.block_text(position).split())
    label = text if len(text) <= MAX_STAMP_WIDTH else text[:MAX_STAMP_WIDTH] + "…"
    return f'"{label}"' + (f" ({languages[0]})" if languages else "")
