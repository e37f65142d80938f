"""Sample a site: keep the sketches of a few of its articles, chosen so that samples can be merged.

Each article has a key, a hash of its address. A site keeps the articles with the smallest keys (a bottom-k sample:
Cohen & Kaplan, "Summarizing data using bottom-k sketches", 2007), which is a uniform sample whatever the order in
which articles come. The k-th smallest key gives an estimate of their number (Beyer et al., "On synopses for
distinct-value estimation under multiset operations", 2007).

Beside these it keeps as many by a second rank, in which an article weighs half as much for every quarter of age
(forward decay: Cormode et al., 2009). So new articles of a site that has changed its design have a place, however many
old ones there are. Ranks never depend on other articles, so that merging is associative, commutative and idempotent,
and learning in parts gives the same as learning at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from .sketch import ArticleSketch, generation_of

# Articles kept by each of the two ranks; they are the same ones where captures are of one month.
SAMPLE = 48
# So many keep their texts, enough to show nearly all templates.
TEXTS = 12
# Generations (months) after which an article weighs half.
HALF_LIFE = 3
KEYS = 2.0**64


@dataclass(frozen=True)
class SiteSample:
    """A sample of a site: one sketch for each article, in the order of their keys."""

    site: str
    articles: tuple[ArticleSketch, ...] = ()

    def estimate(self) -> int:
        """Estimate the number of distinct articles: exact up to SAMPLE, then within some 15 %."""
        if len(self.articles) < SAMPLE:
            return len(self.articles)
        return max(len(self.articles), round((SAMPLE - 1) / (self.articles[SAMPLE - 1].key / KEYS)))


def merge(samples: Iterable[SiteSample]) -> SiteSample:
    """Merge samples of one site. The result is the sample of all their articles together."""
    parts = list(samples)
    sites = {part.site for part in parts}
    if len(sites) != 1:
        raise ValueError(f"samples of one site can be merged, not of {sorted(sites)}")
    return SiteSample(sites.pop(), sampled(article for part in parts for article in part.articles))


def sampled(captures: Iterable[ArticleSketch]) -> tuple[ArticleSketch, ...]:
    """Choose a sample: one capture for each article, of the articles that rank first."""
    best: dict[int, ArticleSketch] = {}
    for capture in captures:
        known = best.get(capture.key)
        if known is None or (known is not capture and capture.preference() < known.preference()):
            best[capture.key] = capture
    articles = [best[key] for key in sorted(best)]
    recent = articles if len(articles) <= TEXTS else nsmallest(SAMPLE, articles, key=_own_faded_rank)
    with_texts = {article.key for article in (*articles[:TEXTS], *recent[:TEXTS])}
    kept = {article.key for article in (*articles[:SAMPLE], *recent)}
    return tuple(
        article if article.key in with_texts else article.without_texts() for article in articles if article.key in kept
    )


@dataclass(frozen=True)
class Bar:
    """The rank that an article needs for a place in a full sample: `key` by one order, `faded` by the other."""

    key: int
    faded: tuple[float, int]

    def is_reached(self, key: int, day: int) -> bool:
        """Return whether the sample would keep an article with this key, captured on this day."""
        return key <= self.key or _faded_rank(key, generation_of(day)) <= self.faded


def bar_of(articles: Sequence[ArticleSketch]) -> Bar | None:
    """Return the bar of a sample, whose articles are in the order of `sampled`; None if the sample has room."""
    if len(articles) < SAMPLE:
        return None
    return Bar(articles[SAMPLE - 1].key, nsmallest(SAMPLE, map(_own_faded_rank, articles))[-1])


def _own_faded_rank(article: ArticleSketch) -> tuple[float, int]:
    return _faded_rank(article.key, article.generation)


def _faded_rank(key: int, generation: int) -> tuple[float, int]:
    """Rank by key and age: a key counts double for every half-life of age."""
    return math.log2(key + 1) - generation / HALF_LIFE, key
