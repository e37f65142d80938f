"""What a call of `boiloff learn` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console

from ....transforms.site_memory.store import is_store
from ...configuration import load_configuration
from ...earlier_runs import new_inputs
from ...reading.inputs import expand_inputs
from ...runners import pipeline_options
from ...site_memory.job import LearnJob, merge_stores, run_learn
from ...site_memory.writer import check_target
from ...telling import counted
from ..beam_flags import split_beam_flags
from ..run_log import RunLog


def learn_sites(
    own_flags: Sequence[str],
    *,
    words: Sequence[str],
    store: str,
    update: bool,
    merging: bool,
    config: str,
    since: Sequence[str],
    workers: int,
    quiet: bool,
    json_log: bool,
    log_every: float,
) -> None:
    """Check all that can be wrong with the call, learn, and tell of it. For the parameters see the options."""
    inputs, beam_flags = split_beam_flags(words, own_flags)
    if not inputs:
        raise click.UsageError("no INPUT is given; name a file, a folder or a glob")
    console = Console(quiet=quiet)
    log = RunLog("learn", quiet, json_log, log_every)
    if merging:
        log.started(inputs=len(inputs), output=store, workers=1)
        totals = merge_stores(inputs, store, update=update)
        log.finished(store, totals)
        show_totals(totals, store, console)
        return
    for path in inputs:
        if is_store(path):
            raise click.UsageError(f"{path!r} is a store, not captures; to make one of several, add --merge")
    configuration = load_configuration(config)
    files = new_inputs(expand_inputs(inputs, log.notice), since)
    options = pipeline_options(beam_flags, workers)
    check_target(store, update=update)
    log.started(inputs=len(files), output=store, workers=workers)
    with log.following(options, workers) as folder:
        job = LearnJob(files, store, configuration, update=update, progress_folder=folder)
        summary = run_learn(job, options)
    log.finished(store, summary)
    show_summary(summary, console)
    if update and summary["is_new"]:
        console.print(f"there was no store {store}: a new one was made", highlight=False, markup=False, soft_wrap=True)
    show_totals(summary, store, console)


# What may have kept a capture from being learned from, as people read it.
UNLEARNED = {
    "unread": "are no pages, or damaged (`boiloff clean` tells each)",
    "failed": "made a step fail",
    "without_site": "have no address",
    "without_words": "have no words",
}


def show_summary(summary: Mapping[str, Any], console: Console) -> None:
    """How many captures taught something, and why others did not."""
    captures = counted(summary["captures"], "capture")
    console.print(f"{captures}, learned from {summary['learned']:,}, in {summary['seconds']:.1f} s", soft_wrap=True)
    for name, words in UNLEARNED.items():
        if summary.get(name):
            console.print(f"  {summary[name]:,} {words}")


def show_totals(totals: Mapping[str, Any], store: str, console: Console) -> None:
    """What the store holds now, and how to look inside."""
    console.print(
        f"{counted(totals['sites'], 'site')}, {counted(totals['templates'], 'template')}, "
        f"{counted(totals['shared_contents'], 'article')} captured more than once",
        soft_wrap=True,
    )
    console.print(f"look inside with: boiloff sites {store}", highlight=False, markup=False, soft_wrap=True)
