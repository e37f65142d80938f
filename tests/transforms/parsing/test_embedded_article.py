"""Articles that exist only in scripts: found by either parser, or left alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, parse
from boiloff.transforms.core.page import Head
from boiloff.transforms.parsing.embedded_article import FLAG, find_article
from boiloff.transforms.parsing.embedded_json import script_values

CASES = Path(__file__).parents[2] / "data" / "cases" / "scripts"
PAGES = sorted(CASES.rglob("*.html"))
PARSERS = ["lexbor", "beautifulsoup"]
HEAD = Head(title="The lamp on the mole")


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_cases(path, parser):
    page = parse(Capture(body=path.read_text("utf-8")), parser)
    assert [block.text for block in page.blocks] == path.with_suffix(".txt").read_text("utf-8").splitlines()
    assert (FLAG in page.quality_flags) == (path.parent.name != "negative")


@pytest.mark.parametrize("parser", PARSERS)
def test_blocks_from_scripts_stand_inside_the_page(parser):
    page = parse(Capture(body=(CASES / "in_the_wild" / "menu_shell.html").read_text("utf-8")), parser)
    assert [element.tag for element in page.path(page.blocks[-1].element)] == ["p", "article", "body"]
    assert all(element.parent < i for i, element in enumerate(page.elements))
    assert all(run.element == block.element for block in page.blocks[-5:] for run in block.runs)


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ('a = {"b": [1, {"c": "d"}]}; e()', [{"b": [1, {"c": "d"}]}]),
        ('f({"a": 1}, {"b": 2})', [{"a": 1}, {"b": 2}]),
        ("function () { return [] }", []),
        ('a = {b: {"c": 1}}', [{"c": 1}]),
        ('a = {"b": c}; d = {"e": 1}', [{"e": 1}]),
        ('a = "unfinished', []),
        ("a = " + "[" * 100_000, []),
    ],
)  # fmt: skip
def test_values_of_code(script, values):
    padding = "// " + "x" * 500 + "\n"
    assert list(script_values(f"<script>{padding}{script}</script>")) == values


def hostile():
    text = "The lamp on the mole was lit by hand. " * 10
    return {
        "deep lists": "x=" + "[" * 500_000,
        "deep objects": "x=" + '{"a":' * 200_000,
        "deep and wide": "x=" + "[" * 500 + '"a",' * 50_000 + '"a"' + "]" * 500,
        "strings that do not end": '="' * 500_000,
        "values that are none": '=["a",b]\n' * 100_000,
        "openings of tags": "<script " * 200_000,
        "brackets in a string": "x=" + json.dumps(text + "<p" * 500_000),
        "style in a string": "x=" + json.dumps(text + "<style" * 200_000),
        "rows of no length": 'self.__next_f.push([1,"' + "1:T5," * 200_000 + '"])',
        "rows that name themselves": json.dumps([[0, 0], {"a": 0, "b": 1}, [0, 1, 2], "x" * 600]),
        "JSON in JSON in JSON": json.dumps(json.dumps(json.dumps(["[" * 500] * 50))),
        "huge numbers": "x=[" + "1" * 500_000 + "]",
    }


@pytest.mark.parametrize("name", hostile())
def test_hostile_scripts_give_nothing(name):
    assert find_article(f"<script>{hostile()[name]}</script>", HEAD) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    max_leaves=30,
)


@given(JSON, st.text(max_size=60))
def test_never_raises(value, title):
    script = f"<script>x = {json.dumps(value)}{' ' * 500}</script>"
    assert isinstance(find_article(script, Head(title=title)), str)
