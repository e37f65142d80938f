from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms.core.page import Block, Capture, Element, Page
from boiloff.transforms.data import topics
from boiloff.transforms.disclaimers import RemoveRepeatedDisclaimers
from boiloff.transforms.matching.disclaimer_words import KINDS, statement_of
from boiloff.transforms.parsing.parse import parse

CASES = Path(__file__).parent.parent / "data" / "cases" / "disclaimers"
SYNTHETIC = json.loads((CASES / "synthetic.json").read_text("utf-8"))
LANGUAGES = "en de fr es pt it nl sv da no fi pl cs ru uk tr ro hu el ar he fa hi id vi th zh ja ko".split()


def cases(provenance: str) -> list[Any]:
    content = json.loads((CASES / f"{provenance}.json").read_text("utf-8"))
    return [pytest.param(case, id=case["about"]) for case in content]


def page_of(case: dict[str, Any]) -> Page:
    if "html" in case:
        return parse(Capture(body=case["html"]))
    return parse(Capture(body="\n\n".join(case["text"]), media="text"))


def clean(page: Page) -> Page:
    return RemoveRepeatedDisclaimers().clean(page)


def removed(page: Page) -> list[str]:
    return [block.text for block, mark in zip(page.blocks, page.removals, strict=True) if mark is not None]


@pytest.mark.parametrize("case", [*cases("in_the_wild"), *cases("negative")])
def test_exactly_the_notices_are_marked(case: dict[str, Any]) -> None:
    assert removed(clean(page_of(case))) == case["removed"]


@pytest.mark.xfail(reason="known failure")
@pytest.mark.parametrize("case", cases("known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(clean(page_of(case))) == case["removed"]


@pytest.mark.parametrize(("language", "kind", "notice"), SYNTHETIC["notices"])
def test_a_notice_after_the_article_is_known_by_its_words(language: str, kind: str, notice: str) -> None:
    page = clean(page_of({"text": [*SYNTHETIC["article"], notice]}))
    assert removed(page) == [notice]
    mark = page.removals[-1]
    assert mark is not None
    assert (mark.reason, mark.rule) == ("disclaimer", "disclaimers.words")
    assert KINDS[kind] in mark.evidence
    assert "stands after the article's last paragraph" in mark.evidence


@pytest.mark.parametrize(("language", "kind", "notice"), SYNTHETIC["notices"])
def test_the_same_words_inside_the_article_stay(language: str, kind: str, notice: str) -> None:
    article = SYNTHETIC["article"]
    assert removed(clean(page_of({"text": [*article, notice, *article]}))) == []


def test_every_language_has_a_case_and_phrases() -> None:
    assert {language for language, _, _ in SYNTHETIC["notices"]} == set(LANGUAGES)
    for kind in ("views", "advice", "affiliate", "rights", "machine"):
        strengths = [topic for topic in topics("phrases/disclaimers") if topic.startswith(f"{kind} ")]
        assert {language for topic in strengths for language in topics("phrases/disclaimers")[topic]} == set(LANGUAGES)


def test_evidence_of_a_repeated_notice_says_how_often_and_where() -> None:
    case = json.loads((CASES / "in_the_wild.json").read_text("utf-8"))[0]
    marks = [mark for mark in clean(page_of(case)).removals if mark]
    assert {mark.rule for mark in marks} == {"disclaimers.twice"}
    assert marks[0].evidence == "stands 2 times on this page, before and after the article"


def test_a_sentence_that_shows_a_story_is_distinguished_from_one_that_gives_notice() -> None:
    statement = statement_of("This is not financial advice. I bought the boat with my own savings.")
    assert statement is not None
    assert statement.kinds == ("advice",)
    assert statement.share == 0.5
    assert statement.narrated


def test_a_higher_bar_keeps_what_is_less_sure() -> None:
    page = page_of({"text": [*SYNTHETIC["article"], "© 2023 Harbour Press"]})
    assert removed(RemoveRepeatedDisclaimers(min_score=0.7).clean(page)) == ["© 2023 Harbour Press"]
    assert removed(RemoveRepeatedDisclaimers(min_score=0.95).clean(page)) == []


LINES = st.one_of(
    st.text(max_size=120),
    st.sampled_from([notice for _, _, notice in SYNTHETIC["notices"]]),
    st.sampled_from(SYNTHETIC["article"]),
    st.sampled_from(["Disclaimer", "Source: AFP", "dpa", "", ":", "©"]),
)


@given(st.lists(LINES, max_size=12), st.booleans())
def test_marks_only_and_never_raises(lines: list[str], is_text: bool) -> None:
    """Blocks are never changed, and a second run changes nothing that the first decided."""
    elements = (Element("body"), Element("div", 0, classes=("disclaimer",)), Element("small", 0))
    blocks = tuple(Block(line, element=0 if is_text else i % 3) for i, line in enumerate(lines))
    page = Page.from_rows(blocks=blocks, elements=elements, is_text=is_text)
    once = clean(page)
    assert once.blocks == page.blocks
    assert all(mark.reason == "disclaimer" for mark in once.removals if mark)
    assert clean(once) == once
