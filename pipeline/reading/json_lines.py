"""JSON lines: one capture a line, under the keys of `keys`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from ...transforms.core.capture import Capture, Source
from .accept import MAX_BODY_BYTES, Rejected
from .cursor import WHOLE, Cursor, Extent
from .keys import RefusedError, capture_of


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
            yield capture_of(partial(parsed, line), where, source, len(line), max_body_bytes)
        offset = cursor.position
    if cursor.damage:
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        error = f"from byte {offset} of the lines on: {cursor.damage.error}"
        yield Rejected.of(Source(source_file=path, source_offset=offset), reason, error)


def parsed(data: bytes, reason: str = "broken-line") -> Any:
    """Parse the JSON of a capture. Raises RefusedError, with this reason, where it is none."""
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise RefusedError(reason, f"not JSON: {error}") from None


def is_json_line(line: bytes) -> bool:
    """Return whether a line looks like a JSON object, going by its first two characters."""
    start = line.strip()[:80].replace(b" ", b"")
    return start.startswith((b'{"', b"{}"))
