"""Captures in JSON: one a line, an array of them, or objects over several lines, under the keys that crawlers write.

The table of keys also serves the rows of Parquet and Arrow files; docs/inputs.md has the same table. Captures are read
one by one, so that a file of any size needs the memory of one.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Any, Literal, NamedTuple

from ...transforms.core.page import MARKDOWN_TYPE, Capture, Source
from ...transforms.parsing.decode import without_surrogates
from .accept import MAX_BODY_BYTES, Rejected, accept_body, accept_response, is_written, iso_8601, refused_status
from .cursor import WHOLE, Cursor, Extent, OnCut
from .http_message import Message

Form = Literal["html", "text", "markdown", "any"]

# boiloff's own keys. A value of another type is an error there, and nowhere else.
SOURCE_KEYS = ("id", "url", "captured_at", "content_type", "source")
OWN_BODIES = ("html", "text")
TEXT_KEYS = (*SOURCE_KEYS, *OWN_BODIES)

# The keys of each field, in the order in which they count; a dot leads into the object of that name.
FIELDS = {
    "url": (
        *("url", "metadata.url", "metadata.sourceURL", "metadata.source_url", "meta.url", "sourceURL", "source_url"),
        *("response.url", "request.url", "crawl.loadedUrl", "warc_headers.warc-target-uri"),
    ),
    "captured_at": (
        *("captured_at", "crawled_at", "fetched_at", "timestamp", "date_download", "metadata.timestamp"),
        *("meta.timestamp", "crawl.loadedTime", "warc_headers.warc-date"),
    ),
    "content_type": (
        *("content_type", "contentType", "metadata.contentType", "response.content_type", "crawl.contentType"),
        *("headers.content-type", "headers.Content-Type"),
        *("response.headers.content-type", "response.headers.Content-Type"),
    ),
    "status": (
        *("status", "status_code", "statusCode", "http_status", "metadata.statusCode", "metadata.status_code"),
        *("response.status", "response.status_code", "response.statusCode", "crawl.httpStatusCode"),
    ),
}
# The keys of a body, in the order in which they count, and its form; "any" is looked at.
BODIES: dict[str, Form] = {
    "html": "html",
    "text": "text",
    "raw_html": "html",
    "rawHtml": "html",
    "response.body": "any",
    "body": "any",
    "raw_content": "any",
    "markdown": "markdown",
    "content": "any",
}
# Keys beside a body, such as `encoding`, that say that the body is base64.
BASE64_FLAGS = ("base64", "is_base64", "isBase64", "base64Encoded", "isBase64Encoded")
BASE64_NAMES = ("encoding", "{}_encoding", "{}Encoding")
URL_SAFE = str.maketrans("-_", "+/")

# The types of JSON and Arrow, by the Python types that stand for them.
KINDS = {"NoneType": "null", "bool": "true or false", "int": "a number", "float": "a number", "str": "a string"}
KINDS |= {"list": "an array", "dict": "an object", "bytes": "bytes", "datetime": "a time", "date": "a date"}
MOST_NAMED = 12
NAMED_CHARS = 60
HTTP_STATUS = range(100, 600)
BLANK = " \t\r\n\f\0"
DIGITS_OF_STATUS = 3

Path = tuple[str, ...]


class RefusedError(ValueError):
    """An object without a capture: `reason` of its rejected record, then the message."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(error)
        self.reason = reason


class _Body(NamedTuple):
    """A body that is not blank: its key, its form and its value."""

    key: str
    form: Form
    value: str | bytes


_FIELD_PATHS = {name: tuple(tuple(key.split(".")) for key in keys) for name, keys in FIELDS.items()}
# The first names of a field's keys, to skip most objects with one look.
_FIRST_NAMES = {name: frozenset(path[0] for path in paths) for name, paths in _FIELD_PATHS.items()}
_OTHER_BODIES = tuple((key, form, tuple(key.split("."))) for key, form in BODIES.items() if key not in OWN_BODIES)
# The names at the top level: the columns to read.
TOP_BODIES = frozenset(key.partition(".")[0] for key in BODIES)
TOP_KEYS = TOP_BODIES.union(
    SOURCE_KEYS,
    (key.partition(".")[0] for keys in FIELDS.values() for key in keys),
    BASE64_FLAGS,
    (name.format(key) for name in BASE64_NAMES for key in BODIES if "." not in key),
)


