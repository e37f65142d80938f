"""`boiloff learn`: its options, the run, and its output about the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click
from rich.console import Console

from ..display import counted
from .options import (
    PATH,
    Command,
    RunSettings,
    SiteNaming,
    config_option,
    option,
    own_flags,
    path_option,
    run_options,
    since_option,
    site_options,
    split_beam_flags,
)
from .run_log import RunLog

EXAMPLES = """\b
Examples:
  boiloff learn crawl/ --templates memory.boiloff
  boiloff learn 'crawl/2024-06/*.warc.gz' --templates memory.boiloff --update
  boiloff learn east.boiloff west.boiloff --merge --templates memory.boiloff
"""
# Why boiloff learned nothing from some captures.
UNLEARNED = {
    "unread": "are not pages, or damaged (`boiloff clean` lists each)",
    "failed": "caused an error in a step",
    "without_site": "have no address (--site or --site-from folder sets their site)",
    "without_words": "have no words",
}


@click.command(cls=Command, context_settings={"ignore_unknown_options": True}, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="INPUT...", type=PATH)
@path_option(
    "--templates",
    "store",
    section="Store",
    required=True,
    metavar="STORE",
    help="File for the site memory; must be new, except with --update.",
)
@option("--update", section="Store", is_flag=True, help="Merge into STORE if it exists.")
@option("--resume", section="Store", is_flag=True, help="Continue an unfinished run for STORE, or start a new run.")
@option(
    "--merge",
    "merging",
    section="Store",
    is_flag=True,
    help="Merge stores into STORE; each INPUT is a store.",
)
@config_option("Learning")
@since_option
@site_options
@run_options
@click.pass_context
def learn(
    context: click.Context,
    /,
    words: Sequence[str],
    store: str,
    update: bool,
    resume: bool,
    merging: bool,
    config: str,
    since: Sequence[str],
    sites: SiteNaming,
    run: RunSettings,
) -> None:
    """Learn from the captures of INPUT which texts repeat on each site, and write this site memory to STORE.

    INPUT is the same as for `boiloff clean`. Use the same --config to learn and to clean. An interrupted run does not
    change STORE; --resume continues it.

    boiloff passes all options of Beam on to Beam, for example --runner=FlinkRunner.
    """
    from ...transforms.site_memory.store import is_store
    from ..config import load_configuration
    from ..engine import pipeline_options
    from ..output.manifest import new_inputs
    from ..reading.ranges import expand_inputs
    from ..site_memory.learning import LearnJob, is_resumable, merge_stores, run_learn
    from ..site_memory.writer import check_target

    inputs, beam_flags = split_beam_flags(words, own_flags(context))
    if not inputs:
        raise click.UsageError("INPUT is missing; name a file, a folder or a glob")
    console = Console(quiet=run.quiet)
    log = RunLog("learn", run.quiet, run.json_log, run.log_every)
    if merging:
        if resume:
            raise click.UsageError("--resume is for captures; leave it out to merge stores")
        log.started(inputs=len(inputs), output=store, workers=1)
        totals = merge_stores(inputs, store, update=update)
        log.finished(store, totals)
        _print_totals(totals, store, console)
        return
    for path in inputs:
        if is_store(path):
            raise click.UsageError(f"{path!r} is a store, not captures; add --merge to merge stores")
    configuration = load_configuration(config).naming(*sites)
    files = new_inputs(expand_inputs(inputs, log.notice), since)
    options = pipeline_options(beam_flags, run.workers)
    check_target(store, update=update)
    log.started(inputs=len(files), output=store, workers=run.workers)
    if resume and not is_resumable(store):
        log.notice(f"nothing to resume for {store!r}: the run starts from the beginning")
    job = LearnJob(files, store, configuration, update=update, resume=resume)
    with log.following(options, run.workers) as folder:
        summary = run_learn(replace(job, progress_folder=folder), options)
    log.finished(store, summary)
    _print_summary(summary, console)
    if update and summary["is_new"]:
        console.print(f"{store} did not exist; it is a new store", highlight=False, markup=False, soft_wrap=True)
    _print_totals(summary, store, console)


def _print_summary(summary: Mapping[str, Any], console: Console) -> None:
    """Print from how many captures boiloff learned, and why not from the others."""
    captures = counted(summary["captures"], "capture")
    console.print(f"{captures}, learned from {summary['learned']:,}, in {summary['seconds']:.1f} s", soft_wrap=True)
    for name, words in UNLEARNED.items():
        if summary.get(name):
            console.print(f"  {summary[name]:,} {words}")


def _print_totals(totals: Mapping[str, Any], store: str, console: Console) -> None:
    """Print what the store contains now, and the command that shows it."""
    console.print(
        f"{counted(totals['sites'], 'site')}, {counted(totals['templates'], 'template')}, "
        f"{counted(totals['shared_contents'], 'article')} captured more than once",
        soft_wrap=True,
    )
    console.print(f"to see its contents: boiloff sites {store}", highlight=False, markup=False, soft_wrap=True)
