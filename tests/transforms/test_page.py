"""The page model: marks add up, and nothing else changes."""

import pickle

import pytest

from boiloff.transforms import Block, Page, Removal

FIRST = Removal("comments", "first", "because")
SECOND = Removal("advert", "second", "also")


def page_of(*texts):
    return Page.from_rows(blocks=tuple(Block(text) for text in texts))


def test_a_mark_leaves_the_page_it_was_made_from_alone():
    page = page_of("a", "b")
    marked = page.mark({1: FIRST})
    assert page.removals == (None, None)
    assert marked.removals == (None, FIRST)
    assert marked.columns is page.columns
    assert [position for position, _ in marked.kept()] == [0]


def test_the_first_mark_stands():
    assert page_of("a").mark({0: FIRST}).mark({0: SECOND}).removals == (FIRST,)


def test_marked_pages_know_what_is_kept_and_which_rules_marked_the_rest():
    page = page_of("a", "b", "c")
    assert (page.kept_positions(), page.rules()) == ([0, 1, 2], frozenset())
    marked = page.mark({0: FIRST}).mark({2: SECOND})
    assert (marked.kept_positions(), marked.rules()) == ([1], {"first", "second"})
    assert (page.kept_positions(), page.rules()) == ([0, 1, 2], frozenset())
    copy = pickle.loads(pickle.dumps(marked))
    assert (copy.kept_positions(), copy.rules()) == ([1], {"first", "second"})


def test_a_reason_that_nobody_knows_is_refused_with_the_valid_ones():
    with pytest.raises(ValueError, match=r"reason 'recipe' is not known; valid are 'comments', .*'other'$"):
        page_of("a").mark({0: Removal("recipe", "mine", "because")})


def test_no_marks_no_copy():
    page = page_of("a")
    assert page.mark({}) is page


def test_marks_for_other_blocks_than_there_are_are_refused():
    with pytest.raises(ValueError, match="2 removals for 1 blocks: one each is needed"):
        Page.from_rows(blocks=(Block("a"),), removals=(None, None))


def test_what_rules_remember_does_not_travel_and_is_no_part_of_the_value():
    page = page_of("a")
    page.cache["outline"] = object()
    copy = pickle.loads(pickle.dumps(page))
    assert copy == page
    assert copy.cache == {}


@pytest.mark.parametrize("score", [-0.1, 1.01, float("nan"), float("inf")])
def test_a_mark_whose_score_is_no_share_is_refused(score):
    with pytest.raises(ValueError, match=r"of rule 'mine' is not from 0 to 1"):
        Page.from_rows(blocks=(Block("Ebb."),)).mark({0: Removal("other", "mine", "no reason", score)})
