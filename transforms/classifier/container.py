"""The article's container, a rule: which element holds the article, by names, tags and prose."""

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
from .features import REASON_NUMBERS, reason_numbers

# The reason that a group of names gives to leave text out, the surest first.
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
# A figure with one of these holds more than a picture.
TEXT_KINDS = frozenset({"table", "code", "quote", "list-item"})
# Content systems write a post's tags and categories into the classes of its <article>.
POST_GROUPS = frozenset({"tags", "byline", "caption", "header"})
CONTAINER_TAGS = frozenset({"div", "section", "article", "td", "main"})
# An excerpt is found again by its first characters.
EXCERPT_CHARS = 50
# Share of a standfirst's words that the page's description has.
DESCRIPTION_SHARE = 0.8
# Articles have fewer; each is searched for in the whole page.
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
    """The container of a page's article, found by names, tags and prose.

    `body` is the element that holds the article, or None where neither prose nor a name shows one. `removed` has for
    each block the number of the reason for its removal, or 0; without `heeds_marks` no block counts as removed.
    """

    def __init__(self, page: Page, *, heeds_marks: bool = True) -> None:
        # Not the page itself: its cache may hold this object, and a page that holds itself is freed late.
        self._columns, self._description = page.columns, page.description()
        self.outline = outline_of(page)
        self.removed = reason_numbers(page) if heeds_marks else bytearray(len(page.removals))
        self.weighed = Weighed(_NAMES, page.columns, self.outline, self.removed)
        self.body = self.weighed.body if self.weighed.body >= 0 else None

    def named(self, element: int) -> tuple[Reason, int] | None:
        """Return the reason to leave an element's text out, and the index of the element whose name or tag gives it.

        That is the element itself or an ancestor. Return None where neither has such a name or tag.
        """
        giver = self.weighed.speakers[element]
        return (REASONS[self.weighed.reasons[element] - 1], giver) if giver >= 0 else None

    def holds(self, position: int) -> bool:
        """Return True for a block that is part of the article by this rule."""
        return self.weighed.held[position] == 1

    def held(self) -> Iterable[int]:
        """List the positions of the blocks that are part of the article by this rule."""
        return compress(range(len(self.removed)), self.weighed.held)

    def standfirsts(self) -> set[int]:
        """Find the paragraphs right below the headline that sum the article up, wherever the body begins.

        Their words are those of the page's description, or an element that is named for a standfirst holds them. A
        paragraph whose words the article repeats is an excerpt that the page's template made, so it is left out.
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
    """Return True where another block has the words that this one begins with."""
    start, end = columns.starts[position], columns.starts[position + 1]
    opening = columns.text[start : min(start + EXCERPT_CHARS, end)]
    return _is_within_a_block(columns, opening, 0, start) or _is_within_a_block(
        columns, opening, end, len(columns.text)
    )


def _is_within_a_block(columns: Columns, words: str, start: int, end: int) -> bool:
    """Return True where one block between these places of the text holds the words, which may not run over two."""
    while (start := columns.text.find(words, start, end)) >= 0:
        block_end = columns.starts[bisect_right(columns.starts, start)]
        if start + len(words) <= block_end:
            return True
        start += 1
    return False
