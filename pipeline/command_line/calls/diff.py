"""What a call of `boiloff diff` shows: what two configurations, stores or runs make of the same captures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from ...diff.changes import Compared
from ...diff.examples import Examples
from ...diff.marked_page import marked_page
from ...diff.runs import compare_runs
from ...diff.sample import compare_captures, take_sample
from ...diff.totals import Scope, Totals
from ...finished_run import FinishedRun
from ...reading.inputs import expand_inputs
from ...report.page_view import PageView
from ..shown.diff import change_lines, summary_line, text_lines
from ..shown.written_pages import write_pages
from .diff_sides import Comparison, comparison_of
from .sources import tell as tell_people

DEFAULT_SAMPLE = 1000
DIFFERENT = 1
# Pages for the browser, and how many of one site are held to choose from.
MOST_PAGES, OF_SITE = 30, 15
# Captures between two signs of life on a terminal.
STEP = 10

Tell = Callable[[str], None]


def show_differences(
    *,
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
    """Compare, and show what is asked for. For the parameters see the options."""
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
    files = expand_inputs(comparison.inputs, tell_people)
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
