"""JSON lines: one capture a line, with `html` or `text`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...transforms.core.capture import Capture, Media, Source
from ...transforms.parsing.decode import without_surrogates
from .accept import MAX_BODY_BYTES, Rejected, iso_8601
from .cursor import WHOLE, Cursor, Extent

# The types of JSON, by the Python types that stand for them.
KINDS = {"NoneType": "null", "bool": "true or false", "int": "a number", "float": "a number", "str": "a string"}
KINDS |= {"list": "an array", "dict": "an object"}
SOURCE_KEYS = ("id", "url", "captured_at", "content_type", "source")
TEXT_KEYS = (*SOURCE_KEYS, "html", "text")


class _RefusedError(ValueError):
    """A line without a capture: `reason` of its rejected record, then the message."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(error)
        self.reason = reason


def read_json_lines(
    cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
) -> Iterator[Capture | Rejected]:
    """Yield a capture for each line (plain, gzip, zstd or lz4), or a rejected record that names the line.

    Blank lines are skipped. Keys: `html` or `text` (`html` wins unless it is empty), optionally `id`, `url`,
    `captured_at`, `content_type`, `source`. Absent and null are the same; a number as `id` becomes text; other keys are
    ignored. `source_offset` is the line's byte offset in the decompressed file. A byte order mark, CRLF, bytes
    that are not UTF-8, NUL and lone surrogates (all become U+FFFD) break nothing. A line of more than
    twice `max_body_bytes` (escapes take room) is too large, as is a body over it.

    Where `extent` has no number of lines, errors name bytes.
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
            yield _item(line, where, source, max_body_bytes)
        offset = cursor.position
    if cursor.damage:
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        error = f"from byte {offset} of the lines on: {cursor.damage.error}"
        yield Rejected.of(Source(source_file=path, source_offset=offset), reason, error)


def _item(line: bytes, where: str, source: Source, max_body_bytes: int) -> Capture | Rejected:
    try:
        record = _record(line)
        facts: dict[str, Any] = {key: _text_or_empty(record, key) for key in SOURCE_KEYS}
        source = replace(source, **facts)
        body, media = _body(record, max_body_bytes)
    except _RefusedError as refused:
        dated = replace(source, captured_at=iso_8601(source.captured_at))
        return Rejected.of(dated, refused.reason, f"{where}: {refused}", len(line))
    return Capture(body=body, media=media, **vars(source))


def _body(record: dict[str, Any], max_body_bytes: int) -> tuple[str, Media]:
    fields = _fields(record)
    media: Media = "html" if fields["html"].strip() else "text"
    body = fields[media]
    if not body.strip(" \t\r\n\f\0"):
        raise _RefusedError("empty-body", "`html` and `text` are empty")
    if len(body) > max_body_bytes:
        raise _RefusedError("too-large", f"`{media}` has {len(body)} characters")
    return body, media


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise _RefusedError("broken-line", f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise _RefusedError("wrong-type", f"a JSON object is needed, this is {KINDS[type(record).__name__]}")
    return record


def _text_or_empty(record: dict[str, Any], key: str) -> str:
    """Read a key that the line's dead letter names too, whatever else is wrong with the line."""
    try:
        return _text(record, key)
    except _RefusedError:
        return ""


def _fields(record: dict[str, Any]) -> dict[str, str]:
    if record.get("html") is None and record.get("text") is None:
        keys = ", ".join(sorted(map(repr, record))[:8])
        raise _RefusedError("not-a-capture", f"neither `html` nor `text`; keys: {keys}")
    return {key: _text(record, key) for key in TEXT_KEYS}


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _RefusedError("wrong-type", f"`{key}` must be a string, this is {KINDS[type(value).__name__]}")
    return without_surrogates(value.replace("\0", "\ufffd"))


def is_json_line(line: bytes) -> bool:
    """Return whether a line looks like a JSON object, going by its first two characters."""
    start = line.strip()[:80].replace(b" ", b"")
    return start.startswith((b'{"', b"{}"))
