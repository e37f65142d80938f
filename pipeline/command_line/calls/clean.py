"""What a call of `boiloff clean` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from rich.console import Console

from ....transforms.site_memory.store import open_store
from ...configuration import load_configuration
from ...earlier_runs import new_inputs
from ...finished_run import open_finished_run
from ...output_folder import check_apart
from ...reading.inputs import expand_inputs
from ...run import CleanJob, run_clean
from ...runners import pipeline_options
from ..beam_flags import split_beam_flags
from ..run_log import RunLog
from ..shown.closing import show_summary
from ..shown.worth_looking_at import worth_looking_at
from .sources import check_sources, chosen_format, paths_of_letters


def clean_captures(
    own_flags: Sequence[str],
    *,
    words: Sequence[str],
    output: str,
    config: str,
    workers: int,
    overwrite: bool,
    records: str,
    gzip: bool,
    report: bool,
    templates: str,
    no_learn: bool,
    retry: Sequence[str],
    since: Sequence[str],
    quiet: bool,
    json_log: bool,
    log_every: float,
) -> None:
    """Check all that can be wrong with the call, run, and tell what came of it. For the parameters see the options."""
    inputs, beam_flags = split_beam_flags(words, own_flags)
    check_sources(inputs, retry, output)
    format = chosen_format(records, gzip=gzip)
    configuration = load_configuration(config)
    log = RunLog("clean", quiet, json_log, log_every)
    sources = chain.from_iterable(map(paths_of_letters, retry)) if retry else inputs
    files = new_inputs(expand_inputs(sources, log.notice), since)
    check_apart(output, inputs)
    options = pipeline_options(beam_flags, workers)
    if templates:
        open_store(templates).close()
    log.started(inputs=len(files), output=output, workers=workers)
    with log.following(options, workers) as folder:
        learns = not (templates or no_learn or retry)
        how = {"learns": learns, "overwrite": overwrite, "retry": bool(retry)}
        job = CleanJob(files, output, configuration, templates, format=format, progress_folder=folder, **how)
        summary = run_clean(job, options)
    page = _report(output) if report else ""
    worth = worth_looking_at(summary, output, format, _first_error(output))
    log.finished(output, summary, worth)
    if not quiet:
        show_summary(summary, worth, output, format, Console(), page)


def _report(output: str) -> str:
    """Write the report of a run that has ended; returns its path."""
    from ...report.report import write_report  # a tenth of the start of a run that asks for none

    return write_report(open_finished_run(output))


def _first_error(output: str) -> Callable[[str], str]:
    """The error of the first record rejected for a reason, "" where there is none."""

    def first(reason: str) -> str:
        rejected = open_finished_run(output).records("rejected")
        return next((str(record["error"]) for record in rejected if record["reason"] == reason), "")

    return first
