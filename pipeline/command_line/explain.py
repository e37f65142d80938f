"""`boiloff explain`: one page, every block, kept or removed, and why."""

from __future__ import annotations

from shlex import quote

import click
from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...transforms.capture import Capture
from ...transforms.chain import StepError
from ...transforms.page import Page
from ..cleaning import Cleaner
from ..configuration import DEFAULT
from ..reading.captures import read_captures
from ..reading.rejected import Rejected
from ..running import RunError
from .printable import SHOWN_CHARS, one_line, printable

# Characters of an address in a message.
URL_CHARS = 200


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--url", default="", help="The page's address; in a file of many captures, which one to explain.")
@click.option("--config", default=DEFAULT, metavar="NAME|FILE", help="A shipped configuration or a YAML file.")
@click.option("--templates", default="", metavar="STORE", help="Use what `boiloff learn` keeps in STORE.")
def explain(file: str, url: str, config: str, templates: str) -> None:
    """Show every block of the page in FILE with its fate: kept, or removed by which rule and on what evidence."""
    cleaner = Cleaner.named(config, templates)
    capture = _capture(file, url)
    try:
        page = cleaner.page(capture)
    except StepError as error:
        raise RunError(f"{file}: {one_line(str(error))}") from error
    print_page(page, Console())


def _capture(file: str, url: str) -> Capture:
    """The capture to explain: the one with `url`, or the only one. Raises UsageError when there is no such one."""
    try:
        stream = FileSystems.open(file, compression_type=CompressionTypes.UNCOMPRESSED)
    except (BeamIOError, OSError) as error:
        raise click.UsageError(f"cannot open {file!r}: {error}") from error
    captures: list[Capture] = []
    rejected: list[Rejected] = []
    with stream:
        for item in read_captures(stream, file):
            if isinstance(item, Rejected):
                rejected.append(item)
            elif url and item.url == url:
                return item
            elif len(captures) < 2:
                captures.append(item)
    if len(captures) == 1 and captures[0].url in ("", url):
        return Capture(**{**vars(captures[0]), "url": url or captures[0].url})
    if len(captures) == 1 and not url:
        return captures[0]
    if not captures:
        why = f": {one_line(rejected[0].error)}" if rejected else ""
        raise click.UsageError(f"{file!r} holds no capture of a page{why}")
    first = one_line(captures[0].url, URL_CHARS)
    if url:
        raise click.UsageError(f"{file!r} holds no capture of {url!r}; the first it holds is {first!r}")
    raise click.UsageError(f"{file!r} holds many captures; choose one with --url, such as --url {quote(first)}")


def print_page(page: Page, console: Console) -> None:
    """Print a marked page: metadata, then one row a block. Text from the page is never read as markup."""
    metadata = page.metadata
    for name, value in (
        ("title", metadata.title),
        ("authors", ", ".join(metadata.authors)),
        ("published", f"{metadata.date_published} ({metadata.date_source})" if metadata.date_published else ""),
        ("language", page.language),
    ):
        console.print(Text.assemble((f"{name:>10} ", "bold"), one_line(value or "unknown", SHOWN_CHARS)))
    table = Table(show_lines=False, expand=True)
    table.add_column("#", justify="right")
    table.add_column("fate", no_wrap=True)
    table.add_column("text", ratio=3, overflow="fold")
    table.add_column("why", ratio=2, overflow="fold")
    for position, (block, removal) in enumerate(zip(page.blocks, page.removals, strict=True)):
        fate, why = Text("kept", "green"), ""
        if removal is not None:
            fate, why = Text(removal.reason, "red"), f"{removal.evidence} [{removal.rule}, {removal.score:.2f}]"
        style = "" if removal is None else "dim"
        table.add_row(str(position), fate, Text(printable(block.text), style), Text(printable(why)))
    console.print(table)
    kept = sum(removal is None for removal in page.removals)
    console.print(f"{kept} of {len(page.blocks)} blocks kept")
