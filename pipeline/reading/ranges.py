"""The files that a run reads: found by the names that the caller gave, and divided into ranges that workers share.

A name is that of a file or a folder, a glob, or any path that Beam opens. One large archive keeps all workers busy. A
range ends where a record certainly begins. To find such places, one worker walks over all records: a page may contain
an archive, with first lines and frames that look real, and a worker that began there would read forged captures. The
walk decompresses, but parses nothing; it takes 0.11 ms a record, a hundredth of the time to clean its page.
"""

from __future__ import annotations

import glob
import logging
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import SEEK_END
from typing import IO, Any, cast

from ..._files import is_remote, open_bytes
from ...transforms.core.page import Source
from ..display import reason
from ..output import LOCK, MANIFEST, OURS, SUCCESS, SUMMARY, UNFINISHED
from .accept import MAX_BODY_BYTES, Rejected
from .captures import ARCHIVES, Format, Items, OpenedFile, open_captures, read_captures, read_part
from .cursor import WHOLE, Cursor, Extent, OnCut
from .warc import HTTP_HEADER_BYTES, Layout, may_begin, next_offset, read_record

_log = logging.getLogger(__name__)

GLOB_CHARACTERS = frozenset("*?[")
ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")
# A finished run has all three, a damaged one perhaps two. Other programs use each of these names, too.
RUN_MARKS = frozenset({MANIFEST, SUMMARY, SUCCESS})
LEAST_RUN_MARKS = 2


class InputError(ValueError):
    """An input that matches nothing, or cannot be read. The message is one line that names it and the way out."""


def expand_inputs(inputs: Iterable[str], warn: Callable[[str], None] = _log.warning) -> list[str]:
    """List every file that the inputs name: each once, those of one input in sorted order.

    A folder stands for its files at any depth, except hidden names (that begin with a dot) and linked folders, which
    may lead out of it or in circles. The list includes entries that cannot be read (without permission, a socket, a
    folder that does not open), so that their reader rejects them. It skips files that runs of boiloff have written in a
    folder, as records are not captures, and `warn` is called once with a message; such a file is read if its own name
    is given. Raises InputError, before anything is read, for an input that matches no file, or only such files, and for
    a local path that is not a file or may not be read.
    """
    paths: dict[str, None] = {}
    left_out: list[str] = []
    for name in inputs:
        records: list[str] = []
        found = sorted(map(escaped, _expand(real_path(name), records)))
        left_out += records
        if not found:
            if records:
                raise InputError(
                    f"{name}: holds only files that runs of boiloff have written, and records are not captures; "
                    "name captures, or the files themselves to read them all the same"
                )
            if os.path.isdir(name):
                raise InputError(f"{name}: the folder contains no files")
            raise InputError(f"{name}: no such file, and no files match; check the path, and quote globs")
        paths.update(dict.fromkeys(found))
    if left_out:
        warn(_notice_of_skipped(map(escaped, left_out)))
    return list(paths)


def escaped(path: str) -> str:
    r"""Write a local path as text that can be stored anywhere, bytes of it that are not UTF-8 as `\xe9`."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def real_path(path: str) -> str:
    """Return the path that `escaped` was given, to open it, unless a file has the escaped name itself."""
    if not ESCAPED_BYTE.search(path) or os.path.lexists(path):
        return path
    real = os.fsdecode(
        ESCAPED_BYTE.sub(lambda found: chr(0xDC00 + int(found[1], 16)), path).encode(errors="surrogateescape")
    )
    return real if os.path.lexists(real) else path


def absolute(path: str) -> str:
    """Make a path absolute, because workers run in another folder."""
    return path if is_remote(path) else os.path.abspath(path)


def _expand(name: str, records: list[str]) -> list[str]:
    """List the files that a name stands for; those of a folder that runs have written go to `records` instead."""
    if os.path.isdir(name):
        return _captures_of(_files_in(name), records)
    if os.path.isfile(name):
        if not os.access(name, os.R_OK):
            raise InputError(f"{name}: no permission to read; change it (chmod +r) or leave the file out")
        return [name]
    if os.path.exists(name):
        raise InputError(f"{name}: a pipe, socket or device; save its content in a file, because a run reads it twice")
    if not is_remote(name):
        found = glob.glob(name, recursive=True)
        folders = {path: _captures_of(_files_in(path), records) for path in found if os.path.isdir(path)}
        return [file for path in found for file in folders.get(path, [path])]
    try:
        remote = _match(name)
        if not remote and not GLOB_CHARACTERS & set(name):
            remote = _captures_of(_match(name.rstrip("/") + "/**"), records)
    except Exception as error:  # each filesystem raises its own
        raise InputError(
            f"{name}: cannot be listed ({reason(error, name)}); check the path and its access rights"
        ) from error
    return remote


def _captures_of(files: list[str], records: list[str]) -> list[str]:
    written = _written_by_runs(files)
    records += written
    return [path for path in files if path not in written]


def _match(pattern: str) -> list[str]:
    from apache_beam.io.filesystems import FileSystems

    metadata = FileSystems.match([pattern])[0].metadata_list
    return [entry.path for entry in metadata if not _is_hidden(entry.path)]


def _files_in(folder: str) -> list[str]:
    files: list[str] = []

    def keep(error: OSError) -> None:
        if error.filename == folder:
            raise InputError(f"{folder}: {error.strerror}; change its permissions or leave it out") from error
        files.append(error.filename)

    for parent, folders, names in os.walk(folder, onerror=keep):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        files += [os.path.join(parent, name) for name in names if not _is_hidden(name)]
    return files


def _is_hidden(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(".")


def open_file(path: str) -> IO[bytes]:
    """Open a file for its bytes as they are.

    The readers decompress, member by member and several times as fast as Beam. Raises OSError for a local path that is
    not a regular file: for a pipe, the reader would wait forever.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(f"{path!r} is not a regular file")
    return open_bytes(path)


