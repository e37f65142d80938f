"""The command `boiloff` and its subcommands, each imported when it is called: Beam alone takes a second to import."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, MutableMapping
from difflib import get_close_matches
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from ..._version import __version__


class Entry(NamedTuple):
    """A subcommand as the help lists it. `module` is the one in `subcommands` that holds it, under its own name."""

    module: str
    group: str
    help: str


COMMANDS = {
    "clean": Entry("clean", "Clean", "Clean captures and write article records."),
    "learn": Entry("learn", "Clean", "Learn what repeats on each site, and keep it for later runs."),
    "explain": Entry("explain", "Look", "Show the fate of every block of a page, and why."),
    "report": Entry("report", "Look", "Show a finished run on one HTML page."),
    "diff": Entry("diff", "Look", "Show what changes from one configuration, store or run to another."),
    "sites": Entry("sites", "Look", "Show what is known of sites."),
    "export": Entry("export", "Use", "Write a run's articles in the forms of other tools."),
    "schema": Entry("schema", "Use", "Print what a record looks like, for programs."),
    "completion": Entry("completion", "Use", "Print what makes a shell complete boiloff's words."),
}

EXAMPLES = """\b
Examples:
  boiloff clean crawl/ --output out/
  boiloff explain page.html
  boiloff clean --help
"""


class Subcommands(MutableMapping[str, click.Command]):
    """Subcommands by name. One that is asked for is imported; names and lines of help cost nothing."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module = importlib.import_module(f".subcommands.{self.entries[name].module}", __package__)
            self._loaded[name] = getattr(module, name)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __setitem__(self, name: str, command: click.Command) -> None:
        self.entries[name] = Entry("", "Other", command.get_short_help_str())
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self.entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


SUBCOMMANDS = Subcommands(COMMANDS)


class Boiloff(click.Group):
    """A group that lists its subcommands by what they are for, in the order of the table, and knows nearest names.

    Neither its help nor the completion of a name imports a subcommand.
    """

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The subcommands, group by group."""
        entries = SUBCOMMANDS.entries
        width = max(map(len, entries))
        for group in dict.fromkeys(entry.group for entry in entries.values()):
            rows = [(name.ljust(width), entry.help) for name, entry in entries.items() if entry.group == group]
            with formatter.section(group):
                formatter.write_dl(rows)

    def list_commands(self, context: click.Context) -> list[str]:
        """In the order of the table."""
        return list(SUBCOMMANDS)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names that begin so, each with its line of help."""
        entries = SUBCOMMANDS.entries.items()
        found = [CompletionItem(name, help=entry.help) for name, entry in entries if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, context, incomplete)]

    def resolve_command(
        self, context: click.Context, words: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand that the first word names. Raises UsageError, with the nearest name, where there is none."""
        if words[0] not in SUBCOMMANDS and not context.resilient_parsing:
            near = get_close_matches(words[0], SUBCOMMANDS, n=1)
            way_out = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(SUBCOMMANDS)}"
            raise click.UsageError(f"no such command {words[0]!r}; {way_out}")
        return super().resolve_command(context, words)

    def invoke(self, context: click.Context) -> Any:
        """Call the subcommand. Raises Abort where it was stopped; click would write an empty line besides."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt as stop:
            raise click.Abort from stop


@click.group(
    cls=Boiloff,
    commands=SUBCOMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="boiloff")
def boiloff() -> None:
    """Turn raw captures of web pages into clean article records, with a ledger of all that was taken away."""
