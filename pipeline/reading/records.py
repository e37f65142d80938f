"""Records: an archive divided into its records, sound and broken, so that none is lost.

WARC and ARC (see `warc`) differ in the lines that begin a record, and agree in the rest: a head, a block of announced
length, blank lines. A length is right if a record, or the end, follows the block. Otherwise it is wrong (edited by
hand, line ends converted), and the block ends at the line that begins the next record.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .cursor import Cursor
from .frames import MAX_PADDING, Starts, zeros_notice

Fault = Literal["", "damaged-record", "truncated-record", "too-large"]

PADDING = b"\r\n\0 "
FIRST_LINE_BYTES = 4096
HEAD_BYTES = 1 << 16
MAX_REST_BYTES = 1 << 16


@dataclass(frozen=True)
class Head:
    """What stands before a block: fields by lower-case name, and the block's length (-1: not given).

    `lf_only`: lines end without a carriage return. `whole`: the head ended in its blank line.
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


def records(cursor: Cursor, layout: Layout, max_block_bytes: int, end: int = sys.maxsize) -> Iterator[Record]:
    """Yield every record of an archive in order, one at a time in memory, and one faulty record per damaged stretch.

    It ends before the first record whose offset is `end` or more.
    """
    while (offset := next_offset(cursor)) is not None and offset < end:
        yield read_record(cursor, layout, max_block_bytes, offset)


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
    error = f"{skipped} bytes at offset {offset} are no record"
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
        error = f"the file ends in the head of the record at offset {offset}"
        return Record(offset, head.fields, fault="truncated-record", error=error)
    if not head.whole or head.length < 0:
        cursor.skip_to_line(layout.start)
        error = f"the head of the record at offset {offset} gives no length"
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
        block += _rest_of_block(cursor, layout)
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
    error = f"the record at offset {offset} has {head.length} bytes, and the file ends {missing} bytes short"
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


def _rest_of_block(cursor: Cursor, layout: Layout) -> bytes:
    """Read what stands between a record of too small a length and the next one, unless it is junk or a broken record.

    It is the tail of lines whose ends were converted, or of a record edited by hand.
    """
    rest = cursor.read_to_line(layout.start, MAX_REST_BYTES)
    at_start = cursor.at_end() or bool(layout.start.match(cursor.peek(FIRST_LINE_BYTES)))
    if at_start and not cursor.damage and b"\0" not in rest and not layout.inner.search(rest):
        return rest.rstrip(PADDING)
    cursor.push_back(rest)
    return b""
