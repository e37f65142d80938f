from __future__ import annotations

from typing import Any

import pytest
from boilerplate_cases import MARKUP, cases, check_marks_only, labels_and_prose, page_of, removed
from hypothesis import given

from boiloff.transforms.data import topics
from boiloff.transforms.sign_offs import RemoveSignOffs

LANGUAGES = "en de fr es pt it nl sv da no fi pl cs ru uk tr ro hu el ar he fa hi id vi th zh ja ko".split()


@pytest.mark.parametrize(
    "case",
    [*cases("sign_offs", "in_the_wild"), *cases("sign_offs", "synthetic"), *cases("sign_offs", "negative")],
)
def test_exactly_the_sign_offs_are_marked(case: dict[str, Any]) -> None:
    assert removed(RemoveSignOffs().clean(page_of(case))) == case["removed"]


@pytest.mark.xfail(reason="known failure", strict=True)
@pytest.mark.parametrize("case", cases("sign_offs", "known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(RemoveSignOffs().clean(page_of(case))) == case["removed"]


def test_every_language_has_phrases_and_a_case() -> None:
    for name in ("sign_offs", "sign_offs_follow"):
        assert set(topics(f"phrases/{name}")["weak contains"]) == set(LANGUAGES)
    assert {case.id[:2] for case in cases("sign_offs", "synthetic")} >= set(LANGUAGES)


def test_evidence_names_each_piece() -> None:
    page = page_of({"text": ["@article", "", "Got a tip? Email us: tips@tideway.example"]})
    mark = RemoveSignOffs().clean(page).removals[-1]
    assert mark is not None
    assert (mark.reason, mark.rule) == ("other", "sign_offs")
    assert mark.evidence == (
        "a phrase of sign-offs (en): email us; a phrase of sign-offs (en): got a tip; gives an address"
    )


def test_who_asks_to_be_followed_asks_to_sign_up() -> None:
    mark = RemoveSignOffs().clean(page_of({"text": ["@article", "", "Sledujte nás na Facebooku"]})).removals[-1]
    assert mark is not None
    assert mark.reason == "sign-up"


@given(labels_and_prose("Email us: tips@tideway.example", "Got a tip?", "This is not financial advice."))
def test_any_text_is_marked_and_left_as_it_is(lines: list[str]) -> None:
    check_marks_only(RemoveSignOffs(), page_of({"text": lines}))


@given(MARKUP)
def test_any_markup_is_marked_and_left_as_it_is(html: str) -> None:
    check_marks_only(RemoveSignOffs(), page_of({"html": html}))
