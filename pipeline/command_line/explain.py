"""`boiloff explain`: one page, every block, kept or removed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import click
from rich.console import Console

from ..cleaning import Cleaner
from ..report.page_view import BlockView
from .asked_page import Asked, asked_page
from .options import Command, Place, config_option, option
from .shown_blocks import json_lines, plain_lines, print_table
from .why import blocks_with, nowhere, why_json_lines, why_lines
from .written_pages import write_pages

EXAMPLES = """\b
Examples:
  boiloff explain page.html
  boiloff explain crawl.warc.gz --url https://news.example/tides
  boiloff explain 'crawl/*.warc.gz' --url news.example/tides --removed
  boiloff explain page.html --why "share this article"
  boiloff explain page.html --html page-explained.html
  boiloff explain page.html | grep link-list
"""


NO_SUCH_WORDS = 1


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=Place())
@option("--url", section="Page", default="", help="Which page: its address, or a part that only its address has.")
@option("--id", "id_", section="Page", default="", metavar="ID", help="Which page: the id that its records have.")
@option(
    "--why", "words", section="Show", default="", metavar="WORDS", help="Only blocks with WORDS, and all about them."
)
@option("--kept", section="Show", is_flag=True, help="Only blocks that are kept.")
@option("--removed", section="Show", is_flag=True, help="Only blocks that are removed.")
@option("--json", "as_json", section="Show", is_flag=True, help="JSON lines, one block a line.")
@option(
    "--html", section="Show", default="", metavar="PATH", type=Place(), help="Write a page for the browser to PATH."
)
@config_option("Cleaning")
@option(
    "--templates",
    section="Cleaning",
    default="",
    metavar="STORE",
    type=Place(),
    help="Use what STORE knows, such as the site-memory.boiloff of a run.",
)
def explain(
    file: str,
    url: str,
    id_: str,
    words: str,
    kept: bool,
    removed: bool,
    as_json: bool,
    html: str,
    config: str,
    templates: str,
) -> None:
    """Show every block of a page with its fate: kept, or removed by which rule and on what evidence.

    FILE is a page, an archive or JSON lines of many, a folder or a quoted glob. The address need not be exact: scheme,
    www., a slash at the end and a fragment do not count where nothing matches to the letter. Of many captures of one
    address the first with an article is shown.

    On a terminal the blocks are a table, in a pipe one line each. Exit status: 1 where no block has the WORDS.
    """
    if kept and removed:
        raise click.UsageError("--kept and --removed together leave nothing to show; leave one of them out")
    asked = asked_page(file, url.strip(), id_.strip(), Cleaner.named(config, templates))
    shown = [block for block in asked.explanation.view.blocks if not (removed if block.is_kept else kept)]
    found = blocks_with(words, shown) if words else shown
    if words and not found:
        what = "kept block" if kept else "removed block" if removed else "block"
        click.echo(f"boiloff: {nowhere(words, asked.explanation, what)}", err=True)
        raise click.exceptions.Exit(NO_SUCH_WORDS)
    if html:
        write_pages([replace(asked.explanation.view, blocks=tuple(found))], html)
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


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
