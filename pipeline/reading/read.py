"""Read: the Beam side of reading. Paths are shuffled, bodies are not."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.metrics import Metrics
from apache_beam.pvalue import TaggedOutput

from ...transforms.capture import Capture
from .captures import read_captures
from .inputs import InputError, expand_inputs
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin

REJECTED = "rejected"
NAMESPACE = "boiloff"

_log = logging.getLogger(__name__)


def read_file(path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected]:
    """Every capture of a file that Beam's filesystems open. A file that cannot be read (any more) gives one rejected.

    Beam leaves the compression alone: `read_captures` takes it off, member by member and several times as fast.
    """
    try:
        with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
            yield from read_captures(stream, path, max_body_bytes=max_body_bytes)
    except Exception as error:  # each filesystem raises its own, and one bad file must not end the run
        _log.warning("%s: cannot be read: %s", path, error, exc_info=error)
        yield Origin(source_file=path).reject("unreadable", f"{path}: {error}")


class ReadFile(beam.DoFn):
    """Paths to captures, with rejected records on the output tagged `rejected`. Counts both."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_body_bytes = max_body_bytes

    def process(self, path: str) -> Iterator[Capture | TaggedOutput]:
        """One record at a time: nothing is gathered."""
        for item in read_file(path, max_body_bytes=self._max_body_bytes):
            if isinstance(item, Rejected):
                Metrics.counter(NAMESPACE, f"rejected_{item.reason}").inc()
                yield TaggedOutput(REJECTED, item)
            else:
                Metrics.counter(NAMESPACE, f"captures_{item.media}").inc()
                yield item


@dataclass
class FindFiles(beam.PTransform):
    """The paths of the files that patterns name (file, folder, glob), spread over the workers.

    Listing happens on a worker, when the pipeline runs; `expand_inputs` before it, where a mistake can still be
    told to the person who made it.
    """

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[str]:
        """Patterns to paths."""
        return patterns | "List" >> beam.FlatMap(_paths) | "Spread" >> beam.Reshuffle()


@dataclass
class ReadCaptures(beam.PTransform):
    """Captures of the files named by `inputs`: main output Capture, output `rejected` Rejected.

    `max_body_bytes` caps one body, decompressed.
    """

    inputs: Iterable[str]
    max_body_bytes: int = MAX_BODY_BYTES

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> beam.pvalue.DoOutputsTuple:
        """Inputs to `captures` (main) and `rejected`."""
        return (
            begin
            | "Inputs" >> beam.Create(list(self.inputs))
            | "FindFiles" >> FindFiles()
            | "Read" >> beam.ParDo(ReadFile(self.max_body_bytes)).with_outputs(REJECTED, main="captures")
        )


def _paths(pattern: str) -> list[str]:
    try:
        return expand_inputs([pattern])
    except InputError:  # gone since the run began: reading it says so, in a rejected record
        return [pattern]
