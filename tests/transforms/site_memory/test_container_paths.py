"""Containers are known again on every page of a site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, Element, Page, parse
from boiloff.transforms.site_memory.sketch import MAX_STEPS, box_of, container_paths, enclosing


def path_of(html):
    """Return the container of the last block."""
    page = parse(Capture(body=html))
    return container_paths(page)[page.blocks[-1].element]


@pytest.mark.parametrize(
    ("html", "path"),
    [
        ("<div id='main'><p>One</p></div>", "body/div#main"),
        ("<div class='story wide'><p class='lead'>One</p></div>", "body/div.story.wide/p.lead"),
        ("<div class='wide story'><p><b class='x'>One</b></p></div>", "body/div.story.wide"),
        ("<ul class='menu'><li><a href='/'>One</a></li></ul>", "body/ul.menu"),
        ("<ul><li class='widget'>One</li></ul>", "body/ul/li.widget"),
        ("<div id='post-17' class='item-3 story'>One</div>", "body/div.story"),
        ("<article class='post hentry tag-tides category-quay author-ann has-thumb'><p>One</p></article>", "body/article.hentry.post"),
        ("<div class='tag-list'><p>One</p></div>", "body/div.tag-list"),
        ("<div class='bdVaJa storyBody'><p>One</p></div>", "body/div.storyBody"),
        ("<div class='a/b c.d'><p>One</p></div>", "body/div"),
        ("<section class='post-17 single'><div>One</div></section>", "body/section.single/div"),
        ("<a class='card' href='/'><div class='teaser'>One</div></a>", "body/div.teaser"),
        ("<lamp-post><p>One</p></lamp-post>", "body/lamp-post"),
    ],
)  # fmt: skip
def test_paths(html, path):
    assert path_of(f"<html class='js-17'><body class='page-{len(html)}'>{html}</body></html>") == path


def test_a_box_is_not_a_single_paragraph():
    assert box_of("body/div.story/blockquote.quote/p.lead") == "body/div.story"
    assert box_of("body/ul/li.widget") == "body/ul/li.widget"
    assert box_of("p") == "p"
    assert enclosing("body") == ""


def test_deep_markup_has_bounded_paths():
    assert path_of("<div class='d'>" * 100 + "One").count("/") < MAX_STEPS


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_names_make_one_step(tag, identity, classes):
    page = Page.from_rows(elements=(Element("body"), Element(tag or "div", 0, identity, tuple(classes))))
    assert enclosing(container_paths(page)[1]) in ("", "body")
