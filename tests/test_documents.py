"""What the README and the docstrings show is run."""

import dataclasses
import doctest
import importlib
import json
import pkgutil
import re
import shlex
from pathlib import Path

import pytest
import yaml

import boiloff
from boiloff.pipeline.command_line.main import boiloff as command
from boiloff.pipeline.configuration import parse_configuration
from boiloff.transforms import Capture, parse
from boiloff.transforms.registry import STEPS

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
README = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))


def blocks(language):
    return [code for name, code in README if name == language]


def modules():
    packages = [boiloff, *(importlib.import_module(f"boiloff.{name}") for name in ("pipeline", "transforms"))]
    for package in packages:
        yield package.__name__
        yield from (info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


def test_every_step_and_setting_is_in_the_reference():
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8").partition("## Limits")[0]
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert set(rows) == set(STEPS)
    for name, transform in STEPS.items():
        for setting in dataclasses.fields(transform):
            assert f"`{setting.name}: {json.dumps(setting.default)}`" in rows[name]


def test_the_step_of_the_reference_works(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    (code,) = [code for name, code in BLOCK.findall(text) if name == "python"]
    (tmp_path / "recipes.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (step,) = parse_configuration({"steps": [{"type": "recipes.RemoveRecipes", "config": {"word": "ounce"}}]}).build()
    page = step.clean(parse(Capture(body="<p>Stir.</p><p>One ounce of salt</p>")))
    assert [block.text for _, block in page.kept()] == ["Stir."]


@pytest.mark.parametrize("code", blocks("python"))
def test_python_of_the_readme_runs(code, capsys):
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out


def test_the_pipeline_of_site_memory_runs():
    text = (ROOT / "docs" / "site-memory.md").read_text("utf-8")
    (code,) = [code for name, code in BLOCK.findall(text) if name == "python"]
    exec(compile(code, "site-memory.md", "exec"), {"__name__": "site_memory"})


def test_the_readme_shows_what_clean_gives():
    variables: dict[str, object] = {}
    exec(compile(blocks("python")[0], "README.md", "exec"), variables)
    article = variables["article"]
    assert article.title == "Tide tables"
    assert [span.kind for span in article.blocks] == ["paragraph", "paragraph"]


def test_commands_of_the_readme_exist():
    lines = [line for code in blocks("console") for line in code.splitlines() if line.startswith("boiloff ")]
    assert len(lines) > 1
    for line in lines:
        name, *words = shlex.split(line, comments=True)[1:]
        options = {option for parameter in command.commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_make_targets_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", "\n".join(blocks("console")), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_configuration_of_the_readme_is_valid():
    (text,) = blocks("yaml")
    document = yaml.safe_load(text)
    document["steps"] = [step for step in document["steps"] if not step["type"].startswith("mypackage.")]
    assert parse_configuration(document).build()


def test_links_of_the_documents_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("name", sorted(set(modules())))
def test_doctests(name):
    if name != "boiloff.__main__":
        assert doctest.testmod(importlib.import_module(name)).failed == 0
