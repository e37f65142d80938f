"""Which blocks are the article, by containers, names and learned weights."""

import gc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, KeepMainContent, parse
from boiloff.transforms.classifier.classify import (
    ArticleContainer,
    SymmetricTrees,
    classify,
    probability,
    read_trees,
    without_doubt_of_captions,
)
from boiloff.transforms.classifier.features import FEATURES, feature_table
from boiloff.transforms.main_content import mark_outside_main_content

PAGES = sorted((Path(__file__).parents[2] / "seeds").rglob("*.html"))
SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down. "
PARAGRAPH = f"<p>{SENTENCE * 3}</p>"
STORY = [
    "The harbour master counted the boats twice, as he did every evening, before he wrote the number down.",
    "Nobody had asked him to, and nobody read the book, but the book went back to 1911 and he saw no reason to stop.",
    "On the night of the flood there were forty-one, and in the morning there were thirty-eight, all of them afloat.",
    "The three that were missing came home by themselves within the week, on three different tides.",
    "“I wrote them down again, one by one,” he said, “and then I closed the book and had my breakfast.”",
    "The book is now kept in the library, where it may be read on Thursdays between ten and noon.",
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in STORY)


def page_of(html):
    return parse(Capture(body=html, url="https://tides.example/a"))


def kept(html, **settings):
    return [block.text for _, block in KeepMainContent(**settings).clean(page_of(html)).kept()]


def test_navigation_and_footer_go_and_say_why():
    html = (
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>'
        f"<article><h1>Boats</h1>{BODY}</article>"
        '<footer class="site-footer"><p>© 2024 The Tide Table, all rights reserved.</p></footer>'
    )
    page = KeepMainContent().clean(page_of(html))
    assert [block.text for _, block in page.kept() if block.tag != "h1"] == STORY
    evidence = {b.text[:4]: r.evidence for b, r in zip(page.blocks, page.removals, strict=True) if r}
    assert evidence["Home"] == "inside <nav>"
    assert evidence["© 20"] == 'inside <footer class="site-footer">'


def test_a_body_in_two_containers_is_joined():
    first, second = (
        f'<div class="part">{"".join(f"<p>{s}</p>" for s in part)}</div>' for part in (STORY[:3], STORY[3:])
    )
    html = f'<main><h1>Boats</h1>{first}<aside class="ad">Buy rope</aside>{second}</main>'
    assert [text for text in kept(html) if text != "Boats"] == STORY


def test_a_wrapper_named_like_boilerplate_is_not_believed():
    html = f'<div class="page has-sidebar share-wrapper"><div class="story">{BODY}</div></div>'
    assert kept(html) == STORY


def test_a_container_of_notices_alone_is_not_the_article():
    notice = (
        "This material is for general information only and is no substitute for professional advice. "
        "The authors accept no liability for losses that follow from its use."
    )
    links = "".join(f'<li><a href="/{i}">Boats of the year 19{i}</a></li>' for i in range(20, 60))
    html = (
        f"<ul>{links}</ul><div class='row'><h1>Boats</h1><p>{STORY[0]}</p></div><ul>{links}</ul>"
        f"<div><div class='entry-content'><p>{' '.join([notice] * 3)}</p><p>{' '.join([notice] * 4)}</p></div></div>"
    )
    page = KeepMainContent().clean(page_of(html))
    assert [block.text for _, block in page.kept() if block.tag != "h1"] == [STORY[0]]
    assert sum("no article" in removal.evidence for removal in page.removals if removal) == 2


LIST_ITEMS = ["Two cups of oats", "One cup of milk", "A pinch of salt"]
LIST = "<div><ul><li>Two cups of oats</li><li>One cup of milk</li><li>A pinch of salt</li></ul></div>"
SHORT_PAGE = (
    "<nav><a href=/>Home</a> <a href=/n>News</a></nav><article><h1>A night on the pier</h1><div><p>The harbour master "
    "invites everybody to a night on the pier in June.</p><p>You will need these things, and nothing else at all.</p>"
    "</div>{}<div><p>The boat leaves at nine from the old quay, and it comes back when the tide lets it.</p></div>"
    "</article><footer>© Harbour</footer>"
)


def test_a_list_in_a_wrapper_of_its_own_stays_between_paragraphs_of_a_short_page():
    texts = kept(SHORT_PAGE.format(LIST))
    assert [text for text in texts if "cup" in text or "salt" in text] == LIST_ITEMS
    named = kept(SHORT_PAGE.format(LIST.replace("<div>", "<div class=related-posts>")))
    assert not set(LIST_ITEMS) & set(named)


