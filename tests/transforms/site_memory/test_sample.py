"""The laws of samples: whatever comes in whatever order and parts, the same articles are kept."""

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.transforms.site_memory import sample as sampling
from boiloff.transforms.site_memory.sample import SAMPLE, SiteSample, bar_of, merge, sampled
from boiloff.transforms.site_memory.sketch import GENERATION_DAYS, ArticleSketch, pack_texts
from boiloff.transforms.site_memory.store import PackingError, pack_sample, unpack_sample

KEYS = [hash_ * 0x9E3779B97F4A7C15 % 2**64 for hash_ in range(1, 13)]

captures = st.builds(
    ArticleSketch,
    key=st.sampled_from(KEYS),
    content=st.integers(0, 3),
    day=st.integers(0, 5).map(lambda n: n * GENERATION_DAYS // 2),
    is_variant=st.booleans(),
    paths=st.sampled_from([("body",), ("body", "body/div.story")]),
    rows=st.sampled_from([bytes(16), b"\x01" * 8 + bytes(8)]),
    masked=st.just(b""),
    texts=st.sampled_from([pack_texts(["lamp"]), pack_texts(["Lamp"])]),
)
parts = st.lists(st.lists(captures, max_size=12), min_size=1, max_size=4)


@pytest.fixture(scope="module", autouse=True)
def small_samples():
    """Samples so small that most articles are left out."""
    with patch.multiple(sampling, SAMPLE=4, TEXTS=2):
        yield


def of(captures):
    return SiteSample("quay.example", sampled(captures))


@settings(max_examples=300)
@given(parts, st.randoms(use_true_random=False))
def test_learning_in_parts_is_learning_at_once(parts, random):
    at_once = of([capture for part in parts for capture in part])
    samples = [of(part) for part in parts]
    random.shuffle(samples)
    one_by_one = samples[0]
    for other in samples[1:]:
        one_by_one = merge([one_by_one, other])
    assert merge(samples) == one_by_one == at_once


@given(st.lists(captures, max_size=30))
def test_merging_a_sample_with_itself_changes_nothing(captures):
    sample = of(captures)
    assert merge([sample, sample]) == merge([sample]) == sample


@given(st.lists(captures, max_size=30), captures)
def test_what_does_not_reach_the_bar_would_not_be_kept(captures, another):
    full = sampled(captures)
    bar = bar_of(full)
    if bar is not None and not bar.is_reached(another.key, another.day):
        assert sampled([*captures, another]) == full


@given(st.lists(captures, max_size=30))
def test_each_article_is_kept_once_and_few_are(captures):
    kept = of(captures).articles
    assert [article.key for article in kept] == sorted({article.key for article in kept})
    assert len(kept) <= 8
    smallest = sorted({capture.key for capture in captures})[:4]
    assert {article.key for article in kept} >= set(smallest)


@given(st.lists(captures, max_size=30))
def test_a_sample_is_packed_and_unpacked(captures):
    sample = of(captures)
    assert unpack_sample("quay.example", pack_sample(sample)) == sample


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(packed):
    with pytest.raises(PackingError):
        unpack_sample("quay.example", packed)


def plain(key, day=0, is_variant=False, rows=b""):
    return ArticleSketch(key, 0, day, is_variant, ("body",), rows, b"", b"")


def test_of_an_articles_captures_the_plain_view_of_the_last_month_stays():
    amp, old, late = plain(1, 400, True), plain(1, 100), plain(1, 401)
    assert of([amp, old, late]).articles == (late,)
    assert of([amp, old]).articles == (amp,)
    assert of([plain(1, 401, True), plain(1, 395)]).articles == (plain(1, 395),)


def test_new_articles_come_in_however_many_old_ones_there_are():
    keys = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1, 2006)]
    old = [plain(key, 30) for key in keys[:2000]]
    new = [plain(key, 30 + 40 * GENERATION_DAYS) for key in keys[2000:]]
    kept = of([*old, *new]).articles
    assert len(kept) == 8
    assert sum(article.day > 30 for article in kept) == 4


def test_samples_of_two_sites_do_not_mix():
    with pytest.raises(ValueError, match="one site"):
        merge([SiteSample("a.example"), SiteSample("b.example")])


@pytest.mark.parametrize("count", [0, 3, 4, 400, 40_000])
def test_the_number_of_articles_is_estimated(count):
    with patch.object(sampling, "SAMPLE", SAMPLE):
        step = 2**64 // (count + 1)
        sample = of(plain(step * (n + 1)) for n in range(count))
        assert sample.estimate() == pytest.approx(count, rel=0.05)
