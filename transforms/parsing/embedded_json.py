"""Read the JSON in the scripts of a page, as data, without running the scripts.

`script_values` finds the values: whole scripts, assignments, arguments of calls, and two formats in which frameworks
write their state, React's flight format and devalue. `Strings` turns values into flat columns of strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from itertools import repeat
from json import decoder
from typing import Any

from ..matching.wording import MIN_PROSE_WIDTH, SENTENCE_END, UNSPACED, UNSPACED_WIDTH, width

# Both classes exclude their own end, and what comes before a match is scanned once: linear.
SCRIPT_OPENING = re.compile(r"<script(?![\w-])([^<>]*)>", re.IGNORECASE)
SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
DATA_TYPE = re.compile(r"type\s{0,9}=\s{0,9}[\"']?[\w./+-]{0,40}json", re.IGNORECASE)
# Where a JSON value can begin inside code: a bracket before what may stand in it, or a string that is a value.
# One character, a bounded run and a look ahead.
VALUE = re.compile(r"[\[{](?=\s{0,40}[\"{\[\d])|(?<=[:=(,\[])\s?\"")
# Angular replaces the characters that HTML uses itself.
ANGULAR_SIGNS = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}
# A script in which so many brackets begin no value is code. Each failure costs a look at what is before it.
MAX_FAILURES = 300
# A string that stands alone in code matters only if it may be a whole article, or JSON that holds one.
MIN_LITERAL_CHARS = 400
MAX_SCRIPTS_CHARS = 2_500_000
# JSON inside a string of JSON: once is common, twice happens.
MAX_NESTING = 2
# The decoder of one JSON string; typeshed does not list it.
SCAN_STRING: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]
DECODER = json.JSONDecoder(strict=False)  # raw newlines in strings are common, and harmless

# React's flight format: scripts push strings onto a list, which together are rows of JSON and text.
FLIGHT_CALL = re.compile(r"__next_f\s?(?:=[^;]{0,80})?\.push\(")
# The number of a row, then its kind: `T`, a length in bytes, and text; or JSON after a few capitals, or none.
FLIGHT_ROW = re.compile(rb"\s{0,9}([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),|[A-Z]{0,2})")
FLIGHT_REFERENCE = re.compile(r"\$([0-9a-f]{1,8})")
FLIGHT_TEXT = 1
# devalue, as Nuxt 3 writes it: one list, in which objects name their values by position.
MIN_INDEXED_ROWS = 4

TAG = re.compile(r"<[^<>]{0,2000}>")  # the class excludes both ends, and the run is bounded: linear in practice
# The content of these is not text. Each class excludes the sign that the next alternative begins with: linear.
STYLE = re.compile(r"<(style|script)\b[^<]*(?:<(?!/(?:style|script))[^<]*)*", re.IGNORECASE)
BLOCK_TAG = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|br|blockquote|section|article|table|figure)\b[^<>]{0,2000}>", re.IGNORECASE
)
ESCAPED_TAG = re.compile(r"&lt;/?[a-z]")
# Running text has hardly any of these signs.
CODE_SIGN = re.compile(r"[{}=<>;|\\]")
MAX_CODE_SHARE = 0.02
ADDRESS = re.compile(r"(?:[a-z]{2,8}:)?//|/[\w-]+(?:/|$)")
DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?")
# Seconds since 1970 of a date from 2001 to 2033. State contains them as seconds or milliseconds.
TIMESTAMPS = range(1_000_000_000, 2_000_000_000)
MAX_STRINGS = 200_000

Entries = Iterator[tuple[str, Any]]
# A holder that is being read: its index, the number of JSON strings around it, and its remaining entries.
Open = tuple[int, int, Entries]


def script_values(html: str) -> Iterator[Any]:
    """Yield every JSON value in the page's scripts, in document order.

    In code, a value is everything that reads as JSON from a bracket on, or a long string by itself. Expressions, and
    objects whose keys are not quoted, are skipped, and so are values that nest too deep. Each character is read a
    bounded number of times.
    """
    stream: list[str] = []
    for is_data, script in _scripts(html):
        if not is_data and FLIGHT_CALL.search(script):
            stream.append(script)
            continue
        for value in _values(script, is_data):
            yield _expand(value) if _is_indexed(value) else value
    yield from _flight_values(value for script in stream for value in _values(script, is_data=False))


def _scripts(html: str) -> Iterator[tuple[bool, str]]:
    """Yield whether a script is data, and its text, up to MAX_SCRIPTS_CHARS."""
    left = MAX_SCRIPTS_CHARS
    at = 0
    while (opening := SCRIPT_OPENING.search(html, at)) is not None:
        end = SCRIPT_END.search(html, opening.end())
        at = end.start() if end else len(html)
        left -= at - opening.end()
        if left < 0:
            return
        if at - opening.end() >= MIN_LITERAL_CHARS or FLIGHT_CALL.search(html, opening.end(), at):
            yield DATA_TYPE.search(opening[1]) is not None, html[opening.end() : at]


def _values(script: str, is_data: bool) -> Iterator[Any]:
    if is_data and script.lstrip()[:4] in ("{&q;", "[&q;"):
        for sign, char in ANGULAR_SIGNS.items():
            script = script.replace(sign, char)
    failures = at = 0
    while failures < MAX_FAILURES and (found := VALUE.search(script, at)) is not None:
        start = found.end() - 1
        try:
            if script[start] == '"':
                value, at = SCAN_STRING(script, start + 1, False)
            else:
                value, at = DECODER.raw_decode(script, start)
        except json.JSONDecodeError as error:
            failures += 1
            at = max(error.pos, start + 1)  # do not read again what was read up to the fault
        except (ValueError, RecursionError):  # a number or a nesting beyond all measure
            return
        else:
            if not isinstance(value, str) or len(value) >= MIN_LITERAL_CHARS:
                yield value


def _flight_values(pushed: Iterable[Any]) -> Iterator[Any]:
    """Yield the values of flight rows, with text rows in place of the references to them.

    Values that scripts pushed onto other lists are yielded as they are. Rows that are not JSON are left out.
    """
    chunks: list[str] = []
    for value in pushed:
        match value:
            case [int(kind), str(chunk)] if kind == FLIGHT_TEXT:
                chunks.append(chunk)
            case _:
                yield value
    texts: dict[str, str] = {}
    values = []
    for number, row in _flight_rows("".join(chunks).encode("utf-8", "replace")):
        if isinstance(row, str):
            texts[number] = row
        else:
            values.append(row)
    for value in values:
        yield _resolve(value, texts)
    yield from texts.values()


def _flight_rows(stream: bytes) -> Iterator[tuple[str, Any]]:
    at = 0
    while (found := FLIGHT_ROW.match(stream, at)) is not None:
        number = found[1].decode()
        if found[2]:
            at = found.end() + int(found[2], 16)
            yield number, stream[found.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", found.end())
        at = end if end >= 0 else len(stream)
        if stream[found.end() : found.end() + 1] in (b"{", b"["):
            try:
                yield number, json.loads(stream[found.end() : at])
            except (ValueError, RecursionError):
                continue


def _resolve(value: Any, texts: dict[str, str]) -> Any:
    """Replace, in place, each string that names a text row by that text. Each text is used once."""
    unread = [value]
    while unread:
        holder = unread.pop()
        for key, item in _entries(holder):
            if isinstance(item, (dict, list)):
                unread.append(item)
            elif isinstance(item, str) and (named := FLIGHT_REFERENCE.fullmatch(item)) and named[1] in texts:
                holder[key] = texts.pop(named[1])
    return value


def _is_indexed(value: Any) -> bool:
    """Return whether a value is a devalue list: its objects hold positions in it, and nothing else."""
    if not isinstance(value, list) or len(value) < MIN_INDEXED_ROWS:
        return False
    objects = [row for row in value if isinstance(row, dict) and row]
    return bool(objects) and all(type(at) is int and at < len(value) for row in objects for at in row.values())


def _expand(rows: list[Any]) -> Any:
    """Build the value of a devalue list's first row. Each row is only where it is named first.

    Rows may name each other, and even themselves. As each is there once, the result is no larger than the list.
    """
    seen = {0}
    unread = [rows[0]]
    while unread:
        holder = unread.pop()
        if not isinstance(holder, (dict, list)):
            continue
        for key, at in _entries(holder):
            if type(at) is not int or not 0 <= at < len(rows) or at in seen:
                holder[key] = at if isinstance(at, str) else None
                continue
            seen.add(at)
            holder[key] = rows[at]
            unread.append(rows[at])
    return rows[0]


def _entries(holder: Any) -> list[tuple[Any, Any]]:
    """List the keys and values of an object or a list, so that the caller may change it."""
    return list(holder.items() if isinstance(holder, dict) else enumerate(holder))


class Strings:
    """The strings of some JSON values, in document order, and the objects and lists that hold them: flat, like a page.

    Of a string, `texts` has the text, `keys` its key (of a string in a list, the list's), `places` its holder. Of a
    holder, `parents` has the holder around it, which is before it (-1 at the root), `names` its key there,
    `is_list` its kind, and `first` and `last` (inclusive) the strings inside it. `dated` and `linked` are the holders
    that have a date, or an address, as a value of their own. `has_strings` are those that have any string.

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
        """Read on in a holder. Return the next holder inside it, or None at its end."""
        for key, item in entries:
            kind = type(item)
            if kind is str:
                inner = _nested_value(item) if len(item) >= MIN_PROSE_WIDTH and nesting < MAX_NESTING else None
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
        """Add a holder, to be read next."""
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
        """Return the positions of the strings inside an object or array."""
        return range(self.first[holder], self.last[holder] + 1)

    def around(self, holder: int) -> Iterator[int]:
        """Yield the holder, then those around it, innermost first."""
        while holder >= 0:
            yield holder
            holder = self.parents[holder]


def _nested_value(text: str) -> Any:
    """Decode the object or list that a string contains as JSON; None if it contains none."""
    if text[:1] not in "{[" or '"' not in text[:100]:
        return None
    try:
        value, _ = DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value


def is_html(text: str) -> bool:
    """Return whether a string is marked up, rather than text that has a stray bracket."""
    return "<" in text and BLOCK_TAG.search(text) is not None


def unescape_html(text: str) -> str:
    """Unescape a string once if its markup is escaped."""
    return unescape(text) if "<" not in text and ESCAPED_TAG.search(text) else text


def plain_text(text: str) -> str:
    """Return the text of a string, without its markup."""
    text = unescape_html(text)
    return " ".join(TAG.sub(" ", STYLE.sub(" ", text)).split()) if "<" in text else text


def is_code(text: str) -> bool:
    """Return whether a plain text has more signs of code than running text has."""
    return len(CODE_SIGN.findall(text)) > MAX_CODE_SHARE * len(text)


def prose_width(text: str) -> int:
    """Return the width of a string that is running text, with or without markup; 0 for any other."""
    if len(text) * UNSPACED_WIDTH < MIN_PROSE_WIDTH or not (" " in text or UNSPACED.search(text)):
        return 0
    plain = plain_text(text)
    size = width(plain)
    if size < MIN_PROSE_WIDTH or is_code(plain):
        return 0
    return size if SENTENCE_END.search(plain) or len(UNSPACED.findall(plain)) * 2 > len(plain) else 0
