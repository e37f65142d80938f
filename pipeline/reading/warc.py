"""WARC archives, and their relatives WET (WARC with extracted text), WACZ (a zip of WARC files) and ARC (before WARC).

**What counts as a capture.** A `response`, `resource`, `conversion` or `revisit` record is a capture: it stands
for one fetched page and ends as an article or as a rejected record. So does every damaged stretch of the file,
which may have held some. `warcinfo`, `request`, `metadata` (all of a WAT file), `continuation` and types that no
standard names are the archive's bookkeeping: no count includes them. In an ARC file every record but the archive's own
(`filedesc:`) is a capture.

fastwarc does not read ARC; warcio does, but ends at a wrong length.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import IO

from ...transforms.core.capture import Capture, Source
from .accept import MAX_BODY_BYTES, Rejected, accept_response, iso_8601
from .cursor import WHOLE, Cursor, Extent, open_cursor
from .http_message import Message, parse_message
from .records import FIRST_LINE_BYTES, HEAD_BYTES, Head, Layout, Record, records

BLANK_LINE = re.compile(rb"\n\r?\n")
HTTP = b"HTTP/"
HTTP_HEADERS_END = re.compile(rb"\n\r?\n.", re.DOTALL)
HTTP_HEADER_BYTES = 1 << 16
CAPTURES = frozenset({"response", "resource", "conversion", "revisit"})
# Schemes of what crawlers note about a crawl, stored as if it had been fetched.
NOTES = ("metadata:", "urn:", "dns:", "whois:", "filedesc:", "warcinfo:", "screenshot:", "info:")

# URL (spaces happen), IP address, date, content type (spaces happen), length. The URL's part is the only
# one that may be long, and its length is capped, so that a hostile line costs a constant.
ARC_START = re.compile(
    rb"^([a-z][a-z0-9+.-]{1,20}:[^\r\n]{0,2000}) ([0-9a-fA-F.:]{1,45}|-) (\d{8,14})"
    rb" ([^\r\n]{1,200}) (\d{1,15})[ \t]*\r?\n",
    re.MULTILINE,
)
ARC_FIELDS = ("url", "ip", "date", "content-type", "length")

WARC_MEMBER = re.compile(r"archive/.*\.warc[^/]*")
MEMBER = re.compile(rf"(.*?)!({WARC_MEMBER.pattern})", re.DOTALL)
# What the standard library raises for a zip file that is damaged, encrypted or compressed in an unknown way.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


ItemOf = Callable[..., Capture | Rejected | None]


def read_warc(
    cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
) -> Iterator[Capture | Rejected]:
    """Yield every capture of a WARC or WET file (plain, gzip, zstd, lz4), and a rejected record for each other one.

    `id` is the WARC-Record-ID without angle brackets; `source_offset` the byte at which the record, or the gzip or zstd
    frame that holds it, starts in the file (in lz4 files: in the decompressed bytes). Records that the archive, the
    server or the end of the file cut short have the quality flag `truncated`, if the part that is there gives a page.
    No bytes make it raise an error.
    """
    found = records(cursor, WARC, max_body_bytes + HTTP_HEADER_BYTES, extent.end)
    yield from _items(found, _warc_item, path, max_body_bytes)


def _items(found: Iterator[Record], item_of: ItemOf, path: str, max_body_bytes: int) -> Iterator[Capture | Rejected]:
    """Yield the item of each record that is a capture or should have been one; hold no record while it is cleaned."""
    for item in map(partial(item_of, path=path, max_body_bytes=max_body_bytes), found):
        if item is not None:
            yield item


def _read_warc_head(cursor: Cursor) -> Head:
    """Read the version line and named fields of a record, up to the blank line. Join folded lines."""
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


def _length(fields: Mapping[str, str]) -> int:
    value = fields.get("content-length", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else -1


WARC = Layout(
    starts=lambda data: data.startswith(b"WARC/"),
    start=re.compile(rb"^WARC/\d\.\d+[ \t]*\r?\n", re.MULTILINE),
    # A head, or the beginning of one that the file cuts off.
    inner=re.compile(rb"^(?:WARC[-/]|W(?:A(?:RC?)?)?\Z)", re.MULTILINE),
    read_head=_read_warc_head,
)


def _warc_item(record: Record, path: str, max_body_bytes: int) -> Capture | Rejected | None:
    fields = record.fields
    kind = fields.get("warc-type", "").lower()
    if kind and kind not in CAPTURES and record.fault in ("", "too-large"):
        return None
    content_type = fields.get("content-type", "")
    source = Source(
        id=fields.get("warc-record-id", "").strip("<>"),
        url=fields.get("warc-target-uri", "").strip("<>"),
        captured_at=iso_8601(fields.get("warc-date", "")),
        content_type="" if content_type.lower().startswith("application/http") else content_type,
        source_file=path,
        source_offset=record.offset,
    )
    if not kind and record.fault in ("", "too-large"):
        return Rejected.of(source, "damaged-record", "the record has no WARC-Type", record.length)
    if record.fault:
        return _part(record, kind, source, max_body_bytes) if kind in CAPTURES else _rejected(record, source)
    cut = "warc-truncated" in fields or "warc-segment-number" in fields
    return _accepted(record, kind, source, max_body_bytes, cut=cut)


def _part(record: Record, kind: str, source: Source, max_body_bytes: int) -> Capture | Rejected:
    """Return the capture of the part of a faulty record that is there, if that part gives a page."""
    if HTTP.startswith(record.block[: len(HTTP)]) and not HTTP_HEADERS_END.search(record.block):
        return _rejected(record, source)  # the rest ends before the body
    part = _accepted(record, kind, source, max_body_bytes, cut=True)
    return part if isinstance(part, Capture) else _rejected(record, source)


def _rejected(record: Record, source: Source) -> Rejected:
    return Rejected.of(source, record.fault, record.error, record.length)


def _accepted(record: Record, kind: str, source: Source, max_body_bytes: int, *, cut: bool) -> Capture | Rejected:
    fields = record.fields
    if kind == "revisit":
        same = fields.get("warc-refers-to-target-uri") or fields.get("warc-refers-to") or "an earlier capture"
        return Rejected.of(source, "revisit", f"the page had not changed since {same}", record.length)
    if source.url.lower().startswith(NOTES):
        return Rejected.of(source, "not-a-capture", f"{source.url} is a crawler's note", record.length)
    message = Message(0, {}, record.block) if kind == "conversion" else parse_message(record.block)
    return accept_response(source, message, max_body_bytes, cut=cut)


def read_arc(
    cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
) -> Iterator[Capture | Rejected]:
    """Yield every capture of an ARC file (plain or gzip), and a rejected record for each other one.

    ARC records have no id; offsets and faults are as in `read_warc`.
    """
    found = records(cursor, ARC, max_body_bytes + HTTP_HEADER_BYTES, extent.end)
    yield from _items(found, _arc_item, path, max_body_bytes)


def _read_arc_head(cursor: Cursor) -> Head:
    line = cursor.read_line(FIRST_LINE_BYTES)
    match = ARC_START.match(line)
    if not match:
        return Head({}, -1, whole=False)
    fields = {name: value.decode("utf-8", "replace") for name, value in zip(ARC_FIELDS, match.groups(), strict=True)}
    return Head(fields, int(fields["length"]), lf_only=not line.endswith(b"\r\n"))


ARC = Layout(
    starts=lambda data: bool(ARC_START.match(data)),
    start=ARC_START,
    inner=re.compile(b""),
    read_head=_read_arc_head,
)


def _arc_item(record: Record, path: str, max_body_bytes: int) -> Capture | Rejected | None:
    fields = record.fields
    content_type = fields.get("content-type", "")
    source = Source(
        url=fields.get("url", ""),
        captured_at=iso_8601(fields.get("date", "")),
        content_type="" if content_type == "no-type" else content_type,
        source_file=path,
        source_offset=record.offset,
    )
    if record.fault:
        return _part(record, "", source, max_body_bytes)
    if source.url.startswith("filedesc:"):
        return None
    return _accepted(record, "", source, max_body_bytes, cut=False)


def is_wacz(stream: IO[bytes]) -> bool:
    """Return whether a zip file is a WACZ: it has a `datapackage.json`, or WARC files in its folder `archive/`."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return any(name == "datapackage.json" or WARC_MEMBER.fullmatch(name) for name in archive.namelist())
    except ZIP_ERRORS:
        return False


