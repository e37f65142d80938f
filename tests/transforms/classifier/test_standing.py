"""Where a block stands: the probability that decided, and how it differs from the page's other blocks."""

import pytest

from boiloff.transforms import Capture, KeepMainContent, parse

SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down. "
HTML = (
    f"<title>Boats</title><ul class=menu>{''.join(f'<li><a href=/{n}>Quay {n}</a>' for n in range(12))}</ul>"
    f"<div class=story>{f'<p>{SENTENCE * 2}</p>' * 4}</div>"
)


@pytest.fixture
def page():
    return parse(Capture(HTML))


def test_the_probability_is_the_one_that_decided(page):
    step = KeepMainContent(threshold=0.6)
    cleaned, weighing = step.clean(page), step.weigh(page)
    for position, removal in enumerate(cleaned.removals):
        standing = weighing.standing(position)
        assert standing.probability == weighing.probabilities()[position]
        assert (standing.probability < standing.threshold) == (removal is not None)
        if removal is not None:
            assert removal.score == round(1 - standing.probability, 4)


def test_what_speaks_for_a_block_is_not_what_all_blocks_share(page):
    weighing = KeepMainContent().weigh(page)
    kept, removed = weighing.standing(len(page.blocks) - 1), weighing.standing(3)
    assert kept.speaks_for
    assert removed.speaks_against
    assert not any("the page has" in words for words in (*kept.speaks_for, *removed.speaks_against))
    assert kept.rule > 0 > removed.rule
    assert kept.memory == 0


def test_text_captures_are_not_weighed():
    assert KeepMainContent().weigh(parse(Capture("Boats.\n\nMore boats.", media="text"))) is None


def test_a_page_of_one_block_has_nothing_to_be_compared_with():
    standing = KeepMainContent().weigh(parse(Capture(f"<p>{SENTENCE}"))).standing(0)
    assert (standing.speaks_for, standing.speaks_against) == ((), ())
