"""What a run tells on stderr while it goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from ..._version import __version__
from ..progress import Watch
from ..runners import is_local
from .calls.sources import tell
from .events import write_event
from .quiet import quiet_stderr
from .reporters import Reporter, reporter_for

# What a summary may have any number of.
LONG = ("inputs", "sites")


@dataclass(frozen=True)
class RunLog:
    """What a run of `command` tells, and how: see the options of these names."""

    command: str
    quiet: bool = False
    json_log: bool = False
    every: float = 30.0

    def started(self, **facts: Any) -> None:
        """The call was right, and work begins."""
        self._event("started", version=__version__, **facts)

    def finished(self, output: str, summary: Mapping[str, Any], worth_looking_at: Sequence[str] = ()) -> None:
        """The run ended well. What may be long is left to `summary.json`."""
        counts = {name: value for name, value in summary.items() if name not in LONG or isinstance(value, int)}
        self._event("finished", output=output, **counts, worth_looking_at=worth_looking_at)

    def notice(self, message: str) -> None:
        """Something that people should know of a call that is right."""
        self._event("notice", message=message)
        if not (self.quiet or self.json_log):
            tell(message)

    def _event(self, event: str, **facts: Any) -> None:
        if self.json_log:
            write_event(sys.stderr, event, command=self.command, **facts)

    @contextmanager
    def following(self, options: PipelineOptions, workers: int) -> Iterator[str]:
        """Tell how far the run is while the block goes on. Yields the folder for workers to count in, or ""."""
        with quiet_stderr(workers > 1) as stderr:
            if not is_local(options):
                if not (self.quiet or self.json_log):
                    stderr.write(f"boiloff: {_elsewhere(options)}\n")
                yield ""
                return
            with self._reporter(stderr) as reporter, _counting(reporter) as folder:
                yield folder

    def _reporter(self, stream: TextIO) -> AbstractContextManager[Reporter | None]:
        return reporter_for(stream, json_log=self.json_log, quiet=self.quiet, every=self.every, command=self.command)


def _elsewhere(options: PipelineOptions) -> str:
    runner = str(options.view_as(StandardOptions).runner).rpartition(".")[2]
    return f"{runner} does the work, and its own tools show how far it is; what it gave is told here when it is done"


@contextmanager
def _counting(reporter: Reporter | None) -> Iterator[str]:
    """A folder to count in, and a thread that looks there. Where there is no room for one, nothing is told."""
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
        with suppress(OSError):  # nobody listens any more, or a file has just gone
            reporter.tell(watch.state())
        pause = reporter.every
