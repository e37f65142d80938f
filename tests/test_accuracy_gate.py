"""Accuracy does not fall: gate_measure.py measures pages with known truth."""

from dataclasses import replace

import pytest
from gate_measure import (
    MEAN,
    PAGES,
    below_the_floor,
    changed_pages,
    gate_pages,
    measure,
    overlap,
    read_floors,
    score,
    shortfall,
    summary,
    table,
    words,
)

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.config import load_configuration

TRUTH = {
    "article": ["The ferry was late.", "Nobody minded, for the band played."],
    "boilerplate": ["Ten knots you should know"],
    "comments": ["I was there", "So was I"],
    "title": "The Late Ferry",
    "authors": ["Una Moor", "Sol Reed"],
    "date": "2020-05-01",
    "language": "en",
}


@pytest.fixture(scope="module")
def pages():
    return gate_pages()


@pytest.fixture(scope="module")
def figures(pages):
    return measure(pages, Cleaner.named("default"))


def test_accuracy_holds_its_floors(pages, figures):
    floors, found = read_floors(), summary(pages, figures)
    print(table(figures), table(found), sep="\n\n")
    fallen = below_the_floor(found, floors)
    if fallen:
        message = "\n  ".join(["Below the floor:", *fallen, "Pages that fell:", *changed_pages(figures, floors)])
        pytest.fail(f"{message}\n\n{table(found)}", pytrace=False)


def test_the_floors_are_of_these_pages(pages, figures):
    floors = read_floors()
    assert set(floors["pages"]) == set(figures)
    assert {name: set(row) for name, row in floors["figures"].items()} == {
        name: set(row) for name, row in summary(pages, figures).items()
    }


@pytest.mark.parametrize(
    ("step", "column"),
    [
        ("RemoveHiddenText", "leak"),
        ("RemoveCommentWidgets", "comments"),
        ("ExtractMetadata", "title"),
        ("ExtractMetadata", "authors"),
        ("ExtractMetadata", "date"),
        ("RemoveCookieNotices", "precision"),
        ("RemoveShareBars", "f1"),
        ("KeepMainContent", "f1"),
        ("KeepMainContent", "leak"),
        ("RemoveLineRuns", "f1"),
        ("RemoveBylines", "f1"),
        ("RemoveSignOffs", "leak"),
        ("RemoveRepeatedDisclaimers", "leak"),
        ("RemoveTrailingLinkLists", "leak"),
        ("DetectLanguage", "language"),
    ],
)
def test_a_missing_step_is_noticed(pages, figures, step, column):
    whole = load_configuration("default")
    without = replace(whole, steps=tuple(other for other in whole.steps if other.type != step))
    assert len(without.steps) == len(whole.steps) - 1
    found, before = summary(pages, measure(pages, Cleaner(without))), summary(pages, figures)
    floors = {"margin": read_floors()["margin"], "figures": before}
    assert shortfall(column, before[MEAN][column], found[MEAN][column]) > floors["margin"][MEAN]
    assert any(line.startswith(f"{MEAN}: {column} ") for line in below_the_floor(found, floors))


def test_a_page_that_fell_is_named_with_what_it_lost():
    floors = {"pages": {"ferry": {"f1": 0.9, "leak": 0.0}, "tide": {"f1": 0.8, "leak": 0.1}}}
    figures = {"ferry": {"f1": 0.85, "leak": 0.25}, "tide": {"f1": 0.9, "leak": 0.1}}
    assert changed_pages(figures, floors) == ["ferry: f1 0.900 → 0.850, leak 0.000 → 0.250"]


def test_an_article_that_is_the_truth_scores_full():
    record = {
        "text": "\n\n".join(TRUTH["article"]),
        "title": "The late ferry",
        "authors": ["Sol Reed", "Una Moor"],
        "date_published": "2020-05-01T08:00:00Z",
        "language": "en",
    }
    best = dict.fromkeys(("f1", "precision", "recall", "kept", "title", "authors", "date", "language"), 1.0)
    assert score(TRUTH, record) == best | {"leak": 0.0, "comments": 0.0}


def test_what_is_lost_and_what_is_let_in_both_cost():
    figures = score(TRUTH, {"text": "The ferry was late.\n\nTen knots you should know\n\nSo was I"})
    assert (figures["precision"], figures["recall"]) == (4 / 12, 4 / 10)
    assert figures["f1"] == pytest.approx(4 / 11)
    assert (figures["kept"], figures["leak"], figures["comments"]) == (4 / 10, 1.0, 0.5)
    assert (figures["title"], figures["authors"], figures["date"], figures["language"]) == (0, 0, 0, 0)


def test_a_page_without_an_article_scores_nothing():
    assert overlap(words("The ferry was late."), []) == {"f1": 0.0, "precision": 0.0, "recall": 0.0}


def test_scripts_without_spaces_are_counted_by_character():
    assert words("船は遅れた。") == list("船は遅れた")


@pytest.mark.parametrize("page", gate_pages(), ids=lambda page: page.name)
def test_a_truth_does_not_contradict_itself(page):
    article = " ".join(words("\n".join(page.truth["article"])))
    source = page.capture.body.decode()
    assert page.truth["kind"]
    assert page.truth["language"]
    assert page.truth["title"]
    for line in page.truth["boilerplate"] + page.truth["comments"]:
        assert " ".join(words(line)) not in article
    for name in page.truth["authors"]:
        assert name in source


def test_the_pages_are_many_and_of_many_kinds_and_languages(pages):
    assert len(pages) == len(list(PAGES.glob("*.json"))) - 1
    assert len({page.truth["kind"] for page in pages}) >= 20
    assert len({page.truth["language"] for page in pages}) >= 20
