from __future__ import annotations

from typing import Any

import pytest
from boilerplate_cases import MARKUP, cases, check_marks_only, labels_and_prose, page_of, removed
from hypothesis import given

from boiloff.transforms.hidden_text import RemoveHiddenText


@pytest.mark.parametrize(
    "case",
    [*cases("hidden_text", "in_the_wild"), *cases("hidden_text", "synthetic"), *cases("hidden_text", "negative")],
)
def test_exactly_the_boilerplate_is_marked(case: dict[str, Any]) -> None:
    page = RemoveHiddenText().clean(page_of(case))
    assert removed(page) == case["removed"]
    assert {mark.reason for mark in page.removals if mark} <= {"hidden"}


@pytest.mark.xfail(reason="known failure")
@pytest.mark.parametrize("case", cases("hidden_text", "known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(RemoveHiddenText().clean(page_of(case))) == case["removed"]


def test_evidence_names_what_was_seen() -> None:
    case = next(case.values[0] for case in cases("hidden_text", "in_the_wild") if case.id == "A message for later")
    evidence = {mark.evidence for mark in RemoveHiddenText().clean(page_of(case)).removals if mark}
    assert evidence == {"<div> is hidden from readers"}


@given(labels_and_prose("Hidden"))
def test_any_text_is_marked_and_left_as_it_is(lines: list[str]) -> None:
    check_marks_only(RemoveHiddenText(), page_of({"text": lines}))


@given(MARKUP)
def test_any_markup_is_marked_and_left_as_it_is(html: str) -> None:
    check_marks_only(RemoveHiddenText(), page_of({"html": html}))
