"""A budget of time for one page, that ends even a loop without an end.

A watchdog thread, one a process, looks at the pages at work several times a second. Where one has used up its time it
has the interpreter raise `OutOfTime` in the thread at work (`PyThreadState_SetAsyncExc`), between two steps of Python.
So no single call into C can be ended: what such calls are given is bounded by `limits.Limits`.

Time is CPU time of the thread, so that a busy machine does not change what a run gives; `WALL_FACTOR` times as much on
the clock ends a step that sleeps or waits.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from .base import OutOfTime, TooSlowError

WALL_FACTOR = 10
LONGEST_LOOK = 0.25
SHORTEST_LOOK = 0.002

Result = TypeVar("Result")


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
        looking for it for ever, and Python 3.11 would not come to an end under a tracer (coverage, a debugger).
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
