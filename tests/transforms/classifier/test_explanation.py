"""Explanations: every feature can be described, and a block is explained by what sets it apart from others."""

import pytest

from boiloff.transforms import Capture, KeepMainContent, parse
from boiloff.transforms.classifier.explanation import describe
from boiloff.transforms.classifier.features import FEATURES

SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down. "
HTML = (
    f"<title>Boats</title><ul class=menu>{''.join(f'<li><a href=/{n}>Quay {n}</a>' for n in range(12))}</ul>"
    f"<div class=story>{f'<p>{SENTENCE * 2}</p>' * 4}</div>"
)


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.5, 1.0, 2.0, 60.0, 5431.2])
def test_every_feature_can_be_described(value):
    for feature in FEATURES:
        words = describe(feature, value)
        assert words
        assert not {"_", "=", "e+"} & set(words)
        assert "{" not in words


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("width", 5431.0, "5,431 letters long"),
        ("words", 1.0, "1 word long"),
        ("link_density", 1.0, "all of its text is links"),
        ("is_prose", 0.0, "does not read as prose"),
        ("tag li", 1.0, "is <li>"),
        ("inner tag a", 0.0, "not all of it in one <a>"),
        ("inside <nav>", 1.0, "close inside <nav>"),
        ("inside <nav>", 0.0, "no <nav> close around it"),
        ("somewhere inside related", 1.0, "inside an element whose name says related"),
        ("parent: links", 0.9, "90% of the text in its container is links"),
        ("grandparent: blocks", 1.0, "the element around its container holds 1 block"),
        ("blocks since prose", 0.0, "prose itself"),
        ("blocks since h1", 60.0, "no <h1> in the 60 blocks before it"),
        ("blocks until prose", 3.0, "prose 3 blocks after it"),
        ("same path: blocks", 1.0, "no other block of the page is in elements like its own"),
        ("block -1: marked comments", 1.0, "the block before: taken for comments"),
        ("block +2: width", -1.0, "two blocks after: none"),
    ],
)
def test_what_is_reported_reads_as_a_person_would_say_it(feature, value, words):
    assert describe(feature, value) == words


@pytest.fixture
def page():
    return parse(Capture(HTML))


def test_the_probability_is_the_one_that_decided(page):
    step = KeepMainContent(threshold=0.6)
    cleaned, scores = step.clean(page), step.score(page)
    for position, removal in enumerate(cleaned.removals):
        explanation = scores.explain(position)
        assert explanation.probability == scores.probabilities()[position]
        assert (explanation.probability < explanation.threshold) == (removal is not None)
        if removal is not None:
            assert removal.score == round(1 - explanation.probability, 4)


def test_what_speaks_for_a_block_is_not_what_all_blocks_share(page):
    scores = KeepMainContent().score(page)
    kept, removed = scores.explain(len(page.blocks) - 1), scores.explain(3)
    assert kept.speaks_for
    assert removed.speaks_against
    assert not any("the page has" in words for words in (*kept.speaks_for, *removed.speaks_against))
    assert kept.rule > 0 > removed.rule
    assert kept.memory == 0


def test_text_captures_are_not_weighed():
    assert KeepMainContent().score(parse(Capture("Boats.\n\nMore boats.", media="text"))) is None


def test_a_page_of_one_block_has_nothing_to_be_compared_with():
    explanation = KeepMainContent().score(parse(Capture(f"<p>{SENTENCE}"))).explain(0)
    assert (explanation.speaks_for, explanation.speaks_against) == ((), ())
