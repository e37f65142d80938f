"""Metrics of a run while it is at work: for engines to show, and for people to be alarmed by (docs/watching.md).

They are the counts of a portion, passed to Beam once a range: a counter of Beam's takes two microseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from apache_beam.metrics import Metrics

from .summary import BOUNDS, STRANGERS, TIME_NAMES

NAMESPACE = "boiloff"
ARTICLES, REMOVED = "articles", "removed_blocks"
# Counts that are metrics under their own names; those of `rejected_by_reason` become `rejected_` with the reason.
COUNTS = ("captures", ARTICLES, "rejected", REMOVED, "duplicates", STRANGERS)
REASONS = "rejected_by_reason."
# Pages that took longer than a second, two hundred times as long as most.
SLOW = "slow_pages"
SLOW_NAMES = TIME_NAMES[BOUNDS.index(1) + 1 :]
# The distribution of the time that a page takes: parsed, cleaned and written. Its sum is a counter as well, because
# Flink's reporters do not show distributions.
PAGE_TIME, SPENT = "page_microseconds", "page_microseconds_sum"


class PageMetrics:
    """Passes to Beam what has been counted since the last time."""

    def __init__(self) -> None:
        self._passed: Counter[str] = Counter()
        self._microseconds: list[int] = []

    def add_time(self, nanoseconds: int) -> None:
        """Keep the time of one page."""
        self._microseconds.append(nanoseconds // 1000)

    def flush(self, counts: Mapping[str, int]) -> None:
        """Pass on what is new. Only inside a bundle does Beam know to which step it belongs."""
        found = {name: counts[name] for name in COUNTS if name in counts}
        found |= {f"rejected_{name.removeprefix(REASONS)}": counts[name] for name in counts if name.startswith(REASONS)}
        found[SLOW] = sum(counts[name] for name in SLOW_NAMES if name in counts)
        found[SPENT] = self._passed[SPENT] + sum(self._microseconds)
        for name, count in found.items():
            if count > self._passed[name]:
                Metrics.counter(NAMESPACE, name).inc(count - self._passed[name])
        self._passed.update({name: count - self._passed[name] for name, count in found.items()})
        time = Metrics.distribution(NAMESPACE, PAGE_TIME)
        for microseconds in self._microseconds:
            time.update(microseconds)
        self._microseconds.clear()
