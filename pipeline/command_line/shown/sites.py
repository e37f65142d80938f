"""What a store knows of sites: as tables on a terminal, as lines to search in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ....transforms.site_memory.memory import ANYWHERE, Container, SiteMemory, Template
from ....transforms.site_memory.store import SiteLine
from .printable import SHOWN_CHARS, one_line, printable

# Rows of each table that a terminal shows, unless told.
TERMINAL_ROWS = 20
# A path of more characters takes a line for each of its last steps.
PATH_CHARS = 30
SITE_COLUMNS = ("site", "articles (about)", "sampled", "templates", "last seen")
TEMPLATE_COLUMNS = ("articles", "of", "place", "container", "text")
CONTAINER_COLUMNS = ("articles", "chars", "own", "repeats", "links", "log-odds", "container")
TEMPLATES_MEANING = (
    "place: where the text stands beside the article; of: sampled articles that have its container, which are counted"
)
CONTAINERS_MEANING = (
    "chars: mean length; of it own: neither repeated nor link, repeats: on two articles or more, links: inside links; "
    "log-odds: what pages alone say, above 0 for article, below 0 against"
)

Row = TypeVar("Row")


def print_sites(lines: Iterable[SiteLine], console: Console, limit: int) -> None:
    """A table of sites, those of most articles first."""
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
    console.print(table)
    _print_rest(count, limit, "sites", console)


def site_lines(lines: Iterable[SiteLine], limit: int | None) -> Iterator[str]:
    """For a pipe: one line a site, columns apart by tabs and whole; lines of other things begin with `#`."""
    rows = (
        (line.site, str(line.articles), str(line.sampled), str(line.templates), line.last_seen or "-") for line in lines
    )
    yield from _lines(SITE_COLUMNS, rows, "sites", limit)


def print_memory(memory: SiteMemory, console: Console, limit: int) -> None:
    """One site: its templates and its containers."""
    for number, (name, value) in enumerate(_facts(memory)):
        console.print(Text(value, "bold") if not number else Text(f"{name}: {value}"))
    _print_templates(list(_templates(memory)), console, limit)
    _print_containers(_containers(memory), console, limit)


def memory_lines(memory: SiteMemory, limit: int | None) -> Iterator[str]:
    """For a pipe: a line for each template, then one for each container, with the whole of its path."""
    for name, value in _facts(memory):
        yield f"# {name}\t{value}"
    rows = (
        (str(found.articles), str(found.of), _place(found), _box(found), _text(found)) for found in _templates(memory)
    )
    yield from _lines(("kind", *TEMPLATE_COLUMNS), (("template", *row) for row in rows), "templates", limit)
    boxes = ((*_numbers(found), found.path) for found in _containers(memory))
    yield from _lines(("kind", *CONTAINER_COLUMNS), (("container", *row) for row in boxes), "containers", limit)


def _facts(memory: SiteMemory) -> Iterator[tuple[str, str]]:
    believed = "" if memory.is_believed else "; too few for any to be believed"
    yield "site", one_line(memory.site)
    yield "articles", f"about {memory.articles:,} distinct, {memory.sampled:,} of them sampled{believed}"
    if memory.last_seen:
        yield "captured", one_line(f"from {memory.first_seen} to {memory.last_seen}")


def _templates(memory: SiteMemory) -> Iterator[Template]:
    """One for each text: where it stands in several boxes, the sum over them."""
    shown: set[tuple[int, bool]] = set()
    for found in memory.templates:
        key = found.fingerprint, found.is_masked
        if key not in shown:
            shown.add(key)
            yield found


def _containers(memory: SiteMemory) -> list[Container]:
    """Those that hold most text of their own first."""
    return sorted(memory.containers, key=lambda container: (-container.own * container.chars, container.path))


def _print_templates(templates: list[Template], console: Console, limit: int) -> None:
    table = _table("Templates: texts that come back", TEMPLATES_MEANING)
    table.add_column("articles", justify="right", no_wrap=True)
    table.add_column("place", no_wrap=True)
    table.add_column("text", ratio=3, overflow="fold")
    table.add_column("container", ratio=2, overflow="fold")
    for found in templates[:limit]:
        table.add_row(
            f"{found.articles} of {found.of}", _place(found), Text(printable(_text(found))), Text(_end_of(_box(found)))
        )
    console.print(table)
    _print_rest(len(templates), limit, "templates", console)


def _print_containers(containers: list[Container], console: Console, limit: int) -> None:
    table = _table("Containers: what elements hold", CONTAINERS_MEANING)
    for name in CONTAINER_COLUMNS[:-1]:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(CONTAINER_COLUMNS[-1], ratio=1, overflow="fold")
    for container in containers[:limit]:
        table.add_row(*_numbers(container), Text(_end_of(container.path)))
    console.print(table)
    _print_rest(len(containers), limit, "containers", console)


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


def _box(template: Template) -> str:
    return "in several" if template.container == ANYWHERE else template.container


def _end_of(path: str) -> str:
    """The last steps of a path: all of it goes to a pipe and into the export."""
    steps = path.split("/")
    shown = ["…", *steps[-2:]] if len(steps) > 2 else steps
    whole = one_line("/".join(shown), SHOWN_CHARS)
    if len(whole) <= PATH_CHARS or len(steps) == 1:
        return whole
    return f"{one_line('/'.join(shown[:-1]), SHOWN_CHARS)}/\n{one_line(shown[-1], SHOWN_CHARS)}"


def _lines(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], what: str, limit: int | None) -> Iterator[str]:
    yield "# " + "\t".join(columns)
    count = 0
    for count, row in enumerate(rows, 1):
        if limit is None or count <= limit:
            yield "\t".join(one_line(value, max(len(value), 1)) or "-" for value in row)
    if limit is not None and count > limit:
        yield f"# {_rest(count, limit, what)}"


def _print_rest(count: int, limit: int, what: str, console: Console) -> None:
    if count > limit:
        console.print(_rest(count, limit, what), highlight=False)


def _rest(count: int, limit: int, what: str) -> str:
    return f"and {count - limit:,} more {what}; --limit {count} shows them, --json has all that is known"
