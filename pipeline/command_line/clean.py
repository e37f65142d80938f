"""`boiloff clean`: captures in, article records out."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from itertools import chain
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ...transforms.site_memory.store import open_store
from ..configuration import DEFAULT, load_configuration, shipped_configurations
from ..earlier_runs import new_inputs
from ..output_folder import OURS, STORE_NAME, check_apart
from ..progress import progress_line
from ..reading.inputs import expand_inputs
from ..run import DONE_BEFORE, CleanJob, run_clean
from ..runners import pipeline_options
from ..writing import Format
from .beam_flags import split_beam_flags
from .quiet import quiet_stderr
from .since import SINCE

EXAMPLES = """\b
Examples:
  boiloff clean crawl/ --output out/
  boiloff clean 'crawl/*.warc.gz' more.jsonl --output out/ --workers 2
  boiloff clean crawl/2024-07 --output july/ --templates memory.boiloff
  boiloff clean --retry 'july/rejected-*.jsonl' --output again/ --templates memory.boiloff
"""


@click.command(context_settings={"ignore_unknown_options": True}, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="INPUT...", type=click.UNPROCESSED)
@click.option("--output", required=True, metavar="DIR", help="Folder for the records; must be empty or new.")
@click.option(
    "--config",
    default=DEFAULT,
    metavar="NAME|FILE",
    help=f"A shipped configuration ({', '.join(shipped_configurations())}) or a YAML file.",
)
@click.option("--workers", default=1, type=click.IntRange(min=1), metavar="N", help="Local worker processes.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier run's files in the output folder.")
@click.option(
    "--format",
    "records",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    help="JSON lines, or Parquet, compressed with zstd.",
)
@click.option("--gzip", is_flag=True, help="Compress JSON lines.")
@click.option(
    "--templates",
    default="",
    metavar="STORE",
    help="Use what STORE knows; learn nothing from INPUT.",
)
@click.option("--no-learn", is_flag=True, help="Learn nothing; without STORE, judge each page by itself.")
@click.option(
    "--retry",
    multiple=True,
    metavar="LETTERS",
    help="Instead of INPUT: only what an earlier run rejected, as its rejected-*.jsonl tell. Quote globs; repeatable.",
)
@click.option("--since", multiple=True, metavar="RUN", help=SINCE)
@click.pass_context
def clean(
    context: click.Context,
    words: tuple[str, ...],
    output: str,
    config: str,
    workers: int,
    overwrite: bool,
    records: str,
    gzip: bool,
    templates: str,
    no_learn: bool,
    retry: tuple[str, ...],
    since: tuple[str, ...],
) -> None:
    """Clean the captures of INPUT and write article records to DIR.

    INPUT is a file, a folder, a glob, or any path that Beam's filesystems open; WARC, WET, ARC, JSON lines, HTML and
    text are told apart by content. Every Beam option passes through, for example --runner=FlinkRunner.

    What repeats over a site's pages is learned from INPUT first and kept in DIR, unless STORE or --no-learn is given.
    From LETTERS nothing is learned: what was rejected is no sample of a site. The STORE of the first run fits.

    The same run again does nothing, so that a scheduler may repeat it.
    """
    own = [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]
    inputs, beam_flags = split_beam_flags(words, own)
    check_sources(inputs, retry, output)
    format = chosen_format(records, gzip=gzip)
    configuration = load_configuration(config)
    files = new_inputs(expand_inputs(chain.from_iterable(map(paths_of_letters, retry)) if retry else inputs), since)
    check_apart(output, inputs)
    options = pipeline_options(beam_flags, workers)
    if templates:
        open_store(templates).close()
    console = Console()
    with quiet_stderr(workers > 1), progress_line(console) as folder:
        learns = not (templates or no_learn or retry)
        how = {"learns": learns, "overwrite": overwrite, "retry": bool(retry)}
        job = CleanJob(files, output, configuration, templates, format=format, progress_folder=folder, **how)
        summary = run_clean(job, options)
    if DONE_BEFORE in summary:
        console.print("the same run was done before; --overwrite does it again", highlight=False)
    show_summary(summary, output, console)


def chosen_format(records: str, *, gzip: bool) -> Format:
    """The format of the records. Raises UsageError for Parquet that is to be gzipped."""
    if records == "parquet":
        if gzip:
            raise click.UsageError("--gzip is for JSON lines: Parquet compresses its columns itself; leave --gzip out")
        return "parquet"
    return "jsonl.gz" if gzip else "jsonl"


def check_sources(inputs: Sequence[str], retry: Sequence[str], output: str) -> None:
    """Refuse a call without anything to read, or with two kinds of it."""
    if retry and inputs:
        raise click.UsageError(
            f"{inputs[0]!r} is given beside --retry, which takes no INPUT; quote globs, or repeat --retry for each file"
        )
    if "-" in inputs:
        raise click.UsageError("standard input cannot be read: a run reads its input more than once; name a file")
    if not (inputs or retry):
        raise click.UsageError("no INPUT is given; name a file, a folder or a glob, or dead letters with --retry")
    for letters in chain.from_iterable(map(paths_of_letters, retry)):
        if os.path.realpath(os.path.dirname(letters)) == os.path.realpath(output):
            raise click.UsageError(f"--output {output!r} holds the letters to retry; name another folder")


def paths_of_letters(name: str) -> list[str]:
    """What `--retry` names: letters, or the folders of the runs that left them."""
    found = sorted(glob.glob(name)) or [name]
    return [path for each in found for path in (_letters_in(each) if os.path.isdir(each) else [each])]


def _letters_in(folder: str) -> list[str]:
    names = [name for name in sorted(os.listdir(folder)) if name.startswith("rejected-") and OURS.fullmatch(name)]
    return [os.path.join(folder, name) for name in names or ["rejected-*"]]


def show_summary(summary: dict[str, Any], output: str, console: Console) -> None:
    """What a run did and where to look, for people."""
    console.print(
        f"{_counted(summary['captures'], 'capture')}: {_counted(summary['articles'], 'article')}, "
        f"{summary['rejected']:,} rejected, in {summary['seconds']:.1f} s"
    )
    if summary.get("letters_repeated"):
        console.print(f"{_counted(summary['letters_repeated'], 'letter')} told what others had told, and count once")
    removed, rejected = summary.get("removed_by_reason", {}), summary.get("rejected_by_reason", {})
    if removed:
        _print_counts(console, "Removed blocks", "reason", removed)
    if rejected:
        _print_counts(console, "Rejected captures", "reason", rejected)
    folder = output.rstrip("/")
    for what, name in (
        ("articles", "articles-*.jsonl"),
        ("what was taken away and why", "removed-*.jsonl"),
        ("captures without an article", "rejected-*.jsonl"),
        ("all counts", "summary.json"),
        *([("what was learned of sites", STORE_NAME)] if summary["templates"].endswith(STORE_NAME) else []),
    ):
        console.print(f"{what + ':':29}{folder}/{name}", highlight=False, markup=False, soft_wrap=True)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _print_counts(console: Console, title: str, column: str, counts: dict[str, int]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(column)
    table.add_column("count", justify="right")
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(name, f"{count:,}")
    console.print(table)
