"""Read the captures of a run in Beam.

Paths and ranges are shuffled over the workers, bodies are not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.core.page import Capture
from ..metrics import NAMESPACE
from ..progress import Ticker
from .accept import MAX_BODY_BYTES, Rejected
from .ranges import RANGE_BYTES, InputError, Range, expand_inputs, ranges, read_range

REJECTED = "rejected"
# What is done of each file: starts and ends in order.
DoneParts = Mapping[str, Sequence[tuple[int, int]]]


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
    mistakes at once. Where only one worker runs, a file is one range. What is `done` is left out.
    """

    range_bytes: int = RANGE_BYTES
    max_body_bytes: int = MAX_BODY_BYTES
    done: DoneParts = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[Range]:
        """Turn patterns into ranges."""
        paths = patterns | "List" >> beam.FlatMap(_paths) | "Spread" >> beam.Reshuffle()
        if _has_one_worker(patterns.pipeline):
            return paths | "Whole" >> beam.FlatMap(_left, sys.maxsize, self.max_body_bytes, self.done)
        divide = beam.FlatMap(_left, self.range_bytes, self.max_body_bytes, self.done)
        return paths | "Divide" >> divide | "SpreadRanges" >> beam.Reshuffle()


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


def _left(path: str, range_bytes: int, max_body_bytes: int, done: DoneParts) -> Iterable[Range]:
    """Return the ranges of a file that are not done."""
    if range_bytes == sys.maxsize and path not in done:  # its format is found when it is read
        return (Range(path),)
    return ranges(path, range_bytes=range_bytes, max_body_bytes=max_body_bytes, done=done.get(path, ()))


def _has_one_worker(pipeline: beam.Pipeline) -> bool:
    """Return whether this is a local run without `--workers`."""
    workers: int = pipeline.options.view_as(DirectOptions).direct_num_workers
    return isinstance(pipeline.runner, FnApiRunner) and workers == 1


def _paths(pattern: str) -> list[str]:
    try:
        return expand_inputs([pattern])
    except InputError:  # deleted since the run began: reading it gives a rejected record
        return [pattern]
