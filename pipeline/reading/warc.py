"""WARC archives, and their relatives WET (WARC with extracted text), WACZ (a zip of WARC files) and ARC (before WARC).

**Records.** WARC and ARC differ in the lines that begin a record, and agree in the rest: a head, a block of announced
length, blank lines. A length is right if a record, or the end, follows the block. Otherwise it is wrong (edited by
hand, line ends converted), and the block ends at the line that begins the next record. So an archive is divided into
records, sound and broken, and none is lost. fastwarc does not read ARC; warcio does, but ends at a wrong length.

**What counts as a capture.** A `response`, `resource`, `conversion` or `revisit` record is a capture: it stands
for one fetched page and ends as an article or as a rejected record. So does every damaged stretch of the file,
which may have held some. `warcinfo`, `request`, `metadata` (all of a WAT file), `continuation` and types that no
standard names are the archive's bookkeeping: no count includes them. In an ARC file every record but the archive's own
(`filedesc:`) is a capture.
"""

from __future__ import annotations

import os
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Literal

from ...transforms.core.page import Capture, Source
from .accept import MAX_BODY_BYTES, Rejected, accept_response, iso_8601
from .cursor import MAX_PADDING, WHOLE, Cursor, Extent, OnCut, Starts, open_cursor, zeros_notice
from .http_message import Message, parse_message

Fault = Literal["", "damaged-record", "truncated-record", "too-large"]

PADDING = b"\r\n\0 "
FIRST_LINE_BYTES = 4096
HEAD_BYTES = 1 << 16
MAX_REST_BYTES = 1 << 16


@dataclass(frozen=True)
class Head:
    """The header of a record: its fields by lower-case name, and the length of the block (-1: unknown).

    `lf_only`: the lines end without a carriage return. `whole`: the header ends with its blank line.
    """

    fields: Mapping[str, str]
    length: int
    lf_only: bool = False
    whole: bool = True


@dataclass(frozen=True)
class Layout:
    """An archive format: the line that begins a record, what only heads hold, and the reader of a head.

    A stretch that has `inner` never counts as the rest of the block before it. `starts` decides whether the content of
    a compressed frame begins a record.
    """

    starts: Starts
    start: re.Pattern[bytes]
    inner: re.Pattern[bytes]
    read_head: Callable[[Cursor], Head]


@dataclass(frozen=True)
class Record:
    """One record, or a stretch of the file in which records are damaged.

    `fault` is empty if the block is whole; else `error` describes the fault. Of a truncated record `block` holds the
    part that is there; of all other faulty ones it is empty.
    """

    offset: int
    fields: Mapping[str, str] = field(default_factory=dict)
    block: bytes = b""
    length: int = -1
    fault: Fault = ""
    error: str = ""


def records(
    cursor: Cursor, layout: Layout, max_block_bytes: int, end: int = sys.maxsize, on_cut: OnCut | None = None
) -> Iterator[Record]:
    """Yield every record of an archive in order, one at a time in memory, and one faulty record per damaged stretch.

    It ends before the first record whose offset is `end` or more.
    """
    while (offset := next_offset(cursor)) is not None and offset < end:
        if on_cut is not None and may_begin(cursor, layout):
            on_cut(offset)
        yield read_record(cursor, layout, max_block_bytes, offset)


def may_begin(cursor: Cursor, layout: Layout) -> bool:
    """Return whether reading may begin here: at a record whose frame holds no part of the record before, or damage."""
    return cursor.at_frame() and layout.start.match(cursor.peek(FIRST_LINE_BYTES)) is not None


def next_offset(cursor: Cursor) -> int | None:
    """Move behind padding; return the offset of the record or damage that follows, or None at the end.

    Padding that is long enough to have held records is damage.
    """
    if not _is_hole(cursor):
        cursor.skip_any(PADDING)
    if not cursor.at_end():
        return cursor.offset()
    return cursor.damage.frame if cursor.damage else None


def _is_hole(cursor: Cursor) -> bool:
    """Return whether more padding follows than a file has between records, or at its end."""
    ahead = cursor.peek(MAX_PADDING + FIRST_LINE_BYTES).lstrip(b"\r\n ")
    return len(ahead) > MAX_PADDING and not ahead.strip(PADDING)


