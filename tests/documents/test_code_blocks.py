"""Every code block of the documents is run, in order, one folder a document."""

import importlib
import shutil
import sys
from collections import Counter

import pytest
from document_blocks import code_blocks
from document_runner import ROOT, DocumentRunner, split_words

from boiloff.pipeline.cli.app import boiloff as command
from boiloff.pipeline.cli.options import _beam_parser

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "examples" / "README.md", ROOT / "tests" / "data" / "gate" / "README.md"),
    *sorted(ROOT.glob("docs/**/*.md")),
]
WITH_BLOCKS = [path for path in DOCUMENTS if any(code_blocks(path))]
# Each recipe is run by itself, where its library is installed.
RECIPES = ROOT / "docs" / "recipes.md"
LANGUAGES = {"", "console", "python", "pycon", "yaml", "json", "text", "sql"}
# What no test can run here, by document: each has its reason in a comment above the block. (The reference shows what
# --help does.)
NOT_RUN = {
    "docs/beam-yaml.md": 1,
    "docs/reading-results.md": 1,
    "docs/releasing.md": 3,
    "docs/scheduling.md": 10,
    "docs/tutorial.md": 1,
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder that looks like the top of a checkout, with seeds of its own and the commands on the path."""
    for path in ROOT.iterdir():
        if path.name == "seeds":
            shutil.copytree(path, tmp_path / path.name)
        elif not path.name.startswith(".") and path.name not in ("out", "build", "dist"):
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / ".bin").mkdir()
    for name, arguments in (("boiloff", "-m boiloff"), ("python", "")):
        path = tmp_path / ".bin" / name
        path.write_text(f'#!/bin/sh\nexec {sys.executable} {arguments} "$@"\n')
        path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name, module in [*sys.modules.items()]:
        if (getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("path", [path for path in WITH_BLOCKS if path != RECIPES], ids=name_of)
def test_the_code_blocks_run(path, checkout):
    runner = DocumentRunner(checkout)
    for block in code_blocks(path):
        try:
            runner.run(block)
        except (Exception, SystemExit) as error:
            raise AssertionError(f"{name_of(path)}, line {block.line}: {error!r}\n{error}") from error


LIBRARIES = list(dict.fromkeys(block.needs for block in code_blocks(RECIPES) if block.needs))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.filterwarnings("default")  # those of the libraries
def test_a_recipe_runs_where_its_library_is_installed(library, checkout):
    pytest.importorskip(library)
    runner = DocumentRunner(checkout)
    if library in ("pyspark", "ray"):  # the functions of a notebook go to the workers as they are
        importlib.import_module(f"{library}.cloudpickle").register_pickle_by_value(runner.names)
    for block in code_blocks(RECIPES):
        if block.needs in ("", library):
            runner.run(block)


def test_every_block_has_a_language_that_is_known():
    assert {block.language for path in WITH_BLOCKS for block in code_blocks(path)} <= LANGUAGES


def test_blocks_that_are_not_run_are_few_and_say_why():
    found = Counter(name_of(path) for path in WITH_BLOCKS for block in code_blocks(path) if block.not_run)
    assert {name: count for name, count in found.items() if "/reference/" not in name} == NOT_RUN


def test_commands_that_are_not_run_exist_with_their_options():
    lines = [
        line
        for path in WITH_BLOCKS
        for block in code_blocks(path)
        if block.not_run and block.language == "console"
        for line in block.code.replace("\\\n", "").splitlines()
        if line.startswith("boiloff ")
    ]
    assert lines
    beam = {*_beam_parser()._option_string_actions}
    for line in lines:
        name, *words = split_words(line)[1:]
        options = {option for parameter in command.get_command(None, name).params for option in parameter.opts}
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= options | beam, line
