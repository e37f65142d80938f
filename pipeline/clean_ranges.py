"""Clean ranges of files in Beam: each capture of a range becomes a record, and its counts those of a portion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter_ns

from ..transforms.core.article import Rejected
from ..transforms.core.page import Capture
from .clean import Cleaner, Stopwatch, clean_capture, settle_garbage
from .config import Configuration
from .metrics import PageMetrics
from .output.portions import PORTION_BYTES
from .output.writer import Format, ShardWriter, new_shard
from .reading.ranges import Range, read_range
from .reading.retry import REPEATED, Counts, Retry, reread
from .summary import STRANGERS, Tally
from .work_ranges import OpenPortion, WorkRangesFn

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


class CleanPortion(OpenPortion):
    """A portion that is being cleaned, with the time that it took."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.folder)
        self._task = task
        self._metrics = PageMetrics()
        self.watch = Stopwatch()

    def begin_shard(self, name: str) -> ShardWriter:
        """Begin a file of `articles`, `removed` or `rejected`."""
        task = self._task
        format, has_texts = task.ledger_format if name == "removed" else task.format, task.ledger == "full"
        return new_shard(self.folder, name, format, with_texts=has_texts, body=task.configuration.body)

    def add_time(self, nanoseconds: int) -> None:
        """Count the time of one page."""
        self.tallies.add_time(nanoseconds)
        self._metrics.add_time(nanoseconds)

    def report(self) -> None:
        """Pass the counts to the engine."""
        self._metrics.flush(self.tallies.counts)

    def conclude(self) -> None:
        """Count the time of each part of the work."""
        self.report()
        self.watch.lap("write")
        self.tallies.add(Tally.of_time(self.watch.nanoseconds))


class CleanRangesFn(WorkRangesFn):
    """Turns ranges, and captures that are retried, into files of records. What is retried is not noted: such runs are
    short.
    """

    portion: CleanPortion

    def __init__(self, task: Task) -> None:
        self.task = task
        super().__init__(task.progress_folder)

    def begin(self) -> CleanPortion:
        """Return a new portion."""
        return CleanPortion(self.task)

    def is_due(self) -> bool:
        """Return whether enough is written."""
        return self.portion.record_bytes >= self.task.portion_bytes

    def end_range(self) -> None:
        """Pass the counts to the engine."""
        self.portion.report()

    def setup(self) -> None:
        """Build the steps and open the store once per worker."""
        super().setup()
        self.cleaner = Cleaner.of(self.task.configuration, self.task.templates)
        self.cleaner.warm_up()
        settle_garbage()

    def items(self, work: Work) -> Iterable[Capture | Rejected | int]:
        """Yield captures, rejected records, and numbers of dead letters that repeat others."""
        max_body_bytes = self.task.configuration.limits.max_body_bytes
        if isinstance(work, Rejected):
            return (work,)
        if isinstance(work, dict):
            for name, count in work.items():
                self.portion.tallies.add_count(name, count)
            return ()
        if isinstance(work, Retry):
            return reread(work, max_body_bytes=max_body_bytes)
        return read_range(work, max_body_bytes=max_body_bytes, on_bytes=self.on_bytes, on_cut=self.on_cut)

    def take(self, item: Capture | Rejected | int) -> None:
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
