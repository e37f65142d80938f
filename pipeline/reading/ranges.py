"""Ranges: the pieces of files that workers share, so that one large archive keeps all of them busy.

A range ends where a record is known to begin, which takes a walk over the records before it: a page may hold an
archive, whose first lines and frames look like those around it, and a worker that began at one of them would take
captures from what somebody put on a page. The walk decompresses, and parses nothing: 0.11 ms a record, where cleaning
its page takes a hundred times that.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import SEEK_END
from typing import IO

from . import arc, warc
from .captures import IN_PARTS
from .extent import WHOLE, Extent
from .files import open_file
from .formats import Format, find_format
from .frames import LZ4_MAGIC, Starts, codec_of
from .open_cursor import look_ahead, open_cursor
from .records import FIRST_LINE_BYTES, Layout, next_offset, read_record
from .verdict import MAX_BODY_BYTES

RANGE_BYTES = 4 << 20
BLOCK_BYTES = 1 << 20

ARCHIVES: dict[Format, tuple[Layout, Starts]] = {
    "warc": (warc.LAYOUT, warc.starts_warc),
    "arc": (arc.LAYOUT, arc.starts_arc),
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Range:
    """A part of a file: what one worker reads in one go. Without a format, a whole file not yet looked at."""

    path: str
    format: Format | None = None
    extent: Extent = WHOLE


def ranges(path: str, *, range_bytes: int = RANGE_BYTES, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Range]:
    """The ranges of a file that Beam's filesystems open, one if it has no more than `range_bytes`.

    So has a file that cannot be divided: text and HTML, WACZ, lz4, JSON lines under compression, any under a stream
    that cannot seek. A file that cannot be read (any more) is left to whoever reads the range, to tell of it.
    """
    left = Range(path)
    try:
        with open_file(path) as stream:
            if not stream.seekable() or stream.seek(0, SEEK_END) <= range_bytes:
                yield left
                return
            stream.seek(0)
            found = find_format(stream)
            if is_divisible(stream, found):
                left = Range(path, found)
                for start, lines in _cuts(stream, found, range_bytes, max_body_bytes):
                    part = Range(path, found, replace(left.extent, end=start))
                    left = Range(path, found, Extent(start, lines=lines))
                    yield part
    except Exception as error:  # each filesystem raises its own
        _log.warning("%r: cannot be divided: %s", path, error, exc_info=error)
    yield left


def is_divisible(stream: IO[bytes], found: Format) -> bool:
    """Whether offsets in a file of this format are bytes of it, at which reading can begin. Rewinds the stream."""
    if found not in IN_PARTS or not stream.seekable():
        stream.seek(0)
        return False
    stream.seek(0)
    head, _ = look_ahead(stream)
    stream.seek(0)
    return not head.startswith(LZ4_MAGIC) and (found != "json-lines" or codec_of(head) is None)


def _cuts(stream: IO[bytes], found: Format, range_bytes: int, max_body_bytes: int) -> Iterator[tuple[int, int]]:
    """Where ranges begin, but for the first, and the number of lines before each."""
    if found == "json-lines":
        yield from _line_cuts(stream, range_bytes)
    else:
        for start in _record_cuts(stream, found, range_bytes, max_body_bytes):
            yield start, 0


def _record_cuts(stream: IO[bytes], found: Format, range_bytes: int, max_body_bytes: int) -> Iterator[int]:
    """Records of which no part, and no damage, lies in the frame of the one before: reading begins there as at any."""
    layout, starts = ARCHIVES[found]
    cursor, last = open_cursor(stream, starts), 0
    while (offset := next_offset(cursor)) is not None:
        if offset - last >= range_bytes and cursor.at_frame() and layout.start.match(cursor.peek(FIRST_LINE_BYTES)):
            last = offset
            yield offset
        read_record(cursor, layout, max_body_bytes + warc.HTTP_HEADER_BYTES, offset)


def _line_cuts(stream: IO[bytes], range_bytes: int) -> Iterator[tuple[int, int]]:
    last = lines = base = 0
    while block := stream.read(BLOCK_BYTES):
        counted = 0
        while (found := block.find(b"\n", max(counted, last + range_bytes - 1 - base))) >= 0:
            lines += block.count(b"\n", counted, found + 1)
            counted = found + 1
            last = base + counted
            yield last, lines
        lines += block.count(b"\n", counted)
        base += len(block)
