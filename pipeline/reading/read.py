"""Read: divide the files of a run into ranges, which workers share and read; the Beam side of reading.

One large archive keeps all workers busy. A range ends where a record certainly begins. To find such places, one worker
walks over all records: a page may contain an archive, with first lines and frames that look real, and a worker that
began there would read forged captures. The walk decompresses, but parses nothing; it takes 0.11 ms a record, a
hundredth of the time to clean its page. Paths and ranges are shuffled, bodies are not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import SEEK_END
from typing import IO, Any, cast

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.core.capture import Capture, Source
from ..progress import Ticker
from .accept import MAX_BODY_BYTES, Rejected
from .captures import ARCHIVES, Format, Items, OpenedFile, open_captures, read_captures, read_part
from .cursor import WHOLE, Cursor, Extent
from .inputs import InputError, expand_inputs, open_file
from .records import FIRST_LINE_BYTES, Layout, next_offset, read_record
from .tables import parquet_groups
from .warc import HTTP_HEADER_BYTES

REJECTED = "rejected"
NAMESPACE = "boiloff"
RANGE_BYTES = 4 << 20
BLOCK_BYTES = 1 << 20

# Called with a number of bytes that were read.
OnBytes = Callable[[int], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Range:
    """A part of a file, which one worker reads at once. Without a format, a whole file that nobody has opened yet."""

    path: str
    format: Format | None = None
    extent: Extent = WHOLE


def ranges(path: str, *, range_bytes: int = RANGE_BYTES, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Range]:
    """Yield the ranges of a file that Beam's filesystems open, one if it has no more than `range_bytes`.

    A file that cannot be divided is one range as well: text and HTML, WACZ, lz4, JSON lines under compression, any file
    on a stream that cannot seek. So is a file that cannot be read (any more): the reader of the range reports it.
    """
    left = Range(path)
    try:
        with open_file(path) as stream:
            if not stream.seekable() or stream.seek(0, SEEK_END) <= range_bytes:
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
    """Yield records whose frame holds no part of the record before, and no damage: reading may begin there."""
    last = 0
    while (offset := next_offset(cursor)) is not None:
        if offset - last >= range_bytes and cursor.at_frame() and layout.start.match(cursor.peek(FIRST_LINE_BYTES)):
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

    The stream stands at its beginning. Nothing is reported for a stream that cannot seek, because its size is unknown.
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
    """Yield every capture of a file that Beam's filesystems open, and a rejected record for each other one."""
    return read_range(Range(path), max_body_bytes=max_body_bytes)


def read_range(part: Range, *, max_body_bytes: int = MAX_BODY_BYTES, on_bytes: OnBytes | None = None) -> Items:
    """Yield every capture of a range, and a rejected record for each other one.

    A range that cannot be read (any more) ends in a rejected record, and nothing was read from its offset on. The bytes
    read are reported to `on_bytes`.
    """
    path, start = part.path, part.extent.start
    reached = start or -1
    try:
        with open_file(path) as opened, counted(opened, _in_bytes(part), on_bytes) as stream:
            if part.format is None:
                found = read_captures(stream, path, max_body_bytes=max_body_bytes)
            elif part.format != "parquet" and stream.seek(0, SEEK_END) < start:
                raise OSError(f"the file has lost what it had from byte {start} on")
            else:
                found = read_part(stream, path, part.format, part.extent, max_body_bytes=max_body_bytes)
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


class ReadRange(beam.DoFn):
    """Turns ranges into captures, with rejected records on the output tagged `rejected`. Counts both."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES, progress_folder: str = "") -> None:
        self._max_body_bytes = max_body_bytes
        self._progress_folder = progress_folder

    def setup(self) -> None:
        """Begin to count."""
        self._ticker = Ticker(self._progress_folder)
        self._on_bytes = (lambda size: self._ticker.add(read=size)) if self._ticker.is_asked else None

    def process(self, part: Range) -> Iterator[Capture | TaggedOutput]:
        """Yield one record at a time: nothing is gathered."""
        for item in tagged(read_range(part, max_body_bytes=self._max_body_bytes, on_bytes=self._on_bytes)):
            if isinstance(item, TaggedOutput):
                self._ticker.add(captures=1, rejected=1)
            yield item

    def finish_bundle(self) -> None:
        """Write the last counts."""
        self._ticker.flush()


def tagged(items: Iterable[Capture | Rejected]) -> Iterator[Capture | TaggedOutput]:
    """Yield captures as they are, rejected records under their tag; count both."""
    for item in items:
        if isinstance(item, Rejected):
            Metrics.counter(NAMESPACE, f"rejected_{item.reason}").inc()
            yield TaggedOutput(REJECTED, item)
        else:
            Metrics.counter(NAMESPACE, f"captures_{item.media}").inc()
            yield item


@dataclass
class FindRanges(beam.PTransform):
    """The ranges of the files that patterns name (file, folder, glob), spread over the workers.

    Listing happens on a worker, when the pipeline runs; the command line calls `expand_inputs` before that, to report
    mistakes at once. Where only one worker runs, a file is one range.
    """

    range_bytes: int = RANGE_BYTES
    max_body_bytes: int = MAX_BODY_BYTES

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[Range]:
        """Turn patterns into ranges."""
        paths = patterns | "List" >> beam.FlatMap(_paths) | "Spread" >> beam.Reshuffle()
        if _has_one_worker(patterns.pipeline):
            return paths | "Whole" >> beam.Map(Range)
        return (
            paths
            | "Divide" >> beam.FlatMap(ranges, range_bytes=self.range_bytes, max_body_bytes=self.max_body_bytes)
            | "SpreadRanges" >> beam.Reshuffle()
        )


@dataclass
class ReadCaptures(beam.PTransform):
    """Captures of the files named by `inputs`: main output Capture, output `rejected` Rejected.

    `max_body_bytes` caps one body, decompressed; `range_bytes` is what a worker reads in one go; in `progress_folder`,
    unless it is empty, workers count what they have read.
    """

    inputs: Iterable[str]
    max_body_bytes: int = MAX_BODY_BYTES
    range_bytes: int = RANGE_BYTES
    progress_folder: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> beam.pvalue.DoOutputsTuple:
        """Turn inputs into `captures` (main) and `rejected`."""
        read = beam.ParDo(ReadRange(self.max_body_bytes, self.progress_folder))
        return (
            begin
            | "Inputs" >> beam.Create(list(self.inputs))
            | "FindRanges" >> FindRanges(self.range_bytes, self.max_body_bytes)
            | "Read" >> read.with_outputs(REJECTED, main="captures")
        )


def _has_one_worker(pipeline: beam.Pipeline) -> bool:
    """Return whether this is a local run without `--workers`."""
    workers: int = pipeline.options.view_as(DirectOptions).direct_num_workers
    return isinstance(pipeline.runner, FnApiRunner) and workers == 1


def _paths(pattern: str) -> list[str]:
    try:
        return expand_inputs([pattern])
    except InputError:  # deleted since the run began: reading it gives a rejected record
        return [pattern]
