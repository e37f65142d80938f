"""`boiloff diff`: what two configurations, stores or runs make of the same captures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from ..diff.changes import Compared
from ..diff.examples import Examples
from ..diff.marked_page import marked_page
from ..diff.runs import compare_runs
from ..diff.sample import compare_captures, take_sample
from ..diff.totals import Scope, Totals
from ..finished_run import FinishedRun
from ..reading.inputs import expand_inputs
from ..report.page_view import PageView
from .diff_sides import Comparison, comparison_of
from .options import Command, Number, Place, option
from .shown_diff import change_lines, summary_line, text_lines
from .written_pages import write_pages

EXAMPLES = """\b
Examples:
  What does my configuration change?
    boiloff diff default strict.yaml --on crawl/
  What does a site memory add?
    boiloff diff default memory.boiloff --on 'crawl/*.warc.gz'
  Is this month's memory better than last month's?
    boiloff diff june.boiloff july.boiloff --on crawl/ --sample 5000
  What do two versions of boiloff make of the same crawl?
    boiloff diff out-with-old/ out-with-new/
  The same to look at in a browser:
    boiloff diff out-with-old/ out-with-new/ --html changes.html
  Every change for a program, and a check for CI:
    boiloff diff default strict.yaml --on crawl/ --json > changes.jsonl
    boiloff diff default strict.yaml --on crawl/ --exit-code
"""
DEFAULT_SAMPLE = 1000
DIFFERENT = 1
# Pages for the browser, and how many of one site are held to choose from.
MOST_PAGES, OF_SITE = 30, 15
# Captures between two signs of life on a terminal.
STEP = 10

Tell = Callable[[str], None]


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="A B", type=Place())
@option(
    "--on", section="Input", multiple=True, metavar="INPUT...", type=Place(), help="Files, folders or globs to clean."
)
@option(
    "--sample",
    section="Input",
    type=Number(1),
    metavar="N",
    help="At most N captures of INPUT, the same ones every time. [1000]",
)
@option(
    "--config", section="Cleaning", default="", metavar="NAME|FILE", type=Place(), help="For a side that is a store."
)
@option(
    "--templates",
    section="Cleaning",
    default="",
    metavar="STORE",
    type=Place(),
    help="For a side that is a configuration.",
)
@option(
    "--examples", section="Show", default=3, type=Number(0), metavar="N", help="Examples of each kind of change. [3]"
)
@option(
    "--html",
    section="Show",
    default="",
    metavar="PATH",
    type=Place(),
    help="Also write the pages that change most, with their changes marked, for the browser.",
)
@option("--json", "as_json", section="Show", is_flag=True, help="JSON lines: every change, and at the end the counts.")
@option("--exit-code", section="Show", is_flag=True, help="End with status 1 where anything differs.")
def diff(
    words: tuple[str, ...],
    on: tuple[str, ...],
    sample: int | None,
    config: str,
    templates: str,
    examples: int,
    html: str,
    as_json: bool,
    exit_code: bool,
) -> None:
    """Show what changes from A to B: which blocks change fate, which articles appear or vanish, which metadata.

    A and B are told apart by what they are: a configuration (its name or a YAML file), a store of site memory, or the
    output folder of a finished run.

    Two runs are compared by their records, capture by capture. Otherwise a sample of the captures of INPUT is cleaned
    twice, in this process: nothing is learned, and nothing written. Without a store each page is judged by itself, as
    with `boiloff clean --no-learn`.
    """
    comparison = comparison_of(words, on, config=config, templates=templates, is_sampled=sample is not None)
    scope, totals, marked = Scope(), Totals(), Examples[PageView](OF_SITE)
    with _told() as tell:
        for number, compared in enumerate(_pages(comparison, sample or DEFAULT_SAMPLE, scope, tell), 1):
            if not number % STEP:
                tell(f"compared {number:,}{f' of {scope.sampled:,}' if scope.sampled else ''} captures")
            changes = compared.changes
            totals.add(changes)
            if as_json:
                _print(change_lines(changes))
            if html and changes.differ:
                weight = changes.gained + changes.lost
                marked.offer(marked_page(compared), changes.site, weight, changes.id)
    if html:
        write_pages(marked.chosen(MOST_PAGES), html, f"{comparison.a.name} → {comparison.b.name}")
    if as_json:
        _print([summary_line(comparison, scope, totals)])
    else:
        _print(text_lines(comparison, scope, totals, examples, Console().width))
    if exit_code and totals.differing:
        raise click.exceptions.Exit(DIFFERENT)


def _pages(comparison: Comparison, size: int, scope: Scope, tell: Tell) -> Iterator[Compared]:
    a, b = comparison.a, comparison.b
    if a.run is not None and b.run is not None:
        return _pages_of_runs(a.run, b.run, scope, tell)
    assert a.cleaner is not None
    assert b.cleaner is not None
    files = expand_inputs(comparison.inputs)
    limit = max(side.configuration.limits.max_body_bytes for side in (a.cleaner, b.cleaner))

    def tick(seen: int) -> None:
        if not seen % (STEP * STEP):
            tell(f"read {seen:,} captures")

    sample = take_sample(files, size, max_body_bytes=limit, tick=tick)
    scope.files, scope.seen, scope.unread, scope.sampled = len(files), sample.seen, sample.unread, len(sample)
    return compare_captures(sample, a.cleaner, b.cleaner)


def _pages_of_runs(a: FinishedRun, b: FinishedRun, scope: Scope, tell: Tell) -> Iterator[Compared]:
    def ambiguous(_: str) -> None:
        scope.ambiguous += 1

    tell("reading the records")
    return compare_runs(a, b, ambiguous)


@contextmanager
def _told() -> Iterator[Tell]:
    """What goes on, in a line on a terminal that goes when all is done; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda words: None
        return
    with console.status("reading") as status:
        yield status.update


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
