"""Clean ranges of files in Beam: read, clean and write in one loop, and note the finished parts.

One function does all three. So the records of a part are surely written before the part is noted, whatever the engine
does between functions. This also saves the cost of passing pages between functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import GlobalWindows

from ..transforms.core.article import Rejected
from ..transforms.core.page import Capture, Page
from .clean import Cleaner, Stopwatch, clean_capture, settle_garbage
from .config import Configuration
from .metrics import PageMetrics
from .output.portions import PORTION_BYTES, Part, write_note
from .output.writer import Format, Shard, ShardWriter, new_shard
from .progress import Ticker
from .reading.cursor import WHOLE
from .reading.ranges import Range, read_range
from .reading.retry import REPEATED, Counts, Retry, reread
from .summary import STRANGERS, BundleTally, Tally

TALLIES = "tallies"
NOWHERE = -1
# What a worker does at once: a range, or what `FindRetries` returns.
Work = Range | Retry | Rejected | Counts


@dataclass(frozen=True)
class Task:
    """The settings of a worker for cleaning ranges.

    Attributes: folder: Folder for records and for notes about portions. configuration: How to clean. templates: Path of
    a store of site memory, or "". format: The format of the records. ledger: What to write about each removed block.
    ledger_format: The format of the ledger. progress_folder: Folder in which workers count their work, or "".
    portion_bytes: Bytes of records after which a portion is finished.
    """

    folder: str
    configuration: Configuration
    templates: str = ""
    format: Format = "jsonl"
    ledger: str = "full"
    ledger_format: Format = "jsonl"
    progress_folder: str = ""
    portion_bytes: int = PORTION_BYTES


class OpenPortion:
    """A portion that is being cleaned: its files, its parts and its counts."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._writers: dict[str, ShardWriter] = {}
        self._parts: list[Part] = []
        self._shards: list[Shard] = []
        self._closed_bytes = 0
        self._is_noted = True
        self._metrics = PageMetrics()
        self.tallies = BundleTally()
        self.watch = Stopwatch()

    @property
    def is_full(self) -> bool:
        """Whether enough is written."""
        open_bytes = sum(writer.record_bytes for writer in self._writers.values())
        return self._closed_bytes + open_bytes >= self._task.portion_bytes

    def write(self, name: str, element: Mapping[str, Any] | Page) -> None:
        """Add a record of `articles`, `removed` or `rejected`, or the ledger of a page."""
        writer = self._writers.get(name)
        if writer is None:
            has_texts = self._task.ledger == "full"
            body = self._task.configuration.body
            format = self._task.ledger_format if name == "removed" else self._task.format
            writer = new_shard(self._task.folder, name, format, with_texts=has_texts, body=body)
            self._writers[name] = writer
        writer.write(element)
        if writer.is_full:
            self._close(name)

    def add_part(self, work: Work, start: int, end: int) -> None:
        """Count a part of a range as done. What is retried is not noted: such runs are short."""
        if isinstance(work, Range):
            if self._parts and self._parts[-1].path == work.path and self._parts[-1].end == start:
                start = self._parts.pop().start
            self._parts.append(Part(work.path, start, end))
        else:
            self._is_noted = False

    def add_time(self, nanoseconds: int) -> None:
        """Count the time of one page."""
        self.tallies.add_time(nanoseconds)
        self._metrics.add_time(nanoseconds)

    def report(self) -> None:
        """Pass the counts to the engine."""
        self._metrics.flush(self.tallies.counts)

    def finish(self) -> Iterator[Shard | TaggedOutput]:
        """Close the files, note the portion, and yield its files and counts."""
        self.report()
        for name in [*self._writers]:
            self._close(name)
        self.watch.lap("write")
        self.tallies.add(Tally.of_time(self.watch.nanoseconds))
        tallies = list(self.tallies.sums())
        if self._is_noted and self._parts:
            write_note(self._task.folder, self._parts, self._shards, tallies)
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


class CleanRangesFn(beam.DoFn):
    """Turns ranges into files of records. Yields their Shards, and tallies by their own tag.

    A failed bundle leaves files without a Shard, so a bundle that is repeated counts once.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.portion = OpenPortion(task)

    def setup(self) -> None:
        """Build the steps and open the store once per worker."""
        self.cleaner = Cleaner.of(self.task.configuration, self.task.templates)
        self.cleaner.warm_up()
        settle_garbage()
        self.ticker = Ticker(self.task.progress_folder)
        self._on_bytes = (lambda size: self.ticker.add(read=size)) if self.ticker.is_asked else None
        self._place = NOWHERE

    def start_bundle(self) -> None:
        """Begin a portion."""
        self.portion = OpenPortion(self.task)

    def process(self, work: Work) -> Iterator[Shard | TaggedOutput]:
        """Clean the pages of a range, one at a time. Yield each finished portion."""
        start, end = (work.extent.start, work.extent.end) if isinstance(work, Range) else (0, WHOLE.end)
        try:
            for item in self._items(work):
                # A place that was reported since the last item: what was read before it is written.
                if self._place > start and self.portion.is_full:
                    yield from self._finished(work, start, self._place)
                    start = self._place
                self._place = NOWHERE
                self._take(item)
            self.portion.add_part(work, start, end)
            self.portion.report()
            if self.portion.is_full:
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
        self.ticker.flush()

    def teardown(self) -> None:
        """Close the files of a bundle that failed elsewhere."""
        self.portion.abandon()

    def _finished(self, work: Work | None = None, start: int = 0, end: int = 0) -> Iterator[Shard | TaggedOutput]:
        """Yield what the portion holds, with this part of a range, and begin another."""
        if work is not None:
            self.portion.add_part(work, start, end)
        self.ticker.flush()
        yield from self.portion.finish()
        self.portion = OpenPortion(self.task)

    def _items(self, work: Work) -> Iterable[Capture | Rejected | int]:
        max_body_bytes = self.task.configuration.limits.max_body_bytes
        if isinstance(work, Rejected):
            return (work,)
        if isinstance(work, dict):
            for name, count in work.items():
                self.portion.tallies.add_count(name, count)
            return ()
        if isinstance(work, Retry):
            return reread(work, max_body_bytes=max_body_bytes)
        return read_range(work, max_body_bytes=max_body_bytes, on_bytes=self._on_bytes, on_cut=self._on_cut)

    def _on_cut(self, place: int) -> None:
        self._place = place

    def _take(self, item: Capture | Rejected | int) -> None:
        """Clean and write one capture, write a rejected one, or count dead letters that repeat others."""
        portion, watch = self.portion, self.portion.watch
        watch.lap("read")
        if isinstance(item, int):
            portion.tallies.add_count(REPEATED, item)
            return
        portion.tallies.add_count("captures", 1)
        begun = perf_counter_ns()
        result = clean_capture(item, self.cleaner, watch) if isinstance(item, Capture) else item
        if isinstance(result, Rejected):
            self.ticker.add(captures=1, rejected=1)
            portion.tallies.add(Tally.of_rejected(result))
            portion.write("rejected", result.to_dict())
        else:
            self.ticker.add(captures=1, articles=1)
            article = self.cleaner.article(result)
            portion.tallies.add(Tally.of_article(article, result.removals))
            watch.lap("make records")
            portion.write("articles", article.to_dict())
            if self.task.ledger != "none":
                portion.write("removed", result)
            if self.cleaner.store is not None and result.site_memory is None:
                portion.tallies.add_count(STRANGERS, 1)
        if isinstance(item, Capture):
            portion.add_time(perf_counter_ns() - begun)
        watch.lap("write")
