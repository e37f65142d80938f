"""What a call of `boiloff sites` shows."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ....transforms.site_memory.memory import ANYWHERE, Container, SiteMemory, Template
from ....transforms.site_memory.store import SiteLine, Store, open_store
from ...telling import meant
from ...writing import to_json_line
from ..shown.printable import SHOWN_CHARS, escaped, one_line, printable

# Rows of a table that a person reads; --json has all.
MAX_ROWS = 200
# Columns of a pipe, in which no name is cut.
WHOLE = 1000
# Names of sites that a mistyped one is compared with.
MAX_COMPARED = 10_000


def show_sites(store: str, site: str | None, *, as_json: bool) -> None:
    """All sites of a store, or what is known of one, as tables or as JSON lines."""
    with open_store(store) as opened:
        if as_json:
            _export(opened, site)
        elif site:
            print_memory(_memory(opened, site), Console())
        else:
            console = Console()
            print_sites(opened.sites(), console if console.is_terminal else Console(width=WHOLE))


def _memory(store: Store, site: str) -> SiteMemory:
    memory = store.site(site)
    if memory is None:
        near = meant(site, (line.site for line in islice(store.sites(), MAX_COMPARED)))
        raise click.UsageError(
            f"{store.path!r} knows no site {site!r}; {near}boiloff sites {store.path} lists those it knows"
        )
    return memory


def _export(store: Store, site: str | None) -> None:
    names = [site] if site else [line.site for line in store.sites()]
    for name in names:
        click.echo(escaped(to_json_line(to_record(_memory(store, name))).decode("utf-8")))


def to_record(memory: SiteMemory) -> dict[str, object]:
    """All that is known of a site, as plain values. Fingerprints are in hexadecimal: JSON's numbers hold 53 bits."""
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


def print_sites(lines: Iterable[SiteLine], console: Console) -> None:
    """A table of sites, those of most articles first."""
    table = Table()
    table.add_column("site", overflow="fold")
    for name in ("articles", "sampled", "templates"):
        table.add_column(name, justify="right")
    table.add_column("last seen")
    count = 0
    for count, line in enumerate(lines, 1):
        if count <= MAX_ROWS:
            numbers = (f"{number:,}" for number in (line.articles, line.sampled, line.templates))
            table.add_row(Text(one_line(line.site)), *numbers, Text(one_line(line.last_seen)))
    console.print(table)
    _print_rest(count, "sites", console)


def print_memory(memory: SiteMemory, console: Console) -> None:
    """One site: its templates and its containers."""
    console.print(Text.assemble((one_line(memory.site), "bold")))
    believed = "" if memory.is_believed else "; too few for any to be believed"
    console.print(f"about {memory.articles:,} articles, {memory.sampled:,} of them sampled{believed}")
    if memory.last_seen:
        console.print(Text(one_line(f"captured from {memory.first_seen} to {memory.last_seen}")))
    _print_templates(memory.templates, console)
    _print_containers(memory.containers, console)


def _print_templates(templates: Iterable[Template], console: Console) -> None:
    """A row for each text: where it stands in several boxes, the sum over them."""
    table = Table(title="Templates: texts that come back", title_justify="left", title_style="bold", expand=True)
    table.add_column("articles", justify="right", no_wrap=True)
    table.add_column("place", no_wrap=True)
    table.add_column("text", ratio=3, overflow="fold")
    table.add_column("container", ratio=2, overflow="fold")
    shown: set[tuple[int, bool]] = set()
    for found in templates:
        key = found.fingerprint, found.is_masked
        if key in shown:
            continue
        shown.add(key)
        if len(shown) <= MAX_ROWS:
            text = found.text or "(text not kept)"
            what = f"{text} [digits differ]" if found.is_masked else text
            container = "in several" if found.container == ANYWHERE else _end_of(found.container)
            table.add_row(f"{found.articles} of {found.of}", _place(found), Text(printable(what)), Text(container))
    console.print(table)
    _print_rest(len(shown), "templates", console)


def _print_containers(containers: Iterable[Container], console: Console) -> None:
    """A row for each container, those that hold most text of their own first."""
    found = sorted(containers, key=lambda container: (-container.own * container.chars, container.path))
    table = Table(title="Containers: what elements hold", title_justify="left", title_style="bold", expand=True)
    for name in ("articles", "chars", "own", "repeats", "links", "log-odds"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("container", ratio=1, overflow="fold")
    for container in found[:MAX_ROWS]:
        shares = (f"{share:.0%}" for share in (container.own, container.repeated, container.linked))
        numbers = (str(container.articles), f"{container.chars:,.0f}", *shares, f"{container.log_odds:+.1f}")
        table.add_row(*numbers, Text(_end_of(container.path)))
    console.print(table)
    _print_rest(len(found), "containers", console)


def _place(template: Template) -> str:
    places = {"above": template.head, "inside": template.body, "below": template.tail}
    return max(places, key=lambda place: places[place]) if any(places.values()) else ""


def _end_of(path: str) -> str:
    """The last steps of a path: what they are in lies in the export."""
    steps = path.split("/")
    return one_line("/".join(["…", *steps[-2:]] if len(steps) > 2 else steps), SHOWN_CHARS)


def _print_rest(count: int, what: str, console: Console) -> None:
    if count > MAX_ROWS:
        console.print(f"and {count - MAX_ROWS:,} more {what}; --json has them all")
