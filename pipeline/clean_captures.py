"""Clean a collection of captures in Beam, to articles, marked pages, rejected records and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.transforms.window import GlobalWindows

from ..transforms.core.article import Article
from ..transforms.core.page import Capture
from .clean import Cleaner, Stopwatch, clean_capture, settle_garbage
from .config import Configuration
from .progress import Ticker
from .reading.accept import Rejected
from .reading.read import NAMESPACE
from .summary import BundleTally, Tally


class CleanCapturesFn(beam.DoFn):
    """Turns captures into articles. Marked pages, rejected captures and tallies leave by their own tags."""

    PAGES = "pages"
    REJECTED = "rejected"
    TALLY = "tally"

    def __init__(self, configuration: Configuration, templates: str = "", progress_folder: str = "") -> None:
        self.configuration = configuration
        self.templates = templates
        self.progress_folder = progress_folder

    def setup(self) -> None:
        """Build the steps and open the store once per worker."""
        self.cleaner = Cleaner.of(self.configuration, self.templates)
        self.cleaner.warm_up()
        settle_garbage()
        self.ticker = Ticker(self.progress_folder)

    def start_bundle(self) -> None:
        """Begin new counts. They leave once a bundle, because the engine holds all counts until the end."""
        self.tallies = BundleTally()
        self.watch = Stopwatch()

    def process(self, capture: Capture) -> Iterator[Article | beam.pvalue.TaggedOutput]:
        """Yield an article and its page, or one rejected record."""
        self.watch.lap("read")
        self.tallies.add(Tally({"captures": 1}))
        result = clean_capture(capture, self.cleaner, self.watch)
        if isinstance(result, Rejected):
            self.ticker.add(captures=1, rejected=1)
            yield beam.pvalue.TaggedOutput(self.REJECTED, result)
            self.watch.lap("write")
            return
        self.ticker.add(captures=1, articles=1)
        article = self.cleaner.article(result)
        self.tallies.add(Tally.of_article(article, result.removals))
        self.watch.lap("make records")
        yield article
        yield beam.pvalue.TaggedOutput(self.PAGES, result)
        self.watch.lap("write")

    def finish_bundle(self) -> Iterator[Any]:
        """Yield the bundle's counts."""
        self.ticker.flush()
        self.watch.lap("read")
        for name in ("articles", "removed_blocks"):
            Metrics.counter(NAMESPACE, name).inc(self.tallies.count(name))
        self.tallies.add(Tally.of_time(self.watch.nanoseconds))
        for tally in map(GlobalWindows.windowed_value_at_end_of_window, self.tallies.sums()):
            yield beam.pvalue.TaggedOutput(self.TALLY, tally)


@dataclass
class CleanCaptures(beam.PTransform):
    """Clean captures in one fused stage: pages never leave the worker.

    The result is a dictionary of `articles`, `pages`, `rejected` and `tally`. The pages are those of the articles, with
    their marks; `ledger` makes their records. `templates` is the path of a store of site memory, on any of Beam's
    filesystems; each worker opens it once.
    """

    configuration: Configuration
    templates: str = ""
    progress_folder: str = ""

    def expand(self, captures: beam.PCollection[Capture]) -> dict[str, beam.PCollection[Any]]:
        """Clean the captures."""
        tags = (CleanCapturesFn.PAGES, CleanCapturesFn.REJECTED, CleanCapturesFn.TALLY)
        clean = beam.ParDo(CleanCapturesFn(self.configuration, self.templates, self.progress_folder))
        outputs = captures | "Clean" >> clean.with_outputs(*tags, main="articles")
        return {"articles": outputs.articles, **{tag: outputs[tag] for tag in tags}}
