"""What a call of `boiloff explain` shows: one page, every block, kept or removed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import click
from rich.console import Console

from ...cleaning import Cleaner
from ...explaining import Explanation, fold
from ...report.page_view import BlockView
from ..shown.blocks import json_lines, no_article, plain_lines, print_table, tally
from ..shown.printable import harmless
from ..shown.why import blocks_with, nowhere, why_json_lines, why_lines
from ..shown.written_pages import write_pages
from .asked_page import Asked, asked_page

NO_SUCH_WORDS = NO_ARTICLE = 1


def explain_page(
    *,
    file: str,
    url: str,
    id_: str,
    words: str | None,
    kept: bool,
    removed: bool,
    as_json: bool,
    as_text: bool,
    html: str,
    config: str,
    templates: str,
) -> None:
    """Find the page, and show what is asked of it. For the parameters see the options."""
    if kept and removed:
        raise click.UsageError("--kept and --removed together leave nothing to show; leave one of them out")
    if words is not None and not fold(words):
        raise click.UsageError(f"--why needs words to look for, and {words!r} has none")
    others = {"--why": words, "--kept": kept, "--removed": removed, "--json": as_json, "--html": html}
    for name in (name for name, value in others.items() if as_text and value):
        raise click.UsageError(f"--text shows the article's text and nothing else; leave it or {name} out")
    asked = asked_page(file, url.strip(), id_.strip(), Cleaner.named(config, templates))
    if as_text:
        _print_text(asked.explanation)
        return
    shown = [block for block in asked.explanation.view.blocks if not (removed if block.is_kept else kept)]
    found = blocks_with(words, shown) if words else shown
    if words and not found:
        what = "kept block" if kept else "removed block" if removed else "block"
        click.echo(f"boiloff: {nowhere(words, asked.explanation, what)}", err=True)
        raise click.exceptions.Exit(NO_SUCH_WORDS)
    if html:
        view = asked.explanation.view
        write_pages(
            [replace(view, blocks=tuple(found), tally=tally(asked) if len(found) < len(view.blocks) else "")], html
        )
    elif as_json:
        _print((why_json_lines if words else json_lines)(asked.explanation, found))
    elif words:
        console = Console()
        _print(why_lines(asked.explanation, found, console.width if console.is_terminal else 0))
    else:
        _show(asked, found)


def _show(asked: Asked, blocks: Sequence[BlockView]) -> None:
    console = Console()
    if console.is_terminal:
        print_table(asked, blocks, console)
    else:
        _print(plain_lines(asked, blocks))


def _print_text(explanation: Explanation) -> None:
    """The article's text: as it is for a file or a pipe, without what could drive it for a terminal."""
    if explanation.rejected:
        click.echo(f"boiloff: {no_article(explanation)}", err=True)
        raise click.exceptions.Exit(NO_ARTICLE)
    text = explanation.cleaner.article(explanation.page).text
    click.echo((harmless(text) if Console().is_terminal else text).encode("utf-8", "replace"))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
