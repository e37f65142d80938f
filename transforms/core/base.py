"""What a transform is: the Beam shell of a step, its name in configurations, how steps run, and how long they may take.

A page has a budget of time, which ends even a loop without an end. A watchdog thread, one a process, looks at the pages
at work several times a second. If one has used up its time, the interpreter raises `OutOfTime` in the thread at work
(`PyThreadState_SetAsyncExc`), between two steps of Python. A single call into C cannot be ended, so `limits.Limits`
bounds what such calls get.

Time is CPU time of the thread, so that a busy machine does not change what a run gives. `WALL_FACTOR` times as much on
the clock ends a step that sleeps or waits.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ..._beam_import import BeamTransform
from .page import Page

if TYPE_CHECKING:
    import apache_beam as beam

WALL_FACTOR = 10
LONGEST_LOOK = 0.25
SHORTEST_LOOK = 0.002


class PageTransform(BeamTransform):
    """The base class of steps. A subclass is a dataclass whose fields are its settings, and defines `clean`.

    The same object works in a pipeline (`pages | RemoveCommentWidgets()`) and without one
    (`RemoveCommentWidgets().clean(page)`). The fields are the keys of the step in a configuration, and define the
    defaults.
    """

    def clean(self, page: Page) -> Page:
        """Return the page with the marks or values of this step added. A step never deletes or changes a block."""
        raise NotImplementedError(f"{type(self).__name__} has no clean()")

    def expand(self, pages: beam.PCollection[Page]) -> beam.PCollection[Page]:
        """Apply `clean` to each page."""
        import apache_beam as beam

        step = beam.Map(self.clean).with_input_types(Page).with_output_types(Page)
        return pages | type(self).__name__ >> step


Transform = TypeVar("Transform", bound=type[PageTransform])
Result = TypeVar("Result")

# The transforms of boiloff by name: what the `type` of a step in a configuration may say. `@transform` fills it.
STEPS: dict[str, type[PageTransform]] = {}


def transform(shell: Transform) -> Transform:
    """Register a transform of boiloff under the name of its class, for configurations and for the reference.

    `boiloff.transforms` imports every module in its folder, so a file with a decorated class is all that a new
    transform needs. A transform of another package needs no decorator: configurations name it by its import path.

    Raises ValueError where another class has the name.
    """
    known = STEPS.setdefault(shell.__name__, shell)
    if known.__module__ != shell.__module__:
        raise ValueError(
            f"{shell.__module__}.{shell.__name__}: {known.__module__} already has a transform with this name"
        )
    STEPS[shell.__name__] = shell
    return shell


class StepError(Exception):
    """An error that a step raised on a page. `step` is the name of the transform; the original error is the cause.

    `module` is the module of the transform. The message contains the innermost line of its package. If the error comes
    from a library, it contains the line that called the library.
    """

    def __init__(self, step: str, cause: Exception, module: str = "") -> None:
        super().__init__(f"{step} failed: {type(cause).__name__}: {cause}{_place(cause, module)}")
        self.step = step


class TooSlowError(StepError):
    """A page has passed its budget of time. `step` names what was at work."""

    def __init__(self, step: str, seconds: float) -> None:
        Exception.__init__(self, f"{step} was running when the page had used {seconds:g} s (limits: seconds_per_page)")
        self.step = step


class OutOfTime(BaseException):
    """Raised inside a page's work when its time is up: no `Exception`, so that no step takes it for its own failure.

    `step` is the step at work, if it is known.
    """

    def __init__(self, step: str = "") -> None:
        super().__init__(step)
        self.step = step


def clean_page(page: Page, steps: Sequence[PageTransform], lap: Callable[[str], None] | None = None) -> Page:
    """Run all steps on a page, in order.

    `lap` is called with the name of each finished step. Raises StepError if a step fails, and OutOfTime if the page has
    used up its time. Both name the step.
    """
    for step in steps:
        try:
            cleaned: object = step.clean(page)
            if not isinstance(cleaned, Page):
                raise TypeError(f"clean() returned {cleaned!r:.40}, not a page")
        except OutOfTime:
            raise OutOfTime(type(step).__name__) from None
        except Exception as error:
            raise StepError(type(step).__name__, error, type(step).__module__) from error
        page = cleaned
        if lap is not None:
            lap(type(step).__name__)
    return page


def _place(cause: Exception, module: str) -> str:
    """Name the line that failed: ` (own_step.py, line 12)`, or `""` where no line is known.

    Without the folder, which is another on each worker.
    """
    package = module.partition(".")[0]
    lines = [
        (os.path.basename(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(cause.__traceback__)
        if str(frame.f_globals.get("__name__")).partition(".")[0] == package
    ]
    return " ({}, line {})".format(*lines[-1]) if lines else ""


class _Watch:
    """One page at work: whose thread, and until when.

    `closed` is written by that thread and read by the watchdog, `looking` the other way round. Each writes its own
    before it reads the other's, so one of them sees that the other was first: after `close`, nothing is raised.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.closed = False
        self.looking = False
        self._was_set = False
        self._thread = threading.get_ident()
        self._cpu_clock = _cpu_clock(self._thread)
        self._wall_end = time.monotonic() + seconds * WALL_FACTOR
        self._cpu_end = 0.0 if self._cpu_clock is None else time.clock_gettime(self._cpu_clock) + seconds

    def look(self) -> None:
        """End the page's work if its time is up. Called by the watchdog; a step that swallows the end gets it again."""
        self.looking = True
        if not self.closed and self._is_late():
            self._was_set = True
            _raise_in(self._thread, OutOfTime)
        self.looking = False

    def close(self) -> None:
        """Stop the watch: nothing is raised from here on. Called by the thread at work.

        An end that was set and not raised yet is raised here. To take it back would leave Python 3.12 and older
        looking for it forever, and Python 3.11 would not come to an end under a tracer (coverage, a debugger).
        """
        while True:
            try:
                self.closed = True
                while self.looking:
                    time.sleep(0)
                if self._was_set:
                    self._was_set = False
                    _raise_in(self._thread, OutOfTime)
                    while True:
                        time.sleep(0)
                return
            except OutOfTime:
                continue

    def _is_late(self) -> bool:
        if time.monotonic() > self._wall_end:
            return True
        return self._cpu_clock is not None and time.clock_gettime(self._cpu_clock) > self._cpu_end


