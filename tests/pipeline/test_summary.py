"""Counts that add up, whatever the order and however they are split."""

from hypothesis import given
from hypothesis import strategies as st

from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.summary import SiteCounts, Tally, nested, sum_counts, sum_sites
from boiloff.transforms import Block, Page, Removal, make_article

counts = st.lists(st.dictionaries(st.sampled_from(["articles", "removed.comments", "rejected"]), st.integers(0, 99)))
sites = st.lists(st.tuples(*[st.integers(0, 99)] * 4).map(lambda row: SiteCounts(*row)))


@given(counts, st.integers(0, 20))
def test_counts_are_the_same_however_the_work_is_split(inputs, at):
    assert sum_counts([sum_counts(inputs[:at]), sum_counts(inputs[at:])]) == sum_counts(inputs)


@given(sites, st.integers(0, 20))
def test_sites_are_the_same_however_the_work_is_split(inputs, at):
    assert sum_sites([sum_sites(inputs[:at]), sum_sites(inputs[at:])]) == sum_sites(inputs)


def test_an_article_counts_with_its_ledger():
    blocks = (Block("Kept."), Block("First!"), Block("Share"))
    page = Page.from_rows(url="https://www.tides.example/a", blocks=blocks).mark({
        1: Removal("comments", "widgets", "because"),
        2: Removal("sharing", "bars", "because"),
    })  # fmt: skip
    tally = Tally.of_article(make_article(page), page.removals)
    assert tally.site == "tides.example"
    assert tally.site_counts == SiteCounts(articles=1, removed_blocks=2, removed_chars=11, text_chars=5)
    assert nested(tally.counts) == {
        "articles": 1,
        "languages": {"und": 1},
        "quality_flags": {"short_text": 1},
        "removed_blocks": 2,
        "removed_by_reason": {"comments": 1, "sharing": 1},
        "removed_by_rule": {"bars": 1, "widgets": 1},
        "removed_chars": 11,
        "text_chars": 5,
    }


def test_a_rejected_capture_counts_by_stage_and_reason():
    counts = nested(Tally.of_rejected(Rejected(stage="read", reason="redirect")).counts)
    assert counts == {"rejected": 1, "rejected_by_reason": {"redirect": 1}, "rejected_by_stage": {"read": 1}}
