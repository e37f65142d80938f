"""Options: the sections in which help shows them, what shells complete, and those that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..shipped import DEFAULT, shipped_configurations

Function = TypeVar("Function", bound=Callable[..., Any])
OTHER = "Other"


class Option(click.Option):
    """An option that stands in a section of its command's help."""

    def __init__(self, *names: Any, section: str = OTHER, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.section = section


class Command(click.Command):
    """A command whose help shows its options section by section, in the order in which they were declared."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The sections; what every command has comes last."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in sorted(self.get_params(context), key=lambda one: not isinstance(one, Option)):
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)) is not None:
                sections.setdefault(getattr(parameter, "section", OTHER), []).append(record)
        for name, records in sections.items():
            with formatter.section(name):
                formatter.write_dl(records)


class Place(click.ParamType):  # type: ignore[type-arg]  # in older versions of click it is not generic
    """A path, of any of Beam's filesystems; shells complete those of files, or of folders alone (`kind` "dir")."""

    name = "path"

    def __init__(self, kind: str = "file") -> None:
        self.kind = kind

    def shell_complete(
        self, context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The shell knows best."""
        return [CompletionItem(incomplete, type=self.kind)]


class ConfigurationName(Place):
    """The name of a configuration that ships with the package, or a file."""

    def shell_complete(
        self, context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that begin so; where none does, files."""
        names = [name for name in shipped_configurations() if name.startswith(incomplete)]
        return [CompletionItem(name) for name in names] or super().shell_complete(context, parameter, incomplete)


class Number(click.ParamType):  # type: ignore[type-arg]  # in older versions of click it is not generic
    """A number of at least `least`, whole if `least` is."""

    name = "number"

    def __init__(self, least: float) -> None:
        self.least = least

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """The number. Fails with what was given and what would do."""
        kind, what = (int, "a whole number") if isinstance(self.least, int) else (float, "a number")
        try:
            number: float = kind(value)
        except ValueError:
            number = float("nan")
        if not self.least <= number < float("inf"):
            self.fail(f"{value!r} is not {what} of at least {self.least}", parameter, context)
        return number


def option(*names: str, section: str, **settings: Any) -> Callable[[Function], Function]:
    """As click's `option`, in a section of the help."""
    return click.option(*names, cls=Option, section=section, **settings)


def config_option(section: str) -> Callable[[Function], Function]:
    """`--config`."""
    names = ", ".join(shipped_configurations())
    return option(
        "--config",
        section=section,
        default=DEFAULT,
        metavar="NAME|FILE",
        type=ConfigurationName(),
        help=f"A configuration that ships with boiloff ({names}), or a YAML file.",
    )


def templates_option(help: str) -> Callable[[Function], Function]:
    """`--templates`, where a store is used and not learned."""
    return option("--templates", section="Cleaning", default="", metavar="STORE", type=Place(), help=help)


def since_option(function: Function) -> Function:
    """`--since`."""
    return option(
        "--since",
        section="Input",
        multiple=True,
        metavar="RUN",
        type=Place("dir"),
        help="Leave out files that RUN (its folder or manifest.json) has read and that are unchanged. Repeatable.",
    )(function)


def run_options(function: Function) -> Function:
    """How a run is done, and what it tells while it goes on."""
    options = (
        option("--workers", section="Run", default=1, type=Number(1), metavar="N", help="Local worker processes."),
        option("--quiet", section="Run", is_flag=True, help="Tell nothing but errors."),
        option("--json-log", section="Run", is_flag=True, help="Tell on stderr what happens as JSON lines."),
        option(
            "--log-every",
            section="Run",
            default=30.0,
            type=Number(0.1),
            metavar="SECONDS",
            help="Where stderr is no terminal: seconds between two lines of progress. [30]",
        ),
    )
    for decorate in reversed(options):
        function = decorate(function)
    return function


def own_flags(context: click.Context) -> list[str]:
    """The names of a command's options, which are none of Beam's."""
    return [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]
