"""Captures: detect the format of a file by its content, not by its name, and read its captures.

Standard input is read in the same way. It may be a pipe, which cannot seek.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_SET, BufferedIOBase, UnsupportedOperation
from tempfile import TemporaryFile
from typing import IO, Literal, cast

from ...transforms.core.page import MARKDOWN_TYPE, Capture, Source
from .accept import BOMS, MAX_BODY_BYTES, PARQUET_MAGIC, Rejected, accept_body, accept_response, is_arrow, sniff
from .cursor import GZIP, LZ4_MAGIC, ZSTD, Cursor, Extent, OnCut, Starts, find_frame, look_ahead, open_cursor
from .http_message import is_response, parse_saved
from .json_captures import is_json, is_json_line, read_json_lines, read_json_values
from .mhtml import is_mhtml, read_mhtml
from .warc import ARC, WARC, Layout, is_wacz, read_arc, read_wacz, read_warc

Format = Literal[
    "warc",
    "arc",
    "wacz",
    "json-lines",
    "json",
    "mhtml",
    "response",
    "parquet",
    "arrow",
    "html",
    "text",
    "unknown",
    "empty",
]
Items = Iterator[Capture | Rejected]

ARCHIVES: dict[Format, Layout] = {"warc": WARC, "arc": ARC}
# Formats of which a part can be read by itself.
IN_PARTS: dict[Format, Callable[..., Items]] = {"warc": read_warc, "arc": read_arc, "json-lines": read_json_lines}
# Formats of files that hold one page and nothing else.
ONE_PAGE: tuple[Format, ...] = ("html", "text", "mhtml", "response")
# Formats of columns, which are not read through a cursor.
TABLES: tuple[Format, ...] = ("parquet", "arrow")

PEEK_BYTES = 1 << 16
WARC_HEAD = re.compile(rb"\s*WARC/\d")
ARC_HEAD = re.compile(rb"\s*filedesc:")
ZIP_MAGIC = b"PK\x03\x04"
OLD_FEATHER_MAGIC = b"FEA1"
MARKDOWN_NAME = re.compile(r".*\.(?:md|mdown|markdown)(?:\.(?:gz|zst|lz4))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class OpenedFile:
    """A file whose format was found. `cursor` is at its first byte; it is None for a format that is not read
    through one.

    `head` contains the file's first bytes, still compressed.
    """

    stream: IO[bytes]
    format: Format
    head: bytes
    cursor: Cursor | None = None

    @property
    def is_one_page(self) -> bool:
        """Whether the file is one page, rather than a file of captures."""
        return self.format in ONE_PAGE

    @property
    def is_divisible(self) -> bool:
        """Whether reading can begin at an offset of the file, a byte or a row."""
        if self.format == "parquet":
            return self.stream.seekable()
        if self.format not in IN_PARTS or not self.stream.seekable() or self.head.startswith(LZ4_MAGIC):
            return False
        return self.format != "json-lines" or not (self.cursor and self.cursor.framed)

    def captures(self, path: str, *, max_body_bytes: int = MAX_BODY_BYTES, on_cut: OnCut | None = None) -> Items:
        """Yield what `read_captures` yields. Once: the cursor moves."""
        cuts = {"on_cut": on_cut} if on_cut is not None and self.is_divisible else {}
        if self.format == "wacz":
            return read_wacz(self.stream, path, max_body_bytes=max_body_bytes)
        if self.format in TABLES and self.stream.seekable():
            return _table_reader(self.format)(self.stream, path, max_body_bytes=max_body_bytes, **cuts)
        if self.cursor is None:
            return iter([self._no_capture(Source(source_file=path))])
        reader = IN_PARTS.get(self.format) or WHOLE_ONLY.get(self.format, _read_document)
        return reader(self.cursor, path, max_body_bytes=max_body_bytes, **cuts)

    def _no_capture(self, source: Source) -> Rejected:
        if self.format == "empty":
            return Rejected.of(source, "empty-body", "the file is empty", 0)
        if self.format in TABLES:
            error = "Parquet and Arrow are read from files, not from a stream that cannot seek"
        elif self.head.startswith(OLD_FEATHER_MAGIC):
            error = "boiloff cannot read Feather 1; convert it to Feather 2, Parquet or JSON lines"
        else:
            error = f"not a format boiloff reads: begins with {self.head[:12]!r}"
        return Rejected.of(source, "unknown-format", error)


def read_captures(
    stream: IO[bytes], path: str, *, max_body_bytes: int = MAX_BODY_BYTES, on_cut: OnCut | None = None
) -> Items:
    """Yield all captures of a file of any format, and a rejected record for each part that gives no capture.

    The reader keeps one record in memory at a time, of at most `max_body_bytes` plus its encodings. `path` is only a
    name for records; the stream must be seekable. Errors of `stream.read` are raised; damaged bytes raise no error.
    """
    yield from open_captures(stream).captures(path, max_body_bytes=max_body_bytes, on_cut=on_cut)


def read_part(
    stream: IO[bytes],
    path: str,
    found: Format,
    extent: Extent,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    on_cut: OnCut | None = None,
) -> Items:
    """Yield what `read_captures` yields of this part of the file, whose format is divisible."""
    if found == "parquet":
        yield from _table_reader(found)(stream, path, max_body_bytes=max_body_bytes, extent=extent, on_cut=on_cut)
        return
    stream.seek(0)
    cursor = open_cursor(stream, _starts_of(found), extent.start)
    yield from IN_PARTS[found](cursor, path, max_body_bytes=max_body_bytes, extent=extent, on_cut=on_cut)


def open_captures(stream: IO[bytes]) -> OpenedFile:
    """Find what a file contains, behind its compression if it has any. The stream is at its beginning.

    Records in the first 64 KiB show an archive whose beginning is damaged. Most of the first lines decide that a file
    is JSON lines, so that a broken first line does not hide the rest.
    """
    head, stream_again = look_ahead(stream)
    if not head:
        return OpenedFile(stream, "empty", head)
    if head.startswith(PARQUET_MAGIC) or is_arrow(head):
        return OpenedFile(stream, "parquet" if head.startswith(PARQUET_MAGIC) else "arrow", head)
    if head.startswith(ZIP_MAGIC):
        return OpenedFile(stream, "wacz" if is_wacz(stream) else "unknown", head)
    if found := _archive_by_head(head):
        return OpenedFile(stream, found, head, open_cursor(stream_again, _starts_of(found)))
    cursor = open_cursor(stream_again)
    content = cursor.peek(PEEK_BYTES)
    found = _format_of(content)
    if cursor.damage and not (content and cursor.damage.cut):
        behind = _archive_of_frames(head)
        found = behind or ("unknown" if not content else found)
    if found in ("empty", "unknown"):
        return OpenedFile(stream, found, head)
    starts = _starts_of(found)
    if cursor.damage:  # which the cursor has met, but without a search for the next record
        stream.seek(0)
        cursor = open_cursor(stream, starts)
    elif starts:
        cursor.resume_at(starts)
    return OpenedFile(stream, found, head, cursor)


def _table_reader(found: Format) -> Callable[..., Items]:
    from .tables import read_arrow_captures, read_parquet_captures  # which import pyarrow

    return read_parquet_captures if found == "parquet" else read_arrow_captures


def _starts_of(found: Format) -> Starts | None:
    return ARCHIVES[found].starts if found in ARCHIVES else None


def _archive_by_head(head: bytes) -> Format | None:
    """Recognize an archive that is not compressed, or whose first frame's magic number is damaged."""
    if WARC_HEAD.match(head):
        return "warc"
    if ARC_HEAD.match(head):
        return "arc"
    return None if head.startswith((GZIP.magic, ZSTD.magic)) else _archive_of_frames(head)


