"""The two sides of `boiloff diff`: told apart by what they are, and checked before anything is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import click
from apache_beam.io.filesystems import FileSystems

from ....transforms.core.remote import is_remote
from ....transforms.site_memory.store import is_store
from ...cleaning import Cleaner
from ...configuration import DEFAULT, ConfigurationError
from ...finished_run import FinishedRun, open_finished_run
from ...output_folder import STORE_NAME, SUCCESS
from ..shown.printable import one_line

STORE_ENDING = os.path.splitext(STORE_NAME)[1]


@dataclass(frozen=True)
class Side:
    """One of the two: a cleaner, or a run that is finished. `what` tells people which."""

    name: str
    what: str
    cleaner: Cleaner | None = None
    run: FinishedRun | None = None


@dataclass(frozen=True)
class Comparison:
    """Two sides, and the inputs to clean; none for two runs."""

    a: Side
    b: Side
    inputs: Sequence[str] = ()


def comparison_of(
    words: Sequence[str], on: Sequence[str], *, config: str, templates: str, is_sampled: bool
) -> Comparison:
    """The two sides that the first words name; the other words are inputs, as a shell spells out a glob behind `--on`.

    Raises UsageError for a call that compares nothing, and what opening a configuration, a store or a run raises.
    """
    if len(words) < 2:
        raise click.UsageError("two things to compare are needed: configurations, stores, or folders of finished runs")
    a, b = (_side(name, config, templates) for name in words[:2])
    inputs = [*on, *words[2:]]
    if (a.run is None) != (b.run is None):
        run, other = (a, b) if a.run else (b, a)
        raise click.UsageError(
            f"{run.name!r} is a finished run and {other.name!r} is a {other.what}; compare a run with another run"
        )
    if a.run is not None:
        given = {"--on": inputs, "--sample": is_sampled, "--config": config, "--templates": templates}
        for name in (name for name, value in given.items() if value):
            raise click.UsageError(f"{name} is for cleaning; two finished runs are compared whole, by their records")
    elif not inputs:
        raise click.UsageError("no captures to clean are named; add --on and a file, a folder or a glob")
    return Comparison(a, b, inputs)


def _side(name: str, config: str, templates: str) -> Side:
    if os.path.isdir(name) or (is_remote(name) and FileSystems.exists(FileSystems.join(name, SUCCESS))):
        run = open_finished_run(name)
        version, digest = (one_line(str(run.summary.get(key, "unknown"))) for key in ("tool_version", "config_sha256"))
        memory = "with site memory" if run.summary.get("templates") else "without site memory"
        return Side(name, f"run of boiloff {version}, configuration {digest[:12]}, {memory}", run=run)
    if is_store(name) or name.endswith(STORE_ENDING):
        return Side(name, f"site memory, configuration {config or DEFAULT}", Cleaner.named(config or DEFAULT, name))
    try:
        cleaner = Cleaner.named(name, templates)
    except ConfigurationError as error:
        if os.path.exists(name):
            raise
        raise click.UsageError(f"{name!r} is no folder of a finished run and no store, and {error}") from error
    memory = f", site memory {templates}" if templates else ""
    return Side(name, f"configuration{memory}", cleaner)
