"""How the case files of the boilerplate transforms are read.

A case has `html`, or `text` as a list of lines ("" is a blank line), and `removed`, the blocks that must be marked and
no others. `@article` stands for the paragraphs of the same article everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from marking_cases import check_marks_only as check_marks_only

from boiloff.transforms.core.page import Capture, Page
from boiloff.transforms.parsing.parse import parse

CASES = Path(__file__).parent.parent / "data" / "cases"
ARTICLE = (
    "The ferry to the outer islands left an hour late on Tuesday, because the harbour master had mislaid the key.",
    "Nobody on the quay seemed to mind. Two women shared a flask of tea, and a boy counted the gulls on the roof.",
    "By the time the engine started the tide had turned, and the crossing took twice as long as it should have.",
)


def cases(transform: str, provenance: str) -> list[Any]:
    content = json.loads((CASES / transform / f"{provenance}.json").read_text("utf-8"))
    return [pytest.param(case, id=case["about"]) for case in content]


def page_of(case: dict[str, Any]) -> Page:
    if "html" in case:
        article = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
        return parse(Capture(body=case["html"].replace("@article", article)))
    lines = "\n".join(case["text"]).replace("@article", "\n\n".join(ARTICLE))
    return parse(Capture(body=lines, media="text"))


def removed(page: Page) -> list[str]:
    return [block.text for block, mark in zip(page.blocks, page.removals, strict=True) if mark is not None]


def labels_and_prose(*labels: str) -> st.SearchStrategy[list[str]]:
    """Lines of text captures: labels of widgets, prose and noise in any order."""
    return st.lists(st.one_of(st.sampled_from([*labels, *ARTICLE, ""]), st.text(max_size=60)), max_size=30)


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            (
                "<div id=comments>|<div class='share-bar'>|<p class=ad>|<div hidden>|<form class=newsletter>|<h1>|</h1>"
                "|<div class='modal cookie'>|</div>|</form>|<button>|<li>|Leave a reply|Reply|Share this|Advertisement"
            ).split("|")
        ),
        st.sampled_from(ARTICLE),
        st.text(max_size=30),
    ),
    max_size=30,
).map("".join)
