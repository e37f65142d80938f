"""The program `boiloff`: its list of commands, each imported when it is called, and how it reports errors and ends."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from types import FrameType
from typing import Any, NamedTuple, NoReturn

import click
from click.shell_completion import CompletionItem, get_completion_class

from ..._loading import without_collection
from ..._version import __version__
from ..display import one_line
from .options import Command, near_flags, own_flags
from .run_log import write_event

# Exit statuses. The last is that of a filter that a shell reports as ended by SIGPIPE.
FAILED, WRONG_CALL, NO_READER = 1, 2, 128 + 13
# The signals of service managers, `timeout`, `kill`, and of a terminal that closes.
STOP_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
# The variable by which a completion script asks the program.
COMPLETION_VARIABLE = "_BOILOFF_COMPLETE"
# How to install the script for good, as each shell's manual recommends.
INSTALL = {
    "bash": "boiloff completion bash >> ~/.bashrc",
    "zsh": "boiloff completion zsh > ~/.zfunc/_boiloff   (a folder of your fpath, before compinit)",
    "fish": "boiloff completion fish > ~/.config/fish/completions/boiloff.fish",
}


class Entry(NamedTuple):
    """A command as the help lists it, and the module of this package that defines it."""

    module: str
    group: str
    help: str


COMMANDS = {
    "clean": Entry("clean", "Clean", "Clean captures and write article records."),
    "learn": Entry("learn", "Clean", "Learn the repeated texts of each site, for later runs."),
    "explain": Entry("explain", "Look", "Show which blocks of a page boiloff keeps or removes, and why."),
    "report": Entry("records", "Look", "Show a finished run on one HTML page."),
    "diff": Entry("diff", "Look", "Compare two configurations, stores or runs."),
    "sites": Entry("sites", "Look", "Show the site memory in a store."),
    "export": Entry("records", "Use", "Write the articles of a run in the format of another tool."),
    "schema": Entry("records", "Use", "Print the schema of the records."),
    "completion": Entry("app", "Use", "Print a script that completes commands in your shell."),
}


class Boiloff(click.Group):
    """A group that imports a command when it is called: Beam alone takes a second to import.

    The help, and the completion of a command's name, import none.
    """

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(dict.fromkeys([*COMMANDS, *self.commands]))

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            with without_collection():
                module = importlib.import_module(f".{COMMANDS[cmd_name].module}", __package__)
            self.add_command(getattr(module, cmd_name))
        return super().get_command(context, cmd_name)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands group by group."""
        width = max(map(len, COMMANDS))
        for group in dict.fromkeys(entry.group for entry in COMMANDS.values()):
            with formatter.section(group):
                formatter.write_dl([(name.ljust(width), e.help) for name, e in COMMANDS.items() if e.group == group])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of commands, with the help line of each."""
        found = [CompletionItem(name, help=e.help) for name, e in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, context, incomplete)]

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names. Raises UsageError, with the nearest name, if none has it."""
        names = self.list_commands(context)
        if args[0] not in names and not context.resilient_parsing:
            near = get_close_matches(args[0], names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"valid are {', '.join(names)}"
            raise click.UsageError(f"no such command {args[0]!r}; {hint}")
        return super().resolve_command(context, args)

    def make_context(self, *args: Any, **named: Any) -> click.Context:
        """Read the words of the call, and print the help that they ask for. Raises Exit where nobody reads it."""
        try:
            return super().make_context(*args, **named)
        except BrokenPipeError as gone:
            raise click.exceptions.Exit(NO_READER) from gone

    def invoke(self, context: click.Context) -> Any:
        """Call the command. Raises Abort when it is interrupted, without the empty line that click would print.

        Raises Exit if the program that reads the output has ended, as in `boiloff … | head`.
        """
        try:
            return super().invoke(context)
        except KeyboardInterrupt as stop:
            raise click.Abort(*stop.args) from stop
        except BrokenPipeError as gone:
            raise click.exceptions.Exit(NO_READER) from gone


EXAMPLES = """\b
Examples:
  boiloff clean crawl/ --output out/
  boiloff explain page.html
  boiloff clean --help
"""


@click.group(
    cls=Boiloff,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="boiloff")
def boiloff() -> None:
    """Turn raw captures of web pages into clean article records, with a ledger of all removed text."""


COMPLETION_EXAMPLES = """\b
Examples:
  eval "$(boiloff completion bash)"       for this shell
  boiloff completion bash >> ~/.bashrc    for every new shell
  boiloff completion zsh > ~/.zfunc/_boiloff
  boiloff completion fish > ~/.config/fish/completions/boiloff.fish
"""


@click.command(cls=Command, epilog=COMPLETION_EXAMPLES)
@click.argument("shell", metavar="SHELL", type=click.Choice(list(INSTALL)))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print a script that completes boiloff's commands, options and files in SHELL (bash, zsh or fish).

    The first lines of the script explain how to install it.
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"this version of click does not know {shell!r}")
    script = made(context.find_root().command, {}, "boiloff", COMPLETION_VARIABLE).source()
    first, _, rest = script.partition("\n")
    if first.startswith("#compdef"):  # zsh looks for it in the first line
        click.echo(f"{first}\n# To install: {INSTALL[shell]}\n{rest}")
    else:
        click.echo(f"# To install: {INSTALL[shell]}\n{script}")


