"""boiloff for schedulers that can only start a Python file with --name=value: Dataflow's Flex Templates, Airflow's
Beam operator.

It takes `--command` (clean, learn or publish; clean without it), boiloff's options under their names with underscores,
flags as `true` or `false`, and the INPUTs in `--inputs`, which may be there several times and is split and quoted as
in a shell. All other options are Beam's.

A Flex Template (`--template_location`) starts one pipeline and does not wait for it. So `clean` needs a store there,
or `--no_learn=true`, and writes beside the output folder, to OUTPUT.unfinished. When Dataflow has done the job,
`--command=publish --output=OUTPUT` counts and moves the records, and marks the run complete.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
from apache_beam import Pipeline
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import GoogleCloudOptions

from boiloff.pipeline.cli.app import COMMANDS, boiloff, main
from boiloff.pipeline.cli.clean import chosen_format
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.output import SUMMARY
from boiloff.pipeline.output.folder import check_output, claimed_output
from boiloff.pipeline.output.manifest import known_of
from boiloff.pipeline.output.writer import Shard, read_json
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, build_clean, check_sums

TRUTHS = {"true": True, "false": False}


class Call:
    """A call: a command, inputs, boiloff's options by name, and Beam's flags. Raises click's UsageError."""

    def __init__(self, arguments: Iterable[str]) -> None:
        given = [split_argument(argument) for argument in arguments]
        self.command = next((value for name, value in given if name == "command"), "clean")
        if self.command not in (*COMMANDS, "publish"):
            raise click.UsageError(f"--command={self.command}: there are {', '.join(COMMANDS)} and publish")
        self.known = options_of(self.command)
        self.inputs = [path for name, value in given if name == "inputs" for path in shlex.split(value)]
        # A template's form sends empty values for options that are not set.
        self.own = {name: self._read(name, value) for name, value in given if name in self.known and value}
        others = {"command", "inputs", *self.known}
        self.beam_flags = [argument for argument in arguments if split_argument(argument)[0] not in others]

    def _read(self, name: str, value: str) -> Any:
        if not getattr(self.known[name], "is_flag", False):
            return value
        if value not in TRUTHS:
            raise click.UsageError(f"--{name}={value}: a flag is true or false")
        return TRUTHS[value]

    def words(self) -> list[str]:
        """Return the command line with the same meaning."""
        flags = [self.known[name].opts[0] for name, value in self.own.items() if value is True]
        options = [f"{self.known[name].opts[0]}={value}" for name, value in self.own.items() if isinstance(value, str)]
        return [self.command, *self.inputs, *options, *flags, *self.beam_flags]


def options_of(command: str) -> dict[str, click.Parameter]:
    """Return a command's options by the names that a scheduler uses: those of the command line, with underscores."""
    found = boiloff.get_command(click.Context(boiloff), command if command in COMMANDS else "clean")
    options = found.params if found else []
    flags = [(flag, option) for option in options for flag in option.opts if flag.startswith("--")]
    return {flag[2:].replace("-", "_"): option for flag, option in flags}


def split_argument(argument: str) -> tuple[str, str]:
    """Split an argument into name and value. A bare name is a flag that is set."""
    if not argument.startswith("--"):
        raise click.UsageError(f"{argument!r}: write --name=value; name inputs with --inputs=")
    name, equals, value = argument[2:].partition("=")
    return name.replace("-", "_"), value if equals else "true"


def stage(call: Call) -> None:
    """Start `clean` for a Flex Template, and do not wait for its end."""
    options = pipeline_options(call.beam_flags)
    if call.command != "clean" or not (call.own.get("templates") or call.own.get("no_learn")):
        raise click.UsageError("a template runs one pipeline: clean, with --templates=STORE or --no_learn=true")
    output = call.own["output"].rstrip("/")
    check_output(output, overwrite=bool(call.own.get("overwrite")))
    job = CleanJob(
        expand_inputs(call.inputs),
        unfinished(output),
        load_configuration(call.own.get("config", "default")),
        call.own.get("templates", ""),
        format=chosen_format(call.own.get("format", "jsonl"), gzip=bool(call.own.get("gzip"))),
    )
    FileSystems.mkdirs(job.output)
    pipeline = Pipeline(options=options)
    build_clean(pipeline, job)
    pipeline.run()


def publish(call: Call) -> None:
    """Move the records of a finished job into the output folder, all or none."""
    output = call.own["output"].rstrip("/")
    summary = read_json(FileSystems.join(unfinished(output), SUMMARY))
    shards = [Shard(**shard) for shard in summary.pop("shards")]
    check_sums(summary, shards)
    # Shards are named NAME-ID.FORMAT; a run without records has none.
    format = next((shard.path.rpartition("/")[2].partition(".")[2] for shard in shards), "jsonl")
    manifest = {name: summary[name] for name in ("tool_version", "schema_version", "config_sha256")} | {
        "format": format,
        "retry": False,
        "learns": False,
        "templates": [known._asdict() for known in known_of([summary["templates"]] if summary["templates"] else [])],
        "inputs": [known._asdict() for known in known_of(summary["inputs"])],
    }
    with claimed_output(output, overwrite=bool(call.own.get("overwrite"))) as folder:
        folder.publish(shards, manifest, summary, format)
    FileSystems.delete([unfinished(output)])


def unfinished(output: str) -> str:
    """Return the folder, beside the output folder, in which a template's job writes until it is published."""
    return output + ".unfinished"


def launch(arguments: Sequence[str]) -> None:
    """Do what the arguments ask for; ends with boiloff's exit status."""
    try:
        call = Call(arguments)
        is_template = pipeline_options(call.beam_flags).view_as(GoogleCloudOptions).template_location
        if not is_template and call.command != "publish":
            sys.argv = ["boiloff", *call.words()]
            main()
        elif "output" not in call.own:
            raise click.UsageError("--output= is missing")
        else:
            publish(call) if call.command == "publish" else stage(call)
    except (click.ClickException, ValueError) as error:
        print(
            f"boiloff: {error.format_message() if isinstance(error, click.ClickException) else error}", file=sys.stderr
        )
        sys.exit(2)


if __name__ == "__main__":
    launch(sys.argv[1:])