def capture_of(
    read: Callable[[], Any], where: str, source: Source, length: int, max_body_bytes: int = MAX_BODY_BYTES
) -> Capture | Rejected:
    """Return the capture of an object, or a rejected record with the reason.

    Args:
        read: Returns the object; raises RefusedError where there is none.
        where: How errors name the place of the object.
        source: The file and the offset.
        length: The object's bytes; -1 where they are not known.
        max_body_bytes: The largest body.
    """
    try:
        record = read()
        if not isinstance(record, dict):
            raise RefusedError("wrong-type", f"a JSON object is needed, this is {_kind(record)}")
        fields: dict[str, Any] = {key: _source_field(record, key) for key in SOURCE_KEYS}
        source = replace(source, **fields)
        item = _item(_body(record, max_body_bytes), _status(record), source, max_body_bytes)
    except RefusedError as refused:
        item = Rejected.of(source, refused.reason, str(refused))
    if isinstance(item, Rejected):
        return replace(item, error=f"{where}: {item.error}", length=length, captured_at=iso_8601(item.captured_at))
    return item


def unknown_keys(found: Iterable[str], noun: str = "keys") -> str:
    """Report that none of these keys contains a body, and which keys would."""
    names = sorted(repr(name[:NAMED_CHARS]) for name in found)
    more = f" and {len(names) - MOST_NAMED} more" if names[MOST_NAMED:] else ""
    others = ", ".join(f"`{key}`" for key, _, _ in _OTHER_BODIES)
    return f"neither `html` nor `text`; {noun}: {', '.join(names[:MOST_NAMED])}{more}; {others} are accepted too"


def _item(found: _Body, status: int, source: Source, max_body_bytes: int) -> Capture | Rejected:
    if refused := refused_status(source, status, "", len(found.value)):
        return refused
    if found.form == "any" and isinstance(found.value, bytes):
        return accept_response(source, Message(0, {}, found.value), max_body_bytes)
    if found.form == "any":
        return accept_body(source, found.value)
    if found.form == "markdown":
        source = replace(source, content_type=MARKDOWN_TYPE)
    return Capture(body=found.value, media="html" if found.form == "html" else "text", **vars(source))


def _body(record: dict[str, Any], max_body_bytes: int) -> _Body:
    """Find the body that counts. A wrong type is an error under boiloff's own keys; other keys are skipped."""
    is_own = record.get("html") is not None or record.get("text") is not None
    found = None if is_own else _other_body(record)
    if not is_own and not found:
        raise RefusedError(*_why_none(record))
    for key in SOURCE_KEYS:
        value = record.get(key)
        if value is not None and not isinstance(value, str):
            _text(record, key)
    found = found or _own_body(record) or _other_body(record)
    if not found:
        raise RefusedError("empty-body", "`html` and `text` are empty")
    if len(found.value) > max_body_bytes:
        unit = "bytes" if isinstance(found.value, bytes) else "characters"
        raise RefusedError("too-large", f"`{found.key}` has {len(found.value)} {unit}")
    return found


def _own_body(record: dict[str, Any]) -> _Body | None:
    html, text = _value(record, "html", "html"), _value(record, "text", "text")
    if html and html.strip():
        return _Body("html", "html", html)
    return _Body("text", "text", text) if text and _is_written(text) else None


def _other_body(record: dict[str, Any]) -> _Body | None:
    for key, form, path in _OTHER_BODIES:
        holder = _holder(record, path)
        if isinstance(holder.get(path[-1]), str | bytes):
            value = _value(holder, path[-1], key)
            if _is_written(value):
                return _Body(key, form, value)
    return None


def _is_written(value: str | bytes) -> bool:
    return is_written(value) if isinstance(value, bytes) else bool(value.strip(BLANK))


def _why_none(record: dict[str, Any]) -> tuple[str, str]:
    """Return the reason and the message for an object whose body is blank, of a wrong type, or under another key."""
    values = {key: _holder(record, path).get(path[-1]) for key, _, path in _OTHER_BODIES}
    values = {key: value for key, value in values.items() if value is not None}
    for key, value in values.items():
        if isinstance(value, str | bytes):
            return "empty-body", f"`{key}` is empty"
    for key, value in values.items():
        return "wrong-type", f"`{key}` must be a string, this is {_kind(value)}"
    return "not-a-capture", unknown_keys(_names(record))