def read_record(cursor: Cursor, layout: Layout, max_block_bytes: int, offset: int) -> Record:
    """Read a record, or a damaged stretch, at the cursor, which stands at `offset`."""
    if cursor.at_end():
        return _fault_of_damage(cursor, offset)
    if layout.start.match(cursor.peek(FIRST_LINE_BYTES)):
        return _record(cursor, layout, max_block_bytes, offset)
    return _stray(cursor, layout, offset)


def _stray(cursor: Cursor, layout: Layout, offset: int) -> Record:
    if _is_hole(cursor):
        start = cursor.position
        cursor.skip_any(PADDING)
        size = cursor.position - start
        return Record(offset, length=size, fault="damaged-record", error=zeros_notice(size, offset))
    skipped = cursor.skip_to_line(layout.start)
    if cursor.at_end() and cursor.damage:
        return _fault_of_damage(cursor, offset)
    error = f"{skipped} bytes at offset {offset} are not a record"
    return Record(offset, length=skipped, fault="damaged-record", error=error)


def _fault_of_damage(cursor: Cursor, offset: int, head: Head | None = None, block: bytes = b"") -> Record:
    damage = cursor.damage
    assert damage is not None
    cursor.pass_damage()
    return Record(
        offset,
        fields=head.fields if head else {},
        block=block if damage.cut else b"",
        length=head.length if head else -1,
        fault="truncated-record" if damage.cut else "damaged-record",
        error=damage.error,
    )


def _record(cursor: Cursor, layout: Layout, max_block_bytes: int, offset: int) -> Record:
    head = layout.read_head(cursor)
    if not head.whole and cursor.at_end():
        if cursor.damage:
            return _fault_of_damage(cursor, offset, head)
        error = f"the file ends in the header of the record at offset {offset}"
        return Record(offset, head.fields, fault="truncated-record", error=error)
    if not head.whole or head.length < 0:
        cursor.skip_to_line(layout.start)
        error = f"the header of the record at offset {offset} has no length"
        return Record(offset, head.fields, fault="damaged-record", error=error)
    block = cursor.read(min(head.length, max_block_bytes))
    if len(block) == head.length and _fits(cursor, layout):
        if cursor.damage and cursor.at_end() and cursor.damage.frame == offset:
            return _end_of_frame(cursor, offset, head, block)
        return Record(offset, head.fields, block, head.length)
    return _misfit(cursor, layout, offset, head, block)


def _fits(cursor: Cursor, layout: Layout) -> bool:
    """Return whether the end, another record or a hole follows, as it must if a record's length is right."""
    if _is_hole(cursor):
        return True
    while True:
        ahead = cursor.peek(2 * FIRST_LINE_BYTES)
        rest = ahead.lstrip(PADDING)
        if rest:
            return bool(layout.start.match(rest))
        if len(ahead) < 2 * FIRST_LINE_BYTES:
            cursor.skip_any(PADDING)
            return True
        cursor.skip(len(ahead))


def _end_of_frame(cursor: Cursor, offset: int, head: Head, block: bytes) -> Record:
    """Return a record that is whole although its frame is not: sound if only the frame's checksum is cut off."""
    record = _fault_of_damage(cursor, offset, head)
    if record.fault == "truncated-record":
        return Record(offset, head.fields, block, head.length)
    return record


