"""Running a pipeline to its end, whatever the end is."""

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


# DirectRunner picks one of several engines by what a pipeline holds; this is the one that every local run gets.
LOCAL_RUNNER = "FnApiRunner"
LOCAL_RUNNERS = (None, "DirectRunner", LOCAL_RUNNER)
REFUSED = "DaskRunner"


class RunnerError(ValueError):
    """There is no such runner, or none to be trusted; the message names those there are."""


def pipeline_options(flags: Sequence[str], workers: int = 1) -> PipelineOptions:
    """Beam's options, with the runner pinned to the local engine where none, or DirectRunner, is asked for.

    Raises RunnerError for a runner that does not exist, and for Beam's DaskRunner: it leaves out tagged outputs,
    `finish_bundle` and second sinks without a word, so that the ledger and the rejected would be missing.
    """
    options = PipelineOptions(list(flags))
    runner = options.view_as(StandardOptions).runner
    if runner in LOCAL_RUNNERS:
        return _local(options, flags, workers)
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
    """True where this machine does all the work, in the folder that the run was started in."""
    return bool(options.view_as(StandardOptions).runner == LOCAL_RUNNER)


def _local(options: PipelineOptions, flags: Sequence[str], workers: int) -> PipelineOptions:
    options.view_as(StandardOptions).runner = LOCAL_RUNNER
    if workers > 1:
        local = [f"--direct_running_mode={PROCESSES}", f"--direct_num_workers={workers}"]
        options = PipelineOptions([*flags, f"--runner={LOCAL_RUNNER}", *local])
    use_local_workers(options)
    return options
