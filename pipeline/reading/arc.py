"""ARC 1.0 archives, the format before WARC: a line of five fields before each stored response.

fastwarc does not read them; of the libraries that do, warcio takes a wrong length for the end of the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...transforms.core.capture import Capture
from .cursor import Cursor
from .extent import WHOLE, Extent
from .http_message import parse_message
from .open_cursor import open_cursor
from .records import FIRST_LINE_BYTES, Head, Layout, Record, records
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin, capture_message
from .warc import HTTP_HEADER_BYTES, NOTES, has_body
from .window import ByteStream

# URL (spaces happen), IP address, date, content type (spaces happen), length. The URL's part is the only
# one that may be long, and its length is capped, so that a hostile line costs a constant.
START = re.compile(
    rb"^([a-z][a-z0-9+.-]{1,20}:[^\r\n]{0,2000}) ([0-9a-fA-F.:]{1,45}|-) (\d{8,14})"
    rb" ([^\r\n]{1,200}) (\d{1,15})[ \t]*\r?\n",
    re.MULTILINE,
)
FIELDS = ("url", "ip", "date", "content-type", "length")


def starts_arc(data: bytes) -> bool:
    """Whether a frame's content begins a record."""
    return bool(START.match(data))


def read_arc(
    stream: ByteStream, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
) -> Iterator[Capture | Rejected]:
    """Every capture of an ARC file (plain or gzip), and a rejected record for each that is none.

    Every record but the archive's own (`filedesc:`) is a capture. ARC records have no id; offsets and faults
    are as in `read_warc`.
    """
    cursor = open_cursor(stream, starts_arc, extent.start)
    for record in records(cursor, LAYOUT, max_body_bytes + HTTP_HEADER_BYTES, extent.end):
        item = _item(record, path, max_body_bytes)
        if item is not None:
            yield item


def read_head(cursor: Cursor) -> Head:
    """The fields of a record's line."""
    line = cursor.read_line(FIRST_LINE_BYTES)
    match = START.match(line)
    if not match:
        return Head({}, -1, whole=False)
    fields = {name: value.decode("utf-8", "replace") for name, value in zip(FIELDS, match.groups(), strict=True)}
    return Head(fields, int(fields["length"]), lf_only=not line.endswith(b"\r\n"))


LAYOUT = Layout(START, re.compile(b""), read_head)


def _item(record: Record, path: str, max_body_bytes: int) -> Capture | Rejected | None:
    fields = record.fields
    origin = Origin(
        url=fields.get("url", ""),
        captured_at=fields.get("date", ""),
        source_file=path,
        source_offset=record.offset,
    )
    if record.fault:
        part = _capture(record, origin, max_body_bytes, cut=True) if has_body(record) else None
        return part if isinstance(part, Capture) else origin.reject(record.fault, record.error, record.length)
    return _capture(record, origin, max_body_bytes)


def _capture(record: Record, origin: Origin, max_body_bytes: int, *, cut: bool = False) -> Capture | Rejected | None:
    if origin.url.startswith("filedesc:"):
        return None
    if origin.url.lower().startswith(NOTES):
        return origin.reject("not-a-capture", f"{origin.url} is a crawler's note", record.length)
    content_type = record.fields.get("content-type", "")
    content_type = "" if content_type == "no-type" else content_type
    return capture_message(origin, parse_message(record.block), content_type, max_body_bytes, cut=cut)
