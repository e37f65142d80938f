"""The strings of JSON values as flat rows: what each says, under which key, and inside which objects and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import repeat
from typing import Any

from ...matching.wording import MIN_PROSE_WIDTH, SENTENCE_END, UNSPACED, UNSPACED_WIDTH, width
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
ADDRESS = re.compile(r"(?:[a-z]{2,8}:)?//|/[\w-]+(?:/|$)")
DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?")
# Seconds since 1970 of a date from 2001 to 2033, as a number that is written in seconds or milliseconds.
TIMESTAMPS = range(1_000_000_000, 2_000_000_000)
MAX_STRINGS = 200_000

Entries = Iterator[tuple[str, Any]]
# A holder that is being read: its index, in how many strings of JSON it stands, and what is left of it.
Open = tuple[int, int, Entries]


class Strings:
    """The strings of some values, in document order, and the objects and lists that hold them: flat, like a page.

    Of a string, `texts` has what it says, `keys` its key (of a string in a list, the list's), `places` the holder.
    Of a holder, each of which stands after the one around it, `parents` has that one (-1 at the root), `names` its
    key there, `is_list` its kind, and `first` and `last` (inclusive) the strings inside it. `dated` and `linked` are
    the holders that have a date, or an address, as a value of their own, `has_strings` those that have any string.

    Columns, not rows: a large state has a million entries, and rows would keep the garbage collector busy.
    """

    def __init__(self, values: Iterable[Any]) -> None:
        self.texts: list[str] = []
        self.keys: list[str] = []
        self.places: list[int] = []
        self.parents: list[int] = []
        self.names: list[str] = []
        self.is_list: list[bool] = []
        self.first: list[int] = []
        self.last: list[int] = []
        self.dated: set[int] = set()
        self.linked: set[int] = set()
        self.has_strings: set[int] = set()
        stack = [self._open("", -1, zip(repeat(""), values), True, 0)]
        while stack and len(self.texts) < MAX_STRINGS:
            opened = self._read(*stack[-1])
            if opened is None:
                self.last[stack.pop()[0]] = len(self.texts) - 1
            else:
                stack.append(opened)
        for holder, _, _ in stack:
            self.last[holder] = len(self.texts) - 1

    def _read(self, holder: int, nesting: int, entries: Entries) -> Open | None:
        """Read on in a holder: the next holder inside it, or None at its end."""
        for key, item in entries:
            kind = type(item)
            if kind is str:
                inner = nested_value(item) if len(item) >= MIN_PROSE_WIDTH and nesting < MAX_NESTING else None
                if inner is None:
                    self._add(item, key, holder)
                    continue
                item, kind, nesting = inner, type(inner), nesting + 1
            if kind is dict:
                return self._open(key, holder, iter(item.items()), False, nesting)
            if kind is list:
                return self._open(key, holder, zip(repeat(key), item), True, nesting)
            if kind is int and (item in TIMESTAMPS or item // 1000 in TIMESTAMPS):
                self.dated.add(holder)
        return None

    def _open(self, key: str, parent: int, entries: Entries, is_list: bool, nesting: int) -> Open:
        """A new holder, with in how many strings of JSON it stands and what is in it."""
        self.parents.append(parent)
        self.names.append(key)
        self.is_list.append(is_list)
        self.first.append(len(self.texts))
        self.last.append(-1)
        return len(self.parents) - 1, nesting, entries

    def _add(self, text: str, key: str, holder: int) -> None:
        if " " not in text and ADDRESS.match(text):
            self.linked.add(holder)
        elif DATE.match(text):
            self.dated.add(holder)
        self.has_strings.add(holder)
        self.texts.append(text)
        self.keys.append(key)
        self.places.append(holder)

    def inside(self, holder: int) -> range:
        """Positions of the strings inside a holder."""
        return range(self.first[holder], self.last[holder] + 1)

    def around(self, holder: int) -> Iterator[int]:
        """The holder, then those around it, innermost first."""
        while holder >= 0:
            yield holder
            holder = self.parents[holder]


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
