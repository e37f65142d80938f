"""What differs between two outcomes of one capture, and which examples of it are shown."""

import itertools

import pytest

from boiloff.pipeline.inspect.compare import Outcome, compare
from boiloff.pipeline.inspect.differences import OF_SITE, SITES, Examples, Totals, marked_page
from boiloff.pipeline.inspect.pages import BlockView

URL, SITE = "https://tides.example/low", "tides.example"


def outcome(*blocks, **record):
    views = [BlockView(i, "paragraph", text, *why) for i, (text, *why) in enumerate(blocks)]
    return Outcome({"title": "Low tide", "authors": ["Ada"], **record}, tuple(views))


def changes(a, b):
    return compare("id", URL, SITE, a, b).changes


def short(page):
    return [(change.text, change.a.name, change.b.name) for change in page.blocks]


SIGN_UP = ("sign-up", "sign_up_prompts", "a box", 0.8)


def test_the_same_outcome_does_not_differ():
    a = outcome(("One.",), ("Two.", *SIGN_UP))
    assert not changes(a, a).differ
    assert not changes(a, outcome(("One.",), ("Two.", *SIGN_UP[:2], "another box", 0.9))).differ


def test_blocks_that_go_or_come_change_the_text():
    page = changes(outcome(("One.",), ("Two!", *SIGN_UP)), outcome(("One.", *SIGN_UP), ("Two!",)))
    assert short(page) == [("One.", "kept", "sign-up"), ("Two!", "sign-up", "kept")]
    assert (page.gained, page.lost, page.chars_a, page.chars_b) == (4, 4, 4, 4)


def test_another_rule_with_the_same_reason_is_a_change_that_leaves_the_text_alone():
    page = changes(outcome(("One.", *SIGN_UP)), outcome(("One.", "sign-up", "main_content", "", 0.7)))
    assert short(page) == [("One.", "sign-up", "sign-up")]
    assert (page.gained, page.lost) == (0, 0)


def test_blocks_are_known_by_text_and_which_one_of_equal_texts_they_are():
    a = outcome(("One.",), ("Same.",), ("Same.", *SIGN_UP))
    b = outcome(("New.",), ("One.",), ("Same.", *SIGN_UP), ("Same.", *SIGN_UP))
    page = changes(a, b)
    assert short(page) == [("Same.", "kept", "sign-up"), ("New.", "absent", "kept")]
    assert [(change.position_a, change.position_b) for change in page.blocks] == [(1, 2), (-1, 0)]


def test_metadata_is_compared_key_by_key():
    page = changes(outcome(("One.",)), outcome(("One.",), title="High tide", authors=["Ada", "Bo"]))
    assert [tuple(change) for change in page.metadata] == [
        ("title", "Low tide", "High tide"),
        ("authors", "Ada", "Ada, Bo"),
    ]


def test_articles_that_only_one_side_has_are_reported_with_the_reason():
    a, none = outcome(("One.",)), Outcome(reason="no-article", error="all boilerplate")
    vanished, appeared = changes(a, none), changes(none, a)
    assert (vanished.a, vanished.b, vanished.reason, vanished.lost, vanished.gained) == (
        True,
        False,
        "no-article",
        4,
        0,
    )
    assert (appeared.gained, appeared.lost) == (4, 0)
    assert not changes(none, none).differ
    totals = Totals()
    for page in (vanished, appeared, changes(none, none), changes(a, a)):
        totals.add(page)
    assert (totals.captures, totals.differing, totals.articles_a, totals.articles_b) == (4, 2, 2, 2)
    assert totals.vanished.reasons == {"no-article": 1}


def test_a_marked_page_shows_both_fates_of_what_differs():
    a = outcome(("One.",), ("Gone.",), ("Two.", *SIGN_UP), ("Menu", "navigation", "x"))
    b = outcome(("One.", *SIGN_UP), ("Two.",), ("Menu", "navigation", "x"))
    view = marked_page(compare("id", URL, SITE, a, b))
    assert [(block.text, block.reason) for block in view.blocks] == [
        ("One.", "kept → sign-up"),
        ("Gone.", "kept → absent"),
        ("Two.", "sign-up → kept"),
    ]
    assert (view.title, view.site) == ("Low tide", SITE)
    assert view.blocks[2].evidence == "A: a box"
    assert view.tally == "3 of 4 blocks changed; 1 that both sides remove are not shown"


def test_a_marked_page_of_one_side_shows_why_the_other_has_none():
    a, none = outcome(("One.",), ("Two.", *SIGN_UP)), Outcome(reason="no-article", error="all boilerplate")
    for first, second, words in ((a, none, "kept → no-article"), (none, a, "no-article → kept")):
        view = marked_page(compare("id", URL, SITE, first, second))
        assert [block.reason for block in view.blocks] == [words]
        assert view.tally == "1 of 2 blocks changed; 1 that both sides remove are not shown"


def test_a_page_without_an_address_is_known_by_its_place():
    a = outcome(("One.",), source_file="low.html", source_offset=-1)
    b = outcome(("One.", *SIGN_UP), source_file="crawl.jsonl", source_offset=1024)
    for first, second, place in ((a, b, "crawl.jsonl at byte 1,024"), (b, a, "low.html"), (a, Outcome(), "low.html")):
        compared = compare("id", "", "", first, second)
        assert compared.changes.place == marked_page(compared).place == place
    totals = Totals()
    totals.add(compare("id", "", "", a, b).changes)
    assert [page.place for page in totals.pages.chosen(1)] == ["crawl.jsonl at byte 1,024"]


def test_the_figures_add_up():
    totals = Totals()
    totals.add(changes(outcome(("One.",), ("Two!", *SIGN_UP)), outcome(("One.", *SIGN_UP), ("Two!",))))
    totals.add(changes(outcome(("Three.", *SIGN_UP)), outcome(("Three.", "advert", "x"))))
    assert totals.chars_a + totals.gained - totals.lost == totals.chars_b
    assert (totals.blocks_gained, totals.blocks_lost, totals.blocks_relabelled) == (1, 1, 1)
    assert [transition.b for transition, _ in totals.in_order()][-1] == "advert"
    assert sum(row["blocks"] for row in totals.to_dict()["blocks"]) == 3


@pytest.mark.parametrize("offers", [*itertools.permutations(range(5))][::17])
def test_examples_are_the_largest_whatever_the_order(offers):
    examples = Examples()
    entries = [("a", 9, "x"), ("a", 8, "y"), ("a", 9, "w"), ("b", 3, "z"), ("b", 3, "v")]
    for number in offers:
        site, size, key = entries[number]
        examples.offer(f"{site}{size}{key}", site, size, key)
    assert examples.chosen(9) == ["a9w", "b3v", "a9x", "b3z", "a8y"]


def test_examples_that_look_alike_are_shown_once_and_few_are_held():
    examples = Examples()
    for number in range(100):
        examples.offer(number, f"site {number % 50}", number, str(number), "alike" if number % 50 == 49 else "")
    assert examples.chosen(4) == [99, 98, 97, 96]
    assert len(examples.chosen(1000)) <= SITES * OF_SITE
    assert 49 not in examples.chosen(1000)
