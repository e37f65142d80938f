"""What a run reports on stderr while it is going on: a moving line, plain lines, or JSON lines."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from ..._version import __version__
from ..display import clock, counted, one_line
from ..progress import CLEANING, LEARNING, UNKNOWN, WRITING, State, Watch

if TYPE_CHECKING:  # Beam takes a second to import
    from apache_beam.options.pipeline_options import PipelineOptions

# Keys of a summary whose values may be arbitrarily long.
LONG = ("inputs", "sites")
# Seconds between two frames of the moving line, and before the first line of a log.
MOVING = 0.25
FIRST_LINE = 10.0
# Columns of a terminal that the words of the moving line need; the bar gets the rest.
WORDS_WIDTH = 82
BAR_WIDTHS = range(8, 41)


@dataclass(frozen=True)
class RunLog:
    """Progress messages of a run of `command`, as set by the options --quiet, --json-log and --log-every."""

    command: str
    quiet: bool = False
    json_log: bool = False
    every: float = 30.0

    def started(self, **facts: Any) -> None:
        """Report that the call is valid and that work begins."""
        self._event("started", version=__version__, **facts)

    def finished(self, output: str, summary: Mapping[str, Any], worth_looking_at: Sequence[str] = ()) -> None:
        """Report that the run ended well, with the counts of its summary; the lists are only in `summary.json`."""
        counts = {name: value for name, value in summary.items() if name not in LONG or isinstance(value, int)}
        self._event("finished", output=output, **counts, worth_looking_at=worth_looking_at)

    def notice(self, message: str) -> None:
        """Report something that people should know about a valid call."""
        self._event("notice", message=message)
        if not (self.quiet or self.json_log):
            print_notice(message)

    def _event(self, event: str, **facts: Any) -> None:
        if self.json_log:
            write_event(sys.stderr, event, command=self.command, **facts)

    @contextmanager
    def following(self, options: PipelineOptions, workers: int) -> Iterator[str]:
        """Report progress while the block runs. Yields the folder in which workers count, or "" for none."""
        from ..engine import is_local, runner_name

        with quiet_stderr(workers > 1) as stderr:
            if not is_local(options):
                if not (self.quiet or self.json_log):
                    stderr.write(
                        f"boiloff: {runner_name(options)} does the work, and its own tools show how far it is; "
                        "the result is shown here when it is done\n"
                    )
                yield ""
                return
            wishes = {"json_log": self.json_log, "quiet": self.quiet}
            report = reporter_for(stderr, **wishes, every=self.every, command=self.command)
            with report as reporter, _counting(reporter) as folder:
                yield folder


def write_event(stream: TextIO, event: str, **facts: Any) -> None:
    """Write one event of `--json-log` (docs/progress.md): a line of JSON in ASCII, which no terminal acts on."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    stream.write(json.dumps({"event": event, "time": now, **facts}) + "\n")
    stream.flush()


def print_notice(message: str) -> None:
    """Print one line for people on stderr."""
    print(f"boiloff: {one_line(message)}", file=sys.stderr)


@contextmanager
def quiet_stderr(quiet: bool) -> Iterator[TextIO]:
    """While the block runs, drop what this process and its workers write to stderr. Yields the real stderr.

    Workers log how they start and stop; everything that matters about a run is in its records, its summary and the
    error that ends it. Exceptions pass through.
    """
    if not quiet:
        yield sys.stderr
        return
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        with open(kept, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as stream:
            yield stream
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class MovingLine:
    """One line on a terminal that is redrawn, and removed when the run ends.

    A reporter shows the state of a run `first` seconds after the start, and then every `every` seconds.
    """

    first = every = MOVING

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn
        from rich.table import Column

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
            # What steps print appears above the line, unless stdout goes elsewhere.
            redirect_stdout=sys.stdout.isatty(),
        )
        self._task = self.progress.add_task("starting", total=None, words="")

    def show(self, state: State) -> None:
        """Draw the line again."""
        share = state.share if state.phase != WRITING else UNKNOWN
        known: dict[str, Any] = {"total": None} if share == UNKNOWN else {"total": 1.0, "completed": share}
        words = " · ".join([*_extent(state), *_counts(state), *_speed(state, "/s")])
        self.progress.update(self._task, description=state.phase or "starting", words=words, **known)


class PlainLines:
    """A line now and then, for logs."""

    def __init__(self, stream: TextIO, every: float) -> None:
        self._stream = stream
        self.first, self.every = min(FIRST_LINE, every), every

    def show(self, state: State) -> None:
        """Write one line."""
        words = ", ".join([*_counts(state), *_speed(state, " per second"), *_extent(state)])
        self._stream.write(f"boiloff: {state.phase or 'starting'}{': ' if words else ''}{words}\n")
        self._stream.flush()


class JsonLines(PlainLines):
    """A `progress` event now and then, for programs."""

    def __init__(self, stream: TextIO, every: float, command: str) -> None:
        super().__init__(stream, every)
        self._command = command

    def show(self, state: State) -> None:
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


Reporter: TypeAlias = "MovingLine | PlainLines"


@contextmanager
def reporter_for(
    stream: TextIO, *, json_log: bool, quiet: bool, every: float, command: str
) -> Iterator[Reporter | None]:
    """Yield the reporter that fits the stream and the options; None for a quiet run."""
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


@contextmanager
def _counting(reporter: Reporter | None) -> Iterator[str]:
    """Yield a folder to count in, which a thread watches; "" for a quiet run, or where no folder can be made."""
    if reporter is None:
        yield ""
        return
    try:
        folder = TemporaryDirectory(prefix="boiloff-progress-")
    except OSError:
        yield ""
        return
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(Watch(folder.name), reporter, stop), daemon=True)
    with folder:
        watcher.start()
        try:
            yield folder.name
        finally:
            stop.set()
            watcher.join()


def _watch(watch: Watch, reporter: Reporter, stop: threading.Event) -> None:
    pause = reporter.first
    while not stop.wait(pause):
        with suppress(OSError):  # the reader of the stream has gone, or a file has just been removed
            reporter.show(watch.state())
        pause = reporter.every


def _counts(state: State) -> list[str]:
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
