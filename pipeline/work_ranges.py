"""Work through ranges of files in Beam: read, work and write in one loop, and note the finished parts.

One function does all three. So the records of a part are surely written before the part is noted, whatever the engine
does between functions. This also saves the cost of passing pages between functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import GlobalWindows

from ..transforms.core.page import Page
from .output.portions import WHOLE_FILE, Part, Portion, done_parts, write_note
from .output.writer import Shard, ShardWriter, new_shard
from .progress import Ticker
from .reading.cursor import WHOLE
from .reading.ranges import Range, absolute
from .reading.read import FindRanges
from .summary import BundleTally

TALLIES = "tallies"
NOWHERE = -1


class OpenPortion:
    """A portion that is at work: its files in `folder`, its parts and its counts."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.tallies = BundleTally()
        self._writers: dict[str, ShardWriter] = {}
        self._parts: list[Part] = []
        self._shards: list[Shard] = []
        self._closed_bytes = 0
        self.is_noted = True

    @property
    def record_bytes(self) -> int:
        """The bytes of all records so far, before compression."""
        return self._closed_bytes + sum(writer.record_bytes for writer in self._writers.values())

    def begin_shard(self, name: str) -> ShardWriter:
        """Begin a file of records."""
        return new_shard(self.folder, name, "jsonl")

    def conclude(self) -> None:
        """Add counts when all files are closed."""

    def write(self, name: str, element: Mapping[str, Any] | Page) -> None:
        """Add a record, or the ledger of a page, to the records with this name."""
        writer = self._writers.get(name)
        if writer is None:
            writer = self._writers[name] = self.begin_shard(name)
        writer.write(element)
        if writer.is_full:
            self._close(name)

    def add_part(self, work: object, start: int, end: int) -> None:
        """Count a part of a range as done. A portion with other work is not noted."""
        if isinstance(work, Range):
            if self._parts and self._parts[-1].path == work.path and self._parts[-1].end == start:
                start = self._parts.pop().start
            self._parts.append(Part(work.path, start, end))
        else:
            self.is_noted = False

    def finish(self) -> Iterator[Shard | TaggedOutput]:
        """Close the files, note the portion, and yield its files and counts."""
        for name in [*self._writers]:
            self._close(name)
        self.conclude()
        tallies = list(self.tallies.sums())
        if self.is_noted and self._parts:
            write_note(self.folder, self._parts, self._shards, tallies)
        yield from self._shards
        yield from (TaggedOutput(TALLIES, tally) for tally in tallies)

    def abandon(self) -> None:
        """Close the incomplete files."""
        for writer in self._writers.values():
            writer.abandon()

    def _close(self, name: str) -> None:
        writer = self._writers.pop(name)
        self._closed_bytes += writer.record_bytes
        self._shards.append(writer.finish())


class WorkRangesFn(beam.DoFn):
    """Turns ranges into files of records. Yields their Shards, and tallies by their own tag.

    A failed bundle leaves files without a Shard, so a bundle that is repeated counts once. Subclasses say how a portion
    begins and when it is due, what a range contains, and what becomes of each item.
    """

    portion: OpenPortion

    def __init__(self, progress_folder: str = "") -> None:
        self.progress_folder = progress_folder
        self.portion = self.begin()

    def begin(self) -> OpenPortion:
        """Return a new portion."""
        raise NotImplementedError

    def is_due(self) -> bool:
        """Return whether the portion is large enough."""
        raise NotImplementedError

    def items(self, work: Any) -> Iterable[Any]:
        """Yield what a range contains."""
        raise NotImplementedError

    def take(self, item: Any) -> None:
        """Work on one item, and write what it gives."""
        raise NotImplementedError

    def end_range(self) -> None:
        """Do what is due after each range."""

    def complete(self) -> None:
        """Write what is still held in memory, before the portion is finished."""

    def setup(self) -> None:
        """Begin to count for the progress of the run."""
        self.ticker = Ticker(self.progress_folder)
        self.on_bytes = (lambda size: self.ticker.add(read=size)) if self.ticker.is_asked else None
        self._place = NOWHERE

    def start_bundle(self) -> None:
        """Begin a portion."""
        self.portion = self.begin()

    def process(self, work: Any) -> Iterator[Shard | TaggedOutput]:
        """Work through a range, one item at a time. Yield each finished portion."""
        start, end = (work.extent.start, work.extent.end) if isinstance(work, Range) else (0, WHOLE.end)
        try:
            for item in self.items(work):
                # A place that was reported since the last item: what was read before it is written.
                if self._place > start and self.is_due():
                    self.portion.add_part(work, start, self._place)
                    yield from self._finished()
                    start = self._place
                self._place = NOWHERE
                self.take(item)
            self.portion.add_part(work, start, end)
            self.end_range()
            if self.is_due():
                yield from self._finished()
        except BaseException:
            self.portion.abandon()
            raise

    def finish_bundle(self) -> Iterator[Any]:
        """Yield the last portion of the bundle."""
        for found in self._finished():
            tag, value = (found.tag, found.value) if isinstance(found, TaggedOutput) else (None, found)
            windowed = GlobalWindows.windowed_value_at_end_of_window(value)
            yield windowed if tag is None else TaggedOutput(tag, windowed)

    def teardown(self) -> None:
        """Close the files of a bundle that failed elsewhere."""
        self.portion.abandon()

    def on_cut(self, place: int) -> None:
        """Remember a place where a range can be divided."""
        self._place = place

    def _finished(self) -> Iterator[Shard | TaggedOutput]:
        """Yield what the portion has, and begin another."""
        self.ticker.flush()
        self.complete()
        yield from self.portion.finish()
        self.portion = self.begin()


def ranges_left(
    inputs: Sequence[str], portions: Sequence[Portion], range_bytes: int, max_body_bytes: int, folder: str
) -> FindRanges:
    """Return the transform that finds the ranges of the inputs that no portion has; for `folder` see `FindRanges`."""
    parts = {absolute(path): found for path, found in done_parts(portions).items()}
    done = {path: found for path in inputs if (found := parts.get(absolute(path)))}
    left = [path for path in inputs if done.get(path) != [WHOLE_FILE]]
    return FindRanges(left, range_bytes, max_body_bytes, done, folder)


def bytes_left(inputs: Iterable[Mapping[str, Any]], portions: Sequence[Portion]) -> Iterator[int]:
    """Yield how much of each input is left to read. Rows count as if they were bytes."""
    done = {absolute(path): found for path, found in done_parts(portions).items()}
    for known in inputs:
        size = known["bytes"]
        yield size - sum(min(end, size) - min(start, size) for start, end in done.get(known["path"], ()))
