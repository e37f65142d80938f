"""How far a local run is: workers count in files of a folder, and a watcher adds them up.

The folder has one folder for each phase of the run, in which each worker has a file of its own. With an empty path
nothing is written. That is so on an engine, whose workers share no folder, and in a quiet run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from operator import add
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

# Seconds between two writes of a worker's counts.
INTERVAL = 0.25
LEARNING, CLEANING, WRITING = "learning", "cleaning", "writing"
# The file in a phase's folder with the bytes of its input.
TOTAL = "total"
UNKNOWN = -1
# Seconds of a phase before its speed means anything.
LEAST_SECONDS = 2.0


class Counts(NamedTuple):
    """Captures, what became of them, and bytes of input as they lie on disk."""

    captures: int = 0
    articles: int = 0
    rejected: int = 0
    bytes: int = 0


class Ticker:
    """Writes a worker's counts to a file of its own."""

    def __init__(self, folder: str) -> None:
        self._path = Path(folder) / f"{os.getpid()}-{uuid4().hex}" if folder else None
        self._counts = [0] * len(Counts._fields)
        self._written = 0.0

    @property
    def is_asked(self) -> bool:
        """Whether another process reads the counts."""
        return self._path is not None

    def add(self, captures: int = 0, articles: int = 0, rejected: int = 0, read: int = 0) -> None:
        """Add to the counts."""
        if self._path is None:
            return
        counts = self._counts
        counts[0] += captures
        counts[1] += articles
        counts[2] += rejected
        counts[3] += read
        if time.monotonic() - self._written >= INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Write the counts."""
        if self._path is None:
            return
        self._written = time.monotonic()
        with suppress(OSError):  # a full disk must not lose a page; the next write has these counts too
            self._path.write_text(f"{' '.join(map(str, self._counts))}\n")


def begin_phase(folder: str, name: str, sizes: Iterable[int] = (UNKNOWN,)) -> str:
    """Make the folder of a new phase and return its path. `sizes` are the bytes of its inputs, UNKNOWN if unknown."""
    if not folder:
        return ""
    sizes = list(sizes)
    phase = Path(folder) / f"{len(list(Path(folder).iterdir()))}-{name}"
    with suppress(OSError):
        phase.mkdir()
        (phase / TOTAL).write_text(f"{UNKNOWN if UNKNOWN in sizes else sum(sizes)}\n")
    return str(phase)


class State(NamedTuple):
    """How far a run is: the phase with its seconds and counts. `total_bytes` may be UNKNOWN."""

    phase: str = ""
    counts: Counts = Counts()
    total_bytes: int = UNKNOWN
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Captures a second, averaged over the phase."""
        return self.counts.captures / self.seconds if self.seconds else 0.0

    @property
    def share(self) -> float:
        """The share of the input that is read, at most 1; UNKNOWN if its size is."""
        return min(1.0, self.counts.bytes / self.total_bytes) if self.total_bytes > 0 else UNKNOWN

    @property
    def seconds_left(self) -> float:
        """Seconds until the end of the phase at its speed so far; UNKNOWN at first."""
        if self.share <= 0.0 or self.seconds < LEAST_SECONDS:
            return UNKNOWN
        return self.seconds * (1.0 - self.share) / self.share


class Watch:
    """The sum of the files in which workers count. If a worker is writing its file, its last counts are used."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._phase = Path()
        self._began = 0.0
        self._total = UNKNOWN
        self._known: dict[Path, Counts] = {}

    def state(self) -> State:
        """Return how far the run is."""
        now = time.monotonic()
        latest = max(self._folder.iterdir(), key=_number, default=self._phase)
        if latest != self._phase and (total := _numbers(latest / TOTAL)):
            self._phase, self._known, self._began, self._total = latest, {}, 0.0, total[0]
        if not self._phase.name:
            return State()
        for path in self._phase.iterdir():
            if path.name != TOTAL and (numbers := _numbers(path)):
                self._known[path] = Counts(*numbers)
        counts = Counts()
        for known in self._known.values():
            counts = Counts(*map(add, counts, known))
        if not self._began and any(counts):
            self._began = now  # workers take a while to start, which is not their speed
        seconds = now - self._began if self._began else 0.0
        return State(self._phase.name.partition("-")[2], counts, self._total, seconds)


def _number(phase: Path) -> int:
    return int(phase.name.partition("-")[0])


def _numbers(path: Path) -> list[int]:
    """Return the numbers in a file; none if it does not exist or is not complete."""
    with suppress(FileNotFoundError):
        text = path.read_text()
        return [*map(int, text.split())] if text.endswith("\n") else []
    return []
