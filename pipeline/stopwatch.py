"""Where a worker's time goes."""

from __future__ import annotations

from collections import Counter
from time import perf_counter_ns


class Stopwatch:
    """Counts every moment under one name: each lap is what went by since the last one. Time on the clock, so that
    waiting for a disk or a network counts.
    """

    def __init__(self) -> None:
        self.nanoseconds: Counter[str] = Counter()
        self._last = perf_counter_ns()

    def lap(self, name: str) -> None:
        """What went by since the last lap was this."""
        now = perf_counter_ns()
        self.nanoseconds[name] += now - self._last
        self._last = now