def _misfit(cursor: Cursor, layout: Layout, offset: int, head: Head, block: bytes) -> Record:
    """Return a record of a wrong length, which ends at the next record's first line, the file's end, or damage."""
    if len(block) < head.length and cursor.at_end() and cursor.damage:
        # The length may be right: a first line inside the block may be part of the page, and a page must not be able to
        # add captures of other sites.
        return _fault_of_damage(cursor, offset, head, block)
    if len(block) < head.length and not cursor.at_end() and cursor.framed:
        return _over_the_cap(cursor, layout, offset, head, block)
    inside = layout.start.search(block + cursor.peek(FIRST_LINE_BYTES))
    if inside and inside.start() < len(block):
        cursor.push_back(block[inside.start() :])
        block = block[: inside.start()].rstrip(PADDING)
        return Record(offset, head.fields, block, len(block))
    if len(block) == head.length:
        rest = cursor.read_to_line(layout.start, MAX_REST_BYTES)
        if cursor.damage and cursor.at_end() and cursor.damage.frame == offset:
            return _end_of_frame(cursor, offset, head, block)
        block += _rest_of_block(cursor, layout, rest)
        return Record(offset, head.fields, block, len(block))
    missing = head.length - len(block)
    if not cursor.at_end():
        missing -= cursor.skip(missing)
        if not missing:
            error = f"the record at offset {offset} has {head.length} bytes"
            return Record(offset, head.fields, length=head.length, fault="too-large", error=error)
    if cursor.damage:
        return _fault_of_damage(cursor, offset, head, block)
    if head.lf_only and len(block) + missing == head.length and missing <= block.count(b"\n"):
        return Record(offset, head.fields, block, len(block))  # a length from before the CRs were removed
    error = f"the record at offset {offset} has {head.length} bytes, but the last {missing} bytes are missing"
    return Record(offset, head.fields, block, head.length, "truncated-record", error)


def _over_the_cap(cursor: Cursor, layout: Layout, offset: int, head: Head, block: bytes) -> Record:
    """Return a record of a compressed file that announces more than may be read.

    It ends after the length it announces, or where a frame begins with a record. First lines inside its frame may be
    the page's own and end nothing.
    """
    for start in cursor.frames_since(cursor.position - len(block)):
        at = start - (cursor.position - len(block))
        if at and layout.start.match(block, at):
            cursor.push_back(block[at:])
            return Record(offset, head.fields, block[:at].rstrip(PADDING), at)
    missing = head.length - len(block)
    while missing and not cursor.at_end():
        missing -= cursor.skip_in_frame(missing)
        if cursor.at_frame() and layout.start.match(cursor.peek(FIRST_LINE_BYTES)):
            break
    if cursor.damage and missing and cursor.at_end():
        return _fault_of_damage(cursor, offset, head)
    error = f"the record at offset {offset} has {head.length} bytes"
    return Record(offset, head.fields, length=head.length, fault="too-large", error=error)


def _rest_of_block(cursor: Cursor, layout: Layout, rest: bytes) -> bytes:
    """Return what is between a record of too small a length and the next one, unless it is junk or a broken record.

    It is the tail of lines whose ends were converted, or of a record edited by hand.
    """
    at_start = cursor.at_end() or bool(layout.start.match(cursor.peek(FIRST_LINE_BYTES)))
    if at_start and not cursor.damage and b"\0" not in rest and not layout.inner.search(rest):
        return rest.rstrip(PADDING)
    cursor.push_back(rest)
    return b""


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
    cursor: Cursor,
    path: str,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    extent: Extent = WHOLE,
    on_cut: OnCut | None = None,
) -> Iterator[Capture | Rejected]:
    """Yield every capture of a WARC or WET file (plain, gzip, zstd, lz4), and a rejected record for each other one.

    `id` is the WARC-Record-ID without angle brackets; `source_offset` the byte at which the record, or the gzip or zstd
    frame that holds it, starts in the file (in lz4 files: in the decompressed bytes). Records that the archive, the
    server or the end of the file cut short have the quality flag `truncated`, if the part that is there gives a page.
    No bytes make it raise an error.
    """
    found = records(cursor, WARC, max_body_bytes + HTTP_HEADER_BYTES, extent.end, on_cut)
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
        return Rejected.of(source, "not-a-capture", f"{source.url} is a note of the crawler", record.length)
    message = Message(0, {}, record.block) if kind == "conversion" else parse_message(record.block)
    return accept_response(source, message, max_body_bytes, cut=cut)


def read_arc(
    cursor: Cursor,
    path: str,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    extent: Extent = WHOLE,
    on_cut: OnCut | None = None,
) -> Iterator[Capture | Rejected]:
    """Yield every capture of an ARC file (plain or gzip), and a rejected record for each other one.

    ARC records have no id; offsets and faults are as in `read_warc`.
    """
    found = records(cursor, ARC, max_body_bytes + HTTP_HEADER_BYTES, extent.end, on_cut)
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
