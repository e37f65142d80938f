"""The strings of JSON values as flat rows: what each says, under which key, and inside which objects and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import repeat
from typing import Any, NamedTuple

from ...clues.wording import MIN_PROSE_WIDTH, SENTENCE_END, UNSPACED, UNSPACED_WIDTH, width
from .values import MAX_NESTING, nested_value

TAG = re.compile(r"<[^<>]{0,2000}>")  # the class excludes both ends, and the run is bounded: linear in practice
# What a tag between these holds is no text. Each class excludes the sign that the next alternative begins with: linear.
STYLE = re.compile(r"<(style|script)\b[^<]*(?:<(?!/(?:style|script))[^<]*)*", re.IGNORECASE)
BLOCK_TAG = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|br|blockquote|section|article|table|figure)\b[^<>]{0,2000}>", re.IGNORECASE
)
ESCAPED_TAG = re.compile(r"&lt;/?[a-z]")
# Signs of code: running text has hardly any.
CODE_SIGN = re.compile(r"[{}=<>;|\\]")
MAX_CODE_SHARE = 0.02
ADDRESS = re.compile(r"(?:[a-z]{2,8}:)?//|/[\w-]+(?:/|$)|[\w-]+(?:-[\w-]+){3}")
DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?")
# Seconds and milliseconds since 1970, from 2001 to 2065 as numbers of a date are written.
MIN_TIMESTAMP, MAX_TIMESTAMP = 1_000_000_000, 3_000_000_000_000
MAX_STRINGS = 1_000_000

END = object()

Entries = Iterator[tuple[str, Any]]


class Holder(NamedTuple):
    """An object or a list: the index of the one around it, -1 at the root, and its key there."""

    parent: int
    key: str
    is_list: bool


class String(NamedTuple):
    """A string: what it says, its key (of a string in a list, the list's), and the index of what holds it."""

    text: str
    key: str
    holder: int


class Strings:
    """The strings of some values, in document order, and their holders, each after the one around it.

    `dated` and `linked` are the objects that have a date, or an address, as a value of their own. `first` and
    `last` (inclusive) are the strings inside each holder.
    """

    def __init__(self, values: Iterable[Any]) -> None:
        self.holders: list[Holder] = []
        self.strings: list[String] = []
        self.dated: set[int] = set()
        self.linked: set[int] = set()
        self.has_strings: set[int] = set()
        self.first: list[int] = []
        self.last: list[int] = []
        stack = [self._open("", -1, (("", value) for value in values), True, 0)]
        while stack:
            holder, nesting, entries = stack[-1]
            key, item = next(entries, ("", END))
            if isinstance(item, str) and len(item) >= MIN_PROSE_WIDTH and nesting < MAX_NESTING:
                inner = nested_value(item)
                if inner is not None:
                    item, nesting = inner, nesting + 1
            if isinstance(item, str):
                self._add(item, key, holder)
            elif isinstance(item, dict):
                stack.append(self._open(key, holder, iter(item.items()), False, nesting))
            elif isinstance(item, list):
                stack.append(self._open(key, holder, zip(repeat(key), item), True, nesting))
            elif item is END or len(self.strings) > MAX_STRINGS:
                self.last[holder] = len(self.strings) - 1
                stack.pop()
            elif isinstance(item, (int, float)) and MIN_TIMESTAMP <= item <= MAX_TIMESTAMP:
                self.dated.add(holder)

    def _open(self, key: str, parent: int, entries: Entries, is_list: bool, nesting: int) -> tuple[int, int, Entries]:
        """A new holder, with what is in it and in how many strings of JSON it stands."""
        self.holders.append(Holder(parent, key, is_list))
        self.first.append(len(self.strings))
        self.last.append(-1)
        return len(self.holders) - 1, nesting, entries

    def _add(self, text: str, key: str, holder: int) -> None:
        if ADDRESS.match(text) and " " not in text:
            self.linked.add(holder)
        elif DATE.match(text):
            self.dated.add(holder)
        self.has_strings.add(holder)
        self.strings.append(String(text, key, holder))

    def around(self, holder: int) -> Iterator[int]:
        """The holder, then those around it, innermost first."""
        while holder >= 0:
            yield holder
            holder = self.holders[holder].parent


def is_html(text: str) -> bool:
    """Whether a string is marked up, rather than text that has a stray bracket."""
    return "<" in text and BLOCK_TAG.search(text) is not None


def unescaped(text: str) -> str:
    """The string, once less escaped where its markup is."""
    return unescape(text) if "<" not in text and ESCAPED_TAG.search(text) else text


def plain_text(text: str) -> str:
    """What a string says when its markup is left out."""
    text = unescaped(text)
    return " ".join(TAG.sub(" ", STYLE.sub(" ", text)).split()) if "<" in text else text


def is_code(text: str) -> bool:
    """Whether a plain text has more signs of code than running text has."""
    return len(CODE_SIGN.findall(text)) > MAX_CODE_SHARE * len(text)


def prose_width(text: str) -> int:
    """The width of a string that is running text, with or without markup, else 0."""
    if len(text) * UNSPACED_WIDTH < MIN_PROSE_WIDTH or not (" " in text or UNSPACED.search(text)):
        return 0
    plain = plain_text(text)
    size = width(plain)
    if size < MIN_PROSE_WIDTH or is_code(plain):
        return 0
    return size if SENTENCE_END.search(plain) or len(UNSPACED.findall(plain)) * 2 > len(plain) else 0
