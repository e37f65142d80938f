"""Runs the code blocks of a document in order, in one folder that looks like a checkout.

Commands and programs run in this process where they can, since each start of Beam takes seconds.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import types
from collections.abc import Iterator, Sequence
from glob import glob
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from document_blocks import CodeBlock

from boiloff.pipeline import beam_yaml
from boiloff.pipeline.cli.app import boiloff as command
from boiloff.pipeline.config import parse_configuration

ROOT = Path(__file__).parents[2]
ASSIGNMENT = re.compile(r"^([A-Z_]+)=(.*)$")
SHELL = {"|", ";", "&", "&&", "||", "<", "<<", "(", ")"}
# The shell commands that a document may run on the machine of the tests.
HARMLESS = {
    "boiloff",
    "python",
    "cat",
    "cp",
    "cut",
    "echo",
    "grep",
    "head",
    "ls",
    "ln",
    "mkdir",
    "sort",
    "tail",
    "wc",
    "zcat",
}
PROVIDERS = str(Path(beam_yaml.__file__).parent / "providers.yaml")


class DocumentRunner:
    """The state that the blocks of one document share: the folder, the names of its Python, what was shown last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = types.ModuleType("document")
        self.shown = ""
        self.has_run = False

    def run(self, block: CodeBlock) -> None:
        """Run a block, save it, or compare it with what the one before has shown."""
        if block.needs and find_spec(block.needs) is None:
            return
        if block.setup:
            self.shell(block.setup)
        if block.not_run or (block.language == "text" and not self.has_run):
            return
        self.has_run = True
        if block.file:
            (self.folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / block.file).write_text(block.code, "utf-8")
            if block.language == "python":
                compile(block.code, block.file, "exec")
            return
        {
            "console": self.console,
            "python": self.python,
            "yaml": self.yaml,
            "json": self.json,
            "text": self.compare,
        }.get(block.language, lambda code: None)(block.code)

    def console(self, code: str) -> None:
        """Each line is a command; what they print together is shown."""
        lines = code.replace("\\\n", "").splitlines()
        self.shown = "".join(self.line(line) for line in lines if line.strip() and not line.startswith("#"))

    def line(self, line: str) -> str:
        """Return what one command prints on both streams. If the command fails, the test fails."""
        words = split_words(line)
        name = next(word for word in words if not ASSIGNMENT.match(word))
        if name == "make":
            return self.shell(f"make --dry-run --directory {ROOT} {shlex.join(words[1:])} >/dev/null")
        if name == "pip":
            return check_installation(words[words.index("install") + 1 :])
        if name in ("boiloff", "python") and not SHELL & {*words}:
            return self.in_process(line)
        starts = [name, *(after for sign, after in pairwise(words) if sign in SHELL)]
        if other := [start for start in starts if start not in HARMLESS]:
            raise ValueError(f"{other[0]} is not run by tests; say why above the block: <!-- not run: … -->")
        return self.shell(line)

    def in_process(self, line: str) -> str:
        """`NAME=VALUE… boiloff|python ARGUMENTS… [> FILE]`, as a shell would have read it."""
        line, _, target = line.partition(" > ")
        words = [word for raw in shlex.split(line, comments=True) for word in self.expanded(raw, line)]
        with pytest.MonkeyPatch.context() as patch:
            while assignment := ASSIGNMENT.match(words[0]):
                if assignment[1] == "PYTHONPATH":
                    patch.syspath_prepend(str(self.folder / assignment[2]))
                patch.setenv(assignment[1], assignment[2])
                words.pop(0)
            shown = (run_command if words[0] == "boiloff" else run_python)(words[1:])
        if target:
            (self.folder / target.strip()).write_text(shown, "utf-8")
        return "" if target else shown

    def expanded(self, word: str, line: str) -> Sequence[str]:
        """Return the files that an unquoted glob names, or any other word as it is."""
        return sorted(glob(word)) or [word] if "*" in word and f"'{word}'" not in line else [word]

    def shell(self, line: str) -> str:
        """Return the output of bash."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{self.folder}/.bin:{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            env=environment, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}: status {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def python(self, code: str) -> None:
        """Run as the next cell of a notebook."""
        sys.modules["document"] = self.names
        with captured() as shown:
            exec(compile(code, "document", "exec"), vars(self.names))
        self.shown = shown.getvalue()

    def yaml(self, code: str) -> None:
        """Check a block of YAML: run a pipeline, find providers in a file, validate anything else as a configuration."""
        document = yaml.safe_load(code)
        if "pipeline" in document:
            document.setdefault("providers", [{"include": PROVIDERS}])
            path = self.folder / "pipeline.yaml"
            path.write_text(yaml.safe_dump(document), "utf-8")
            self.shown = run_python(
                ["-m", "apache_beam.yaml.main", f"--yaml_pipeline_file={path}", "--runner=FnApiRunner"]
            )
        else:
            assert parse_configuration(document).build()

    def json(self, code: str) -> None:
        """JSON, and what the block before has shown if that was JSON."""
        value = json.loads(code.replace("…", "0") if "…" in code else code)
        if self.shown.startswith(("{", "[")) and "…" not in code:
            assert json.loads(self.shown) == value

    def compare(self, code: str) -> None:
        """Make a pattern of an output: `…` stands for anything on a line, and a line of only `…` for any lines."""
        pattern = "".join(_line_pattern(line) for line in code.rstrip().splitlines())
        shown = "".join(f"{line.rstrip()}\n" for line in self.shown.rstrip().splitlines())
        assert re.fullmatch(pattern, shown), f"shown is\n{self.shown}"


def split_words(line: str) -> list[str]:
    """Split a command into words as a shell does, with each of its signs as a word."""
    tokens = shlex.shlex(line, posix=True, punctuation_chars=True)
    tokens.whitespace_split, tokens.commenters = True, "#"
    return list(tokens)


def _line_pattern(line: str) -> str:
    if line.strip() == "…":
        return r"(?:.*\n)*?"
    return ".*?".join(map(re.escape, line.rstrip().split("…"))) + r"\n"


def run_command(arguments: Sequence[str]) -> str:
    """Return what `boiloff` prints."""
    result = CliRunner().invoke(command, list(arguments), prog_name="boiloff")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def run_python(arguments: Sequence[str]) -> str:
    """Return what `python FILE …` or `python -m MODULE …` prints."""
    is_module = arguments[0] == "-m"
    name, *rest = arguments[is_module:]
    with pytest.MonkeyPatch.context() as patch, captured() as shown:
        patch.setattr(sys, "argv", [name, *rest])
        try:
            if name == "apache_beam.yaml.main":  # which sets up logging for the whole process when it is run by name
                import_module(name).run(rest)
            else:
                (runpy.run_module if is_module else runpy.run_path)(name, run_name="__main__")
        except SystemExit as end:
            if end.code:
                raise RuntimeError(f"{name} ended with {end.code}: {shown.getvalue()}") from end
    return shown.getvalue()


def check_installation(wanted: Sequence[str]) -> str:
    """Check that `pip install` names boiloff or this checkout, and extras that it has; all is installed where tests run."""
    extras = re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    for name in [word for word in wanted if word != "-e"]:
        found = re.fullmatch(r"(?:\.|boiloff)(?:\[([\w,]+)\])?", name)
        assert found, name
        assert {*filter(None, (found[1] or "").split(","))} <= {*extras}
    return ""


@contextlib.contextmanager
def captured() -> Iterator[io.StringIO]:
    """Capture what is printed inside. Lines on stderr, such as progress, are not shown."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(io.StringIO()):
        yield shown
