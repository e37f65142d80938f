"""Whole pages, and the values that must come out of them. The cases are data; every name in them is invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from boiloff.transforms.article_metadata import ExtractMetadata, extract_metadata
from boiloff.transforms.core.page import Block, Capture, Page
from boiloff.transforms.metadata.authors import clean_authors, signatures
from boiloff.transforms.metadata.dates import parse_date
from boiloff.transforms.metadata.text_titles import title_of_text
from boiloff.transforms.page_kind import DetectPageKind
from boiloff.transforms.parsing.parse import parse

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> Any:
    return json.loads((CASES / name).read_text(encoding="utf-8"))


FILES = (
    "in_the_wild", "titles", "people", "negative", "bylines", "organisations", "shown_dates", "site_names",
    "negative_lines", "shown_signers", "negative_signers", "title_parts", "lone_dates", "of_others",
)  # fmt: skip
PAGES = [case for name in FILES for case in cases(f"{name}.json")]


@pytest.mark.parametrize(
    "case",
    [
        *PAGES,
        *(
            pytest.param(case, marks=pytest.mark.xfail(strict=True, reason="known failure"))
            for case in cases("known_failures.json")
        ),
    ],
    ids=lambda case: case["name"],
)
def test_page_gives_the_expected_values(case: dict[str, Any]) -> None:
    page = parse(Capture(case["html"], url=case["url"], captured_at=case.get("captured_at", "")))
    found = extract_metadata(DetectPageKind().clean(page))
    values = {key: list(v) if isinstance(v := getattr(found, key), tuple) else v for key in case["expect"]}
    assert values == case["expect"]


@pytest.mark.parametrize(("text", "language", "iso"), cases("dates.json")["machine"] + cases("dates.json")["people"])
def test_date_is_read_at_the_precision_it_has(text: str, language: str, iso: str) -> None:
    assert parse_date(text, language) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [("٢٠٢٤-٠٥", "2024-05"), ("٢٠٢٤-٠٥-٠٣T١٠:٣٠", "2024-05-03T10:30"), ("3 May 2024, १०:३०", "2024-05-03T10:30:00")],
)
def test_digits_of_other_scripts_are_written_as_iso_8601_has_them(text: str, iso: str) -> None:
    assert parse_date(text, "") == iso


@pytest.mark.parametrize(("text", "language"), cases("dates.json")["none"])
def test_what_is_no_date_is_not_read_as_one(text: str, language: str) -> None:
    assert parse_date(text, language) == ""


@pytest.mark.parametrize(("raw", "names"), cases("authors.json"))
def test_names_are_cleaned(raw: list[str], names: list[str]) -> None:
    assert list(clean_authors(raw)) == names


@pytest.mark.parametrize(("raw", "names"), cases("signatures.json"))
def test_visible_lines_are_cut_where_names_end(raw: list[str], names: list[str]) -> None:
    assert list(signatures(raw)) == names


@pytest.mark.parametrize("case", cases("text_titles.json"), ids=lambda case: case["name"])
def test_title_of_a_text(case: dict[str, Any]) -> None:
    page = Page.from_rows(is_text=True, blocks=tuple(Block(line) for line in case["lines"]))
    assert title_of_text(page) == case["expect"]
    assert extract_metadata(page).title == case["expect"]


def test_the_step_sets_metadata_and_nothing_else() -> None:
    page = parse(Capture("<title>Ropes</title><h1>Ropes</h1>", url="https://a.example/"))
    cleaned = ExtractMetadata().clean(page)
    assert cleaned.metadata.title == "Ropes"
    assert (cleaned.blocks, cleaned.removals, cleaned.head) == (page.blocks, page.removals, page.head)
