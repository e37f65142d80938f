from __future__ import annotations

from typing import Any

import pytest
from boilerplate_cases import MARKUP, cases, check_marks_only, labels_and_prose, page_of, removed
from hypothesis import given

from boiloff.transforms.advert_markers import RemoveAdvertMarkers


@pytest.mark.parametrize(
    "case",
    [
        *cases("advert_markers", "in_the_wild"),
        *cases("advert_markers", "synthetic"),
        *cases("advert_markers", "negative"),
    ],
)
def test_exactly_the_boilerplate_is_marked(case: dict[str, Any]) -> None:
    page = RemoveAdvertMarkers().clean(page_of(case))
    assert removed(page) == case["removed"]
    assert {mark.reason for mark in page.removals if mark} <= {"advert"}


@pytest.mark.xfail(reason="known failure")
@pytest.mark.parametrize("case", cases("advert_markers", "known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(RemoveAdvertMarkers().clean(page_of(case))) == case["removed"]


def test_evidence_names_what_was_seen() -> None:
    case = next(case.values[0] for case in cases("advert_markers", "in_the_wild") if case.id == "A known system")
    evidence = {mark.evidence for mark in RemoveAdvertMarkers().clean(page_of(case)).removals if mark}
    assert evidence == {'inside <div id="taboola-below"> (Taboola)'}


@given(labels_and_prose("Advertisement", "Ad", "Story continues below"))
def test_any_text_is_marked_and_left_as_it_is(lines: list[str]) -> None:
    check_marks_only(RemoveAdvertMarkers(), page_of({"text": lines}))


@given(MARKUP)
def test_any_markup_is_marked_and_left_as_it_is(html: str) -> None:
    check_marks_only(RemoveAdvertMarkers(), page_of({"html": html}))