def _archive_of_frames(head: bytes) -> Format | None:
    """Recognize an archive by a frame that begins a record, wherever it is."""
    return next((name for name, layout in ARCHIVES.items() if find_frame(head, layout.starts)), None)


def _format_of(content: bytes) -> Format:
    if not content:
        return "empty"
    if WARC_HEAD.match(content):
        return "warc"
    if ARC_HEAD.match(content) or ARC.start.match(content):
        return "arc"
    for bom in BOMS[:1]:
        content = content.removeprefix(bom)
    if is_json(content):
        return "json"
    if _are_json_lines(content):
        return "json-lines"
    if is_response(content):
        return "response"
    if is_mhtml(content):
        return "mhtml"
    media = sniff(content)
    # Behind junk, a record; in a page, the page's own words.
    return "warc" if media != "html" and WARC.start.search(content) else media or "unknown"


def _are_json_lines(content: bytes) -> bool:
    lines = [line for line in content.split(b"\n")[:100] if line.strip()]
    return bool(lines) and 2 * sum(map(is_json_line, lines)) >= len(lines)


def _read_document(cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Items:
    """Yield the one capture of an HTML or text file (plain, gzip, zstd or lz4), or the reason why it contains none.

    A compressed file that ends too early gives what there is of it, flagged `truncated`. A name shows Markdown that has
    few signs of it.
    """
    source = Source(source_file=path, content_type=MARKDOWN_TYPE if MARKDOWN_NAME.fullmatch(path) else "")
    body = _read_whole(cursor, source, max_body_bytes)
    yield body if isinstance(body, Rejected) else accept_body(source, body, cut=cursor.damage is not None)


def _read_response(cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Items:
    """Yield the one capture of a page that was saved with the status line and the headers of its response."""
    source = Source(source_file=path)
    body = _read_whole(cursor, source, max_body_bytes)
    if isinstance(body, Rejected):
        yield body
    else:
        yield accept_response(source, parse_saved(body), max_body_bytes, cut=cursor.damage is not None)


def _read_whole(cursor: Cursor, source: Source, max_body_bytes: int) -> bytes | Rejected:
    body = cursor.read(max_body_bytes + 1)
    if len(body) > max_body_bytes:
        return Rejected.of(source, "too-large", f"the file has more than {max_body_bytes} bytes")
    if cursor.damage and not (body and cursor.damage.cut):
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        return Rejected.of(source, reason, cursor.damage.error, len(body))
    return body


# Formats that are read from the beginning only.
WHOLE_ONLY: dict[Format, Callable[..., Items]] = {
    "json": read_json_values,
    "mhtml": read_mhtml,
    "response": _read_response,
}


class Pipe:
    """A pipe as a reader needs it: it gives what has come without waiting for more.

    It can go back to its beginning, for those who look for its format, until `forget` is called.
    """

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self._again = b""
        self._kept: bytearray | None = bytearray()

    def seekable(self) -> bool:
        """Whether readers may go anywhere in it."""
        return False

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, `b""` at the end."""
        if self._again:
            end = size if size >= 0 else len(self._again)
            data, self._again = self._again[:end], self._again[end:]
            return data
        data = self._stream.read1(size)
        if self._kept is not None:
            self._kept += data
        return data

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Go back to the beginning. Raises UnsupportedOperation for any other place, and after `forget`."""
        if offset or whence != SEEK_SET or self._kept is None:
            raise UnsupportedOperation("a pipe goes back to its beginning only, and before it is read")
        self._again = bytes(self._kept)
        return 0

    def forget(self) -> None:
        """Keep nothing of what is read from here on."""
        self._kept = None


@contextmanager
def open_stream(stream: BufferedIOBase) -> Iterator[OpenedFile]:
    """Find what a stream contains, as `open_captures` does for files. One record at a time is in memory.

    A format that is read from its end (WACZ, Parquet, Arrow) goes through a temporary file, unless the stream is a file
    that is at its beginning. For all others the first 64 KiB, or the end, decide, and are waited for.
    """
    if stream.seekable() and stream.tell() == 0:
        yield open_captures(cast(IO[bytes], stream))
        return
    pipe = Pipe(stream)
    head, _ = look_ahead(pipe)
    pipe.seek(0)
    if head.startswith((ZIP_MAGIC, PARQUET_MAGIC)) or is_arrow(head):
        pipe.forget()
        with TemporaryFile(prefix="boiloff-stdin-") as file:
            shutil.copyfileobj(cast(IO[bytes], pipe), file)
            file.seek(0)
            yield open_captures(cast(IO[bytes], file))
        return
    opened = open_captures(cast(IO[bytes], pipe))
    pipe.forget()
    yield opened
