from __future__ import annotations

import json

import pytest
from cases import CASES, page_of, removed

from boiloff.transforms.core.page import Page
from boiloff.transforms.data import topics
from boiloff.transforms.disclaimers import RemoveRepeatedDisclaimers
from boiloff.transforms.matching.disclaimer_words import KINDS, statement_of

SYNTHETIC = json.loads((CASES / "disclaimers" / "synthetic.json").read_text("utf-8"))
LANGUAGES = "en de fr es pt it nl sv da no fi pl cs ru uk tr ro hu el ar he fa hi id vi th zh ja ko".split()


def clean(page: Page) -> Page:
    return RemoveRepeatedDisclaimers().clean(page)


def lines(*blocks: str) -> dict[str, list[str]]:
    """Make the case of a text capture with these blocks."""
    return {"text": "\n\n".join(blocks).split("\n")}


@pytest.mark.parametrize(("language", "kind", "notice"), SYNTHETIC["notices"])
def test_a_notice_after_the_article_is_known_by_its_words(language: str, kind: str, notice: str) -> None:
    page = clean(page_of(lines(*SYNTHETIC["article"], notice)))
    assert removed(page) == [notice]
    mark = page.removals[-1]
    assert mark is not None
    assert (mark.reason, mark.rule) == ("disclaimer", "disclaimers.words")
    assert KINDS[kind] in mark.evidence
    assert "after the article's last paragraph" in mark.evidence


@pytest.mark.parametrize(("language", "kind", "notice"), SYNTHETIC["notices"])
def test_the_same_words_inside_the_article_stay(language: str, kind: str, notice: str) -> None:
    article = SYNTHETIC["article"]
    assert removed(clean(page_of(lines(*article, notice, *article)))) == []


def test_every_language_has_a_case_and_phrases() -> None:
    assert {language for language, _, _ in SYNTHETIC["notices"]} == set(LANGUAGES)
    for kind in ("views", "advice", "affiliate", "rights", "machine"):
        strengths = [topic for topic in topics("phrases/disclaimers") if topic.startswith(f"{kind} ")]
        assert {language for topic in strengths for language in topics("phrases/disclaimers")[topic]} == set(LANGUAGES)


def test_evidence_of_a_repeated_notice_says_how_often_and_where() -> None:
    case = json.loads((CASES / "disclaimers" / "in_the_wild.json").read_text("utf-8"))[0]
    marks = [mark for mark in clean(page_of(case)).removals if mark]
    assert {mark.rule for mark in marks} == {"disclaimers.twice"}
    assert marks[0].evidence == "is on this page 2 times, before and after the article"


def test_a_sentence_that_shows_a_story_is_distinguished_from_one_that_gives_notice() -> None:
    statement = statement_of("This is not financial advice. I bought the boat with my own savings.")
    assert statement is not None
    assert statement.kinds == ("advice",)
    assert statement.share == 0.5
    assert statement.narrated


def test_a_higher_bar_keeps_what_is_less_sure() -> None:
    page = page_of(lines(*SYNTHETIC["article"], "© 2023 Harbour Press"))
    assert removed(RemoveRepeatedDisclaimers(min_score=0.7).clean(page)) == ["© 2023 Harbour Press"]
    assert removed(RemoveRepeatedDisclaimers(min_score=0.95).clean(page)) == []
