"""How far a run is, told in three ways: a line that moves, plain lines, JSON lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn
from rich.table import Column

from ..progress import CLEANING, LEARNING, UNKNOWN, WRITING, State
from ..telling import counted
from .events import write_event

# Seconds between two looks, where a line moves; before the first line of a log.
MOVING = 0.25
FIRST_LINE = 10.0
# Columns of a terminal that the words of the moving line need; what is over goes to a bar.
WORDS_WIDTH = 82
BAR_WIDTHS = range(8, 41)


class Reporter(Protocol):
    """Tells of a state at `first` seconds from the beginning, and then every `every` seconds."""

    first: float
    every: float

    def tell(self, state: State) -> None:
        """Tell of this state."""


class MovingLine:
    """One line on a terminal, drawn again and again, and gone when the run is over."""

    first = every = MOVING

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream, highlight=False)
        phase = Column(no_wrap=True, min_width=len(LEARNING))
        columns: list[ProgressColumn] = [
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False, table_column=phase),
        ]
        if (width := console.width - WORDS_WIDTH) >= BAR_WIDTHS.start:
            columns.append(BarColumn(min(width, BAR_WIDTHS.stop - 1)))
        words = Column(no_wrap=True, overflow="ellipsis")
        columns.append(TextColumn("{task.fields[words]}", markup=False, table_column=words))
        self.progress = Progress(
            *columns,
            console=console,
            transient=True,
            refresh_per_second=1 / MOVING,
            # What steps print goes above the line, unless it goes elsewhere.
            redirect_stdout=sys.stdout.isatty(),
        )
        self._task = self.progress.add_task("starting", total=None, words="")

    def tell(self, state: State) -> None:
        """Draw the line anew."""
        share = state.share if state.phase != WRITING else UNKNOWN
        known: dict[str, Any] = {"total": None} if share == UNKNOWN else {"total": 1.0, "completed": share}
        words = " · ".join([*_extent(state), *_counted(state), *_speed(state, "/s")])
        self.progress.update(self._task, description=state.phase or "starting", words=words, **known)


class PlainLines:
    """A line now and then: for logs."""

    first = FIRST_LINE

    def __init__(self, stream: TextIO, every: float) -> None:
        self._stream = stream
        self.first, self.every = min(FIRST_LINE, every), every

    def tell(self, state: State) -> None:
        """Write one line."""
        words = ", ".join([*_counted(state), *_speed(state, " per second"), *_extent(state)])
        self._stream.write(f"boiloff: {state.phase or 'starting'}{': ' if words else ''}{words}\n")
        self._stream.flush()


class JsonLines:
    """A `progress` event now and then: for programs."""

    def __init__(self, stream: TextIO, every: float, command: str) -> None:
        self._stream = stream
        self._command = command
        self.first, self.every = min(FIRST_LINE, every), every

    def tell(self, state: State) -> None:
        """Write one event."""
        facts = {
            "command": self._command,
            "phase": state.phase or "starting",
            **state.counts._asdict(),
            "total_bytes": state.total_bytes,
            "share": round(state.share, 4),
            "seconds": round(state.seconds, 1),
            "per_second": round(state.per_second, 1),
            "seconds_left": round(state.seconds_left, 1),
        }
        write_event(self._stream, "progress", **facts)


@contextmanager
def reporter_for(
    stream: TextIO, *, json_log: bool, quiet: bool, every: float, command: str
) -> Iterator[Reporter | None]:
    """What fits the stream and the wishes; None where nothing is wished for."""
    if json_log:
        yield JsonLines(stream, every, command)
    elif quiet:
        yield None
    elif stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown"):
        line = MovingLine(stream)
        with line.progress:
            yield line
    else:
        yield PlainLines(stream, every)


def _counted(state: State) -> list[str]:
    counts = state.counts
    words = [counted(counts.captures, "capture")] if counts.captures else []
    if state.phase == CLEANING and words:
        words += [counted(counts.articles, "article"), f"{counts.rejected:,} rejected"]
    return words


def _speed(state: State, unit: str) -> list[str]:
    return [f"{state.per_second:,.0f}{unit}"] if state.per_second else []


def _extent(state: State) -> list[str]:
    words = [f"{state.share:.0%} read"] if state.share > 0.0 else []
    if state.seconds_left != UNKNOWN and state.share < 1.0:
        words.append(f"{clock(state.seconds_left)} left")
    return words


def clock(seconds: float) -> str:
    """Seconds as people read them.

    >>> clock(201), clock(4805)
    ('3:21', '1:20:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
