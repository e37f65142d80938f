"""Evidence in markup and place, on a page small enough to count by hand, and what marks change of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, KeepMainContent, Removal, parse
from boiloff.transforms.classifier.classify import article_log_odds
from boiloff.transforms.classifier.features import FEATURES, feature_table
from boiloff.transforms.compiled.verdicts import decide

SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down."
WIDTH = len(SENTENCE)
HTML = (
    "<body><ul class=menu><li><a href=/>Quay</a></li><li><a href=/a>Mole</a></li></ul>"
    f"<article><h1>Boats</h1><div class=story><p>{SENTENCE}</p><p><b>Tides</b></p><p>{SENTENCE}</p></div></article>"
)
QUAY, MOLE, BOATS, FIRST, TIDES, LAST = range(6)


@pytest.fixture
def page():
    return parse(Capture(HTML))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("tag li", [1, 1, 0, 0, 0, 0]),
        ("inner tag a", [1, 1, 0, 0, 0, 0]),
        ("inner tag b", [0, 0, 0, 0, 1, 0]),
        ("inside <ul>", [1, 1, 0, 0, 0, 0]),
        ("inside navigation", [1, 1, 0, 0, 0, 0]),
        ("somewhere inside navigation", [1, 1, 0, 0, 0, 0]),
        ("somewhere inside <article>", [0, 0, 0, 0, 0, 0]),  # it holds all of the page's prose
        ("inside <article>", [0, 0, 1, 1, 0, 1]),
        ("blocks before", [0, 1, 2, 3, 4, 5]),
        ("blocks after", [6, 5, 4, 3, 2, 1]),
        ("prose before", [0, 0, 0, 0, 0.5, 0.5]),
        ("blocks since prose", [60, 60, 60, 0, 1, 0]),
        ("blocks until prose", [3, 2, 1, 0, 1, 0]),
        ("blocks since h1", [60, 60, 0, 1, 2, 3]),
        ("in best container", [0, 0, 0, 1, 1, 1]),
        ("before best container", [3, 2, 1, 0, 0, 0]),
        ("same path: blocks", [2, 2, 1, 2, 1, 2]),
        ("same path: prose", [0, 0, 0, WIDTH, 0, WIDTH]),
        ("same path: links", [1, 1, 0, 0, 0, 0]),
        ("parent: blocks", [2, 2, 4, 3, 3, 3]),
        ("parent: share of prose", [0, 0, 1, 1, 1, 1]),
        ("place in parent", [0, 0.5, 0, 0, np.float32(1 / 3), np.float32(2 / 3)]),
        ("page: prose", [2 * WIDTH] * 6),
        ("block -2: tag li", [-1, -1, 1, 1, 0, 0]),
        ("block +1: is_prose", [0, 0, 1, 0, 1, -1]),
    ],
)
def test_evidence_is_what_one_counts(page, name, values):
    assert feature_table(page)[:, FEATURES.index(name)].tolist() == values


def marked(page, **reasons):
    return page.mark({globals()[name]: Removal(reason, "test", "") for name, reason in reasons.items()})


def test_marks_are_distinguished_from_what_a_page_shows_without_them(page):
    once, again = marked(page, QUAY="comments", TIDES="advert"), marked(page, MOLE="sharing")
    first = feature_table(once)
    for judged in (once, again, page, once):  # each writes its own marks, whatever was asked before
        fresh = parse(Capture(HTML)).mark({i: r for i, r in enumerate(judged.removals) if r})
        np.testing.assert_array_equal(feature_table(judged), feature_table(fresh))
        np.testing.assert_array_equal(article_log_odds(judged), article_log_odds(fresh))
        assert KeepMainContent().clean(judged).removals == KeepMainContent().clean(fresh).removals
    assert first[:, FEATURES.index("marked comments")].tolist() == [1, 0, 0, 0, 0, 0]
    assert first[:, FEATURES.index("block +1: marked advert")].tolist() == [0, 0, 0, 1, 0, -1]


def test_equal_marks_are_judged_once(page):
    assert feature_table(marked(page, QUAY="comments")) is not feature_table(page)
    one, other = marked(page, QUAY="comments"), marked(page, QUAY="comments")
    assert np.shares_memory(feature_table(one), feature_table(other))


@given(st.lists(st.floats(0, 1) | st.integers(0, 20_000).map(lambda n: n / 20_000)))
def test_scores_are_rounded_as_python_does(values):
    nobody = bytearray(len(values))
    held, gone, scores = decide(np.array(values), nobody, nobody, 2, True)
    assert (list(held), gone) == ([], list(range(len(values))))
    assert scores == [round(1 - value, 4) for value in values]
