"""What one post of a discussion loses as a label, every other post loses, too; posts stay whole."""

from __future__ import annotations

import pytest
from cases import check_marks_only, newly_marked, pages
from hypothesis import given, settings

from boiloff.transforms import Capture, Page, Removal, RemoveCommentWidgets, RemovePostLabels, parse
from boiloff.transforms.core.page import Metadata

POSTS = (
    "The pump lost its pressure again, and I had to bleed the valve twice before it would hold.",
    "Forty-two",
    "Check the float first. If it sticks, the motor runs dry, and then no gasket will help you.",
)
POST = "<div class=post><h3>{title}</h3><div class=votes>{number}</div><p class=when>May {number}</p><div class=text>{text}</div></div>"


def thread(*titles: str, kind: str = "discussion") -> Page:
    rows = (POST.format(title=t, number=n, text=text) for n, (t, text) in enumerate(zip(titles, POSTS, strict=True)))
    page = parse(Capture(body=f"<main>{''.join(rows)}</main>"))
    return page.replaced(kind=kind, metadata=Metadata(title="Pump loses pressure"))


TITLES = ("Pump loses pressure", "Re: Pump loses pressure", "What a pump is")


def test_a_date_goes_from_every_post_if_it_goes_from_one() -> None:
    page = thread(*TITLES)
    dated = next(position for position, block in enumerate(page.blocks) if block.text == "May 1")
    page = page.mark({dated: Removal("byline", "bylines", "a date")})
    after = RemovePostLabels().clean(page)
    assert newly_marked(page, after) == [TITLES[0], "0", "May 0", TITLES[1], "1", "2", "May 2"]
    assert {mark.reason for mark in after.removals if mark} == {"byline", "other"}
    evidence = [mark.evidence for mark in after.removals if mark and mark.reason == "byline"]
    assert evidence[0] == "as in another post: a date"


def test_what_the_classifier_removes_is_no_label() -> None:
    page = thread(*TITLES)
    page = page.mark({2: Removal("byline", "main_content", "weighed")})
    assert "May 1" not in newly_marked(page, RemovePostLabels().clean(page))


def test_short_posts_stay_beside_long_ones() -> None:
    long = thread(*TITLES)
    short = next(position for position, block in enumerate(long.blocks) if block.text == POSTS[1])
    page = long.mark({short: Removal("other", "stray_fragments", "a short line")})
    assert newly_marked(page, RemovePostLabels().clean(page)) == [
        "Pump loses pressure",
        "0",
        "Re: Pump loses pressure",
        "1",
        "2",
    ]
    wide = parse(
        Capture(body=f"<div class=text>{POSTS[0]} {POSTS[2]}</div><div class=text>A</div><div class=text>B</div>")
    )
    wide = wide.replaced(kind="discussion").mark({1: Removal("other", "stray_fragments", "a short line")})
    assert newly_marked(wide, RemovePostLabels().clean(wide)) == []


@pytest.mark.parametrize("kind", ["article", "listing"])
def test_other_pages_are_left_alone(kind: str) -> None:
    page = thread(*TITLES, kind=kind)
    assert RemovePostLabels().clean(page) == page


@pytest.mark.parametrize(
    "box", ["<form>{}</form>", "<div id=quick-reply>{}</div>", "<div class='box post-form'>{}</div>"]
)
def test_the_form_of_a_discussion_goes_and_its_posts_stay(box: str) -> None:
    form = box.format("<h2>Your answer</h2><p>Read the rules before you write.</p>")
    page = parse(Capture(body="".join(f"<div class=comment>{text}</div>" for text in POSTS) + form))
    page = page.replaced(kind="discussion")
    after = RemoveCommentWidgets().clean(page)
    assert newly_marked(page, after) == ["Your answer", "Read the rules before you write."]
    assert {mark.reason for mark in after.removals if mark} == {"comments"}


def test_remarks_on_answers_go_and_the_answers_stay() -> None:
    question = f"<div class=question><p>{POSTS[0]} {POSTS[2]}</p></div>"
    answer = f"<div class={{}}><p>{POSTS[2]} {POSTS[0]}</p><ul class=comments><li>{POSTS[0]}</li></ul></div>"
    page = parse(Capture(body=f"<h1>Pumps</h1>{question}{answer.format('answer')}")).replaced(kind="discussion")
    assert newly_marked(page, RemoveCommentWidgets().clean(page)) == [POSTS[0]]
    thread = parse(Capture(body=f"<h1>Pumps</h1>{question}{answer.format('reply')}")).replaced(kind="discussion")
    assert RemoveCommentWidgets().clean(thread) == thread


def test_a_label_goes_if_the_classifier_removes_most_of_its_look() -> None:
    page = thread(*TITLES)
    dated = [position for position, block in enumerate(page.blocks) if block.text.startswith("May ")]
    page = page.mark(dict.fromkeys(dated[:2], Removal("byline", "main_content", "inside <p>")))
    assert "May 2" in newly_marked(page, RemovePostLabels().clean(page))


def test_a_form_around_all_posts_stays() -> None:
    page = parse(Capture(body=f"<form>{''.join(f'<p>{text}</p>' for text in POSTS)}</form>"))
    page = page.replaced(kind="discussion")
    assert RemoveCommentWidgets().clean(page) == page


@settings(deadline=None)
@given(pages())
def test_only_marks_change(page: Page) -> None:
    check_marks_only(RemovePostLabels(), page.replaced(kind="discussion"))
