"""Clean a collection of captures in Beam, to articles, marked pages and rejected records: for pipelines of one's own.

A run cleans ranges of files (`clean_ranges.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics

from ..transforms.core.article import Article, Rejected
from ..transforms.core.page import Capture
from .clean import Cleaner, clean_capture, settle_garbage
from .config import Configuration
from .metrics import ARTICLES, NAMESPACE, REMOVED


class CleanCapturesFn(beam.DoFn):
    """Turns captures into articles. Marked pages and rejected captures leave by their own tags."""

    PAGES = "pages"
    REJECTED = "rejected"

    def __init__(self, configuration: Configuration, templates: str = "") -> None:
        self.configuration = configuration
        self.templates = templates

    def setup(self) -> None:
        """Build the steps and open the store once per worker."""
        self.cleaner = Cleaner.of(self.configuration, self.templates)
        self.cleaner.warm_up()
        settle_garbage()

    def process(self, capture: Capture) -> Iterator[Article | beam.pvalue.TaggedOutput]:
        """Yield an article and its page, or one rejected record."""
        result = clean_capture(capture, self.cleaner)
        if isinstance(result, Rejected):
            yield beam.pvalue.TaggedOutput(self.REJECTED, result)
            return
        article = self.cleaner.article(result)
        Metrics.counter(NAMESPACE, ARTICLES).inc()
        Metrics.counter(NAMESPACE, REMOVED).inc(article.removed_blocks)
        yield article
        yield beam.pvalue.TaggedOutput(self.PAGES, result)


@dataclass
class CleanCaptures(beam.PTransform):
    """Clean captures in one fused stage, so that pages never leave the worker.

    The result is a dictionary of `articles`, `pages` and `rejected`. `pages` are the pages of the articles, with their
    marks; `ledger` makes records from them. `templates` is the path of a store of site memory, on any of Beam's
    filesystems; each worker opens it once.
    """

    configuration: Configuration
    templates: str = ""

    def expand(self, captures: beam.PCollection[Capture]) -> dict[str, beam.PCollection[Any]]:
        """Clean the captures."""
        tags = (CleanCapturesFn.PAGES, CleanCapturesFn.REJECTED)
        clean = beam.ParDo(CleanCapturesFn(self.configuration, self.templates))
        outputs = captures | "Clean" >> clean.with_outputs(*tags, main="articles")
        return {"articles": outputs.articles, **{tag: outputs[tag] for tag in tags}}
