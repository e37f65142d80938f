"""Running a pipeline to its end, whatever the end is."""

from __future__ import annotations

import apache_beam as beam
from apache_beam.runners.runner import PipelineResult, PipelineState


class RunError(RuntimeError):
    """The run did not end well; what it had written so far is not a result."""


def run_to_end(pipeline: beam.Pipeline, remains: str) -> None:
    """Run a pipeline. Raises RunError with the first line of what went wrong and with `remains`, which tells what the
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
        first_line = str(error).strip().partition("\n")[0] or type(error).__name__
        raise RunError(f"the run failed, {remains}: {first_line}") from error
    if state != PipelineState.DONE:
        raise RunError(f"the run ended in state {state}; {remains}")
