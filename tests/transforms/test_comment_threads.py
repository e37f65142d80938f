"""Items of equal standing: which containers side by side are built alike."""

import pytest
from cases import ARTICLE, MARKUP, page_of
from hypothesis import given

from boiloff.transforms.core.page import Element
from boiloff.transforms.matching.comment_threads import Item, Items
from boiloff.transforms.matching.names import groups_of

POSTS = "".join(
    f'<div class="post bg{i % 2} nr{i}"><b>Una</b><div class=words><p>{paragraph}</p></div></div>'
    for i, paragraph in enumerate(ARTICLE)
)


def test_posts_of_a_thread_are_items_whatever_their_numbers():
    items = Items(page_of({"html": f"<h1>Locks</h1><p>{ARTICLE[0]}</p>{POSTS}"}))
    assert [items.around(position) for position in range(8)] == [
        None,
        None,
        *(Item(start, start + 2, 2) for start in (2, 2, 4, 4, 6, 6)),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<div><b>Una</b>@article</div><div><b>Sol</b>@article</div>",
        "<div class=story><b>Una</b>@article</div><div class=notes><b>Sol</b>@article</div>",
        "<div class=x><b>Una</b>@article</div><div class=x><b>Sol</b><blockquote>@article</blockquote></div>",
        "<p class=x>Una</p><p class=x>The ferry was late.</p>",
    ],
)
def test_what_has_no_name_in_common_or_another_build_is_no_item(html):
    page = page_of({"html": html})
    assert {Items(page).around(position) for position in range(len(page.blocks))} == {None}


def test_a_heading_resumes_what_one_like_it_began():
    part = "<div class=body><h2>Noon</h2>@article<h3>Una</h3><p>Short.</p><h2>Dusk</h2>@article</div><h2>More</h2>"
    page = page_of({"html": part})
    headings = [position for position, block in enumerate(page.blocks) if block.kind == "heading"]
    assert [Items(page).resumes(position, 5) for position in headings] == [True, False, True, False]
    assert not Items(page).resumes(headings[0], headings[0])


@given(MARKUP)
def test_any_markup_has_items_or_none(html):
    page = page_of({"html": html})
    for position in range(len(page.blocks)):
        item = Items(page).around(position)
        assert item is None or item.first <= item.start <= position < item.end


@pytest.mark.parametrize("names", ["signature", "message-user", "user-details", "postprofile", "user-info"])
def test_what_stands_beside_a_post_is_known_by_name(names):
    assert "byline" in groups_of(Element("div", classes=(names,)))
