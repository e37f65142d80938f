"""Strings of an article as HTML: markup as it is, plain text as paragraphs, pieces of a line put together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

from ...matching.wording import SENTENCE_END, UNSPACED
from .bodies import Found
from .strings import Strings, is_html, unescaped

# What editors call a part that is no paragraph, in the words that interfaces share.
PART_TAGS = (
    (
        re.compile(r"h[1-6]|(?:sub)?head(?:er|ing|line)?(?:[-_]?(?:\d|one|two|three|four|five|six))?", re.IGNORECASE),
        "h2",
    ),
    (re.compile(r"(?:block|pull)?[-_]?quote", re.IGNORECASE), "blockquote"),
    (re.compile(r"li|(?:un|ordered[-_]?)?list[-_]?item", re.IGNORECASE), "li"),
)
MAX_NAME_CHARS = 30
# Names of parts stand before what is in them.
MAX_OWN = 20
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|code|em|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]{0,2000}>", re.IGNORECASE
)


def article_html(strings: Strings, found: Found) -> str:
    """The strings that were found as the HTML of one article."""
    lines = _Lines(strings, found)
    parts = (lines.html(line, list(positions)) for line, positions in groupby(found.positions, lines.line_of))
    return f"<article>{''.join(parts)}</article>"


class _Lines:
    """Which strings of a body are pieces of one line, as editors cut a paragraph at each link and each bold word."""

    def __init__(self, strings: Strings, found: Found) -> None:
        self._strings = strings
        self._found = found
        self._is_line: dict[int, bool] = {}

    def line_of(self, position: int) -> int:
        """The outermost list that holds the string and is a line, else the string itself, as a negative number."""
        lists = [i for i in self._inside(position) if self._strings.is_list[i]]
        return next((i for i in reversed(lists) if self._holds_line(i)), -position - 1)

    def html(self, line: int, positions: Sequence[int]) -> str:
        """The pieces of a line, or one string, as HTML."""
        texts = [unescaped(self._strings.texts[i]) for i in positions]
        tag = next((tag for i in self._inside(positions[0]) if (tag := self._tag_of(i))), "p")
        if line < 0 and is_html(texts[0]):
            return texts[0] if tag == "p" else f"<{tag}>{texts[0]}</{tag}>"
        rows = _paragraphs("".join(map(_inline, texts)))
        return "".join(f"<{tag}>{row}</{tag}>" for row in rows)

    def _inside(self, position: int) -> Iterator[int]:
        """The holders around a string that are inside the body's own, innermost first."""
        for holder in self._strings.around(self._strings.places[position]):
            if holder == self._found.holder:
                return
            yield holder

    def _holds_line(self, holder: int) -> bool:
        """Whether the strings in a list go on in each other: most before a sentence has ended, none without a gap."""
        known = self._is_line.get(holder)
        if known is None:
            first, last = self._strings.first[holder], self._strings.last[holder]
            span = self._found.positions[
                bisect_left(self._found.positions, first) : bisect_right(self._found.positions, last)
            ]
            texts = [self._strings.texts[i] for i in span]
            pairs = [(one, other) for one, other in pairwise(texts) if one and other]
            ended = sum(SENTENCE_END.match(one.rstrip()[-1:]) is not None for one, _ in pairs)
            known = ended * 2 <= len(pairs) and all(_is_open(one[-1], other[0]) for one, other in pairs)
            self._is_line[holder] = known
        return known

    def _tag_of(self, holder: int) -> str:
        """The tag that an object's own strings name for it, or `""`."""
        strings = self._strings
        if strings.is_list[holder]:
            return ""
        for i in strings.inside(holder)[:MAX_OWN]:
            text = strings.texts[i]
            if strings.places[i] == holder and strings.keys[i] != self._found.key and len(text) <= MAX_NAME_CHARS:
                for names, tag in PART_TAGS:
                    if names.fullmatch(text):
                        return tag
        return ""


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: between empty lines where it has any, else line by line."""
    lines = text.strip().splitlines()
    if all(map(str.strip, lines)):
        return lines
    groups = groupby(lines, key=lambda line: bool(line.strip()))
    return [" ".join(group) for is_text, group in groups if is_text]


def _is_open(last: str, first: str) -> bool:
    return not (last.isalnum() and first.isalnum()) or UNSPACED.match(last) is not None


def _inline(text: str) -> str:
    """A string for the inside of a paragraph: as it is where it has markup or entities, else escaped."""
    return text if INLINE_TAG.search(text) or ENTITY.search(text) else escape(text, quote=False)
