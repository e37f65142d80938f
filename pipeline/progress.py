"""A line that moves while a local run goes on: captures done, per second, elapsed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from rich.console import Console
from rich.status import Status

# Seconds between two writes of a worker's count, and between two looks at all of them.
INTERVAL = 0.25


class Ticker:
    """A worker's count of captures done, in a file of its own: the one thing that worker processes share.

    With an empty folder nothing is written: on a cluster, and where nobody watches.
    """

    def __init__(self, folder: str) -> None:
        self.path = Path(folder) / f"{os.getpid()}-{uuid4().hex}" if folder else None
        self.count = 0
        self.written = 0.0

    def tick(self) -> None:
        """One more capture is done."""
        self.count += 1
        now = time.monotonic()
        if self.path is not None and now - self.written >= INTERVAL:
            self.written = now
            with suppress(OSError):  # a full disk is no reason to lose a page; the count comes with the next one
                self.path.write_text(str(self.count))


def captures_done(folder: Path) -> int:
    """Captures that all workers have done so far. A file that is just being written counts when it is whole."""
    texts = (path.read_text() for path in folder.iterdir())
    return sum(int(text) for text in texts if text)


@contextmanager
def progress_line(console: Console) -> Iterator[str]:
    """Show a moving line while the block runs, and yield the folder that workers count in.

    On anything but a terminal nothing is shown and the folder is `""`.
    """
    if not console.is_terminal:
        yield ""
        return
    started = time.monotonic()
    stop = threading.Event()
    with TemporaryDirectory(prefix="boiloff-progress-") as folder, console.status("starting") as status:
        watcher = threading.Thread(target=_watch, args=(Path(folder), status, started, stop), daemon=True)
        watcher.start()
        try:
            yield folder
        finally:
            stop.set()
            watcher.join()


def _watch(folder: Path, status: Status, started: float, stop: threading.Event) -> None:
    while not stop.wait(INTERVAL):
        done, elapsed = captures_done(folder), time.monotonic() - started
        minutes, seconds = divmod(int(elapsed), 60)
        status.update(f"{done:,} captures · {done / elapsed:,.0f} per second · {minutes}:{seconds:02d} elapsed")