def even_trees(log_odds):
    """Make trees that give every block the same log-odds, so that the rule about containers decides."""
    document = {"columns": ["width"], "questions": [[0]], "thresholds": [[1.0]], "leaves": [[0.0, 0.0]]}
    return read_trees({**document, "bias": log_odds}, FEATURES)


def test_two_words_in_the_container_of_the_article_stay_where_nothing_else_would_be_left():
    menu = "<ul class='menu'><li><a href='/'>Quay</a></li><li><a href='/b'>Boats</a></li></ul>"
    post = "<article class='post'><div class='entry-content'><p>Hello world!</p></div></article>"
    page = parse(Capture(body=f"<body>{menu}{post}<div class='about'>{PARAGRAPH}</div></body>"))
    for log_odds, left in ((-1.5, ["Hello world!"]), (-4.0, [])):
        marked = mark_outside_main_content(page, threshold=0.5, captions=False, trees=even_trees(log_odds))
        assert [block.text for _, block in marked.kept()] == left


def test_captions_stay_only_when_asked_for():
    caption = "The pier at low tide, where the three boats came home within the week, on three different tides."
    html = (
        f"<article><h1>Boats</h1>{BODY}<figure><img src=a><figcaption>{caption}</figcaption></figure>{BODY}</article>"
    )
    assert caption not in kept(html)
    assert caption in kept(html, captions=True, threshold=0.05)


def test_a_name_for_captions_counts_only_when_they_are_not_asked_for():
    caption = "The harbour master shows the new book to passengers at the pier on Monday morning, and they read it."
    html = f'<div><h1>Boats</h1>{BODY}<div class="picture-caption"><p>{caption}</p></div>{BODY}</div>'
    page = page_of(html)
    found = classify(page)
    doubted = probability(found.log_odds)
    judged = without_doubt_of_captions(found, doubted)
    raised = [block.text for block, old, new in zip(page.blocks, doubted, judged, strict=True) if new > old]
    assert raised == [caption]
    assert caption not in kept(html)
    assert caption in kept(html, captions=True, threshold=float(max(judged[judged > doubted])))


