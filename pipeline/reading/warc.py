"""WARC archives, and WET, which is WARC with extracted text.

**What counts as a capture.** A `response`, `resource`, `conversion` or `revisit` record is a capture: it stands
for one fetched page and ends as an article or as a rejected record. So does every damaged stretch of the file,
which may have held some. `warcinfo`, `request`, `metadata` (all of a WAT file), `continuation` and types that no
standard names are the archive's bookkeeping: they are counted nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...transforms.core.capture import Capture
from .cursor import Cursor
from .extent import WHOLE, Extent
from .http_message import Message, parse_message
from .open_cursor import open_cursor
from .records import HEAD_BYTES, Head, Layout, Record, records
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin, capture_message
from .window import ByteStream

START = re.compile(rb"^WARC/\d\.\d+[ \t]*\r?\n", re.MULTILINE)
BLANK_LINE = re.compile(rb"\n\r?\n")
HTTP = b"HTTP/"
HTTP_HEADERS_END = re.compile(rb"\n\r?\n.", re.DOTALL)
# A head, or the beginning of one that the file cuts off.
FIELD = re.compile(rb"^(?:WARC[-/]|W(?:A(?:RC?)?)?\Z)", re.MULTILINE)
CAPTURES = frozenset({"response", "resource", "conversion", "revisit"})
# Schemes of what crawlers note about a crawl, stored as if it had been fetched.
NOTES = ("metadata:", "urn:", "dns:", "whois:", "filedesc:", "warcinfo:", "screenshot:", "info:")
HTTP_HEADER_BYTES = 1 << 16


def starts_warc(data: bytes) -> bool:
    """Whether a frame's content begins a record."""
    return data.startswith(b"WARC/")


def read_warc(
    stream: ByteStream, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
) -> Iterator[Capture | Rejected]:
    """Every capture of a WARC or WET file (plain, gzip, zstd, lz4), and a rejected record for each that is none.

    `id` is the WARC-Record-ID without angle brackets; `source_offset` the byte at which the record, or the gzip
    or zstd frame that holds it, starts in the file (in lz4 files: in the decompressed bytes). Records that the
    archive, the server or the end of the file cut short carry the quality flag `truncated`, where what there is makes
    a page. Nothing about the bytes raises.
    """
    cursor = open_cursor(stream, starts_warc, extent.start)
    for record in records(cursor, LAYOUT, max_body_bytes + HTTP_HEADER_BYTES, extent.end):
        item = _item(record, path, max_body_bytes)
        if item is not None:
            yield item


def has_body(record: Record) -> bool:
    """Whether what is there of a record that is cut short reaches into the body, behind HTTP headers if it has them."""
    return not HTTP.startswith(record.block[: len(HTTP)]) or HTTP_HEADERS_END.search(record.block) is not None


def read_head(cursor: Cursor) -> Head:
    """The version line and named fields of a record, up to the blank line. Folded lines are joined."""
    for size in (2048, HEAD_BYTES):
        data = cursor.peek(size)
        blank = BLANK_LINE.search(data)
        if blank:
            break
    lines = cursor.read(blank.end() if blank else len(data)).splitlines(keepends=True)
    lf_only = not lines[0].endswith(b"\r\n")
    fields: dict[str, str] = {}
    name = ""
    for line in lines[1:]:
        text = line.decode("utf-8", "replace")
        if text[0] in " \t" and name:
            fields[name] += " " + text.strip()
            continue
        key, colon, value = text.partition(":")
        if colon:
            name = key.strip().lower()
            fields.setdefault(name, value.strip())
    return Head(fields, _length(fields) if blank else -1, lf_only, whole=blank is not None)


LAYOUT = Layout(START, FIELD, read_head)


def _length(fields: Mapping[str, str]) -> int:
    value = fields.get("content-length", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else -1


def _item(record: Record, path: str, max_body_bytes: int) -> Capture | Rejected | None:
    fields = record.fields
    kind = fields.get("warc-type", "").lower()
    origin = Origin(
        id=fields.get("warc-record-id", "").strip("<>"),
        url=fields.get("warc-target-uri", "").strip("<>"),
        captured_at=fields.get("warc-date", ""),
        source_file=path,
        source_offset=record.offset,
    )
    if record.fault and (record.fault != "too-large" or kind in CAPTURES):
        part = (
            _capture(record, kind, origin, max_body_bytes, cut=True) if kind in CAPTURES and has_body(record) else None
        )
        return part if isinstance(part, Capture) else origin.reject(record.fault, record.error, record.length)
    if not kind:
        return origin.reject("damaged-record", "the record has no WARC-Type", record.length)
    if kind not in CAPTURES:
        return None
    cut = "warc-truncated" in fields or "warc-segment-number" in fields
    return _capture(record, kind, origin, max_body_bytes, cut=cut)


def _capture(record: Record, kind: str, origin: Origin, max_body_bytes: int, *, cut: bool) -> Capture | Rejected:
    fields = record.fields
    if kind == "revisit":
        same = fields.get("warc-refers-to-target-uri") or fields.get("warc-refers-to") or "an earlier capture"
        return origin.reject("revisit", f"the page had not changed since {same}", record.length)
    if origin.url.lower().startswith(NOTES):
        return origin.reject("not-a-capture", f"{origin.url} is a crawler's note", record.length)
    message = Message(0, {}, record.block) if kind == "conversion" else parse_message(record.block)
    content_type = fields.get("content-type", "")
    if content_type.lower().startswith("application/http"):
        content_type = ""
    return capture_message(origin, message, content_type, max_body_bytes, cut=cut)
