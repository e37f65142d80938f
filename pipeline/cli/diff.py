"""`boiloff diff`: its options, the two sides, and the comparison."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console

from ..display import one_line
from .options import PATH, Command, Number, option, path_option, templates_option
from .run_log import print_notice

if TYPE_CHECKING:  # Beam takes a second to import, which --help must not wait for
    from ..inspect.compare import Compared, Side
    from ..inspect.differences import Scope

EXAMPLES = """\b
Examples:
  What does my configuration change?
    boiloff diff default strict.yaml --on crawl/
  What does a site memory add?
    boiloff diff default memory.boiloff --on 'crawl/*.warc.gz'
  Is this month's memory better than last month's?
    boiloff diff june.boiloff july.boiloff --on crawl/ --sample 5000
  How do two versions of boiloff clean the same crawl?
    boiloff diff out-with-old/ out-with-new/
  The same as an HTML page:
    boiloff diff out-with-old/ out-with-new/ --html changes.html
  All changes as JSON lines, and a check for CI:
    boiloff diff default strict.yaml --on crawl/ --json > changes.jsonl
    boiloff diff default strict.yaml --on crawl/ --exit-code
"""
DEFAULT_SAMPLE = 1000
# Exit status with --exit-code where anything differs.
DIFFERENT = 1
# Pages for the browser, and how many of one site are kept to choose from.
MAX_PAGES, OF_SITE = 30, 15
# Captures between two updates of the status line.
STEP = 10


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="A B", type=PATH)
@path_option("--on", section="Input", multiple=True, metavar="INPUT...", help="Files, folders or globs to clean.")
@option(
    "--sample",
    section="Input",
    type=Number(1),
    metavar="N",
    help="Compare at most N captures of INPUT, always the same ones. [1000]",
)
@path_option(
    "--config", section="Cleaning", default="", metavar="NAME|FILE", help="Configuration for a side that is a store."
)
@templates_option("Store for a side that is a configuration.")
@option(
    "--examples",
    section="Show",
    default=3,
    type=Number(0),
    metavar="N",
    help="Number of examples of each kind of change. [3]",
)
@path_option(
    "--html",
    section="Show",
    default="",
    metavar="PATH",
    help="Also write an HTML page to PATH, with the pages that change most and their changes.",
)
@option("--json", "as_json", section="Show", is_flag=True, help="Print JSON lines: all changes, then the counts.")
@option("--exit-code", section="Show", is_flag=True, help="Exit with status 1 if there are differences.")
def diff(
    words: Sequence[str],
    on: Sequence[str],
    sample: int | None,
    config: str,
    templates: str,
    examples: int,
    html: str,
    as_json: bool,
    exit_code: bool,
) -> None:
    """Show the changes from A to B: in kept and removed blocks, in articles, and in metadata.

    A and B are each a configuration (a name or a YAML file), a store of site memory, or the output folder of a finished
    run.

    For two runs, boiloff compares the records of each capture. Otherwise it cleans a sample of the captures of INPUT
    twice, in one process. It does not learn and writes no records. Without a store it cleans each page alone, as
    `boiloff clean --no-learn` does.
    """
    from ..inspect.differences import Examples, Scope, Totals, change_lines, marked_page, summary_line, text_lines
    from ..inspect.pages import PageView, write_pages

    if len(words) < 2:
        raise click.UsageError("diff needs two names: configurations, stores, or folders of finished runs")
    a, b = (_side(name, config, templates) for name in words[:2])
    # A shell spells out a glob after --on as words.
    inputs = [*on, *words[2:]]
    _check_sides(a, b, {"--on": inputs, "--sample": sample, "--config": config, "--templates": templates})
    scope, totals, marked = Scope(), Totals(), Examples[PageView](OF_SITE)
    with _status() as report:
        for number, compared in enumerate(_compared(a, b, inputs, sample or DEFAULT_SAMPLE, scope, report), 1):
            if not number % STEP:
                report(f"compared {number:,}{f' of {scope.sampled:,}' if scope.sampled else ''} captures")
            changes = compared.changes
            totals.add(changes)
            if as_json:
                for line in change_lines(changes):
                    click.echo(line)
            if html and changes.differ:
                marked.offer(marked_page(compared), changes.site, changes.gained + changes.lost, changes.id)
    if html:
        write_pages(marked.chosen(MAX_PAGES), html, f"{a.name} → {b.name}")
        click.echo(f"written: {html}", err=True)
    if as_json:
        click.echo(summary_line(a, b, scope, totals))
    else:
        for line in text_lines(a, b, scope, totals, examples, Console().width):
            click.echo(line)
    if exit_code and totals.differing:
        raise click.exceptions.Exit(DIFFERENT)


def _side(name: str, config: str, templates: str) -> Side:
    """Return what a name stands for. Raises UsageError, or what opening a configuration, a store or a run raises."""
    from apache_beam.io.filesystems import FileSystems

    from ..._files import is_remote
    from ...transforms.site_memory.store import is_store
    from ..clean import Cleaner
    from ..config import DEFAULT, ConfigurationError
    from ..inspect.compare import Side
    from ..output import STORE_NAME, SUCCESS
    from ..output.manifest import open_finished_run

    if os.path.isdir(name) or (is_remote(name) and FileSystems.exists(FileSystems.join(name, SUCCESS))):
        run = open_finished_run(name)
        version, digest = (one_line(str(run.summary.get(key, "unknown"))) for key in ("tool_version", "config_sha256"))
        memory = "with site memory" if run.summary.get("templates") else "without site memory"
        return Side(name, f"run of boiloff {version}, configuration {digest[:12]}, {memory}", run=run)
    if is_store(name) or name.endswith(os.path.splitext(STORE_NAME)[1]):
        return Side(name, f"site memory, configuration {config or DEFAULT}", Cleaner.named(config or DEFAULT, name))
    try:
        cleaner = Cleaner.named(name, templates)
    except ConfigurationError as error:
        if os.path.exists(name):
            raise
        raise click.UsageError(f"{name!r} is neither the folder of a finished run nor a store, and {error}") from error
    memory = f", site memory {templates}" if templates else ""
    return Side(name, f"configuration{memory}", cleaner)


def _check_sides(a: Side, b: Side, given: dict[str, object]) -> None:
    """Raise UsageError for a call that compares nothing. `given` are the options for cleaning, by name."""
    if (a.run is None) != (b.run is None):
        run, other = (a, b) if a.run else (b, a)
        raise click.UsageError(
            f"{run.name!r} is a finished run and {other.name!r} is a {other.what}; compare a run with another run"
        )
    if a.run is not None:
        for name in (name for name, value in given.items() if value):
            raise click.UsageError(
                f"{name} is for cleaning, but two finished runs are compared by their records; leave it out"
            )
    elif not given["--on"]:
        raise click.UsageError("the captures to clean are missing; add --on and a file, a folder or a glob")


def _compared(
    a: Side, b: Side, inputs: Sequence[str], size: int, scope: Scope, report: Callable[[str], None]
) -> Iterator[Compared]:
    """Compare the two sides, capture by capture, and note in `scope` what was compared."""
    from ..inspect.compare import compare_captures, compare_runs, take_sample
    from ..reading.ranges import expand_inputs

    if a.run is not None and b.run is not None:

        def ambiguous(_: str) -> None:
            scope.ambiguous += 1

        report("reading the records")
        return compare_runs(a.run, b.run, ambiguous)
    assert a.cleaner is not None
    assert b.cleaner is not None

    def tick(seen: int) -> None:
        if not seen % (STEP * STEP):
            report(f"read {seen:,} captures")

    files = expand_inputs(inputs, print_notice)
    limit = max(side.configuration.limits.max_body_bytes for side in (a.cleaner, b.cleaner))
    sample = take_sample(files, size, max_body_bytes=limit, tick=tick)
    scope.files, scope.seen, scope.unread, scope.sampled = len(files), sample.seen, sample.unread, len(sample)
    return compare_captures(sample, a.cleaner, b.cleaner)


@contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows what is being done in a line on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda words: None
        return
    with console.status("reading") as status:
        yield status.update