def _written_by_runs(paths: Collection[str]) -> set[str]:
    """Find the files of runs among these, be the run finished, at work or killed.

    Several of its files together show a run. Only files with the names that a run gives count as its own.
    """
    working = {parent for path in paths if (parent := _working_folder(path))}
    names = defaultdict(set)
    for path in paths:
        folder, name = os.path.split(path)
        names[folder].add(name)
    homes = {folder for folder, found in names.items() if len(found & RUN_MARKS) >= LEAST_RUN_MARKS}
    homes.update(map(os.path.dirname, working))
    return {path for path in paths if _is_written_by_run(path, homes, working)}


def _notice_of_skipped(paths: Iterable[str]) -> str:
    """Write the notice that these files are skipped, with the way to read them."""
    folders = sorted({os.path.dirname(path) for path in paths})
    more = f" and {len(folders) - 1:,} more" if folders[1:] else ""
    return (
        f"files that runs of boiloff have written in {folders[0]!r}{more} are skipped: records are not captures; "
        "name the files themselves to read them all the same"
    )


def _working_folder(path: str) -> str:
    """Return the folder in which a run works, by its lock; on a remote filesystem by its name."""
    if is_remote(path):
        before, found, _ = path.partition(f"/{UNFINISHED}/")
        return f"{before}/{UNFINISHED}" if found else ""
    folder, name = os.path.split(path)
    return folder if name == LOCK and os.path.basename(folder) == UNFINISHED else ""


def _is_written_by_run(path: str, homes: Collection[str], working: Collection[str]) -> bool:
    folder, name = os.path.split(path)
    if folder in homes and OURS.fullmatch(name):
        return True
    return any(path.startswith(f"{one}/") for one in working)


RANGE_BYTES = 4 << 20
BLOCK_BYTES = 1 << 20

# Called with a number of bytes that were read.
OnBytes = Callable[[int], None]


@dataclass(frozen=True)
class Range:
    """A part of a file, which one worker reads at once. Without a format, a whole file that is not open yet."""

    path: str
    format: Format | None = None
    extent: Extent = WHOLE


def ranges(
    path: str,
    *,
    range_bytes: int = RANGE_BYTES,
    max_body_bytes: int = MAX_BODY_BYTES,
    done: Sequence[tuple[int, int]] = (),
) -> Iterator[Range]:
    """Yield the ranges of a file that Beam's filesystems open, one if it has no more than `range_bytes`.

    A file that cannot be divided is one range as well: text and HTML, WACZ, lz4, JSON lines under compression, any file
    on a stream that cannot seek. So is a file that cannot be read (any more): the reader of the range reports it. What
    an earlier run has `done`, as starts and ends in order, is left out.
    """
    for part in _divided(path, range_bytes, max_body_bytes, has_done=bool(done)):
        yield from _without(part, done) if done else [part]


def _divided(path: str, range_bytes: int, max_body_bytes: int, *, has_done: bool) -> Iterator[Range]:
    left = Range(path)
    try:
        with open_file(path) as stream:
            if not stream.seekable() or (stream.seek(0, SEEK_END) <= range_bytes and not has_done):
                yield left
                return
            stream.seek(0)
            opened = open_captures(stream)
            if opened.is_divisible:
                left = Range(path, opened.format)
                for start, lines in _cuts(opened, range_bytes, max_body_bytes):
                    part = replace(left, extent=replace(left.extent, end=start))
                    left = Range(path, opened.format, Extent(start, lines=lines))
                    yield part
    except Exception as error:  # each filesystem raises its own
        _log.warning("%r: cannot be divided: %s", path, error, exc_info=error)
    yield left


def _without(part: Range, done: Sequence[tuple[int, int]]) -> Iterator[Range]:
    start, last = part.extent.start, part.extent.end
    for begin, end in (*done, (last, last)):
        if start < min(begin, last):
            yield replace(part, extent=Extent(start, min(begin, last), _lines_before(part, start)))
        start = max(start, end)


