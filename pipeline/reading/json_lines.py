"""JSON lines: one capture a line, with `html` or `text`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...transforms.capture import Capture, Media
from ...transforms.parsing.decode import without_surrogates
from .frames import ByteStream
from .open_cursor import open_cursor
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin

TEXT_KEYS = ("id", "url", "captured_at", "content_type", "source", "html", "text")


class _RefusedError(ValueError):
    """A line that holds no capture: `reason`, then the message."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(error)
        self.reason = reason


def read_json_lines(
    stream: ByteStream, path: str, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """A capture for each line (plain, gzip or zstd), or a rejected record that names the line; blank lines are none.

    Keys: `html` or `text` (`html` wins unless it is empty), optionally `id`, `url`, `captured_at`,
    `content_type`, `source`. Absent and null are the same; a number as `id` becomes text; other keys are left
    alone. `source_offset` is the line's byte offset in the decompressed file. A byte order mark, CRLF, bytes
    that are not UTF-8, NUL and lone surrogates (all become U+FFFD) break nothing. A line of more than
    twice `max_body_bytes` (escapes take room) is too large, as is a body over it.
    """
    cursor = open_cursor(stream)
    if cursor.peek(3) == b"\xef\xbb\xbf":
        cursor.read(3)
    number = 0
    while not cursor.at_end():
        number += 1
        offset = cursor.position
        line = cursor.read_line(2 * max_body_bytes)
        origin = Origin(source_file=path, source_offset=offset)
        if cursor.damage and not line.endswith(b"\n"):
            break
        if not line.endswith(b"\n") and not cursor.at_end():
            length = len(line) + cursor.skip_line()
            yield origin.reject("too-large", f"line {number} has {length} bytes", length)
        elif line.strip():
            yield _item(line, number, origin, max_body_bytes)
    if cursor.damage:
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        error = f"after line {max(0, number - 1)}: {cursor.damage.error}"
        yield Origin(source_file=path, source_offset=cursor.position).reject(reason, error)


def _item(line: bytes, number: int, origin: Origin, max_body_bytes: int) -> Capture | Rejected:
    try:
        fields = _fields(line)
    except _RefusedError as refused:
        return origin.reject(refused.reason, f"line {number}: {refused}", len(line))
    origin = Origin(fields["id"], fields["url"], fields["captured_at"], origin.source_file, origin.source_offset)
    media: Media = "html" if fields["html"].strip() else "text"
    body = fields[media]
    if not body.strip(" \t\r\n\f\0"):
        return origin.reject("empty-body", f"line {number}: `html` and `text` are empty", len(line))
    if len(body) > max_body_bytes:
        return origin.reject("too-large", f"line {number}: `{media}` has {len(body)} characters", len(line))
    return Capture(
        body=body,
        media=media,
        url=origin.url,
        id=origin.id,
        captured_at=origin.captured_at,
        content_type=fields["content_type"],
        source=fields["source"],
        source_file=origin.source_file,
        source_offset=origin.source_offset,
    )


def _fields(line: bytes) -> dict[str, str]:
    try:
        record = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise _RefusedError("broken-line", f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise _RefusedError("wrong-type", f"a JSON object is needed, this is a {type(record).__name__}")
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
        raise _RefusedError("wrong-type", f"`{key}` must be a string, this is a {type(value).__name__}")
    return without_surrogates(value.replace("\0", "\ufffd"))


def is_json_line(line: bytes) -> bool:
    """Whether a line looks like a JSON object, going by its first two characters."""
    start = line.strip()[:80].replace(b" ", b"")
    return start.startswith((b'{"', b"{}"))
