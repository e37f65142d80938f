"""Options: the sections in which help shows them, what shells complete, those that commands share, and Beam's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import click
from click.shell_completion import CompletionItem

from ...configs import DEFAULT, shipped_configurations
from ..display import NEAR

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from ..config import SiteFrom

Function = TypeVar("Function", bound=Callable[..., Any])
OTHER = "Other"
# A path on any of Beam's filesystems, or a glob: only the command itself can check it.
PATH = click.Path(readable=False)
# The name of standard input and standard output, which records have as their file, too.
STANDARD = "-"
# boiloff has no option of one letter.
SHORT = re.compile(r"-[a-z]")
# The names of `transforms.core.article.Body` and of `transforms.core.page.KINDS`. To import these imports every
# transform; help must not.
BODIES = ("text", "markdown", "html")
KINDS = ("article", "discussion", "product", "documentation", "listing", "other")


class Option(click.Option):
    """An option that is in a section of its command's help."""

    def __init__(self, *names: Any, section: str = OTHER, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.section = section


class Command(click.Command):
    """A command whose help shows its options section by section, in the order of their declaration."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections; the options that all commands have are last."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in sorted(self.get_params(context), key=lambda one: not isinstance(one, Option)):
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)) is not None:
                sections.setdefault(getattr(parameter, "section", OTHER), []).append(record)
        for name, records in sections.items():
            with formatter.section(name):
                formatter.write_dl(records)


class Number(click.ParamType):  # type: ignore[type-arg]  # not generic in older versions of click
    """A number of at least `least`, whole if `least` is. In contrast to click's ranges it refuses NaN and infinity."""

    name = "number"

    def __init__(self, least: float) -> None:
        self.least = least

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return the number. Fails with the value and what is accepted."""
        kind, what = (int, "a whole number") if isinstance(self.least, int) else (float, "a number")
        try:
            number: float = kind(value)
        except ValueError:
            number = float("nan")
        if not self.least <= number < float("inf"):
            self.fail(f"{value!r} is not {what} of at least {self.least}", parameter, context)
        return number


def complete_folders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Have the shell complete folders; click.Path could, but would refuse remote ones and files."""
    return [CompletionItem(incomplete, type="dir")]


def complete_configurations(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of shipped configurations. If no name fits, complete files."""
    names = [name for name in shipped_configurations() if name.startswith(incomplete)]
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


def option(*names: str, section: str, **settings: Any) -> Callable[[Function], Function]:
    """Declare an option as click's `option` does, in a section of the help."""
    return click.option(*names, cls=Option, section=section, **settings)


def path_option(*names: str, section: str, **settings: Any) -> Callable[[Function], Function]:
    """Declare an option that takes a path."""
    return option(*names, section=section, type=PATH, **settings)


def config_option(section: str) -> Callable[[Function], Function]:
    """Declare `--config`."""
    return path_option(
        "--config",
        section=section,
        default=DEFAULT,
        metavar="NAME|FILE",
        shell_complete=complete_configurations,
        help=f"A configuration that ships with boiloff ({', '.join(shipped_configurations())}), or a YAML file.",
    )


def templates_option(help: str) -> Callable[[Function], Function]:
    """Declare `--templates`, for a command that uses a store."""
    return path_option("--templates", section="Cleaning", default="", metavar="STORE", help=help)


def body_option(section: str) -> Callable[[Function], Function]:
    """Declare `--body`."""
    return option(
        "--body",
        section=section,
        type=click.Choice(BODIES),
        help="Give articles with their structure, as Markdown or HTML, too. [text, or what the configuration asks for]",
    )


def kinds_option(function: Function) -> Function:
    """Declare `--kinds`."""
    return option(
        "--kinds",
        section="Cleaning",
        multiple=True,
        metavar="KINDS",
        help=f"Keep only pages of these kinds (separated by commas); reject all others. Kinds: {', '.join(KINDS)}.",
    )(function)


def since_option(function: Function) -> Function:
    """Declare `--since`."""
    return path_option(
        "--since",
        section="Input",
        multiple=True,
        metavar="RUN",
        shell_complete=complete_folders,
        help="Skip input files that the run in RUN (a folder or manifest.json) has read and that have not changed. "
        "Repeatable.",
    )(function)


class SiteNaming(NamedTuple):
    """How the site of captures without an address is named: the values of `site_options`."""

    site: str
    site_from: SiteFrom | None


def site_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare the options that name sites. The command gets their values together, as `sites`."""

    @wraps(function)
    def command(*args: Any, site: str, site_from: SiteFrom | None, **others: Any) -> Any:
        return function(*args, sites=SiteNaming(site, site_from), **others)

    options = (
        option("--site", section="Input", default="", metavar="NAME", help="Site of captures without an address."),
        option(
            "--site-from",
            section="Input",
            type=click.Choice(["folder"]),
            metavar="folder",
            help="Use the name of the folder that contains the file as the site of captures without an address. "
            "The only value is folder.",
        ),
    )
    for decorate in reversed(options):
        command = decorate(command)
    return command


class RunSettings(NamedTuple):
    """How a run is done, and what it reports on the way: the values of `run_options`."""

    workers: int
    quiet: bool
    json_log: bool
    log_every: float


def run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare the options of all runs. The command gets their values together, as `run`."""

    @wraps(function)
    def command(*args: Any, workers: int, quiet: bool, json_log: bool, log_every: float, **others: Any) -> Any:
        return function(*args, run=RunSettings(workers, quiet, json_log, log_every), **others)

    options = (
        option(
            "--workers",
            section="Run",
            default=1,
            type=Number(1),
            metavar="N",
            help="Number of local worker processes. [1]",
        ),
        option("--quiet", section="Run", is_flag=True, help="Print only errors."),
        option("--json-log", section="Run", is_flag=True, help="Write progress and errors to stderr as JSON lines."),
        option(
            "--log-every",
            section="Run",
            default=30.0,
            type=Number(0.1),
            metavar="SECONDS",
            help="Seconds between two lines of progress, if stderr is not a terminal. [30]",
        ),
    )
    for decorate in reversed(options):
        command = decorate(command)
    return command


def split_beam_flags(words: Sequence[str], own_flags: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split `words` into inputs and Beam's flags. Raises UsageError for a flag that is neither ours nor Beam's."""
    parser = _beam_parser()
    _, rest = parser.parse_known_args(list(words))
    inputs = [word for word in rest if not word.startswith("-") or word == "-"]
    for word in rest:
        if word not in inputs:
            name = word.partition("=")[0]
            near = near_flags(name, own_flags)
            near = near or get_close_matches(name, parser._option_string_actions, cutoff=NEAR)
            raise click.NoSuchOption(name, possibilities=near)
    return inputs, [word for word in words if not _is_next(word, rest)]


def near_flags(name: str, flags: Iterable[str]) -> list[str]:
    """Return what an unknown flag may mean: the nearest flag; for one letter, the flags that begin with it."""
    if SHORT.fullmatch(name):
        return [flag for flag in flags if flag.startswith(f"-{name}")]
    return get_close_matches(name, flags, n=1, cutoff=NEAR)


def _is_next(word: str, rest: list[str]) -> bool:
    """Return whether `word` is the next of the words that are not Beam's, and remove it from them."""
    if rest and rest[0] == word:
        rest.pop(0)
        return True
    return False


def _beam_parser() -> ArgumentParser:
    """Make a parser of all options that Beam's option classes declare, as Beam makes its own."""
    from argparse import ArgumentParser

    from apache_beam.options.pipeline_options import PipelineOptions

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise click.UsageError(message)

    parser = Parser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)
    return parser


def own_flags(context: click.Context) -> list[str]:
    """Return the names of a command's own options."""
    return [
        name for parameter in context.command.get_params(context) for name in parameter.opts if name.startswith("--")
    ]
