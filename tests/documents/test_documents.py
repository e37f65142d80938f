"""What the documents and the docstrings say is so: references, links, lists of files, examples."""

import dataclasses
import doctest
import importlib
import pkgutil
import re
import runpy
from itertools import chain

import pytest
from document_runner import ROOT

import boiloff
from boiloff.transforms.core.limits import DEFAULT_LIMITS

REFERENCE = ROOT / "docs" / "reference"
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "examples" / "README.md"]


@pytest.fixture(scope="module")
def generator():
    return runpy.run_path(str(ROOT / "docs" / "make_reference.py"))


@pytest.mark.parametrize("name", ["commands", "python", "steps"])
def test_the_reference_says_what_the_code_says(name, generator):
    assert (REFERENCE / f"{name}.md").read_text("utf-8") == generator["page"](name), "make reference writes it anew"


def test_type_checkers_see_every_transform(generator):
    assert generator["STUB"].read_text("utf-8") == generator["stub"](), "make reference writes it anew"


def test_the_reference_has_no_other_pages(generator):
    assert {path.stem for path in REFERENCE.iterdir()} == set(generator["PAGES"])


def test_limits_have_their_defaults_and_ranges_in_the_document():
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) to ([\d,]+) \|", text, re.MULTILINE)
    found = {name: tuple(int(number.replace(",", "")) for number in numbers) for name, *numbers in rows}
    limits = dataclasses.fields(DEFAULT_LIMITS)
    assert found == {limit.name: (limit.default, *limit.metadata["range"]) for limit in limits}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_every_document_is_in_the_navigation():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    trees = re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
    lines = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    listed = [re.sub(r"^.+ <(.+)>$", r"\1", line) for line in lines]
    assert len(listed) == len(set(listed))
    pages = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in ROOT.glob("docs/**/*.md")}
    assert pages - {"index"} == {name for name in listed if not name.startswith("../")}


def test_the_architecture_names_what_is_there():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    tree = text.partition("```\n")[2].partition("```")[0]
    folder, missing = "", []
    for line in tree.splitlines():
        names, indent = line.split("  ")[0 if line[0] != " " else 1], len(line) - len(line.lstrip())
        if indent > 2 or "every other" in names:
            continue
        for name in names.strip().split(", "):
            path = ROOT / (folder if indent else "") / name.split("   ")[0].strip()
            missing += [] if path.exists() else [str(path)]
        folder = folder if indent else names.strip()
    assert missing == []


def test_ci_runs_what_contributing_says():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for target in re.findall(r"^make ([\w-]+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE):
        assert f"`make {target}" in text


def modules():
    packages = [boiloff, *(importlib.import_module(f"boiloff.{name}") for name in ("pipeline", "transforms"))]
    found = chain.from_iterable(pkgutil.walk_packages(package.__path__, f"{package.__name__}.") for package in packages)
    return {package.__name__ for package in packages} | {info.name for info in found}


@pytest.mark.parametrize("name", sorted(modules() - {"boiloff.__main__"}))
def test_doctests(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