class StopSignals:
    """Remembers which signal stopped the run: Ctrl-C, unless another one came."""

    def __init__(self) -> None:
        self.received = signal.SIGINT

    def install(self) -> None:
        """Raise KeyboardInterrupt on each of STOP_SIGNALS, so that the run deletes incomplete files.

        If a signal is ignored, as under nohup, it stays ignored.
        """
        for number in STOP_SIGNALS:
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        # Senders often signal twice; the second one must not interrupt the clearing away.
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        self.received = signal.Signals(number)
        raise KeyboardInterrupt

    def fail(self, remains: str = "") -> NoReturn:
        """End the program with the exit status that shells give for the signal. `remains` is what the run leaves."""
        by = "" if self.received == signal.SIGINT else f" by {self.received.name}"
        _fail(f"stopped{by}{remains and '; '}{remains}", 128 + self.received)


def main() -> None:
    """Run the command line.

    An error is one line on stderr and an exit status: 1 for a run that failed, 2 for a wrong call, and 128 plus the
    number of the signal for a run that was stopped. It prints nothing if the program that reads the output has ended.
    """
    signals = StopSignals()
    signals.install()
    logging.basicConfig(level=logging.CRITICAL, format="boiloff: %(name)s: %(message)s")
    # A configuration may name steps in a module of this folder. Last, so that no file in a crawl's folder can replace
    # a module that boiloff itself imports.
    sys.path.append(os.getcwd())
    try:
        if status := boiloff.main(prog_name="boiloff", standalone_mode=False):
            if status == NO_READER:
                _discard_output()
            sys.exit(status)
    except (click.Abort, KeyboardInterrupt) as stop:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # the terminal has shown ^C
        signals.fail(*map(str, stop.args))
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        sys.exit(WRONG_CALL)
    except click.MissingParameter as error:
        _fail(_mistyped(error, sys.argv[2:]) or _missing(error), WRONG_CALL)
    except click.NoSuchOption as error:
        near = error.possibilities or (near_flags(error.option_name, own_flags(error.ctx)) if error.ctx else ())
        _fail(_unknown(error.option_name, near), WRONG_CALL)
    except click.ClickException as error:
        _fail(error.format_message(), WRONG_CALL)
    except Exception as error:
        _fail(*_message_and_status(error))


def _discard_output() -> None:
    """Let Python write what it still holds to nowhere, rather than fail a second time when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _message_and_status(error: Exception) -> tuple[str, int]:
    """Return how to report an error that the program expects. Raises any other: it is a mistake in boiloff.

    These modules are imported only here: a call without errors does not need them.
    """
    from ...transforms.site_memory.store import StoreError
    from ..clean_many import WorkerError
    from ..config import ConfigurationError
    from ..reading.ranges import InputError

    if isinstance(error, ConfigurationError | InputError | StoreError):
        return str(error), WRONG_CALL
    if isinstance(error, WorkerError):
        return str(error), FAILED
    from ..engine import RunError, RunnerError, what_happened  # with Beam, which other errors do without
    from ..output.folder import OutputError

    if isinstance(error, OutputError | RunnerError):
        return str(error), WRONG_CALL
    if isinstance(error, RunError):
        return str(error), FAILED
    if isinstance(error, OSError | MemoryError):
        return what_happened(error), FAILED
    raise error


def _mistyped(error: click.MissingParameter, words: Sequence[str]) -> str:
    """Return a message about a misspelt option, which may be why another is missing; "" where none is misspelt."""
    options = own_flags(error.ctx) if error.ctx else []
    for word in words:
        name = word.partition("=")[0]
        if name.startswith("-") and name not in options and (near := near_flags(name, options)):
            return _unknown(name, near)
    return ""


def _unknown(name: str, near: Sequence[str]) -> str:
    question = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"No such option {name!r}.{question}"


def _missing(error: click.MissingParameter) -> str:
    if error.message:
        return error.message
    where = f"; {error.ctx.command_path} --help shows how" if error.ctx else ""
    return f"{error.format_message().rstrip('.')}{where}"


def _fail(message: str, status: int) -> NoReturn:
    """Report what went wrong, and end at once, because threads of a failed run may wait forever.

    The words of the call decide whether the report is an event, since the call itself may be wrong.
    """
    sys.stdout.flush()
    if "--json-log" in sys.argv:
        write_event(sys.stderr, "failed", command=sys.argv[1], message=message, status=status)
    else:
        print(f"boiloff: {one_line(message)}", file=sys.stderr, flush=True)
    os._exit(status)
