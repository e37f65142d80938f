"""A page put together again from its records is the page, block by block."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.inspect.pages import BlockView, view_of_page, view_of_records
from boiloff.pipeline.reading.captures import read_captures
from boiloff.transforms import Block, Capture, Page, Removal
from boiloff.transforms.core.article import ledger, make_article
from boiloff.transforms.core.page import Source

texts = st.text(min_size=1, max_size=30)
marks = st.none() | st.builds(Removal, st.sampled_from(["comments", "navigation"]), texts, texts, st.floats(0, 1))
rows = st.lists(st.tuples(texts, st.sampled_from(["paragraph", "heading", "list-item"]), marks), max_size=12)


def without_kinds_of_removed(view):
    return replace(view, blocks=tuple(block if block.is_kept else replace(block, kind="") for block in view.blocks))


@given(rows, st.randoms(use_true_random=False))
def test_records_give_the_page_back(rows, order):
    page = Page.from_rows(
        url="https://a.example/tides",
        blocks=tuple(Block(text, kind) for text, kind, _ in rows),
        removals=tuple(mark for _, _, mark in rows),
        provenance=Source(id="a"),
    )
    article, records = make_article(page), list(ledger(page))
    order.shuffle(records)
    view = view_of_page(page, article)
    assert [(block.text, block.is_kept) for block in view.blocks] == [(text, mark is None) for text, _, mark in rows]
    assert view_of_records(article.to_dict(), records) == without_kinds_of_removed(view)


def test_seeds_are_given_back(seeds):
    cleaner = Cleaner.named("default")
    with (seeds / "captures.jsonl").open("rb") as stream:
        captures = [item for item in read_captures(stream, "captures.jsonl") if isinstance(item, Capture)]
    assert captures
    for capture in captures:
        page = cleaner.page(capture)
        article = cleaner.article(page)
        view = view_of_page(page, article)
        assert (view.url, view.title, view.site) == (capture.url, article.title, article.site)
        assert view_of_records(article.to_dict(), ledger(page)) == without_kinds_of_removed(view)


@pytest.mark.parametrize("positions", [[10**12], [0, 0, 0], [-5, 2]])
def test_positions_of_another_page_lose_nothing(positions):
    article = make_article(Page.from_rows(blocks=(Block("Low tide."), Block("High tide.")))).to_dict()
    why = {"reason": "other", "rule": "r", "evidence": "", "score": 1.0, "text": "Share"}
    view = view_of_records(article, [{"position": position, **why} for position in positions])
    assert sorted(block.text for block in view.blocks) == ["High tide.", "Low tide.", *["Share"] * len(positions)]


def test_a_block_without_a_reason_was_kept():
    assert BlockView(0, "paragraph", "Low tide.").is_kept
    assert not BlockView(0, "", "Share", "sharing", "share_bars", "class share").is_kept
