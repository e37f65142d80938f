"""Clean many pages in order, in processes of their own: a page that ends its process becomes a rejected record."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from os import fspath

from ..configs import DEFAULT
from ..transforms.core.article import Article, Body, Rejected
from ..transforms.core.base import WALL_FACTOR
from ..transforms.core.page import Capture
from ..transforms.site_memory.store import open_store
from .clean import Cleaner, Path, article_of, reject, settle_garbage
from .config import Configuration, load_configuration

# Pages for each worker that are read before the first of them is done.
AHEAD = 4
# Seconds beyond the time of a page in which a worker on a busy machine still answers.
GRACE = 10.0
# Worker processes that a page may end. The first may have been ended by somebody else.
TRIES = 2
STANDARD_ERROR = 2


def clean_many(
    pages: Iterable[str | bytes | tuple[str | bytes, str | None] | Capture | Rejected],
    *,
    templates: Path | None = None,
    config: str = DEFAULT,
    kinds: str | Iterable[str] | None = None,
    body: Body | None = None,
    workers: int | None = None,
) -> Iterator[Article | Rejected]:
    """Yield the article of each page, or a `Rejected` with the reason, in the order of the pages.

    Several processes clean the pages. Each reads only a few pages ahead, so memory does not grow with the number of
    pages. If a page ends its process twice, it is rejected as `worker-died`; if it takes too long, as `too-slow`.
    boiloff still cleans the pages after it. In contrast to `clean`, pages without text and pages on which a step fails
    are rejected, as in a run.

    Args:
        pages: HTML pages as text or bytes, pairs of a page and its address, or instances of `Capture`. A `Rejected` is
            yielded unchanged.
        templates: Path of a store from `boiloff learn`.
        config: Name of a shipped configuration, or path of a YAML file.
        kinds: The kinds of page to keep, as for `clean`. The default is the kinds of the configuration. Other pages are
            rejected as `kind`.
        body: "markdown" or "html" to have this in the articles, too.
        workers: Number of processes. The default is the number of CPUs that this process may use.

    Raises:
        ConfigurationError: The configuration cannot be used, or a kind is not known.
        StoreError: The store cannot be used.
        TypeError: A page, or an argument, is of another type.
        WorkerError: A process ends before its first page. It is a RuntimeError.
    """
    if isinstance(pages, str | bytes):
        raise TypeError("clean_many takes many pages, not one; pass a list, or call boiloff.clean")
    if not isinstance(pages, Iterable):
        raise TypeError(f"clean_many takes an iterable of pages, not {type(pages).__name__}")
    if not isinstance(workers, int | None):
        raise TypeError(f"workers must be a whole number, not {workers!r}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers!r}")
    configuration = load_configuration(config).keeping(kinds or (), "kinds").writing(body)
    setup = Setup(configuration, fspath(templates or ""))
    if setup.templates:
        open_store(setup.templates).close()
    return clean_in_processes(map(_item, pages), setup, workers or _usable_cpus())


@dataclass(frozen=True)
class Setup:
    """What a worker process needs before its first page."""

    configuration: Configuration
    templates: str = ""


def clean_in_processes(items: Iterable[Capture | Rejected], setup: Setup, workers: int) -> Iterator[Article | Rejected]:
    """Yield the article of each capture, or why there is none, in order. What is rejected already is passed through.

    `items` is read in the thread of the caller, and not while the caller is at work.
    """
    pool = _Pool(setup, workers)
    pending: deque[Future[Article | Rejected]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(item))
            while pending and (len(pending) >= workers * AHEAD or pending[0].done()):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.close()


def _item(given: object) -> Capture | Rejected:
    if isinstance(given, Capture | Rejected):
        return given
    html, url = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
    if url != url:  # pandas writes NaN for an address that is missing
        url = None
    if not isinstance(html, str | bytes) or not isinstance(url, str | None):
        raise TypeError(
            f"a page is text, bytes, a pair of text or bytes and an address, or a Capture, not {_described(given)}"
        )
    if url and "<" in url and isinstance(html, str) and html.startswith(("https://", "http://")):
        raise TypeError(f"a pair is (html, url), not (url, html): the address {html!r:.60} comes second")
    return Capture(body=html, media="html", url=url or "")


def _described(given: object) -> str:
    """Describe the type of a wrong page.

    >>> _described(["<p>Ebb"]), _described(("<p>Ebb", 3)), _described(("<p>Ebb", "", 3))
    ('list', 'str and int', 'a tuple of 3 (str, str and int); write (html, url)')
    """
    if not isinstance(given, tuple):
        return type(given).__name__
    *first, last = [type(part).__name__ for part in given] or ["nothing"]
    kinds = f"{', '.join(first)} and {last}" if first else last
    return kinds if len(given) == 2 else f"a tuple of {len(given)} ({kinds}); write (html, url)"


def _usable_cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Pool:
    """Worker processes, each of which a thread of this process waits for. They start when they are needed."""

    def __init__(self, setup: Setup, workers: int) -> None:
        if sys.platform == "win32":  # no process is given an open connection there
            raise WorkerError("worker processes need Linux or macOS; on Windows, call boiloff.clean for each page")
        self._setup = setup
        limit = setup.configuration.limits.seconds_per_page
        self._seconds = limit * WALL_FACTOR + GRACE if limit else None
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="boiloff-worker")
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._is_closed = False

    def submit(self, item: Capture | Rejected) -> Future[Article | Rejected]:
        """Have a worker clean a capture."""
        return self._threads.submit(self._cleaned, item)

    def close(self) -> None:
        """End all processes, also those at work."""
        with self._lock:
            self._is_closed = True
            for worker in self._workers:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.end()

    def _cleaned(self, item: Capture | Rejected) -> Article | Rejected:
        if isinstance(item, Rejected):
            return item
        status = 0
        for _ in range(TRIES):
            worker = self._worker()
            try:
                cleaned = worker.clean(item, self._seconds)
            except TimeoutError:
                worker.kill()
                self._end(worker)
                error = f"no answer after {self._seconds:g} s; perhaps a call into C does not end"
                return reject(item, "clean", "too-slow", f"{error} (limits: seconds_per_page)")
            except (OSError, EOFError):
                status = self._end(worker)
                continue
            with self._lock:
                self._idle.append(worker)
            return cleaned
        error = f"the page ended {TRIES} worker processes; the last one {how_it_ended(status)}"
        return reject(item, "clean", "worker-died", error)

    def _worker(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if self._is_closed:
                raise WorkerError("the worker processes were ended")
            worker = _Worker()
            self._workers.add(worker)
        worker.begin(self._setup)
        return worker

    def _end(self, worker: _Worker) -> int:
        with self._lock:
            self._workers.remove(worker)
        return worker.end()


class WorkerError(RuntimeError):
    """A worker process ended before its first page."""


class _Worker:
    """A process that cleans one page at a time."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                worker_command(__name__, str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=STANDARD_ERROR,  # standard output may be where articles go
                env=worker_environment(),
            )

    def begin(self, setup: Setup) -> None:
        """Wait until the worker is ready. Raises what it has raised, WorkerError where it has ended."""
        try:
            self._connection.send(setup)
            error = self._connection.recv()
        except (OSError, EOFError):
            raise WorkerError(f"a worker process {how_it_ended(self.end())} before its first page") from None
        if error is not None:
            raise error

    def clean(self, capture: Capture, seconds: float | None) -> Article | Rejected:
        """Return what the worker answers. Raises TimeoutError, and OSError or EOFError where the worker has died."""
        self._connection.send(capture)
        if not self._connection.poll(seconds):
            raise TimeoutError
        answer: Article | Rejected = self._connection.recv()
        return answer

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> int:
        """Wait for the end of the process, which comes soon after the connection has; return its status."""
        self._connection.close()
        try:
            return self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def worker_command(module: str, *words: str, function: str = "main") -> list[str]:
    """Return the command that calls a function of a module, with these words as arguments of the process.

    The main module of this process is not imported there, so a program needs no guard against being run again.
    """
    # `-c` puts the current folder before the import path, which has it where this process has it.
    call = f"import sys; sys.path[0] or sys.path.pop(0); from {module} import {function}; {function}()"
    return [sys.executable, "-c", call, *words]


def worker_environment() -> dict[str, str]:
    """Return the environment of this process, with its import path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(folder or os.getcwd() for folder in sys.path)}


def how_it_ended(status: int) -> str:
    """Return the end of a process in words.

    >>> how_it_ended(-signal.SIGSEGV), how_it_ended(3)
    ('was killed (SIGSEGV)', 'ended with exit status 3')
    """
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed ({name})"


def main() -> None:
    """Clean pages for the process that has started this one, until that closes the connection. It handles Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(int(sys.argv[1]))
    try:
        setup: Setup = connection.recv()
        cleaner = Cleaner.of(setup.configuration, setup.templates)
        cleaner.warm_up()
    except Exception as error:
        connection.send(error)
        return
    settle_garbage()
    connection.send(None)
    while True:
        try:
            connection.send(article_of(connection.recv(), cleaner))
        except (OSError, EOFError):
            return
