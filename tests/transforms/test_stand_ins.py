"""Pages without content are rejected with their reason, and nothing else is."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from cases import check_marks_only, pages
from hypothesis import given, settings

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.config import Configuration, load_configuration
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms.core.page import Capture, Page, Rejection
from boiloff.transforms.data import read_data, topics
from boiloff.transforms.matching.stand_in_words import claims_of, reason_of_line, reason_of_sentence, reason_of_title
from boiloff.transforms.stand_ins import RejectStandIns

CASES = Path(__file__).parent.parent / "data" / "cases" / "stand_ins"
SCHEMA = Path(__file__).parent.parent.parent / "pipeline" / "output" / "json_schemas" / "rejected.json"
CLEANER = Cleaner.named("default")
MAX_LABEL_CHARS = 25
PAGE = (
    "<title>{title} | Harbour</title><nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li>"
    "<li><a href=/contact>Contact</a></li></ul></nav><main>{body}</main><footer>© 2024 Harbour</footer>"
)
NOT_FOUND = "<title>404 Not Found</title><h1>Not Found</h1><p>The requested URL was not found on this server.</p>"


def cases(provenance: str) -> list[Any]:
    content = json.loads((CASES / f"{provenance}.json").read_text("utf-8"))
    return [pytest.param(case, id=f"{case['reason']}: {case['about']}") for case in content]


def short_page(case: dict[str, Any]) -> str:
    """Make a page of a site with these lines: sentences are paragraphs, labels stand before fields and on buttons."""
    heading, *lines = case["text"]
    label = "<button>{}</button>" if case["reason"] == "consent-wall" else "<label>{}</label><input>"
    said = "".join(("<p>{}</p>" if len(line) > MAX_LABEL_CHARS else label).format(line) for line in lines)
    form = f'<form>{said}<input type="password"></form>' if case["reason"] == "login" and len(lines) > 1 else said
    return PAGE.format(title=case["title"], body=f"<h1>{heading}</h1>{form}")


def short_pages(name: str) -> list[Any]:
    content = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return [
        pytest.param(case, id=f"{case.get('reason', '')}: {case['title']}", marks=marks_of(case)) for case in content
    ]


def marks_of(case: dict[str, Any]) -> list[Any]:
    return [pytest.mark.xfail(strict=True, reason=case["known_failure"])] if "known_failure" in case else []


def capture_of(case: dict[str, Any]) -> Capture:
    if "html" in case:
        return Capture(body=case["html"], url=case.get("url", ""))
    return Capture(body="\n".join(case["text"]), media="text", url=case.get("url", ""))


@pytest.mark.parametrize("case", cases("synthetic") + cases("negative"))
def test_a_page_is_rejected_for_this_reason(case: dict[str, Any]) -> None:
    """The reason is empty where the page has content, however short."""
    rejection = CLEANER.page(capture_of(case)).rejection
    assert (rejection.reason if rejection else "") == case["reason"], rejection


@pytest.mark.parametrize("case", short_pages("own_words"))
def test_a_page_is_rejected_for_what_it_says_in_words_of_its_own(case: dict[str, Any]) -> None:
    rejection = CLEANER.page(Capture(body=short_page(case))).rejection
    assert rejection is not None
    assert rejection.reason == case["reason"], rejection


@pytest.mark.parametrize("case", short_pages("short_articles"))
def test_a_short_article_is_not_rejected(case: dict[str, Any]) -> None:
    """Undated, of one or two sentences, in forty languages; some are about errors, robots, pages and members."""
    body = "".join(f"<p>{line}</p>" for line in case["text"])
    html = PAGE.format(title=case["title"], body=f"<h1>{case['title']}</h1>{body}")
    assert CLEANER.page(Capture(body=html)).rejection is None
    assert CLEANER.page(Capture(body="\n".join([case["title"], *case["text"]]), media="text")).rejection is None


def test_a_run_rejects_the_capture_with_the_evidence() -> None:
    found = clean_capture(Capture(body=NOT_FOUND, url="https://harbour.example/x"), CLEANER)
    assert isinstance(found, Rejected)
    assert (found.stage, found.reason) == ("clean", "error-page")
    assert "its title says '404 Not Found'" in found.error


def test_without_the_step_the_page_is_no_stand_in() -> None:
    default = load_configuration()
    steps = tuple(step for step in default.steps if step.type != "RejectStandIns")
    assert Cleaner.of(Configuration(steps)).page(Capture(body=NOT_FOUND)).rejection is None


def test_nothing_of_a_stand_in_is_kept() -> None:
    page = RejectStandIns().clean(Page.from_rows([], rejection=None))
    assert page.rejection is None
    page = CLEANER.page(Capture(body=NOT_FOUND))
    assert not page.kept_positions()
    again = RejectStandIns().clean(page)
    assert (again.rejection, again.removals) == (page.rejection, page.removals)
    assert pickle.loads(pickle.dumps(page)).rejection == page.rejection


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
def test_both_parsers_give_the_same_rejection(parser: Any) -> None:
    cleaner = Cleaner.of(Configuration(load_configuration().steps, parser))
    rejection = cleaner.page(Capture(body=NOT_FOUND)).rejection
    assert isinstance(rejection, Rejection)
    assert rejection.reason == "error-page"


def test_every_reason_is_in_the_schema() -> None:
    listed = json.loads(SCHEMA.read_text("utf-8"))["properties"]["reason"]["enum"]
    assert {topic.split()[0] for topic in topics("phrases/stand_ins")} <= set(listed)


def test_every_phrase_is_found() -> None:
    lost = []
    for topic, languages in topics("phrases/stand_ins").items():
        place = topic.split()[1]
        for phrase in (phrase for entries in languages.values() for phrase in entries):
            found = {
                "titles": lambda text: reason_of_title(text),
                "reasons": lambda text: reason_of_title(text),
                "words": lambda text: reason_of_title(text),
                "starts": lambda text: reason_of_title(f"{text} /x" if "directory" in topic else f"{text} x"),  # noqa: B023
                "lines": reason_of_sentence,
                "contains": lambda text: reason_of_sentence(f"x {text} x"),
                "labels": lambda text: "login",
            }[place](phrase)
            if not found:
                lost.append(f"{topic}: {phrase!r}")
    assert not lost


def test_the_data_cover_twenty_languages() -> None:
    known = topics("phrases/stand_ins")
    for topic in ("error-page titles", "error-page lines", "login labels", "bot-check titles", "empty-search lines"):
        assert len(known[topic]) >= 20, topic
    own = topics("phrases/stand_in_claims")
    assert all(len(languages) >= 30 for topic, languages in own.items() if topic.endswith("claims"))


def test_a_claim_needs_a_subject_of_its_language() -> None:
    """Each claim is found beside each first subject, and the other way round."""
    lost, own = [], topics("phrases/stand_in_claims")
    for topic, languages in own.items():
        reason, role = topic.split()
        for language, phrases in languages.items() if role == "claims" else ():
            subjects = own[f"{reason} subjects"]
            subject = (subjects.get(language) or subjects["any"])[0].removesuffix("*")
            said = [f"{subject} {phrase.removesuffix('*')}" for phrase in phrases]
            lost += [text for text in said if reason not in claims_of(text).claimed]
    assert not lost


def test_needles_are_in_lower_case() -> None:
    systems = read_data("names/stand_in_systems")
    kinds = [value for key, value in systems.items() if isinstance(value, dict) and key not in ("names", "addresses")]
    needles = [needle for kind in kinds for entries in kind.values() for needle in entries]
    assert needles
    assert all(needle == needle.lower() for needle in needles)


@pytest.mark.parametrize("line", ["The ferry left an hour late.", "500 miles on foot", "Search results", ""])
def test_ordinary_lines_give_no_reason(line: str) -> None:
    assert reason_of_sentence(line) == ""
    assert reason_of_line(line) in ("", "empty-search")


@given(page=pages())
@settings(max_examples=100)
def test_any_page_is_only_marked(page: Page) -> None:
    check_marks_only(RejectStandIns(), page)