class _Watchdog:
    """The thread that looks at every page at work. It starts with the first, again in a forked process, and stays."""

    def __init__(self) -> None:
        self._watches: list[_Watch] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._shortest = LONGEST_LOOK * 10
        self._is_running = False

    def add(self, watch: _Watch) -> None:
        """Look at a page from now on. A list grows in one step, so the watchdog needs no lock to copy it."""
        self._watches.append(watch)
        if watch.seconds < self._shortest:
            self._shortest = watch.seconds
            self._wake.set()
        if not self._is_running:
            self._start()

    def remove(self, watch: _Watch) -> None:
        """Look at a page no more."""
        self._watches.remove(watch)

    def _start(self) -> None:
        with self._lock:
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="boiloff-time-budget", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._wake.wait(max(SHORTEST_LOOK, min(LONGEST_LOOK, self._shortest / 10)))
            self._wake.clear()
            for watch in self._watches.copy():
                watch.look()


_watchdog = _Watchdog()


def _begin_anew() -> None:
    global _watchdog
    _watchdog = _Watchdog()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what `work` gives, if it takes no more CPU time than `seconds`; 0 means without a limit.

    Raises TooSlowError where it takes more. What it has done until then stays as it is.
    """
    if not seconds:
        return work()
    watch = _Watch(seconds)
    try:
        _watchdog.add(watch)
        try:
            return work()
        finally:
            watch.close()
    except OutOfTime as end:
        watch.close()
        raise TooSlowError(end.step or "parse", seconds) from None
    finally:
        _watchdog.remove(watch)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Raise an exception in a thread as soon as it runs Python, instead of one that was not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _cpu_clock(thread: int) -> int | None:
    """Return the clock of a thread's CPU time, where the platform has one."""
    return time.pthread_getcpuclockid(thread) if hasattr(time, "pthread_getcpuclockid") else None
