"""What is learned from one capture, and the sketches of many, gathered by site and reduced to samples. Without Beam."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from ...transforms.article_metadata import ExtractMetadata
from ...transforms.classifier.classify import article_log_odds
from ...transforms.core.base import PageTransform, StepError, clean_page, within
from ...transforms.core.page import Capture
from ...transforms.main_content import KeepMainContent
from ...transforms.parsing.parse import parse
from ...transforms.site_memory.article_keys import article_key
from ...transforms.site_memory.near_duplicates import page_signature
from ...transforms.site_memory.sample import SAMPLE, Bar, SiteSample, bar_of, sampled
from ...transforms.site_memory.sketch import ArticleSketch, content_key, day_of, sketch_page
from ...transforms.site_memory.store import Content, pack_sample
from ..clean import settle_garbage
from ..config import Configuration

_log = logging.getLogger(__name__)

# Bytes of samples that a worker holds before it passes them on.
MAX_HELD_BYTES = 96 * 2**20
# Sketches of one site that are gathered before they are thinned to a sample.
THIN_AT = 3 * SAMPLE
# A site and its packed sample.
Packed = tuple[str, bytes]


class Lesson(NamedTuple):
    """What is learned from one capture: a sketch of its article, and its content. Either may be missing.

    `is_wanted` is false for an article that has no place in its site's sample, which was clear before it was judged.
    """

    site: str
    sketch: ArticleSketch | None
    content: Content | None
    is_wanted: bool = True


@dataclass(frozen=True)
class Learner:
    """A configuration ready for learning: its steps before main content, which is judged but not removed.

    Learning reads pages alone, so that a site's memory does not depend on what an earlier memory removed.
    """

    configuration: Configuration

    @cached_property
    def steps(self) -> list[PageTransform]:
        """The transforms, built once."""
        return steps_before_main_content(self.configuration.build())

    def lesson(self, capture: Capture, wants: Callable[[str, int, int], bool] = lambda *_: True) -> Lesson:
        """Return what is learned from a capture. Raises the error of a step, or TooSlowError.

        `wants` gets site, article key and day, and returns whether to sketch the article: judging it is most of the
        cost.
        """
        return within(self.configuration.limits.seconds_per_page, partial(self._lesson, capture, wants))

    def _lesson(self, capture: Capture, wants: Callable[[str, int, int], bool]) -> Lesson:
        page = parse(self.configuration.with_site(capture), self.configuration.parser, self.configuration.limits)
        site, key, provenance = page.site, content_key(page), page.provenance
        content = None
        if key:
            content = Content(key, provenance.captured_at, provenance.id, site=site, signature=page_signature(page))
        if not site:
            return Lesson(site, None, content)
        if not wants(site, article_key(page), day_of(provenance.captured_at)):
            return Lesson(site, None, content, is_wanted=False)
        page = clean_page(page, self.steps)
        return Lesson(site, sketch_page(page, article_log_odds(page)), content)


def steps_before_main_content(steps: list[PageTransform]) -> list[PageTransform]:
    """Return the steps before the main-content step, or all of them without one; metadata, which marks nothing, not."""
    ends = [number for number, step in enumerate(steps) if isinstance(step, KeepMainContent)]
    before = steps[: ends[0]] if ends else steps
    return [step for step in before if not isinstance(step, ExtractMetadata)]


class Sketcher:
    """Gathers sketches of captures, and reduces them to a sample for each site. Holds at most MAX_HELD_BYTES."""

    def __init__(self, configuration: Configuration) -> None:
        self.learner = Learner(configuration)
        with suppress(StepError):  # counted page by page
            self.learner.lesson(Capture(body="<p>Tides.</p>"))
        settle_garbage()
        self.forget()

    def forget(self) -> None:
        """Drop all that is held."""
        self._held: dict[str, list[ArticleSketch]] = {}
        self._bars: dict[str, Bar | None] = {}
        self._total = 0
        self.counts: Counter[str] = Counter()

    def sketch(self, capture: Capture) -> Iterator[Packed | Content]:
        """Learn from one capture. Yield its content, and samples if too many are held.

        A page that a step fails on is skipped; `clean` will report why.
        """
        self.counts["captures"] += 1
        try:
            lesson = self.learner.lesson(capture, self._wants)
        except Exception as error:  # no page may stop a crawl
            _log.warning("nothing learned from %r: %r", capture.url, error, exc_info=error)
            self.counts["failed"] += 1
            return
        if lesson.content is not None:
            yield lesson.content
        if not lesson.is_wanted:
            self.counts["learned"] += 1
            return
        if lesson.sketch is None:
            self.counts["without_words" if lesson.site else "without_site"] += 1
            return
        self.counts["learned"] += 1
        self._hold(lesson.site, lesson.sketch)
        if self._total > MAX_HELD_BYTES:
            for site in self._held:
                self._thin(site)
            if self._total > MAX_HELD_BYTES / 2:
                yield from self.release()

    def release(self) -> Iterator[Packed]:
        """Yield the samples that are held, and hold no more."""
        for site, known in self._held.items():
            yield site, pack_sample(SiteSample(site, sampled(known)))
        self._held, self._bars, self._total = {}, {}, 0

    def _wants(self, site: str, key: int, day: int) -> bool:
        bar = self._bars.get(site)
        return bar is None or bar.is_reached(key, day)

    def _hold(self, site: str, sketch: ArticleSketch) -> None:
        known = self._held.setdefault(site, [])
        known.append(sketch)
        self._total += sketch.size
        if len(known) >= THIN_AT:
            self._thin(site)

    def _thin(self, site: str) -> None:
        known = self._held[site]
        self._held[site] = thinned = list(sampled(known))
        self._bars[site] = bar_of(thinned)
        self._total += sum(article.size for article in thinned) - sum(article.size for article in known)
