from __future__ import annotations

from typing import Any

import pytest
from boilerplate_cases import MARKUP, cases, check_marks_only, labels_and_prose, page_of, removed
from hypothesis import given

from boiloff.transforms.share_bars import RemoveShareBars


@pytest.mark.parametrize(
    "case",
    [*cases("share_bars", "in_the_wild"), *cases("share_bars", "synthetic"), *cases("share_bars", "negative")],
)
def test_exactly_the_boilerplate_is_marked(case: dict[str, Any]) -> None:
    page = RemoveShareBars().clean(page_of(case))
    assert removed(page) == case["removed"]
    assert {mark.reason for mark in page.removals if mark} <= {"sharing"}


@pytest.mark.xfail(reason="known failure")
@pytest.mark.parametrize("case", cases("share_bars", "known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(RemoveShareBars().clean(page_of(case))) == case["removed"]


def test_evidence_names_what_was_seen() -> None:
    case = next(case.values[0] for case in cases("share_bars", "in_the_wild") if case.id == "Click-to-share links")
    evidence = {mark.evidence for mark in RemoveShareBars().clean(page_of(case)).removals if mark}
    assert evidence == {'inside <div class="sharedaddy"> (Jetpack sharing)'}


@given(labels_and_prose("Share this", "Facebook", "Twitter", "Follow us on X"))
def test_any_text_is_marked_and_left_as_it_is(lines: list[str]) -> None:
    check_marks_only(RemoveShareBars(), page_of({"text": lines}))


@given(MARKUP)
def test_any_markup_is_marked_and_left_as_it_is(html: str) -> None:
    check_marks_only(RemoveShareBars(), page_of({"html": html}))
