"""Which engine runs a pipeline, and how its run ends."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.runners.runner import PipelineResult, PipelineState, create_runner

from .local_workers import PROCESSES, use_local_workers

# DirectRunner picks one of several engines by what a pipeline contains; this is the one for every local run.
LOCAL_RUNNER = "FnApiRunner"
LOCAL_RUNNERS = (None, "DirectRunner", LOCAL_RUNNER)
REFUSED = "DaskRunner"
# Beam gives the error of a worker as its whole traceback, with the full name of the error's class.
TRACEBACK = "Traceback (most recent call last):"
CLASS_PATH = re.compile(r"^(?:\w+\.)+(?=\w+(?::|$))")
# The messages of systems, SQLite and Python for a full disk or memory, and the way out.
WAYS_OUT = (
    (("No space left on device", "database or disk is full"), "make space on that disk"),
    (("Disk quota exceeded", "File too large"), "raise the quota"),
    (("MemoryError", "Cannot allocate memory", "bad_alloc"), "memory has run out: try fewer --workers"),
)


class RunnerError(ValueError):
    """A runner that does not exist or loses records; the message names the ones that can be used."""


class RunError(RuntimeError):
    """A run that did not end well; what it has written is not a result."""


def pipeline_options(flags: Sequence[str], workers: int = 1) -> PipelineOptions:
    """Return Beam's options, with the local engine as runner unless another one is named.

    Raises RunnerError for a runner that does not exist, and for Beam's DaskRunner: it silently drops tagged outputs,
    `finish_bundle` and second sinks, so that the ledger and the rejected records would be missing.
    """
    options = PipelineOptions(list(flags))
    runner = options.view_as(StandardOptions).runner
    if runner in LOCAL_RUNNERS:
        options.view_as(StandardOptions).runner = LOCAL_RUNNER
        if workers > 1:
            local = [f"--direct_running_mode={PROCESSES}", f"--direct_num_workers={workers}"]
            options = PipelineOptions([*flags, f"--runner={LOCAL_RUNNER}", *local])
        use_local_workers(options)
        return options
    if runner.rpartition(".")[2].lower() == REFUSED.lower():
        raise RunnerError(
            f"runner {runner!r} loses records without a word (tagged outputs, what bundles end with); use FlinkRunner, "
            "SparkRunner, PrismRunner or DataflowRunner, or several local processes with --workers"
        )
    try:
        wrong = PipelineOptionsValidator(options, create_runner(runner)).validate()
    except (ValueError, ImportError) as error:
        raise RunnerError(" ".join(str(error).split())) from error
    if wrong:
        raise RunnerError(f"runner {runner!r}: {' '.join(' '.join(wrong).split())}")
    return options


def runner_name(options: PipelineOptions) -> str:
    """Return the name of the runner that the options ask for."""
    return str(options.view_as(StandardOptions).runner).rpartition(".")[2]


def is_local(options: PipelineOptions) -> bool:
    """Return whether this machine does all the work, in the folder in which the run was started."""
    return bool(options.view_as(StandardOptions).runner == LOCAL_RUNNER)


def run_to_end(pipeline: beam.Pipeline, remains: str) -> None:
    """Run a pipeline.

    Raises RunError with the cause in one line and with `remains`, the description of what the failed run leaves; and
    KeyboardInterrupt if the run was stopped.
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
    """Report a disk, a database or memory that fails outside of a pipeline as `run_to_end` does inside."""
    try:
        yield
    except (OSError, sqlite3.Error, MemoryError) as error:
        raise RunError(f"the run failed, {remains}: {what_happened(error)}") from error


def what_happened(error: Exception) -> str:
    """Return an error in one line, with the way out if one is known."""
    last = str(error).rpartition(TRACEBACK)[2].splitlines()
    # The code that a traceback quotes is indented, its last line is not.
    lines = [line for line in last if line.strip() and not line.startswith("  ")]
    first = CLASS_PATH.sub("", lines[0].strip()) if lines else type(error).__name__
    for words, way_out in WAYS_OUT:
        if any(word in str(error) or word in first for word in words):
            return f"{first}; {way_out}"
    return first
