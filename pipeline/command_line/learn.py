"""`boiloff learn`: captures in, site memory out."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from ...transforms.site_memory.store import is_store
from ..configuration import DEFAULT, load_configuration
from ..earlier_runs import new_inputs
from ..progress import progress_line
from ..reading.inputs import expand_inputs
from ..runners import pipeline_options
from ..site_memory.job import LearnJob, merge_stores, run_learn
from ..site_memory.writer import check_target
from .beam_flags import split_beam_flags
from .quiet import quiet_stderr
from .since import SINCE

EXAMPLES = """\b
Examples:
  boiloff learn crawl/ --templates memory.boiloff
  boiloff learn 'crawl/2024-06/*.warc.gz' --templates memory.boiloff --update
  boiloff learn east.boiloff west.boiloff --merge --templates memory.boiloff
"""


@click.command(context_settings={"ignore_unknown_options": True}, epilog=EXAMPLES)
@click.argument("words", nargs=-1, required=True, metavar="INPUT...", type=click.UNPROCESSED)
@click.option("--templates", "store", required=True, metavar="STORE", help="The file for what is learned; must be new.")
@click.option("--update", is_flag=True, help="Merge into STORE what it does not know yet.")
@click.option("--merge", "merging", is_flag=True, help="INPUT are stores that were learned apart; make one of them.")
@click.option("--config", default=DEFAULT, metavar="NAME|FILE", help="The configuration that will clean the pages.")
@click.option("--workers", default=1, type=click.IntRange(min=1), metavar="N", help="Local worker processes.")
@click.option("--since", multiple=True, metavar="RUN", help=SINCE)
@click.pass_context
def learn(
    context: click.Context,
    words: tuple[str, ...],
    store: str,
    update: bool,
    merging: bool,
    config: str,
    workers: int,
    since: tuple[str, ...],
) -> None:
    """Learn from the captures of INPUT what repeats on each site, and keep it in STORE.

    INPUT is what `boiloff clean` takes. Every Beam option passes through. An interrupted run leaves STORE as it was.
    """
    own = [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]
    inputs, beam_flags = split_beam_flags(words, own)
    if not inputs:
        raise click.UsageError("no INPUT is given; name a file, a folder or a glob")
    console = Console()
    if merging:
        show_totals(merge_stores(inputs, store, update=update), store, console)
        return
    for path in inputs:
        if is_store(path):
            raise click.UsageError(f"{path!r} is a store, not captures; to make one of several, add --merge")
    configuration = load_configuration(config)
    files = new_inputs(expand_inputs(inputs), since)
    options = pipeline_options(beam_flags, workers)
    check_target(store, update=update)
    with quiet_stderr(workers > 1), progress_line(console) as folder:
        job = LearnJob(files, store, configuration, update=update, progress_folder=folder)
        summary = run_learn(job, options)
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


def show_summary(summary: dict[str, Any], console: Console) -> None:
    """How many captures taught something, and why others did not."""
    console.print(
        f"{summary['captures']:,} captures, learned from {summary['learned']:,}, in {summary['seconds']:.1f} s"
    )
    for name, words in UNLEARNED.items():
        if summary.get(name):
            console.print(f"  {summary[name]:,} {words}")


def show_totals(totals: dict[str, Any], store: str, console: Console) -> None:
    """What the store holds now, and how to look inside."""
    console.print(
        f"{totals['sites']:,} sites, {totals['templates']:,} templates, "
        f"{totals['shared_contents']:,} articles captured more than once"
    )
    console.print(f"look inside with: boiloff sites {store}", highlight=False, markup=False, soft_wrap=True)