def test_a_higher_threshold_keeps_less():
    html = PAGES[0].read_bytes()
    counts = [len(kept(html, threshold=threshold)) for threshold in (0.0, 0.5, 0.9, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0 < counts[1]


def test_text_captures_and_empty_pages_are_left_alone():
    text = parse(Capture(body="Home\n\nAbout", media="text"))
    assert KeepMainContent().clean(text) is text
    assert kept("") == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_evidence_is_one_finite_row_a_block(path):
    page = page_of(path.read_bytes())
    table = feature_table(page)
    assert table.shape == (len(page.blocks), len(FEATURES))
    assert table.dtype == np.float32
    assert np.isfinite(table).all()
    assert len(set(FEATURES)) == len(FEATURES)


def test_the_container_is_found_without_any_name():
    page = page_of(f"<div><div>{PARAGRAPH}</div></div><div><section><div>{PARAGRAPH * 6}</div></section></div>")
    container = ArticleContainer(page)
    assert [container.holds(position) for position in range(len(page.blocks))] == [False] + [True] * 6


FRAGMENTS = st.lists(
    st.sampled_from(["<p>", "<div class=nav>", "</div>", "<li>", "<a href=x>", "</a>", "<h1>", "Tide. ", SENTENCE, "<footer>", "<td>"]),
    max_size=40,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
def test_any_page_can_be_judged_and_judging_twice_changes_nothing(html):
    once = KeepMainContent().clean(page_of(html))
    assert KeepMainContent().clean(page_of(html)).removals == once.removals
    assert all(0 <= removal.score <= 1 and removal.evidence for removal in once.removals if removal)


DOCUMENT = {
    "columns": ["width", "links"],
    "bias": 0.5,
    "questions": [[0, 1], [1, 0]],
    "thresholds": [[10.0, 0.5], [2.5, 100.0]],
    "leaves": [[-1.0, 1.0, -2.0, 0.0], [0.25, -0.25, 0.5, -0.5]],
}


def test_trees_add_up_their_leaves():
    trees = read_trees(DOCUMENT, ("links", "other", "width"))
    rows = np.array([[0, 0, 5], [1, 0, 50], [3, 0, 200]], dtype=np.float32)
    of_the_first, of_the_second = trees.leaf_numbers(rows).tolist()
    assert of_the_first == [0, 3, 3]
    assert of_the_second == [4, 4, 7]  # they follow those of the first
    assert trees.log_odds(rows).tolist() == [-0.25, 0.75, 0.0]


def test_of_columns_that_are_alike_everywhere_none_is_the_heaviest_unless_no_other_speaks():
    trees = read_trees(DOCUMENT, ("links", "other", "width"))
    row = np.array([[3, 0, 5]], dtype=np.float32)
    assert trees.strongest(row, np.array([[True, False, False]])) == [0]
    assert trees.strongest(row, np.array([[False, False, True]])) == [2]
    assert trees.strongest(row, np.array([[False, True, False]])) == trees.strongest(row, np.ones((1, 3), dtype=bool))


def test_the_heaviest_column_is_the_one_whose_answer_cost_most():
    trees = read_trees(DOCUMENT, ("links", "other", "width"))
    short, linked = np.array([[0, 0, 5]], dtype=np.float32), np.array([[3, 0, 50]], dtype=np.float32)
    assert trees.strongest(np.vstack([short, linked]), np.ones((2, 3), dtype=bool)) == [2, 0]


def test_trees_that_ask_for_unknown_evidence_are_refused():
    with pytest.raises(ValueError, match="ask for evidence 'links', which is not known; learn them again"):
        read_trees(DOCUMENT, ("width",))
    assert isinstance(read_trees(DOCUMENT, ("width", "links")), SymmetricTrees)


def test_names_that_most_of_the_page_bears_are_not_believed():
    teasers = "".join(
        f'<div class="teaser"><h2>Day {i}</h2><p>{sentence}</p></div>' for i, sentence in enumerate(STORY)
    )
    page = page_of(f"<main>{teasers}</main>")
    container = ArticleContainer(page)
    assert container.body is not None
    assert all(container.holds(i) for i, block in enumerate(page.blocks) if block.tag == "p")


def test_posts_of_a_thread_are_of_one_path_whatever_their_numbers():
    posts = "".join(f'<div class="post-{i} bg{i % 2}"><p>{sentence}</p></div>' for i, sentence in enumerate(STORY))
    table = feature_table(page_of(f"<main>{posts}</main>"))
    assert table[:, FEATURES.index("same path: blocks")].tolist() == [len(STORY)] * len(STORY)


def test_tags_in_the_classes_of_an_article_are_the_posts_own():
    page = page_of(
        f'<article class="post hentry category-boats tag-harbour"><h2>Boats</h2><p>{STORY[0]}</p></article><p>{STORY[1]}</p><p>{STORY[2]}</p>'
    )
    assert ArticleContainer(page).named(page.blocks[1].element) is None


def test_without_prose_the_element_named_for_the_article_is_its_body():
    html = '<div class="menu"><p>Home</p></div><article><p>Before:</p><ul><li>Group the problems</li></ul></article><p>Log in</p>'
    page = page_of(html)
    container = ArticleContainer(page)
    assert [block.text for i, block in enumerate(page.blocks) if container.holds(i)] == [
        "Before:",
        "Group the problems",
    ]


def test_a_standfirst_is_known_by_name_or_description_but_not_an_excerpt():
    def standfirsts(line, head=""):
        page = page_of(f'<head>{head}</head><h1>Boats</h1><p class="standfirst">{line}</p><div>{BODY}</div>')
        return [page.blocks[i].text for i in ArticleContainer(page).standfirsts()]

    summary = "A harbour master counts boats and finds that counting is not the same as knowing them"
    assert standfirsts(summary) == [summary]
    assert standfirsts(STORY[0]) == []


def test_a_page_is_freed_as_soon_as_it_is_let_go():
    """What rules remember of a page must not hold it: a crawl's pages would pile up until the next full collection."""
    page = KeepMainContent().clean(page_of(f"<nav><a href='/'>Home</a></nav><main><h1>Boats</h1>{BODY}</main>"))
    gc.collect()
    gc.disable()
    try:
        del page
        assert gc.collect() == 0
    finally:
        gc.enable()


QUESTIONS = (
    "<nav><a href=/>Home</a> <a href=/n>News</a></nav><article><h1>Questions about the ferry</h1>{}</article>"
    "<footer>© Harbour</footer>"
)


def test_questions_and_headings_stay_above_the_text_that_they_head():
    asked = [f"{word} does the ferry leave?" for word in ("When", "Where", "Why")]
    answers = "".join(
        f"<div class=accordion><button class=nav-link>{question}</button><div><p>{text}</p></div></div>"
        for question, text in zip(asked, STORY, strict=False)
    )
    html = QUESTIONS.format(f"<p>{STORY[-1]}</p>{answers}<p>{STORY[-1]} Or so they say.</p>")
    assert [text for text in kept(html) if text.endswith("?")] == asked
