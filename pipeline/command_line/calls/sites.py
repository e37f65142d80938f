"""What a call of `boiloff sites` shows."""

from __future__ import annotations

from itertools import islice

import click
from rich.console import Console

from ....transforms.site_memory.memory import SiteMemory
from ....transforms.site_memory.store import Store, open_store
from ...records.lines import to_json_line
from ...telling import meant
from ..shown.printable import escaped
from ..shown.sites import TERMINAL_ROWS, memory_lines, print_memory, print_sites, site_lines

# Names of sites that a mistyped one is compared with.
MAX_COMPARED = 10_000


def show_sites(store: str, site: str | None, *, as_json: bool, limit: int | None) -> None:
    """All sites of a store, or what is known of one: tables on a terminal, lines in a pipe, or all as JSON lines.

    `limit` is that of the rows of each table; without one a terminal gets a screenful, a pipe everything.
    """
    with open_store(store) as opened:
        if as_json:
            _export(opened, site)
            return
        console = Console()
        rows = limit or TERMINAL_ROWS
        if site and console.is_terminal:
            print_memory(_memory(opened, site), console, rows)
        elif console.is_terminal:
            print_sites(opened.sites(), console, rows)
        else:
            for line in memory_lines(_memory(opened, site), limit) if site else site_lines(opened.sites(), limit):
                click.echo(line)


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
