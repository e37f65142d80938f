"""Running a pipeline to its end, whatever the end is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import apache_beam as beam
from apache_beam.runners.runner import PipelineResult, PipelineState

# Beam gives the error of a worker as its whole traceback, with the error's class by its full name.
TRACEBACK = "Traceback (most recent call last):"
CLASS_PATH = re.compile(r"^(?:\w+\.)+(?=\w+(?::|$))")
# How systems, SQLite and Python say what has run out, and the way out.
WAYS_OUT = (
    (("No space left on device", "database or disk is full"), "make space on that disk"),
    (("Disk quota exceeded", "File too large"), "raise the quota"),
    (("MemoryError", "Cannot allocate memory", "bad_alloc"), "memory has run out: try fewer --workers"),
)


class RunError(RuntimeError):
    """The run did not end well; what it had written so far is not a result."""


def run_to_end(pipeline: beam.Pipeline, remains: str) -> None:
    """Run a pipeline. Raises RunError with what went wrong, in one line, and with `remains`, which tells what the
    failed run leaves; KeyboardInterrupt where somebody stopped it.
    """
    try:
        result: PipelineResult = pipeline.run()
        state: str = result.wait_until_finish()
    except BaseException as error:
        if "KeyboardInterrupt" in str(error):  # the engine wraps it
            raise KeyboardInterrupt from error
        if not isinstance(error, Exception):
            raise
        raise RunError(f"the run failed, {remains}: {what_happened(error)}") from error
    if state != PipelineState.DONE:
        raise RunError(f"the run ended in state {state}; {remains}")


@contextmanager
def failing_as_a_run(remains: str) -> Iterator[None]:
    """Tell of a disk, a database or memory that fails outside of a pipeline as `run_to_end` does of one inside."""
    try:
        yield
    except (OSError, sqlite3.Error, MemoryError) as error:
        raise RunError(f"the run failed, {remains}: {what_happened(error)}") from error


def what_happened(error: Exception) -> str:
    """An error in one line, with the way out where there is a known one."""
    told = str(error).rpartition(TRACEBACK)[2].splitlines()
    # What a traceback quotes of the code is indented, its last line is not.
    lines = [line for line in told if line.strip() and not line.startswith("  ")]
    first = CLASS_PATH.sub("", lines[0].strip()) if lines else type(error).__name__
    for words, way_out in WAYS_OUT:
        if any(word in str(error) or word in first for word in words):
            return f"{first}; {way_out}"
    return first
