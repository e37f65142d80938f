"""Read the captures of a run in Beam, or from standard input, which may be a pipe and cannot seek.

Paths and ranges are shuffled over the workers, bodies are not.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_SET, BufferedIOBase, UnsupportedOperation
from tempfile import TemporaryFile
from typing import IO, cast

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.core.page import Capture
from ..progress import Ticker
from .accept import MAX_BODY_BYTES, Rejected
from .captures import ZIP_MAGIC, OpenedFile, open_captures
from .cursor import look_ahead
from .ranges import RANGE_BYTES, InputError, Range, expand_inputs, ranges, read_range
from .tables import PARQUET_MAGIC, is_arrow

REJECTED = "rejected"
NAMESPACE = "boiloff"


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
    """Find what a stream holds, as `open_captures` does for files. One record at a time is in memory.

    A format that is read from its end (WACZ, Parquet, Arrow) goes through a temporary file, unless the stream is a file
    that stands at its beginning. For all others the first 64 KiB, or the end, decide, and are waited for.
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
