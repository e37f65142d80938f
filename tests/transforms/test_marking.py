"""What holds for each transform that marks blocks: it marks those of its cases and no others, and changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from cases import MARKUP, case_about, check_marks_only, folders, newly_marked, page_of, pages, params, transform_of
from hypothesis import given, settings

from boiloff.transforms.core.page import Page

# The reasons that a transform may give, where it has one reason.
REASONS = {
    "advert_markers": "advert", "comment_widgets": "comments", "cookie_notices": "cookie-notice",
    "disclaimers": "disclaimer", "hidden_text": "hidden", "share_bars": "sharing", "sign_up_prompts": "sign-up",
}  # fmt: skip


@pytest.mark.parametrize(("folder", "case"), params())
def test_exactly_these_blocks_are_marked(folder: str, case: dict[str, Any]) -> None:
    page = page_of(case)
    after = transform_of(folder).clean(page)
    assert newly_marked(page, after) == case["removed"]
    reasons = {mark.reason for mark in after.removals if mark and mark.rule != "earlier"}
    assert folder not in REASONS or reasons <= {REASONS[folder]}


@pytest.mark.parametrize(
    ("folder", "about", "evidence"),
    [
        ("advert_markers", "A known system", 'inside <div id="taboola-below"> (Taboola)'),
        (
            "comment_widgets",
            "WordPress markup",
            'inside <div id="comments" class="comments-area"> (common to comment sections)',
        ),
        ("cookie_notices", "A known banner", 'inside <div id="cookie-law-info-bar"> (Cookie law info)'),
        ("hidden_text", "A message for later", "<div> is hidden from readers"),
        ("share_bars", "Click-to-share links", 'inside <div class="sharedaddy"> (Jetpack sharing)'),
        (
            "sign_up_prompts",
            "A newsletter form",
            'inside <form class="newsletter-form"> (named "newsletter-form")',
        ),
    ],
)
def test_evidence_names_what_was_seen(folder: str, about: str, evidence: str) -> None:
    after = transform_of(folder).clean(page_of(case_about(folder, about)))
    assert {mark.evidence for mark in after.removals if mark} == {evidence}


@pytest.mark.parametrize("folder", folders())
@given(page=pages())
@settings(max_examples=150)
def test_any_page_is_only_marked(folder: str, page: Page) -> None:
    check_marks_only(transform_of(folder), page)


@pytest.mark.parametrize("folder", folders())
@given(html=MARKUP)
def test_any_markup_is_only_marked(folder: str, html: str) -> None:
    check_marks_only(transform_of(folder), page_of({"html": html}))
