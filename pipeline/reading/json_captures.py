"""JSON: one capture a line, an array of captures, or objects over several lines; the keys are those of `keys`.

Captures are read one by one, so that a file of any size needs the memory of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from ...transforms.core.capture import Capture, Source
from .accept import MAX_BODY_BYTES, Rejected
from .cursor import WHOLE, Cursor, Extent
from .keys import RefusedError, capture_of

STEP_BYTES = 1 << 16
BETWEEN = b" \t\r\n,"
# A document of objects: an array of them, or one whose first key stands on a line below the brace.
START = re.compile(rb"\[\s*\{\s*(?:\"|\})|\{[ \t]*\r?\n\s*\"(?:[^\"\\\n]|\\.){0,200}\"\s*:")
# Outside strings: the signs that change the depth or begin a string.
STRUCTURE = re.compile(rb"[\"{}\[\]]")
# The rest of a string. A line feed ends it too, where its quote is missing: no string holds one.
IN_STRING = re.compile(rb"[^\"\\\n]*(?:\\.[^\"\\\n]*)*", re.DOTALL)
# The end of a number, or of a word.
SCALAR_END = re.compile(rb"[\s,\[\]{}\"]")


def read_json_lines(
    cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
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
    """Return whether the beginning of a file is that of an array of objects, or of an object over several lines."""
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
