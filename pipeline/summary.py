"""The counts of a run, for `summary.json`. Beam shuffles only these small counts, never bodies."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add
from typing import Any, NamedTuple

import apache_beam as beam

from ..transforms.core.article import Article, Rejected
from ..transforms.core.page import Removal

# The group of counts with the time of each part of the work.
NANOSECONDS = "nanoseconds"
# The group in the summary, in seconds.
SECONDS = "seconds_by_part"
# The group of counts of pages by their time: those that took at most so many seconds, but more than the bound before.
PAGE_TIMES = "seconds_per_page"
BOUNDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
BEYOND = "+Inf"
TIME_NAMES = tuple(f"{PAGE_TIMES}.{bound}" for bound in (*BOUNDS, BEYOND))
NANOSECOND_BOUNDS = tuple(round(bound * 1e9) for bound in BOUNDS)
# Pages that were cleaned with a store that has no memory of their site.
STRANGERS = "without_site_memory"
# Rejected records that a run with `--retry` has read.
RETRIED = "retried.rejected_records"
# Sites in the summary, the largest first; a crawl may have millions.
MAX_SITES = 1000
# Counts that a summary has even where they are 0.
TOTALS = ("captures", "articles", "rejected", "removed_blocks", "removed_chars", "text_chars", "duplicates")


class SiteCounts(NamedTuple):
    """The counts of one site."""

    articles: int = 0
    removed_blocks: int = 0
    removed_chars: int = 0
    text_chars: int = 0


class Tally(NamedTuple):
    """What one capture adds to the counts of a run, by dotted name, and to those of its site."""

    counts: Mapping[str, int]
    site: str = ""
    site_counts: SiteCounts = SiteCounts()

    @classmethod
    def of_article(cls, article: Article, removals: Sequence[Removal | None]) -> Tally:
        """Count one article and the marks on its page."""
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
        """Count one rejected capture."""
        return cls({
            "rejected": 1,
            f"rejected_by_stage.{rejected.stage}": 1,
            f"rejected_by_reason.{rejected.reason}": 1,
        })  # fmt: skip

    @classmethod
    def of_time(cls, nanoseconds: Mapping[str, int]) -> Tally:
        """Count the time of each part of the work."""
        return cls({f"{NANOSECONDS}.{part}": spent for part, spent in nanoseconds.items()})


class BundleTally:
    """Adds up the tallies of a bundle, site by site."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._sites: dict[str, SiteCounts] = {}

    def add(self, tally: Tally) -> None:
        """Add the counts of one capture."""
        self._counts.update(tally.counts)
        if tally.site:
            known = self._sites.get(tally.site, SiteCounts())
            self._sites[tally.site] = SiteCounts(*map(add, known, tally.site_counts))

    def add_count(self, name: str, count: int) -> None:
        """Add to one count."""
        self._counts[name] += count

    def add_time(self, nanoseconds: int) -> None:
        """Count the time of one page."""
        self._counts[TIME_NAMES[bisect_left(NANOSECOND_BOUNDS, nanoseconds)]] += 1

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts so far, by dotted name, without those of sites."""
        return self._counts

    def sums(self) -> Iterator[Tally]:
        """Yield one tally with all counts, and one for each site."""
        if self._counts:
            yield Tally(dict(self._counts))
        for site, counts in self._sites.items():
            yield Tally({}, site, counts)


def sum_counts(many: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up counts by name."""
    total: Counter[str] = Counter()
    for counts in many:
        total.update(counts)
    return dict(total)


def sum_sites(many: Iterable[SiteCounts]) -> SiteCounts:
    """Add up the counts of one site."""
    return SiteCounts(*map(sum, zip(SiteCounts(), *many, strict=True)))


class SumTallies(beam.PTransform):
    """Add up tallies: a dictionary of `counts`, by dotted name, and `sites`, the largest with their counts."""

    def expand(self, tallies: beam.PCollection[Tally]) -> dict[str, beam.PCollection[Any]]:
        """Return the sum of the tallies."""
        counts = tallies | "Counts" >> beam.Map(lambda tally: tally.counts)
        sites = (
            tallies
            | "WithSite" >> beam.Filter(lambda tally: tally.site != "")
            | "SiteCounts" >> beam.Map(lambda tally: (tally.site, tally.site_counts))
            | "SumSites" >> beam.CombinePerKey(sum_sites)
            | "TopSites" >> beam.combiners.Top.Of(MAX_SITES, key=lambda item: (item[1].articles, item[0]))
        )
        return {"counts": counts | "SumCounts" >> beam.CombineGlobally(sum_counts), "sites": sites}


def summary_counts(counts: Mapping[str, int], sites: Iterable[tuple[str, SiteCounts]]) -> dict[str, Any]:
    """Return the part of a summary that is counted."""
    groups = nested(counts)
    times = groups.pop(PAGE_TIMES, {})
    spent = {part: round(nanoseconds / 1e9, 3) for part, nanoseconds in groups.pop(NANOSECONDS, {}).items()}
    return {
        **dict.fromkeys(TOTALS, 0),
        **groups,
        SECONDS: spent,
        PAGE_TIMES: {name: times[name] for name in (*map(str, BOUNDS), BEYOND) if name in times},
        "sites": {site: site_counts._asdict() for site, site_counts in sites},
    }


def retried_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many rejected records a run with `--retry` has read, and how their captures ended.

    >>> counts = {"retried.rejected_records": 5, "captures": 4, "articles": 1, "rejected": 3}
    >>> retried_counts({**counts, "rejected_by_reason.not-found": 2})
    {'rejected_records': 5, 'captures': 4, 'articles': 1, 'rejected_again': 1, 'not_found': 2}
    """
    not_found, not_letters = (counts.get(f"rejected_by_reason.{reason}", 0) for reason in ("not-found", "not-a-letter"))
    return {
        "rejected_records": counts.get(RETRIED, 0),
        "captures": counts.get("captures", 0) - not_letters,
        "articles": counts.get("articles", 0),
        "rejected_again": counts.get("rejected", 0) - not_found - not_letters,
        "not_found": not_found,
    }


def nested(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return counts by dotted name as nested mappings, names sorted.

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
