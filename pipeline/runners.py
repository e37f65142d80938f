"""The runner of a pipeline: Beam's options, with the local engine pinned and an untrustworthy one refused."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.runners.runner import create_runner

from .local_runner import PROCESSES, use_local_workers

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
