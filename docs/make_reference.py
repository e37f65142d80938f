"""Writes docs/reference, and the stub of boiloff.transforms, from the code: `make reference`.

A test compares both with what this gives.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import boiloff  # before Beam, whose import it quiets

# isort: split
import apache_beam as beam
import click

from boiloff import transforms
from boiloff.pipeline.cli.app import boiloff as command
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.site_memory.learning import LearnTemplates
from boiloff.transforms.core.base import STEPS

FOLDER = Path(__file__).parent / "reference"
STUB = FOLDER.parent.parent / "transforms" / "__init__.pyi"
# Characters of a default in a signature.
MAX_DEFAULT = 60
NOTE = "<!-- Written by docs/make_reference.py from the code; `make reference` writes it anew. -->\n"


def steps() -> Iterator[str]:
    """Write the page of the steps, in the order in which they run by default."""
    order = [step.type for step in load_configuration().steps]
    yield (
        "# Steps\nAll steps of a [configuration](../configuration.md) by `type`, in the order in which they run by "
        "default, with its settings. You can also use a step as a transform in a pipeline: `pages | "
        "RemoveCommentWidgets()`.\n"
    )
    for name in [*order, *(name for name in STEPS if name not in order)]:
        transform = STEPS[name]
        yield f"## {name}\n{_text_of(transform)}\n"
        yield from (f"{_text_of(function)}\n" for function in _functions_of(transform))
        yield _settings_of(transform)


def commands() -> Iterator[str]:
    """Write the page of the commands, from their help."""
    yield f"# Commands\n{_filled(command.help)}\n"
    yield "[Scheduling](../scheduling.md#rules-for-all-schedulers) explains the exit statuses.\n"
    with click.Context(command, info_name="boiloff") as context:
        for name in command.list_commands(context):
            subcommand = command.get_command(context, name)
            assert subcommand is not None
            with click.Context(subcommand, info_name=name, parent=context) as inner:
                yield from _command(subcommand, inner)


def python() -> Iterator[str]:
    """Write the page of the Python interface."""
    yield (
        "# Python\nThe public names of `import boiloff`. `boiloff.transforms` contains the data types, and the "
        "[steps](steps.md) as transforms.\n"
    )
    yield "## boiloff\n"
    for name in sorted(set(boiloff.__all__) - {"__version__"}, key=lambda name: (name[0].isupper(), name)):
        yield from _described(f"boiloff.{name}", getattr(boiloff, name))
    yield "## boiloff.transforms\n"
    for name in transforms.__all__:
        if name not in STEPS and name not in boiloff.__all__:
            yield from _described(name, getattr(transforms, name))
    yield "## boiloff.pipeline.site_memory\n"
    yield from _described("LearnTemplates", LearnTemplates)


def _described(name: str, thing: Any) -> Iterator[str]:
    """Write a heading, the signature or the fields, the docstring, and the public methods."""
    is_error = isinstance(thing, type) and issubclass(thing, Exception)
    heading = name if is_error or inspect.isclass(thing) else f"{name}{_signature(thing)}"
    yield f"### {name}\n"
    if not is_error:
        yield f"```\n{heading if not inspect.isclass(thing) else _fields(name, thing)}\n```\n"
    yield f"{_text_of(thing)}\n"
    if inspect.isclass(thing) and not is_error:
        for method_name, method in _methods(thing):
            yield f"**`{method_name}{_signature(method)}`** {_text_of(method)}\n"


def _methods(thing: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """List the public methods that the class itself defines, without those that Beam calls."""
    for name, value in vars(thing).items():
        function = value.__func__ if isinstance(value, classmethod) else value
        if inspect.isfunction(function) and not name.startswith("_") and name != "expand":
            yield name, function


def _signature(function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    shown = [
        parameter.replace(annotation=_Written(parameter.annotation), default=_short(parameter.default))
        for name, parameter in signature.parameters.items()
        if name not in ("self", "cls")
    ]
    return str(signature.replace(parameters=shown, return_annotation=_Written(signature.return_annotation)))


class _Written:
    """Words of the code that are shown without quotation marks."""

    def __init__(self, words: Any) -> None:
        self.words = str(words)

    def __repr__(self) -> str:
        return self.words


def _short(default: Any) -> Any:
    return default if len(repr(default)) <= MAX_DEFAULT else _Written("…")


def _fields(name: str, thing: type) -> str:
    """Write `Name(field: type = default, …)`, a field a line."""
    if issubclass(thing, tuple):
        defaults = getattr(thing, "_field_defaults", {})
        rows = [(field, kind, repr(defaults[field]) if field in defaults else "") for field, kind in _hints(thing)]
    elif dataclasses.is_dataclass(thing):
        rows = [(field.name, str(field.type), _default(field)) for field in dataclasses.fields(thing)]
    else:
        return f"{name}{_signature(thing) if thing.__init__ is not beam.PTransform.__init__ else '()'}"
    lines = [f"    {field}: {kind}{f' = {default}' if default else ''}," for field, kind, default in rows]
    return "\n".join([f"{name}(", *lines, ")"]) if lines else f"{name}()"


def _hints(thing: type) -> list[tuple[str, str]]:
    return [(name, getattr(hint, "__forward_arg__", str(hint))) for name, hint in thing.__annotations__.items()]


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return f"{getattr(field.default_factory, '__name__', '…')}()"
    return "" if field.default is dataclasses.MISSING else repr(_short(field.default))


def _settings_of(transform: type) -> str:
    """Write a table of the settings that a configuration may give, or nothing."""
    rows = [
        f"| `{field.name}` | {field.type if field.type in ('float', 'int', 'bool', 'str') else 'str'} "
        f"| `{json.dumps(field.default)}` |"
        for field in dataclasses.fields(transform)
    ]
    return "\n".join(["| setting | type | default |", "|---|---|---|", *rows, ""]) if rows else ""


def _functions_of(transform: type) -> Iterator[Callable[..., Any]]:
    """List the pure functions behind a step: their docstrings explain what it reads and what it leaves alone."""
    module = inspect.getmodule(transform)
    for name in transform.clean.__code__.co_names:
        if name.startswith(("mark_", "extract_", "detect_")):
            yield getattr(module, name)


def _command(subcommand: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## boiloff {context.info_name}\n"
    usage = " ".join(subcommand.collect_usage_pieces(context))
    yield f"```\nboiloff {context.info_name} {usage}\n```\n"
    yield f"{_filled(subcommand.help)}\n"
    sections: dict[str, list[str]] = {}
    for option in subcommand.params:
        if isinstance(option, click.Option) and not option.hidden:
            sections.setdefault(getattr(option, "section", "Other"), []).append(_option(option, context))
    if sections:
        rows = [row for name, options in sections.items() for row in (f"| **{name}** | |", *options)]
        yield "\n".join(["| option | |", "|---|---|", *rows, ""])
    if subcommand.epilog:
        lines = [line.strip() for line in subcommand.epilog.replace("\b", "").splitlines()]
        examples = [line for line in lines if line.startswith(("boiloff ", "source ", "eval "))]
        yield "\n".join(
            ["<!-- not run: examples of --help, which name no real files -->", "```console", *examples, "```\n"]
        )


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    names, text = record or ("", "")
    return f"| `{_cell(names)}` | {_cell(_filled(text))} |"


def _text_of(thing: Any) -> str:
    """Write a docstring as Markdown: its examples fenced, its sections as lists."""
    lines = (inspect.getdoc(thing) or "").splitlines()
    return "\n".join(_fenced(_listed(lines))).strip()


def _listed(lines: Iterable[str]) -> Iterator[str]:
    """Write the entries of sections such as `Args:` as items of a list, whatever their indentation."""
    inside, indent = False, ""
    for line in lines:
        if line in ("Args:", "Attributes:", "Raises:"):
            inside, indent = True, ""
            yield from (line, "")
            continue
        inside = inside and bool(line)
        indent = indent or line[: len(line) - len(line.lstrip())]
        entry = re.fullmatch(rf"{indent}(\w+): (.*)", line) if inside else None
        yield f"- `{entry[1]}`: {entry[2]}" if entry else line


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.startswith(">>>") and not inside:
            inside = True
            yield "```pycon"
        elif inside and not line.strip():
            inside = False
            yield "```"
        yield line
    if inside:
        yield "```"


def _filled(text: str | None) -> str:
    """Write help as paragraphs, without click's marks; what click would not wrap becomes a list."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(_paragraph(paragraph) for paragraph in paragraphs)


def _paragraph(paragraph: str) -> str:
    if paragraph.startswith("\b\n"):
        return "\n".join(["```", *paragraph.splitlines()[1:], "```"])
    return re.sub(r"(?<![`\w])(--[a-z][\w-]*(?:=\w+)?)", r"`\1`", " ".join(paragraph.split()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES: dict[str, Callable[[], Iterator[str]]] = {"steps": steps, "commands": commands, "python": python}


def page(name: str) -> str:
    """Return the text of one page."""
    return NOTE + "\n".join(part for part in PAGES[name]() if part)


def stub() -> str:
    """Return the names of boiloff.transforms for type checkers, which cannot see what a decorator registers."""
    homes = {name: vars(transforms)[name].__module__.removeprefix(transforms.__name__) for name in transforms.__all__}
    order = sorted(homes, key=lambda name: (homes[name], not name[0].isupper(), name))
    lines = "".join(f"from {homes[name]} import {name} as {name}\n" for name in order)
    return f'"""The names of boiloff.transforms, for type checkers. `make reference` writes this file."""\n\n{lines}'


def main() -> None:
    """Write every page, and the stub."""
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(page(name), "utf-8")
    STUB.write_text(stub(), "utf-8")


if __name__ == "__main__":
    main()
