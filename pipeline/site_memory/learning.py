"""Captures to samples: the heart of `learn`, with and without Beam. Pages never leave the worker; their sketches do."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from ...transforms.article_metadata import ExtractMetadata
from ...transforms.classifier.classify import article_log_odds
from ...transforms.core.base import PageTransform, StepError, clean_page
from ...transforms.core.capture import Capture
from ...transforms.core.sites import site_of
from ...transforms.core.time_budget import within
from ...transforms.main_content import KeepMainContent
from ...transforms.parsing.parse import parse
from ...transforms.site_memory.article_keys import article_key
from ...transforms.site_memory.packing import pack_sample, unpack_sample
from ...transforms.site_memory.sample import SAMPLE, Bar, SiteSample, bar_of, merge, sampled
from ...transforms.site_memory.sketch import ArticleSketch, content_key, day_of, sketch_page
from ...transforms.site_memory.store import Content
from ..configuration import Configuration, load_configuration
from ..garbage import settle
from ..progress import Ticker

_log = logging.getLogger(__name__)

# What a worker holds of samples before it hands them on.
MAX_HELD_BYTES = 96 * 2**20
# Sketches of one site that are gathered before they are thinned to a sample.
THIN_AT = 3 * SAMPLE


class Lesson(NamedTuple):
    """What one capture teaches: a sketch of its article, and its content. Either may be missing; `is_wanted` is false
    where the article was found to have no place in its site's sample, before it was judged.
    """

    site: str
    sketch: ArticleSketch | None
    content: Content | None
    is_wanted: bool = True


def always_wanted(site: str, key: int, day: int) -> bool:
    """Every article is sketched."""
    return True


@dataclass(frozen=True)
class Learner:
    """A configuration ready for learning: its steps before main content, whose judgement is noted and not acted on.

    So that a site's memory does not depend on what an earlier memory took away, learning reads pages alone.
    """

    configuration: Configuration

    @cached_property
    def steps(self) -> list[PageTransform]:
        """The transforms, built once."""
        return steps_before_main_content(self.configuration.build())

    def lesson(self, capture: Capture, wants: Callable[[str, int, int], bool] = always_wanted) -> Lesson:
        """What a capture teaches. Raises whatever a step raises, TooSlowError where they take too long.

        `wants` is asked, with site, article key and day, whether the article is worth a sketch: judging it is most of
        the cost.
        """
        return within(self.configuration.limits.seconds_per_page, partial(self._lesson, capture, wants))

    def _lesson(self, capture: Capture, wants: Callable[[str, int, int], bool]) -> Lesson:
        page = parse(capture, self.configuration.parser, self.configuration.limits)
        site, key, provenance = site_of(page.url), content_key(page), page.provenance
        content = Content(key, provenance.captured_at, provenance.id) if key else None
        if not site:
            return Lesson(site, None, content)
        if not wants(site, article_key(page), day_of(provenance.captured_at)):
            return Lesson(site, None, content, is_wanted=False)
        page = clean_page(page, self.steps)
        return Lesson(site, sketch_page(page, article_log_odds(page)), content)


def steps_before_main_content(steps: list[PageTransform]) -> list[PageTransform]:
    """The steps that mark what a rule knows by itself; all of them where main content is not asked for.

    Metadata is left out: it marks nothing.
    """
    ends = [number for number, step in enumerate(steps) if isinstance(step, KeepMainContent)]
    before = steps[: ends[0]] if ends else steps
    return [step for step in before if not isinstance(step, ExtractMetadata)]


class SketchCapturesFn(beam.DoFn):
    """Captures to packed samples, one for each site that a bundle holds, thinned before they leave.

    Contents and counts leave by tags. What is held is bounded by MAX_HELD_BYTES; when it is full, samples leave early,
    and merging puts them together again.
    """

    CONTENTS = "contents"
    COUNTS = "counts"

    def __init__(self, configuration: Configuration, progress_folder: str = "") -> None:
        self.configuration = configuration
        self.progress_folder = progress_folder

    def setup(self) -> None:
        """Build the steps once per worker, and keep the garbage collector from their tables, which stay for good."""
        self.learner = Learner(self.configuration)
        with suppress(StepError):  # counted page by page
            self.learner.lesson(Capture(body="<p>Tides.</p>"))
        settle()
        self.ticker = Ticker(self.progress_folder)

    def start_bundle(self) -> None:
        """Nothing is held between bundles."""
        self.held: dict[str, list[ArticleSketch]] = {}
        self.bars: dict[str, Bar | None] = {}
        self.total = 0
        self.counts: Counter[str] = Counter()

    def process(self, capture: Capture) -> Iterator[tuple[str, bytes] | TaggedOutput]:
        """One capture. A page that a step fails on teaches nothing; `clean` will tell why."""
        self.counts["captures"] += 1
        self.ticker.add(captures=1)
        try:
            lesson = self.learner.lesson(capture, self._wants)
        except Exception as error:  # no page may stop a crawl
            _log.warning("%r teaches nothing: %r", capture.url, error, exc_info=error)
            self.counts["failed"] += 1
            return
        if lesson.content is not None:
            yield TaggedOutput(self.CONTENTS, lesson.content)
        if not lesson.is_wanted:
            self.counts["learned"] += 1
            return
        if lesson.sketch is None:
            self.counts["without_words" if lesson.site else "without_site"] += 1
            return
        self.counts["learned"] += 1
        self._hold(lesson.site, lesson.sketch)
        if self.total > MAX_HELD_BYTES:
            for site in self.held:
                self._thin(site)
            if self.total > MAX_HELD_BYTES / 2:
                yield from self._released()

    def _wants(self, site: str, key: int, day: int) -> bool:
        bar = self.bars.get(site)
        return bar is None or bar.is_reached(key, day)

    def _hold(self, site: str, sketch: ArticleSketch) -> None:
        known = self.held.setdefault(site, [])
        known.append(sketch)
        self.total += sketch.size
        if len(known) >= THIN_AT:
            self._thin(site)

    def _thin(self, site: str) -> None:
        known = self.held[site]
        self.held[site] = thinned = list(sampled(known))
        self.bars[site] = bar_of(thinned)
        self.total += sum(article.size for article in thinned) - sum(article.size for article in known)

    def _released(self) -> Iterator[tuple[str, bytes]]:
        for site, known in self.held.items():
            yield site, pack_sample(SiteSample(site, sampled(known)))
        self.held, self.bars, self.total = {}, {}, 0

    def finish_bundle(self) -> Iterator[Any]:
        """What is held leaves, and the bundle's counts."""
        self.ticker.flush()
        window = GlobalWindow()
        for released in self._released():
            yield WindowedValue(released, window.max_timestamp(), [window])
        counts = WindowedValue(dict(self.counts), window.max_timestamp(), [window])
        yield TaggedOutput(self.COUNTS, counts)


