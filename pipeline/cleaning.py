"""Captures to articles, ledger and rejected: the heart of `clean`, with and without Beam."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics

from .._version import __version__
from ..transforms.article import Article, ledger, make_article
from ..transforms.base import PageTransform
from ..transforms.capture import Capture
from ..transforms.chain import StepError, clean_page
from ..transforms.page import Page
from ..transforms.parsing.parse import parse
from .configuration import Configuration, load_configuration
from .metrics import NAMESPACE
from .progress import Ticker
from .reading.rejected import Rejected
from .tally import Tally


@dataclass(frozen=True)
class Cleaner:
    """A configuration ready for use: the same steps for a whole crawl and for one page in a shell."""

    configuration: Configuration

    @classmethod
    def named(cls, name_or_path: str) -> Cleaner:
        """The cleaner of a shipped configuration or a YAML file."""
        return cls(load_configuration(name_or_path))

    @cached_property
    def steps(self) -> list[PageTransform]:
        """The transforms, built once."""
        return self.configuration.build()

    @cached_property
    def config_sha256(self) -> str:
        """Digest of the configuration, for the record."""
        return self.configuration.sha256()

    def page(self, capture: Capture) -> Page:
        """The capture parsed and marked. Raises StepError when a step fails on it."""
        return clean_page(parse(capture, self.configuration.parser), self.steps)

    def article(self, page: Page) -> Article:
        """The record of a page that has been marked."""
        return make_article(page, tool_version=__version__, config_sha256=self.config_sha256)


def clean_capture(capture: Capture, cleaner: Cleaner) -> Page | Rejected:
    """The marked page of a capture, or why it gave no article. Never raises: no page may stop a crawl."""
    try:
        page = cleaner.page(capture)
    except StepError as error:
        return reject(capture, error.step, "step-failed", str(error))
    except Exception as error:
        return reject(capture, "parse", "not-parsed", f"{type(error).__name__}: {error}")
    if not page.blocks:
        return reject(capture, "parse", "no-text", "the page has no visible text")
    if next(page.kept(), None) is None:
        return reject(capture, "clean", "no-article", f"all {len(page.blocks)} blocks of the page are boilerplate")
    return page


def reject(capture: Capture, stage: str, reason: str, error: str) -> Rejected:
    """The dead letter of a capture that was read but gave no article."""
    return Rejected(
        id=capture.record_id(),
        url=capture.url,
        stage=stage,
        reason=reason,
        error=error,
        source_file=capture.source_file,
        source_offset=capture.source_offset,
        length=len(capture.body),
        captured_at=capture.captured_at,
    )


# A page that makes every step load its tables.
WARM_UP = "<h1>Tides</h1><p>The tide comes in twice a day, as the harbour master has written down since 1911.</p>"


class CleanCapturesFn(beam.DoFn):
    """Captures to articles; ledger records, rejected captures and tallies leave by their own tags."""

    LEDGER = "ledger"
    REJECTED = "rejected"
    TALLY = "tally"

    def __init__(self, configuration: Configuration, progress_folder: str = "") -> None:
        self.configuration = configuration
        self.progress_folder = progress_folder

    def setup(self) -> None:
        """Build the steps once per worker, and keep the garbage collector from their tables, which stay for good."""
        self.cleaner = Cleaner(self.configuration)
        self.cleaner.page(Capture(body=WARM_UP))
        gc.freeze()
        self.ticker = Ticker(self.progress_folder)

    def process(self, capture: Capture) -> Iterator[Article | beam.pvalue.TaggedOutput]:
        """One capture: either an article and its ledger, or one rejected record."""
        result = clean_capture(capture, self.cleaner)
        self.ticker.tick()
        if isinstance(result, Rejected):
            yield beam.pvalue.TaggedOutput(self.REJECTED, result)
            return
        article = self.cleaner.article(result)
        yield article
        records = list(ledger(result))
        for record in records:
            yield beam.pvalue.TaggedOutput(self.LEDGER, record)
        yield beam.pvalue.TaggedOutput(self.TALLY, Tally.of_article(article, records))
        Metrics.counter(NAMESPACE, "articles").inc()
        Metrics.counter(NAMESPACE, "removed_blocks").inc(len(records))


@dataclass
class CleanCaptures(beam.PTransform):
    """Take captures to articles: returns the articles, the ledger, the rejected, and tallies, by these names."""

    configuration: Configuration
    progress_folder: str = ""

    def expand(self, captures: beam.PCollection[Capture]) -> dict[str, beam.PCollection[Any]]:
        """Parse and clean in one fused stage: pages never leave the worker."""
        tags = (CleanCapturesFn.LEDGER, CleanCapturesFn.REJECTED, CleanCapturesFn.TALLY)
        clean = beam.ParDo(CleanCapturesFn(self.configuration, self.progress_folder))
        outputs = captures | "Clean" >> clean.with_outputs(*tags, main="articles")
        return {"articles": outputs.articles, **{tag: outputs[tag] for tag in tags}}
