"""The program: the command `boiloff`, and what becomes of its errors."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

import click

from .commands import boiloff
from .events import write_event
from .shown.printable import one_line
from .signals import StopSignals

__all__ = ["boiloff", "main"]

FAILED = 1
WRONG_CALL = 2
# An option of one letter, of which there are none.
SHORT = re.compile(r"-[a-z]")


def main() -> None:
    """Run the command; every error is one line on stderr and an exit status: 1 the run failed, 2 the call is wrong, 128
    and the signal's number one that was stopped.
    """
    signals = StopSignals()
    signals.hear()
    logging.basicConfig(level=logging.CRITICAL, format="boiloff: %(name)s: %(message)s")
    # A configuration may name steps in a module of this folder; last, so that nothing in a crawl's folder is taken for
    # a module that boiloff itself imports.
    sys.path.append(os.getcwd())
    try:
        if status := boiloff.main(prog_name="boiloff", standalone_mode=False):
            sys.exit(status)
    except (click.Abort, KeyboardInterrupt):
        if sys.stderr.isatty():
            print(file=sys.stderr)  # the terminal has shown ^C
        _fail(signals.message, signals.status)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        sys.exit(WRONG_CALL)
    except click.MissingParameter as error:
        _fail(_mistyped(error, sys.argv[2:]) or _missing(error), WRONG_CALL)
    except click.NoSuchOption as error:
        _fail(_unknown(error.option_name, error.possibilities or ()), WRONG_CALL)
    except click.ClickException as error:
        _fail(error.format_message(), WRONG_CALL)
    except Exception as error:
        message, status = _ending(error)
        _fail(message, status)


def _ending(error: Exception) -> tuple[str, int]:
    """The message and the exit status of an error that the program knows. Raises any other: it is a mistake of ours.

    What is imported here was imported by whatever raised it, and is not where nothing failed.
    """
    from ...transforms.site_memory.store import StoreError
    from ..configuration import ConfigurationError
    from ..output_folder import OutputError
    from ..reading.inputs import InputError
    from ..runners import RunnerError
    from ..running import RunError, what_happened

    if isinstance(error, ConfigurationError | InputError | OutputError | RunnerError | StoreError):
        return str(error), WRONG_CALL
    if isinstance(error, RunError):
        return str(error), FAILED
    if isinstance(error, OSError | MemoryError):
        return what_happened(error), FAILED
    raise error


def _mistyped(error: click.MissingParameter, words: Sequence[str]) -> str:
    """Tell of a word that looks like an option but is none, where that may be why another is missing."""
    parameters = error.ctx.command.get_params(error.ctx) if error.ctx else []
    options = [name for parameter in parameters for name in parameter.opts if name.startswith("--")]
    for word in words:
        name = word.partition("=")[0]
        near = get_close_matches(name, options, n=1) if name.startswith("--") and name not in options else []
        if SHORT.fullmatch(name):
            near = [option for option in options if option.startswith(f"-{name}")]
        if near:
            return _unknown(name, near)
    return ""


def _unknown(name: str, near: Sequence[str]) -> str:
    """An option that there is not, and those of nearly its name."""
    question = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"No such option {name!r}.{question}"


def _missing(error: click.MissingParameter) -> str:
    """What is missing, and where it is told what that is."""
    where = f"; {error.ctx.command_path} --help shows how" if error.ctx else ""
    return f"{error.format_message().rstrip('.')}{where}"


def _fail(message: str, status: int) -> NoReturn:
    """Tell what was wrong, and end at once: threads of a run that failed may wait for ever.

    Programs that read a run's log get an event. The words tell whether they do: what is wrong may be the call itself.
    """
    sys.stdout.flush()
    if "--json-log" in sys.argv:
        write_event(sys.stderr, "failed", command=sys.argv[1], message=message, status=status)
    else:
        print(f"boiloff: {one_line(message)}", file=sys.stderr, flush=True)
    os._exit(status)
