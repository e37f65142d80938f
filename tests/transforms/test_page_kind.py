"""The kind of a page is found, and of each kind the text is kept that its readers want."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import pages
from hypothesis import given, settings

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.cli.options import KINDS as OPTION_KINDS
from boiloff.pipeline.config import ConfigurationError, parse_configuration
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Capture, DetectPageKind, Page, clean_page, parse
from boiloff.transforms.classifier.explanation import describe
from boiloff.transforms.classifier.features import KIND_FEATURES
from boiloff.transforms.compiled.page_kinds import count_labels
from boiloff.transforms.core.page import KINDS
from boiloff.transforms.data import read_data
from boiloff.transforms.page_kinds.classify import (
    FEATURES,
    decide,
    evidence_of,
    load_regression,
    reasons,
    sorts_naming,
)
from boiloff.transforms.page_kinds.declared import LABELLED, Parts, entries_of, findings, known, parts_of
from boiloff.transforms.page_kinds.reasons import in_words

CASES = Path(__file__).parent.parent / "data" / "cases" / "page_kind"
FILES = ("synthetic", "negative", "known_failures")
CLEANER = Cleaner.named("default")


def cases() -> list[Any]:
    found = []
    for name in FILES:
        path = CASES / f"{name}.json"
        for case in json.loads(path.read_text("utf-8")) if path.exists() else ():
            marks = [pytest.mark.xfail(reason=case["why"], strict=True)] if name == "known_failures" else []
            found.append(pytest.param(case, id=f"{name}: {case['about']}", marks=marks))
    return found


def named(name: str) -> dict[str, Any]:
    content = json.loads((CASES / "synthetic.json").read_text("utf-8"))
    found: dict[str, Any] = next(case for case in content if case["about"] == name)
    return found


def capture_of(case: dict[str, Any]) -> Capture:
    return Capture(body=case["html"], url=case["url"], id="a")


@pytest.mark.parametrize("case", cases())
def test_the_kind_is_found_and_its_text_kept(case: dict[str, Any]) -> None:
    article = CLEANER.article(CLEANER.page(capture_of(case)))
    lines = [article.text[block.start : block.end] for block in article.blocks]
    assert article.page_kind == case["kind"]
    assert 0 < article.page_kind_score <= 1
    assert [text for text in case["kept"] if text not in lines] == []
    assert [text for text in case["removed"] if text in lines] == []
    kept = [lines.index(text) for text in case["kept"]]
    assert kept == sorted(kept), "not in the order of the page"


def test_a_text_capture_is_an_article_without_a_score() -> None:
    page = DetectPageKind().clean(parse(Capture("Posts: 4\n\nReply\n\nPosts: 5", media="text")))
    assert (page.kind, page.kind_score) == ("article", 0.0)


def test_without_the_step_every_page_is_an_article() -> None:
    page = parse(capture_of(named("Discourse")))
    assert (page.kind, page.kind_score) == ("article", 0.0)


@pytest.mark.parametrize(
    ("kinds", "is_kept"),
    [((), True), (("discussion",), True), (("article", "discussion"), True), (("article",), False)],
)
def test_only_pages_of_these_kinds_give_articles(kinds: tuple[str, ...], is_kept: bool) -> None:
    cleaner = Cleaner(parse_configuration({"kinds": list(kinds)}))
    result = clean_capture(capture_of(named("Discourse")), cleaner)
    assert isinstance(result, Page) == is_kept
    if isinstance(result, Rejected):
        assert (result.stage, result.reason) == ("clean", "kind")
        assert result.error.startswith("the kind of the page is discussion (")
        assert "% sure), and only article is kept; the page has an address like those of " in result.error


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"article": True}, "'kinds' must be a list"),
        ("articles", "kind 'articles' is not known; did you mean 'article'? valid are 'article', 'discussion'"),
        (["articles"], "kind 'articles' is not known; did you mean 'article'? valid are 'article', 'discussion'"),
        ([3], "kind 3 is not known"),
    ],
)
def test_a_wrong_list_of_kinds_is_refused(kinds: object, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message.replace("?", r"\?")):
        parse_configuration({"kinds": kinds})


def test_kinds_in_a_text_are_a_list() -> None:
    assert parse_configuration({"kinds": "article"}) == parse_configuration({"kinds": ["article"]})
    assert parse_configuration({"kinds": "article, listing"}) == parse_configuration({"kinds": ["article", "listing"]})


def test_the_kinds_count_in_the_digest_in_any_order() -> None:
    digests = [
        parse_configuration({"kinds": kinds}).sha256()
        for kinds in ([], ["article"], ["article", "listing"], ["listing", "article", "article"])
    ]
    assert digests[2] == digests[3]
    assert len(set(digests)) == 3


def test_the_option_names_the_kinds() -> None:
    assert OPTION_KINDS == KINDS


def test_reasons_are_given_in_words() -> None:
    page = DetectPageKind().clean(parse(capture_of(named("Discourse"))))
    said = reasons(page, page.kind)
    assert "stands on a host for discussion pages (forum.harbour.example)" in said
    assert reasons(parse(Capture("Tides", media="text")), "article") == ()


def test_weights_are_for_this_evidence() -> None:
    document = read_data("page_kind_weights")
    assert tuple(document["features"]) == FEATURES
    assert load_regression().weights.shape == (len(KINDS), len(FEATURES))
    with pytest.raises(ValueError, match="for other evidence"):
        load_regression().read({**document, "features": []})


def evidence_with(**values: float) -> Any:
    evidence = np.zeros(len(FEATURES))
    for name, value in values.items():
        evidence[FEATURES.index(name.replace("__", ": ").replace("_", " "))] = value
    return evidence


def test_a_page_is_an_article_unless_that_is_unlikely() -> None:
    named = evidence_with(address_documentation=1, address_listing=1)
    assert decide(np.array([0.45, 0.1, 0.05, 0, 0.4, 0]), named) == ("article", 0.45)
    assert decide(np.array([0.1, 0.2, 0.1, 0.3, 0.2, 0.1]), named) == ("documentation", 0.3)


def test_of_two_kinds_almost_as_likely_the_named_one_is_taken():
    is_listing = evidence_with(address_listing=1)
    assert decide(np.array([0.1, 0, 0, 0, 0.44, 0.46]), is_listing) == ("listing", 0.44)
    assert decide(np.array([0.1, 0, 0, 0, 0.4, 0.5]), is_listing) == ("article", 0.1)


def test_something_should_name_the_kind() -> None:
    chances = np.array([0.1, 0.1, 0.1, 0.1, 0.5, 0.1])
    assert decide(chances, evidence_with(address_product=1, names_listing=np.log1p(1))) == ("article", 0.1)
    assert decide(chances, evidence_with(names_listing=np.log1p(2))) == ("listing", 0.5)
    shape_only = np.array([0.01, 0, 0, 0, 0.99, 0])
    assert decide(shape_only, evidence_with(count__text=np.log1p(300))) == ("listing", 0.99)
    assert decide(shape_only, evidence_with(count__text=np.log1p(299))) == ("article", 0.01)


TEASER = (
    "<div class=card><h3><a href=/boats/{0}>Boats of the year {0}</a></h3><p>It froze in week {0}, and the boats stayed "
    "where they were until the pilots had found a way through the ice.</p></div>"
)


@pytest.mark.parametrize(
    ("entries", "article", "found"), [(8, "", 8), (4, "", 0), (8, "<p>" + "The tide went out as it came in. " * 60, 0)]
)
def test_entries_are_most_of_a_listing(entries: int, article: str, found: int) -> None:
    cards = "".join(map(TEASER.format, range(1900, 1900 + entries)))
    assert entries_of(parse(Capture(f"<h1>Boats</h1>{article}<div>{cards}</div>"))) == found
    same_target = "".join(TEASER.format(1900) for _ in range(entries))
    assert entries_of(parse(Capture(f"<h1>Boats</h1>{article}<div>{same_target}</div>"))) == 0


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("<tr><td><a href=/t/{0}>Boats of {0}</a></td><td>bo</td><td>3</td><td>2024-05-01</td></tr>", 12),
        ("<tr><td><a href=/t/{0}>Boats of the year {0}</a></td></tr>", 0),
        ("<tr><td><a href=/u/{0}>bo {0}</a></td><td>It froze, and the boats stayed where they were for weeks, until "
         "the pilots had found a way through the ice. In the year {0} nobody had seen anything like it before.</td></tr>", 0),
    ],
    ids=["rows", "a menu", "posts"],
)  # fmt: skip
def test_rows_of_links_beside_short_text_are_entries(row: str, found: int) -> None:
    rows = "".join(map(row.format, range(1900, 1912)))
    assert entries_of(parse(Capture(f"<h1>Boats</h1><table>{rows}</table>"))) == found
    assert entries_of(parse(Capture(f"<h1>Boats</h1><table>{rows[: len(rows) // 2]}</table>"))) == 0


def test_entries_name_a_listing_where_nothing_else_does() -> None:
    page = parse(Capture("<div>" + "".join(map(TEASER.format, range(1900, 1910))) + "</div>"))
    chances = [0.3, 0, 0, 0, 0.7, 0]
    assert decide(chances, evidence_with(), page) == ("listing", 0.7)
    assert decide(chances, evidence_with(), parse(Capture("<p>Boats</p>"))) == ("article", 0.3)
    assert decide([0.5, 0, 0, 0, 0.5, 0], evidence_with(), page) == ("article", 0.5)
    assert decide([0.3, 0, 0, 0, 0.2, 0.5], evidence_with(), page) == ("article", 0.3)
    assert reasons(page, "listing")[0] == "has 10 entries that look alike, each with a link of its own"


def test_two_sorts_of_evidence_outweigh_the_shape_of_an_article() -> None:
    chances = np.array([0.7, 0.3, 0, 0, 0, 0])
    assert decide(chances, evidence_with(type_discussion=1)) == ("article", 0.7)
    assert decide(chances, evidence_with(type_discussion=1, address_discussion=1)) == ("discussion", 0.3)
    chances = np.array([0.7, 0, 0, 0.3, 0, 0])
    assert decide(chances, evidence_with(title_documentation=1)) == ("article", 0.7)
    assert decide(chances, evidence_with(title_documentation=1, address_documentation=1)) == ("documentation", 0.3)
    chances = np.array([0.7, 0, 0, 0, 0.3, 0])
    assert decide(chances, evidence_with(type_listing=1, address_listing=1)) == ("article", 0.7)


@pytest.mark.parametrize(
    ("title", "feature"),
    [
        ("Stations | Tides Docs", "title documentation"),
        ("grep(1) - Linux manual page", "title documentation"),
        ("安装 - 潮汐文档", "title documentation"),
        ("Quayside Forums: View Post", "title discussion"),
        ("Pumpe verliert Druck - Hafenforum - Foren", "title discussion"),
        ("水泵问题 - 港口论坛", "title discussion"),
        ("Category: Boats | Harbour Gazette", "title listing"),
        ("Harbour Blog » Archive", "title listing"),
        ("Harbour Blog » Blog Archive » The ledgers", ""),
        ("Publications | Ann Berg", "title listing"),
        ("Über uns – Hafenverein", "title other"),
        ("プロフィール | 港の研究室", "title other"),
        ("Publications on tides are rare", ""),
        ("The forum that the town forgot", ""),
        ("Docks, dikes and documents", ""),
        ("", ""),
    ],
)
def test_words_at_the_edges_of_a_titles_parts_name_a_kind(title: str, feature: str) -> None:
    found = findings(parse(Capture(f"<title>{title}</title><p>Boats</p>")), Parts())
    assert [name for name in found if name.startswith("title")] == [feature] * bool(feature)


@pytest.mark.parametrize(
    ("url", "features"),
    [
        ("https://harbour.example/~berg/", ["address person"]),
        ("https://harbour.example/people/ann-berg", ["address person"]),
        ("https://harbour.example/people/the-harbour-master-who-writes-down-tides", []),
        ("https://harbour.example/de/ueber-uns.html", ["ends other"]),
        ("https://harbour.example/tags/", ["ends listing"]),
        ("https://harbour.example/tags/boats", []),
        ("https://harbour.example/ledgers", []),
    ],
)
def test_the_end_of_an_address_names_a_kind(url: str, features: list[str]) -> None:
    found = findings(parse(Capture("<p>Boats</p>")), parts_of(url))
    assert [name for name in found if name.startswith(("ends", "address person"))] == features


def test_lines_that_pages_of_a_kind_have_are_counted() -> None:
    lines = (
        "Posted: 2 May",
        "Joined:",
        "REPLY",
        "<a href=/r>Weiterlesen</a>",
        "Publications",
        "教育背景",
        "Öffnungszeiten",
    )
    page = parse(
        Capture("".join(f"<p>{line}</p>" for line in (*lines, "<a href=/us>About us</a>", "Replying is easy")))
    )
    assert count_labels(page.columns, known().labels, len(LABELLED), LABELLED.index("other")) == [3, 1, 3]
    many = evidence_with(count__labels_other=np.log1p(3))
    assert sorts_naming(many, "other") == 1
    assert sorts_naming(evidence_with(count__labels_other=np.log1p(2)), "other") == 0
    assert sorts_naming(many + evidence_with(type_other=1), "other") == 1


@pytest.mark.parametrize("feature", FEATURES)
def test_every_piece_of_evidence_says_what_the_page_does_or_has(feature: str) -> None:
    words = [in_words(feature, value) for value in (0.0, 0.004, 0.5, 1.0, 3.0)]
    assert {said.split()[0] for said in words} <= {"declares", "has", "is", "lies", "names", "says", "stands"}
    assert not any(mark in said for said in words for mark in "{}:_" if "og:type" not in feature)


def test_shares_read_as_words() -> None:
    assert in_words("shape: tag li", 0.0) == "has none of its text in list items"
    assert in_words("shape: somewhere inside <section>", 1.0) == "has all of its text inside a <section>"
    assert in_words("address: words", 1.0) == "has 1 word in the last part of its address"
    assert in_words("shape: inside comments", 0.413) == "has 41% of its text inside elements named for comments"
    assert in_words("system other", 1.0, ["hero", "cta", "hero"]) == (
        "has the names that systems give to service and company pages (cta, hero)"
    )


@pytest.mark.parametrize("feature", KIND_FEATURES)
def test_every_feature_has_words(feature: str) -> None:
    assert describe(feature, 1.0)


@settings(deadline=None)
@given(pages())
def test_any_page_has_a_kind_and_the_same_twice(page: Page) -> None:
    step = DetectPageKind()
    once = step.clean(page)
    assert once.kind in KINDS
    assert 0 <= once.kind_score <= 1
    assert (once.removals, once.blocks) == (page.removals, page.blocks)
    assert step.clean(once) == once
    if not page.is_text:
        assert np.isfinite(evidence_of(page)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_without_blocks_passes_all_steps(kind: Any) -> None:
    page = parse(Capture("<title>Tides</title>")).replaced(kind=kind)
    assert clean_page(page, [step for step in CLEANER.steps if not isinstance(step, DetectPageKind)]).kind == kind
