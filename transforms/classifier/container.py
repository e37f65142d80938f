"""The article's container: what names and tags say that text is, and what of it the rule takes for the article."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import compress

from ..compiled.container import Names, Weighed
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import REASONS, Page, Reason
from ..core.rows import KIND_NAMES
from ..core.tags import TAG_NUMBERS, TAGS
from ..matching.names import GROUP_BITS
from ..matching.outline import outline_of
from ..matching.wording import normalise
from .table import REASON_NUMBERS, marks_of

# What an element's name says that its text is, most telling first.
NAMED: dict[str, Reason] = {
    "comments": "comments",
    "cookie-notice": "cookie-notice",
    "footer": "navigation",
    "navigation": "navigation",
    "related": "link-list",
    "sidebar": "navigation",
    "sharing": "sharing",
    "sign-up": "sign-up",
    "advert": "advert",
    "tags": "link-list",
    "byline": "byline",
    "overlay": "other",
    "header": "navigation",
    "disclaimer": "disclaimer",
    "caption": "other",
}
TAGGED: dict[str, Reason] = {
    "nav": "navigation",
    "footer": "navigation",
    "aside": "navigation",
    "menu": "navigation",
    "form": "other",
    "button": "other",
    "dialog": "other",
    "figcaption": "other",
    "figure": "other",
    "legend": "other",
    "address": "byline",
    "time": "byline",
}
# A figure with one of these is no picture.
TEXT_KINDS = frozenset({"table", "code", "quote", "list-item"})
# Content systems write a post's tags and categories into the classes of its <article>.
POST_GROUPS = frozenset({"tags", "byline", "caption", "header"})
CONTAINER_TAGS = frozenset({"div", "section", "article", "td", "main"})
# So much of an excerpt is enough to find it again.
EXCERPT_CHARS = 50
# Share of a standfirst's words that the page's description has.
DESCRIPTION_SHARE = 0.8
# No article has so many; each is looked for in the whole page.
MAX_SUMMARIES = 100


def _names() -> Names:
    return Names(
        tagged=array("i", [REASON_NUMBERS[TAGGED[tag]] if tag in TAGGED else 0 for tag in TAGS]),
        named=array("q", [GROUP_BITS[group] for group in NAMED]),
        reasons=array("i", [REASON_NUMBERS[reason] for reason in NAMED.values()]),
        text_kinds=bytearray(kind in TEXT_KINDS for kind in KIND_NAMES),
        containers=bytearray(tag in CONTAINER_TAGS for tag in TAGS),
        title=GROUP_BITS["title"],
        article=GROUP_BITS["article"],
        of_post=sum(GROUP_BITS[group] for group in POST_GROUPS),
        tags=TAG_NUMBERS,
        kinds=KIND_NUMBERS,
    )


_NAMES = _names()


class ArticleContainer:
    """A page's containers, weighed once: with what steps have marked, or as if none had where `heeds_marks` is false.

    `body` is the element that holds the article, or None where neither prose nor a name tells.
    """

    def __init__(self, page: Page, *, heeds_marks: bool = True) -> None:
        # Not the page itself: its memo may keep what was found, and a page that holds itself is freed late.
        self._columns, self._description = page.columns, page.description()
        self.outline = outline_of(page)
        self.marks = marks_of(page) if heeds_marks else bytearray(len(page.removals))
        self.weighed = Weighed(_NAMES, page.columns, self.outline, self.marks)
        self.body = self.weighed.body if self.weighed.body >= 0 else None

    def named(self, element: int) -> tuple[Reason, int] | None:
        """The reason that an element's own or an ancestor's name or tag gives to leave its text out, and the index of
        the one that says so; None where nothing speaks against it.
        """
        speaker = self.weighed.speakers[element]
        return (REASONS[self.weighed.reasons[element] - 1], speaker) if speaker >= 0 else None

    def holds(self, position: int) -> bool:
        """True where the rule takes the block for part of the article."""
        return self.weighed.held[position] == 1

    def held(self) -> Iterable[int]:
        """Positions of the blocks that the rule takes for part of the article."""
        return compress(range(len(self.marks)), self.weighed.held)

    def standfirsts(self) -> set[int]:
        """Positions of paragraphs right below the headline that sum the article up, wherever the body begins.

        Such a one says what the page's description says, or stands in an element that is named for it. One whose words
        the article says again is an excerpt that the page's template made.
        """
        if not self.weighed.summaries:
            return set()
        description = set(normalise(self._description).split())
        found = [position for position in self.weighed.summaries if self._sums_up(position, description)]
        if len(found) > MAX_SUMMARIES:
            return set()
        return {position for position in found if not _is_said_again(self._columns, position)}

    def _sums_up(self, position: int, description: set[str]) -> bool:
        words = normalise(self._columns.block_text(position)).split()
        if sum(word in description for word in words) >= DESCRIPTION_SHARE * len(words):
            return True
        element = self._columns.elements[position]
        parent = max(self._columns.parents[element], 0)
        return any(self.outline.has_group(index, "standfirst") for index in (element, parent))


def _is_said_again(columns: Columns, position: int) -> bool:
    """True where another block says what this one begins with."""
    start, end = columns.starts[position], columns.starts[position + 1]
    opening = columns.text[start : min(start + EXCERPT_CHARS, end)]
    return _is_within_a_block(columns, opening, 0, start) or _is_within_a_block(
        columns, opening, end, len(columns.text)
    )


def _is_within_a_block(columns: Columns, words: str, start: int, end: int) -> bool:
    """True where one of the blocks between these places of the text holds the words: not where two of them do."""
    while (start := columns.text.find(words, start, end)) >= 0:
        block_end = columns.starts[bisect_right(columns.starts, start)]
        if start + len(words) <= block_end:
            return True
        start += 1
    return False
