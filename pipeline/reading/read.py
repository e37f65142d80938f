"""Read the captures of a run in Beam.

Paths and ranges are shuffled over the workers, bodies are not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from uuid import uuid4

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.core.page import Capture
from ..metrics import NAMESPACE
from .accept import MAX_BODY_BYTES, Rejected
from .ranges import RANGE_BYTES, InputError, Range, expand_inputs, ranges, read_range
from .sharing import TakeRanges, can_share

REJECTED = "rejected"
# What is done of each file: starts and ends in order.
DoneParts = Mapping[str, Sequence[tuple[int, int]]]


class ReadRange(beam.DoFn):
    """Turns ranges into captures, with rejected records on the output tagged `rejected`. Counts both."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_body_bytes = max_body_bytes

    def process(self, part: Range) -> Iterator[Capture | TaggedOutput]:
        """Yield one record at a time: nothing is gathered."""
        yield from tagged(read_range(part, max_body_bytes=self._max_body_bytes))


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
    """The ranges of the files that `inputs` name (file, folder, glob), spread over the workers.

    Listing happens on a worker, when the pipeline runs; the command line calls `expand_inputs` before that, to report
    mistakes at once. Where only one worker runs, a file is one range. Several local workers share the ranges in
    `folder`, if it is given. What is `done` is left out.
    """

    inputs: Iterable[str]
    range_bytes: int = RANGE_BYTES
    max_body_bytes: int = MAX_BODY_BYTES
    done: DoneParts = field(default_factory=dict)
    folder: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection[Range]:
        """Turn inputs into ranges."""
        inputs, workers = list(self.inputs), _local_workers(begin.pipeline)
        settings = (self.max_body_bytes, self.done)
        if workers > 1 and can_share(self.folder):
            path = os.path.join(os.path.abspath(self.folder), f"ranges-{uuid4().hex}")
            take = TakeRanges(path, partial(_all_left, inputs, self.range_bytes, *settings))
            return begin | "Shares" >> beam.Create(range(workers)) | beam.Reshuffle() | "Take" >> beam.ParDo(take)
        paths = begin | "Inputs" >> beam.Create(inputs) | "List" >> beam.FlatMap(_paths)
        if workers == 1:
            return paths | "Spread" >> beam.Reshuffle() | "Whole" >> beam.FlatMap(_left, sys.maxsize, *settings)
        # Not by Reshuffle: Flink leaves out the second of two, so that one worker would get all ranges of a file.
        grouped = paths | "ByPath" >> beam.Map(lambda path: (path, path)) | "Spread" >> beam.GroupByKey()
        divide = beam.FlatMap(_left, self.range_bytes, *settings)
        return (
            grouped | "Paths" >> beam.FlatMap(itemgetter(1)) | "Divide" >> divide | "SpreadRanges" >> beam.Reshuffle()
        )


@dataclass
class ReadCaptures(beam.PTransform):
    """Captures of the files named by `inputs`: main output Capture, output `rejected` Rejected.

    `max_body_bytes` caps one body, decompressed; `range_bytes` is what a worker reads in one go.
    """

    inputs: Iterable[str]
    max_body_bytes: int = MAX_BODY_BYTES
    range_bytes: int = RANGE_BYTES

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> beam.pvalue.DoOutputsTuple:
        """Turn inputs into `captures` (main) and `rejected`."""
        read = beam.ParDo(ReadRange(self.max_body_bytes))
        find = FindRanges(self.inputs, self.range_bytes, self.max_body_bytes)
        return begin | "FindRanges" >> find | "Read" >> read.with_outputs(REJECTED, main="captures")


def _all_left(inputs: Iterable[str], range_bytes: int, max_body_bytes: int, done: DoneParts) -> Iterator[Range]:
    """Yield the ranges of all inputs that are not done."""
    for pattern in inputs:
        for path in _paths(pattern):
            yield from _left(path, range_bytes, max_body_bytes, done)


def _left(path: str, range_bytes: int, max_body_bytes: int, done: DoneParts) -> Iterable[Range]:
    """Return the ranges of a file that are not done."""
    if range_bytes == sys.maxsize and path not in done:  # its format is found when it is read
        return (Range(path),)
    return ranges(path, range_bytes=range_bytes, max_body_bytes=max_body_bytes, done=done.get(path, ()))


def _local_workers(pipeline: beam.Pipeline) -> int:
    """Return the number of workers of a local run, 0 for a run elsewhere."""
    workers: int = pipeline.options.view_as(DirectOptions).direct_num_workers
    return workers if isinstance(pipeline.runner, FnApiRunner) else 0


def _paths(pattern: str) -> list[str]:
    try:
        return expand_inputs([pattern])
    except InputError:  # deleted since the run began: reading it gives a rejected record
        return [pattern]
