from __future__ import annotations

from typing import Any

import pytest
from boilerplate_cases import MARKUP, cases, check_marks_only, labels_and_prose, page_of, removed
from hypothesis import given

from boiloff.transforms.sign_up_prompts import RemoveSignUpPrompts


@pytest.mark.parametrize(
    "case",
    [
        *cases("sign_up_prompts", "in_the_wild"),
        *cases("sign_up_prompts", "synthetic"),
        *cases("sign_up_prompts", "negative"),
    ],
)
def test_exactly_the_boilerplate_is_marked(case: dict[str, Any]) -> None:
    page = RemoveSignUpPrompts().clean(page_of(case))
    assert removed(page) == case["removed"]
    assert {mark.reason for mark in page.removals if mark} <= {"sign-up"}


@pytest.mark.xfail(reason="known failure")
@pytest.mark.parametrize("case", cases("sign_up_prompts", "known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(RemoveSignUpPrompts().clean(page_of(case))) == case["removed"]


def test_evidence_names_what_was_seen() -> None:
    case = next(case.values[0] for case in cases("sign_up_prompts", "in_the_wild") if case.id == "A newsletter form")
    evidence = {mark.evidence for mark in RemoveSignUpPrompts().clean(page_of(case)).removals if mark}
    assert evidence == {'inside <form class="newsletter-form"> (named "newsletter-form")'}


@given(labels_and_prose("Newsletter", "Subscribe", "Sign up for our newsletter", "Donate"))
def test_any_text_is_marked_and_left_as_it_is(lines: list[str]) -> None:
    check_marks_only(RemoveSignUpPrompts(), page_of({"text": lines}))


@given(MARKUP)
def test_any_markup_is_marked_and_left_as_it_is(html: str) -> None:
    check_marks_only(RemoveSignUpPrompts(), page_of({"html": html}))
