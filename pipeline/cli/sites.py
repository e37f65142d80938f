"""`boiloff sites`: what a store has learned, as tables on a terminal, as lines in a pipe, or as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..display import SHOWN_CHARS, json_line, meant, one_line, printable, whole_line
from .options import PATH, Command, Number, option

if TYPE_CHECKING:  # Beam takes a second to import, which --help must not wait for
    from ...transforms.site_memory.derive import Container, SiteMemory, Template
    from ...transforms.site_memory.store import SiteLine, Store

EXAMPLES = """\b
Examples:
  boiloff sites out/site-memory.boiloff
  boiloff sites memory.boiloff news.example
  boiloff sites memory.boiloff --json > sites.jsonl
"""
# Names of sites that a misspelt one is compared with.
MAX_COMPARED = 10_000
# Rows of each table on a terminal, unless --limit is given.
TERMINAL_ROWS = 20
# A longer path takes a line for each of its last steps.
PATH_CHARS = 30
SITE_COLUMNS = ("site", "articles (about)", "sampled", "templates", "last seen")
TEMPLATE_COLUMNS = ("articles", "of", "place", "container", "text")
CONTAINER_COLUMNS = ("articles", "chars", "own", "repeats", "links", "log-odds", "container")
TEMPLATES_MEANING = "place: position relative to the article; of: number of sampled articles with the container"
CONTAINERS_MEANING = (
    "chars: mean length of the text; own: share that is neither repeated nor a link; repeats: share on two articles or "
    "more; links: share inside links; log-odds: score from single pages, above 0 for article, below 0 for "
    "boilerplate"
)


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("store", metavar="STORE", type=PATH)
@click.argument("site", metavar="[SITE]", required=False)
@option("--json", "as_json", section="Show", is_flag=True, help="Print all data as JSON lines, one per site.")
@option(
    "--limit",
    section="Show",
    type=Number(1),
    metavar="N",
    help="Number of rows of each table. [20 on a terminal, all in a pipe]",
)
def sites(store: str, site: str | None, as_json: bool, limit: int | None) -> None:
    """Show the sites of STORE, or the templates and containers of one SITE.

    STORE is a file that `boiloff learn` wrote, or the site-memory.boiloff of a run. On a terminal, the output is
    tables; in a pipe, tab-separated lines.

    "articles" is an estimate of the number of different articles of the site, not the number of cleaned pages. All
    other numbers are counts over the sampled articles. A template is a text that several of them contain. A text counts
    once, even if it is in several containers.

    For the text of a container, `own` is the share that is neither repeated nor a link, `repeats` the share that is on
    two articles or more, and `links` the share inside links. `log-odds` is the mean score from single pages: above 0
    for article text, below 0 for boilerplate.
    """
    from ...transforms.site_memory.store import open_store

    with open_store(store) as opened:
        console = Console()
        rows = limit or TERMINAL_ROWS
        if as_json:
            for name in [site] if site else [line.site for line in opened.sites()]:
                click.echo(json_line(_record(_memory(opened, name))))
        elif not console.is_terminal:
            for line in _memory_lines(_memory(opened, site), limit) if site else _site_lines(opened.sites(), limit):
                click.echo(line)
        elif site:
            print_memory(_memory(opened, site), console, rows)
        else:
            print_sites(opened.sites(), console, rows)


def _memory(store: Store, site: str) -> SiteMemory:
    memory = store.site(site)
    if memory is None:
        near = meant(site, (line.site for line in islice(store.sites(), MAX_COMPARED)))
        raise click.UsageError(f"{store.path!r} has no site {site!r}; {near}boiloff sites {store.path} lists all sites")
    return memory


def _record(memory: SiteMemory) -> dict[str, object]:
    """Return a site's memory as plain values. Fingerprints are in hexadecimal: JSON's numbers hold 53 bits."""
    return {
        "site": memory.site,
        "articles": memory.articles,
        "sampled": memory.sampled,
        "is_believed": memory.is_believed,
        "first_seen": memory.first_seen,
        "last_seen": memory.last_seen,
        "templates": [found._asdict() | {"fingerprint": f"{found.fingerprint:016x}"} for found in memory.templates],
        "containers": [found._asdict() for found in memory.containers],
    }


def print_sites(lines: Iterable[SiteLine], console: Console, limit: int) -> None:
    """Print a table of sites, those with most articles first."""
    table = Table()
    table.add_column(SITE_COLUMNS[0], overflow="fold")
    for name in SITE_COLUMNS[1:-1]:
        table.add_column(name, justify="right")
    table.add_column(SITE_COLUMNS[-1])
    count = 0
    for count, line in enumerate(lines, 1):
        if count <= limit:
            numbers = (f"{number:,}" for number in (line.articles, line.sampled, line.templates))
            table.add_row(Text(one_line(line.site)), *numbers, Text(one_line(line.last_seen)))
    _print_table(table, count, limit, "sites", console)


def _site_lines(lines: Iterable[SiteLine], limit: int | None) -> Iterator[str]:
    """Yield a line for each site, with tabs between the columns; other lines begin with `#`."""
    rows = (
        (line.site, str(line.articles), str(line.sampled), str(line.templates), line.last_seen or "-") for line in lines
    )
    yield from _lines(SITE_COLUMNS, rows, "sites", limit)


def print_memory(memory: SiteMemory, console: Console, limit: int) -> None:
    """Print one site: its templates and its containers."""
    for number, (name, value) in enumerate(_facts(memory)):
        console.print(Text(value, "bold") if not number else Text(f"{name}: {value}"))
    templates = list(_templates(memory))
    table = _table("Templates: texts that repeat", TEMPLATES_MEANING)
    table.add_column("articles", justify="right", no_wrap=True)
    table.add_column("place", no_wrap=True)
    table.add_column("text", ratio=3, overflow="fold")
    table.add_column("container", ratio=2, overflow="fold")
    for found in templates[:limit]:
        texts = Text(printable(_text(found))), Text(_end_of(_container(found)))
        table.add_row(f"{found.articles} of {found.of}", _place(found), *texts)
    _print_table(table, len(templates), limit, "templates", console)
    containers = _containers(memory)
    table = _table("Containers: the contents of elements", CONTAINERS_MEANING)
    for name in CONTAINER_COLUMNS[:-1]:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(CONTAINER_COLUMNS[-1], ratio=1, overflow="fold")
    for container in containers[:limit]:
        table.add_row(*_numbers(container), Text(_end_of(container.path)))
    _print_table(table, len(containers), limit, "containers", console)


def _memory_lines(memory: SiteMemory, limit: int | None) -> Iterator[str]:
    """Yield a line for each template, then one for each container, with the whole of its path."""
    for name, value in _facts(memory):
        yield f"# {name}\t{value}"
    templates = (
        ("template", str(found.articles), str(found.of), _place(found), _container(found), _text(found))
        for found in _templates(memory)
    )
    yield from _lines(("kind", *TEMPLATE_COLUMNS), templates, "templates", limit)
    containers = (("container", *_numbers(found), found.path) for found in _containers(memory))
    yield from _lines(("kind", *CONTAINER_COLUMNS), containers, "containers", limit)


def _facts(memory: SiteMemory) -> Iterator[tuple[str, str]]:
    believed = "" if memory.is_believed else "; too few to use"
    yield "site", one_line(memory.site)
    yield "articles", f"about {memory.articles:,} distinct, {memory.sampled:,} of them sampled{believed}"
    if memory.last_seen:
        yield "captured", one_line(f"from {memory.first_seen} to {memory.last_seen}")


def _templates(memory: SiteMemory) -> list[Template]:
    """Return one template for each text; the first of a text that several containers hold is the sum over them."""
    first: dict[tuple[int, bool], Template] = {}
    for found in memory.templates:
        first.setdefault((found.fingerprint, found.is_masked), found)
    return list(first.values())


def _containers(memory: SiteMemory) -> list[Container]:
    """Return the containers, those with most text of their own first."""
    return sorted(memory.containers, key=lambda container: (-container.own * container.chars, container.path))


def _table(title: str, meaning: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", caption=meaning, caption_justify="left", expand=True
    )


def _numbers(container: Container) -> tuple[str, ...]:
    shares = (f"{share:.0%}" for share in (container.own, container.repeated, container.linked))
    return str(container.articles), f"{container.chars:,.0f}", *shares, f"{container.log_odds:+.1f}"


def _place(template: Template) -> str:
    places = {"above": template.head, "inside": template.body, "below": template.tail}
    return max(places, key=lambda place: places[place]) if any(places.values()) else ""


def _text(template: Template) -> str:
    text = template.text or "(text not kept)"
    return f"{text} [digits differ]" if template.is_masked else text


def _container(template: Template) -> str:
    from ...transforms.site_memory.derive import ANYWHERE

    return "in several" if template.container == ANYWHERE else template.container


def _end_of(path: str) -> str:
    """Return the last steps of a path; a pipe and --json get the whole."""
    steps = path.split("/")
    shown = ["…", *steps[-2:]] if len(steps) > 2 else steps
    whole = one_line("/".join(shown), SHOWN_CHARS)
    if len(whole) <= PATH_CHARS or len(steps) == 1:
        return whole
    return f"{one_line('/'.join(shown[:-1]), SHOWN_CHARS)}/\n{one_line(shown[-1], SHOWN_CHARS)}"


def _lines(columns: Sequence[str], rows: Iterable[Sequence[str]], what: str, limit: int | None) -> Iterator[str]:
    yield "# " + "\t".join(columns)
    count = 0
    for count, row in enumerate(rows, 1):
        if limit is None or count <= limit:
            yield "\t".join(whole_line(value) or "-" for value in row)
    if limit is not None and count > limit:
        yield f"# {_rest(count, limit, what)}"


def _print_table(table: Table, count: int, limit: int, what: str, console: Console) -> None:
    console.print(table)
    if count > limit:
        console.print(_rest(count, limit, what), highlight=False)


def _rest(count: int, limit: int, what: str) -> str:
    return f"and {count - limit:,} more {what}; --limit {count} shows them, --json has everything"