class MergeSamples(beam.CombineFn):
    """Merges the packed samples of one site."""

    def create_accumulator(self) -> list[SiteSample]:
        """No sample."""
        return []

    def add_input(self, merged: list[SiteSample], sample: tuple[str, bytes]) -> list[SiteSample]:
        """Merge one more in."""
        return self.merge_accumulators([merged, [unpack_sample(*sample)]])

    def merge_accumulators(self, accumulators: Iterable[list[SiteSample]]) -> list[SiteSample]:
        """Merge what was merged apart."""
        parts = [sample for merged in accumulators for sample in merged]
        return [merge(parts)] if parts else []

    def extract_output(self, merged: list[SiteSample]) -> SiteSample:
        """The one sample."""
        return merged[0]


@dataclass
class SketchCaptures(beam.PTransform):
    """Take captures to `samples` (site, packed sample), `contents` and `counts`, by these names, in one fused stage.

    A site has a sample for each bundle that has pages of it, or several.
    """

    configuration: Configuration = field(default_factory=load_configuration)
    progress_folder: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, captures: beam.PCollection[Capture]) -> dict[str, beam.PCollection[Any]]:
        """Pages never leave the worker."""
        tags = SketchCapturesFn.CONTENTS, SketchCapturesFn.COUNTS
        sketch = beam.ParDo(SketchCapturesFn(self.configuration, self.progress_folder))
        outputs = captures | "Sketch" >> sketch.with_outputs(*tags, main="samples")
        return {"samples": outputs.samples, **{tag: outputs[tag] for tag in tags}}


class MergeBySite(beam.PTransform):
    """Merge the packed samples of each site into one.

    What is shuffled was thinned before. Beam's own way to do that, which CombinePerKey brings with it, bounds the
    number of keys that it holds and not their size.
    """

    def expand(self, samples: beam.PCollection[tuple[str, bytes]]) -> beam.PCollection[tuple[str, SiteSample]]:
        """One sample for each site."""
        return (
            samples
            | "WithSite" >> beam.Map(lambda packed: (packed[0], packed))
            | "BySite" >> beam.GroupByKey()
            | "Merge" >> beam.CombineValues(MergeSamples())
        )


@dataclass
class LearnTemplates(beam.PTransform):
    """Learn what the articles of each site have in common: captures to (site, sample), one for each site.

    `transforms.site_memory.derive.derive` makes a site's memory of its sample. Only sketches are shuffled, of at most
    twice 48 articles for each site and bundle; windows are not kept apart.
    """

    configuration: Configuration = field(default_factory=load_configuration)

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, captures: beam.PCollection[Capture]) -> beam.PCollection[tuple[str, SiteSample]]:
        """Sketch in one fused stage, then merge by site."""
        return (captures | SketchCaptures(self.configuration))["samples"] | MergeBySite()
