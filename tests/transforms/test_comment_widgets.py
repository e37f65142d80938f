from __future__ import annotations

from typing import Any

import pytest
from boilerplate_cases import MARKUP, cases, check_marks_only, labels_and_prose, page_of, removed
from hypothesis import given

from boiloff.transforms.comment_widgets import RemoveCommentWidgets


@pytest.mark.parametrize(
    "case",
    [
        *cases("comment_widgets", "in_the_wild"),
        *cases("comment_widgets", "synthetic"),
        *cases("comment_widgets", "negative"),
    ],
)
def test_exactly_the_boilerplate_is_marked(case: dict[str, Any]) -> None:
    page = RemoveCommentWidgets().clean(page_of(case))
    assert removed(page) == case["removed"]
    assert {mark.reason for mark in page.removals if mark} <= {"comments"}


@pytest.mark.xfail(reason="known failure")
@pytest.mark.parametrize("case", cases("comment_widgets", "known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    assert removed(RemoveCommentWidgets().clean(page_of(case))) == case["removed"]


def test_evidence_names_what_was_seen() -> None:
    case = next(case.values[0] for case in cases("comment_widgets", "in_the_wild") if case.id == "WordPress markup")
    evidence = {mark.evidence for mark in RemoveCommentWidgets().clean(page_of(case)).removals if mark}
    assert evidence == {'inside <div id="comments" class="comments-area"> (common to comment sections)'}


def test_a_system_is_named_only_for_a_name_of_its_own() -> None:
    markup = "<p>@</p><div class=must-log-in><p>Log in, please.</p></div><div class=comment-list><p>First!</p></div>"
    evidence = [mark.evidence for mark in RemoveCommentWidgets().clean(page_of({"html": markup})).removals if mark]
    assert [words.rpartition("> ")[2] for words in evidence] == ["(WordPress comments)", "(common to comment sections)"]


@given(labels_and_prose("Leave a Reply", "2 Comments", "Reply", "Ann says:", "Name", "Notify of", "3:04 pm"))
def test_any_text_is_marked_and_left_as_it_is(lines: list[str]) -> None:
    check_marks_only(RemoveCommentWidgets(), page_of({"text": lines}))


@given(MARKUP)
def test_any_markup_is_marked_and_left_as_it_is(html: str) -> None:
    check_marks_only(RemoveCommentWidgets(), page_of({"html": html}))