def _names(record: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of an object, and those of the objects in it that may hold a body."""
    for key, value in record.items():
        yield key
        if isinstance(value, dict) and key in TOP_KEYS:
            yield from (f"{key}.{inner}" for inner in value)


def _source_field(record: dict[str, Any], key: str) -> str:
    """Read a field for the rejected record, whatever else is wrong with the object."""
    value = record.get(key)
    if isinstance(value, str):
        return _plain(value)
    if value is None:
        return "" if key not in FIELDS or _FIRST_NAMES[key].isdisjoint(record) else _under_other_keys(record, key)
    try:
        return _text(record, key)
    except RefusedError:
        return ""


def _under_other_keys(record: dict[str, Any], key: str) -> str:
    for value in _values(record, key):
        text = _plain(value[0] if isinstance(value, list) and value else value)
        text = iso_8601(text) if key == "captured_at" else text.strip()
        if text:
            return text
    return ""


def _status(record: dict[str, Any]) -> int:
    """Read the HTTP status, 0 if it is missing. Some tools write words and codes of their own under these keys."""
    if _FIRST_NAMES["status"].isdisjoint(record):
        return 0
    for value in _values(record, "status"):
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == DIGITS_OF_STATUS:
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value in HTTP_STATUS:
            return int(value)
    return 0


def _values(record: dict[str, Any], field: str) -> Iterator[Any]:
    for path in _FIELD_PATHS[field]:
        if path[0] in record and (value := _holder(record, path).get(path[-1])) is not None:
            yield value


def _holder(record: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the object that has the last name of a path; an empty one if it is missing."""
    for name in path[:-1]:
        inner = record.get(name)
        if not isinstance(inner, dict):
            return {}
        record = inner
    return record


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str | bytes | date):
        raise RefusedError("wrong-type", f"`{key}` must be a string, this is {_kind(value)}")
    return _plain(value)


def _plain(value: Any) -> str:
    """Return a value as text that can be written; columns may hold bytes and times."""
    if not isinstance(value, str):
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        else:
            value = value.isoformat() if isinstance(value, date) else ""
    return without_surrogates(value.replace("\0", "\ufffd"))


def _value(holder: dict[str, Any], name: str, key: str) -> str | bytes:
    """Read a body, and decode base64 if a key beside it says so."""
    value = holder.get(name)
    if value is None or isinstance(value, bytes):
        return value or ""
    if not isinstance(value, str):
        raise RefusedError("wrong-type", f"`{key}` must be a string, this is {_kind(value)}")
    return _from_base64(value, key) if _is_base64(holder, name) else _plain(value)


def _is_base64(holder: dict[str, Any], name: str) -> bool:
    if len(holder) == 1 or _base64_keys(name).isdisjoint(holder):
        return False
    if any(holder.get(flag) is True for flag in BASE64_FLAGS):
        return True
    names = (holder.get(form.format(name)) for form in BASE64_NAMES)
    return any(isinstance(value, str) and value.lower() == "base64" for value in names)


@cache
def _base64_keys(name: str) -> frozenset[str]:
    return frozenset({*BASE64_FLAGS, *(form.format(name) for form in BASE64_NAMES)})


def _from_base64(value: str, key: str) -> bytes:
    written = "".join(value.split()).rstrip("=").translate(URL_SAFE)
    try:
        return b64decode(written + "=" * (-len(written) % 4), validate=True)
    except ValueError as error:
        raise RefusedError("undecodable", f"`{key}` is not valid base64: {error}") from None


def _kind(value: Any) -> str:
    return KINDS.get(type(value).__name__, "another type")


STEP_BYTES = 1 << 16
BETWEEN = b" \t\r\n,"
# A document of objects: an array of them, or one whose first key is on a line below the brace.
START = re.compile(rb"\[\s*\{\s*(?:\"|\})|\{[ \t]*\r?\n\s*\"(?:[^\"\\\n]|\\.){0,200}\"\s*:")
# Outside strings: the signs that change the depth or begin a string.
STRUCTURE = re.compile(rb"[\"{}\[\]]")
# The rest of a string. A line feed ends it too, where its quote is missing: no string contains one.
IN_STRING = re.compile(rb"[^\"\\\n]*(?:\\.[^\"\\\n]*)*", re.DOTALL)
# The end of a number, or of a word.
SCALAR_END = re.compile(rb"[\s,\[\]{}\"]")


def read_json_lines(
    cursor: Cursor,
    path: str,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    extent: Extent = WHOLE,
    on_cut: OnCut | None = None,
) -> Iterator[Capture | Rejected]:
    """Yield a capture for each line (plain, gzip, zstd or lz4), or a rejected record that names the line.

    Blank lines are skipped. Keys: `html` or `text` (`html` wins unless it is empty), optionally `id`, `url`,
    `captured_at`, `content_type`, `source`, and in their place those that other crawlers write (see `keys`). Absent and
    null are the same; a number as `id` becomes text; other keys are ignored. `source_offset` is the line's byte offset
    in the decompressed file. A byte order mark, CRLF, bytes that are not UTF-8, NUL and lone surrogates (all become
    U+FFFD) break nothing. A line of more than twice `max_body_bytes` (escapes take room) is too large, as is a body
    over it.

    If `extent` has no number of lines, errors name bytes instead.
    """
    if not extent.start and cursor.peek(3) == b"\xef\xbb\xbf":
        cursor.read(3)
    number, offset = extent.lines, extent.start
    while not cursor.at_end() and (offset := cursor.position) < extent.end:
        if on_cut is not None and offset > extent.start:
            on_cut(offset)
        number += extent.lines >= 0
        where = f"line {number}" if extent.lines >= 0 else f"the line at byte {offset}"
        line = cursor.read_line(2 * max_body_bytes)
        source = Source(source_file=path, source_offset=offset)
        if cursor.damage and not line.endswith(b"\n"):
            break
        if not line.endswith(b"\n") and not cursor.at_end():
            length = len(line) + cursor.skip_line()
            yield Rejected.of(source, "too-large", f"{where} has {length} bytes", length)
        elif line.strip():
            yield capture_of(partial(parsed, line), where, source, len(line), max_body_bytes)
        offset = cursor.position
    if cursor.damage:
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        error = f"from byte {offset} of the lines on: {cursor.damage.error}"
        yield Rejected.of(Source(source_file=path, source_offset=offset), reason, error)


