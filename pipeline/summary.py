"""Counting a run: what `summary.json` is made of. Only these small counts are shuffled, never bodies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add
from typing import Any, NamedTuple

import apache_beam as beam

from ..transforms.core.article import Article
from ..transforms.core.page import Removal
from .reading.rejected import Rejected

# The group of counts that tells where time went.
NANOSECONDS = "nanoseconds"
# Sites listed in the summary, the largest first; a crawl may have millions.
MAX_SITES = 1000


class SiteCounts(NamedTuple):
    """What one site gave."""

    articles: int = 0
    removed_blocks: int = 0
    removed_chars: int = 0
    text_chars: int = 0


class Tally(NamedTuple):
    """What one capture adds to the run's counts: `counts` by dotted name, and `site` with its own."""

    counts: Mapping[str, int]
    site: str = ""
    site_counts: SiteCounts = SiteCounts()

    @classmethod
    def of_article(cls, article: Article, removals: Sequence[Removal | None]) -> Tally:
        """The counts of one article and the marks on its page."""
        pairs = Counter([removal[:2] for removal in removals if removal is not None])
        removed: Counter[str] = Counter()
        for (reason, rule), count in pairs.items():
            removed[f"removed_by_reason.{reason}"] += count
            removed[f"removed_by_rule.{rule}"] += count
        counts = {
            "articles": 1,
            "text_chars": len(article.text),
            "removed_blocks": article.removed_blocks,
            "removed_chars": article.removed_chars,
            f"languages.{article.language}": 1,
            **({"duplicates": 1} if article.duplicate_of else {}),
            **{f"quality_flags.{flag}": 1 for flag in article.quality_flags},
            **removed,
        }
        site_counts = SiteCounts(1, article.removed_blocks, article.removed_chars, len(article.text))
        return cls(counts, article.site, site_counts)

    @classmethod
    def of_rejected(cls, rejected: Rejected) -> Tally:
        """The counts of one rejected capture."""
        return cls({
            "rejected": 1,
            f"rejected_by_stage.{rejected.stage}": 1,
            f"rejected_by_reason.{rejected.reason}": 1,
        })  # fmt: skip

    @classmethod
    def of_time(cls, nanoseconds: Mapping[str, int]) -> Tally:
        """Where time went, by the part of the work."""
        return cls({f"{NANOSECONDS}.{part}": spent for part, spent in nanoseconds.items()})


class BundleTally:
    """Adds up the tallies of a bundle, site by site."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._sites: dict[str, SiteCounts] = {}

    def add(self, tally: Tally) -> None:
        """Add one capture's."""
        self._counts.update(tally.counts)
        if tally.site:
            known = self._sites.get(tally.site, SiteCounts())
            self._sites[tally.site] = SiteCounts(*map(add, known, tally.site_counts))

    def count(self, name: str) -> int:
        """What one count has come to."""
        return self._counts[name]

    def sums(self) -> Iterator[Tally]:
        """One tally with all counts, and one for each site with the site's."""
        if self._counts:
            yield Tally(dict(self._counts))
        for site, counts in self._sites.items():
            yield Tally({}, site, counts)


class SumCounts(beam.CombineFn):
    """Adds up counts by name."""

    def create_accumulator(self) -> Counter[str]:
        """No counts."""
        return Counter()

    def add_input(self, total: Counter[str], counts: Mapping[str, int]) -> Counter[str]:
        """Add one capture's counts."""
        total.update(counts)
        return total

    def merge_accumulators(self, totals: Iterable[Counter[str]]) -> Counter[str]:
        """Add up the workers' counts."""
        merged: Counter[str] = Counter()
        for total in totals:
            merged.update(total)
        return merged

    def extract_output(self, total: Counter[str]) -> dict[str, int]:
        """Plain counts by dotted name."""
        return dict(total)


class SumSites(beam.CombineFn):
    """Adds up one site's counts."""

    def create_accumulator(self) -> SiteCounts:
        """No counts."""
        return SiteCounts()

    def add_input(self, total: SiteCounts, counts: SiteCounts) -> SiteCounts:
        """Add one article's counts."""
        return SiteCounts(*(a + b for a, b in zip(total, counts, strict=True)))

    def merge_accumulators(self, totals: Iterable[SiteCounts]) -> SiteCounts:
        """Add up the workers' counts."""
        return SiteCounts(*(sum(column) for column in zip(SiteCounts(), *totals, strict=True)))

    def extract_output(self, total: SiteCounts) -> SiteCounts:
        """The sum."""
        return total


def nested(counts: Mapping[str, int]) -> dict[str, Any]:
    """Counts by dotted name as nested mappings, names sorted.

    >>> nested({"articles": 2, "languages.en": 2})
    {'articles': 2, 'languages': {'en': 2}}
    """
    result: dict[str, Any] = {}
    for name in sorted(counts):
        group, _, member = name.partition(".")
        if member:
            result.setdefault(group, {})[member] = counts[name]
        else:
            result[group] = counts[name]
    return result