def _lines_before(part: Range, place: int) -> int:
    """Return the number of lines before a place in a range, for a file of lines."""
    start, lines = part.extent.start, part.extent.lines
    if part.format == "json-lines" and place > start:
        with open_file(part.path) as stream:
            stream.seek(start)
            while start < place and (block := stream.read(min(BLOCK_BYTES, place - start))):
                lines += block.count(b"\n")
                start += len(block)
    return lines


def _cuts(opened: OpenedFile, range_bytes: int, max_body_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield where ranges begin, but for the first, and the number of lines before each."""
    if opened.format == "parquet":
        yield from _row_cuts(opened.stream, range_bytes)
    elif opened.cursor is None or opened.format not in ARCHIVES:
        yield from _line_cuts(opened.stream, range_bytes)
    else:
        layout = ARCHIVES[opened.format]
        for start in _record_cuts(opened.cursor, layout, range_bytes, max_body_bytes + HTTP_HEADER_BYTES):
            yield start, 0


def _record_cuts(cursor: Cursor, layout: Layout, range_bytes: int, max_block_bytes: int) -> Iterator[int]:
    """Yield records from which reading may begin."""
    last = 0
    while (offset := next_offset(cursor)) is not None:
        if offset - last >= range_bytes and may_begin(cursor, layout):
            last = offset
            yield offset
        read_record(cursor, layout, max_block_bytes, offset)


def _line_cuts(stream: IO[bytes], range_bytes: int) -> Iterator[tuple[int, int]]:
    stream.seek(0)
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


def _row_cuts(stream: IO[bytes], range_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield rows with which a row group begins."""
    from .tables import parquet_groups  # which imports pyarrow

    row = size = 0
    for rows, compressed in parquet_groups(stream):
        if size >= range_bytes and rows:
            size = 0
            yield row, 0
        row += rows
        size += compressed


class CountedStream:
    """A stream that reports the bytes read from it, at most `size` in all, since readers look ahead and go back."""

    def __init__(self, stream: IO[bytes], size: int, on_bytes: OnBytes) -> None:
        self.left = size
        self._stream = stream
        self._on_bytes = on_bytes

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes, `b""` at the end."""
        data = self._stream.read(size)
        self.count(len(data))
        return data

    def count(self, size: int) -> None:
        """Report that many bytes more, as long as any are left."""
        counted = min(size, self.left)
        if counted > 0:
            self.left -= counted
            self._on_bytes(counted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def counted(stream: IO[bytes], extent: Extent, on_bytes: OnBytes | None) -> Iterator[IO[bytes]]:
    """Report the bytes of this part of a stream to `on_bytes`: each once, and all of them when the block ends.

    The stream is at its beginning. Nothing is reported for a stream that cannot seek, because its size is unknown.
    """
    if on_bytes is None or not stream.seekable():
        yield stream
        return
    size = min(stream.seek(0, SEEK_END), extent.end) - extent.start
    stream.seek(0)
    counting = CountedStream(stream, size, on_bytes)
    try:
        yield cast(IO[bytes], counting)
    finally:
        counting.count(counting.left)


def read_file(path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Items:
    """Yield all captures of a file on any of Beam's filesystems, and a rejected record for each part that gives
    none.
    """
    return read_range(Range(path), max_body_bytes=max_body_bytes)


def read_range(
    part: Range,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    on_bytes: OnBytes | None = None,
    on_cut: OnCut | None = None,
) -> Items:
    """Yield every capture of a range, and a rejected record for each other one.

    A range that cannot be read (any more) ends in a rejected record, and nothing was read from its offset on. The bytes
    read are reported to `on_bytes`, and to `on_cut` the places from which the rest could be read by itself.
    """
    path, start = part.path, part.extent.start
    reached = start or -1
    try:
        with open_file(path) as opened, counted(opened, _in_bytes(part), on_bytes) as stream:
            if part.format is None and part.extent == WHOLE:
                found = read_captures(stream, path, max_body_bytes=max_body_bytes, on_cut=on_cut)
            elif part.format != "parquet" and stream.seek(0, SEEK_END) < start:
                raise OSError(f"the file has changed and has no content from byte {start} on")
            else:
                form = part.format or open_captures(stream).format
                found = read_part(stream, path, form, part.extent, max_body_bytes=max_body_bytes, on_cut=on_cut)
            for item in found:
                if item.source_file == path:
                    reached = item.source_offset
                yield item
    except Exception as error:  # each filesystem raises its own, and one bad file must not end the run
        _log.warning("%r: cannot be read: %s", path, error, exc_info=error)
        length = part.extent.end - reached if part.extent.end < WHOLE.end else -1
        source = Source(source_file=path, source_offset=reached)
        yield Rejected.of(source, "unreadable", f"{path}: {error}", length)


def _in_bytes(part: Range) -> Extent:
    """Return the bytes to count for a range. Of ranges of rows, the first counts for the whole file."""
    if part.format != "parquet":
        return part.extent
    return Extent(0, 0) if part.extent.start else WHOLE
