"""Read: the Beam side of reading. Paths and ranges are shuffled, bodies are not."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_END

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.core.capture import Capture
from ..progress import Ticker
from .captures import read_captures, read_part
from .counted import Told, counted
from .extent import WHOLE
from .files import open_file
from .inputs import InputError, expand_inputs
from .ranges import RANGE_BYTES, Range, ranges
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin

REJECTED = "rejected"
NAMESPACE = "boiloff"

_log = logging.getLogger(__name__)


def read_file(path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected]:
    """Every capture of a file that Beam's filesystems open."""
    return read_range(Range(path), max_body_bytes=max_body_bytes)


def read_range(
    part: Range, *, max_body_bytes: int = MAX_BODY_BYTES, told: Told | None = None
) -> Iterator[Capture | Rejected]:
    """Every capture of a range. One that cannot be read (any more) ends in a rejected record, from whose offset on
    nothing was read. `told` is told of the bytes that were.
    """
    path, start = part.path, part.extent.start
    reached = start or -1
    try:
        with open_file(path) as opened, counted(opened, part.extent, told) as stream:
            if part.format is None:
                found = read_captures(stream, path, max_body_bytes=max_body_bytes)
            elif stream.seek(0, SEEK_END) < start:
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
        yield Origin(source_file=path, source_offset=reached).reject("unreadable", f"{path}: {error}", length)


class ReadRange(beam.DoFn):
    """Ranges to captures, with rejected records on the output tagged `rejected`. Counts both."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES, progress_folder: str = "") -> None:
        self._max_body_bytes = max_body_bytes
        self._progress_folder = progress_folder

    def setup(self) -> None:
        """Begin to count."""
        self._ticker = Ticker(self._progress_folder)
        self._told = (lambda size: self._ticker.add(read=size)) if self._ticker.is_asked else None

    def process(self, part: Range) -> Iterator[Capture | TaggedOutput]:
        """One record at a time: nothing is gathered."""
        for item in tagged(read_range(part, max_body_bytes=self._max_body_bytes, told=self._told)):
            if isinstance(item, TaggedOutput):
                self._ticker.add(captures=1, rejected=1)
            yield item

    def finish_bundle(self) -> None:
        """The last counts."""
        self._ticker.flush()


def tagged(items: Iterable[Capture | Rejected]) -> Iterator[Capture | TaggedOutput]:
    """Captures as they are, rejected records under their tag; both are counted."""
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

    Listing happens on a worker, when the pipeline runs; `expand_inputs` before it, where a mistake can still be
    told to the person who made it. Where there is only one worker a file is one range.
    """

    range_bytes: int = RANGE_BYTES
    max_body_bytes: int = MAX_BODY_BYTES

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[Range]:
        """Patterns to ranges."""
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
    if there is one, workers count what they have read.
    """

    inputs: Iterable[str]
    max_body_bytes: int = MAX_BODY_BYTES
    range_bytes: int = RANGE_BYTES
    progress_folder: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> beam.pvalue.DoOutputsTuple:
        """Inputs to `captures` (main) and `rejected`."""
        read = beam.ParDo(ReadRange(self.max_body_bytes, self.progress_folder))
        return (
            begin
            | "Inputs" >> beam.Create(list(self.inputs))
            | "FindRanges" >> FindRanges(self.range_bytes, self.max_body_bytes)
            | "Read" >> read.with_outputs(REJECTED, main="captures")
        )


def _has_one_worker(pipeline: beam.Pipeline) -> bool:
    """Whether this is a local run without `--workers`."""
    workers: int = pipeline.options.view_as(DirectOptions).direct_num_workers
    return isinstance(pipeline.runner, FnApiRunner) and workers == 1


def _paths(pattern: str) -> list[str]:
    try:
        return expand_inputs([pattern])
    except InputError:  # gone since the run began: reading it says so, in a rejected record
        return [pattern]