def parsed(data: bytes, reason: str = "broken-line") -> Any:
    """Parse the JSON of a capture. Raises RefusedError with this reason if it is not JSON."""
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise RefusedError(reason, f"not JSON: {error}") from None


def is_json_line(line: bytes) -> bool:
    """Return whether a line looks like a JSON object, going by its first two characters."""
    start = line.strip()[:80].replace(b" ", b"")
    return start.startswith((b'{"', b"{}"))


def is_json(content: bytes) -> bool:
    """Return True if a file starts with an array of objects, or with an object over several lines."""
    return bool(START.match(content.lstrip()))


def read_json_values(
    cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """Yield a capture for each object of an array, or of several in a row, or a rejected record that names the value.

    Keys and limits are those of `read_json_lines`; `source_offset` is the byte of the decompressed file at which the
    object begins. One object at a time is in memory. A value that is broken ends where its brackets do.
    """
    if cursor.peek(3) == b"\xef\xbb\xbf":
        cursor.read(3)
    number, is_open, offset = 0, False, 0
    while True:
        cursor.skip_any(BETWEEN)
        offset = cursor.position
        first = cursor.peek(1)
        if not first:
            break
        if first == b"]" or (first == b"[" and not is_open):
            is_open = first == b"["
            cursor.skip(1)
            continue
        number += 1
        value = _Value(2 * max_body_bytes)
        value.take(cursor)
        if cursor.damage and not value.is_whole:
            break
        source = Source(source_file=path, source_offset=offset)
        yield capture_of(value.parsed, f"value {number}", source, value.length, max_body_bytes)
    if cursor.damage:
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        error = f"from byte {offset} of the JSON on: {cursor.damage.error}"
        yield Rejected.of(Source(source_file=path, source_offset=offset), reason, error)


class _Value:
    """The bytes of one value, found by its brackets and quotes. No more than `limit` of them are kept."""

    def __init__(self, limit: int) -> None:
        self.length = 0
        self.is_whole = False
        self._limit = limit
        self._parts: list[bytes] = []
        self._depth = 0
        self._in_string = False

    def take(self, cursor: Cursor) -> None:
        """Move the cursor behind the value."""
        is_scalar = cursor.peek(1) not in (b"{", b"[", b'"')
        while not self.is_whole and (ahead := cursor.peek(STEP_BYTES)):
            if not is_scalar:
                end = self._end(ahead)
            elif found := SCALAR_END.search(ahead, not self.length):
                end, self.is_whole = found.start(), True
            else:
                end = len(ahead)
            self.length += end
            data = cursor.read(end)
            if self.length <= self._limit:
                self._parts.append(data)

    def _end(self, ahead: bytes) -> int:
        """Return how many of the bytes belong to the value."""
        at = 0
        while at < len(ahead):
            if self._in_string:
                at = IN_STRING.match(ahead, at).end()  # type: ignore[union-attr]  # it matches any bytes
                sign = ahead[at : at + 1]
                if sign == b"\\" and at:
                    return at  # what it escapes comes next
                at += len(sign)
                self._in_string = sign not in (b'"', b"\n")
            elif found := STRUCTURE.search(ahead, at):
                sign, at = found.group(), found.end()
                self._in_string = sign == b'"'
                self._depth += (sign in b"{[") - (sign in b"}]")
            else:
                return len(ahead)
            if self._depth <= 0 and not self._in_string:
                self.is_whole = True
                return at
        return at

    def parsed(self) -> object:
        """Parse the value; raises RefusedError if it is too long, cut off or not JSON."""
        if self.length > self._limit:
            raise RefusedError("too-large", f"it has {self.length} bytes")
        return parsed(b"".join(self._parts), "broken-line" if self.is_whole else "truncated-record")