def read_wacz(stream: IO[bytes], path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected]:
    """Yield every capture of the WARC files in a WACZ, by name, as `read_warc` yields them.

    `source_file` is the path and the member's name with `!` between, `source_offset` counts within the member.
    The stream must be seekable.
    """
    with zipfile.ZipFile(stream) as archive:
        names = sorted(filter(WARC_MEMBER.fullmatch, archive.namelist()))
        if not names:
            error = "no archive/*.warc in this zip file"
            yield Rejected.of(Source(source_file=path), "unknown-format", error)
        for name in names:
            yield from read_member(archive, name, f"{path}!{name}", max_body_bytes=max_body_bytes)


def read_member(
    archive: zipfile.ZipFile, name: str, path: str, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """Yield every capture of one WARC file in a zip file, with `path` as its `source_file`."""
    try:
        with archive.open(name) as member:
            yield from read_warc(open_cursor(member, WARC.starts), path, max_body_bytes=max_body_bytes)
    except ZIP_ERRORS as error:
        yield Rejected.of(Source(source_file=path), "damaged-record", f"zip member {name}: {error}")


def split_member(path: str) -> tuple[str, str] | None:
    """Split a `source_file` into a zip file and the member in it; None where it names a file."""
    found = MEMBER.fullmatch(path)
    return (found[1], found[2]) if found and not os.path.exists(path) else None
