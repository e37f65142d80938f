"""The law of one page: every block is in the article or in the ledger, once and in order, whatever the markup is."""

from dataclasses import replace

import pytest
from generated import Body, html_bodies, markup, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import check_page

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.config import load_configuration, parse_configuration
from boiloff.transforms import Capture, make_article
from boiloff.transforms.core.base import clean_page
from boiloff.transforms.core.columns import Columns
from boiloff.transforms.parsing.parse import parse

STEPS = [{"type": step.type, "config": dict(step.config)} for step in load_configuration().steps]
CLEANERS = {
    parser: Cleaner(parse_configuration({"parser": parser, "steps": STEPS})) for parser in ("lexbor", "beautifulsoup")
}
TIGHT = {"max_blocks": 100, "max_text_chars": 1000, "max_page_bytes": 4096, "max_tags": 1000}
URL = "https://lanternpost.example/stories/7"


@pytest.mark.parametrize("parser", CLEANERS)
@given(body=html_bodies())
@settings(max_examples=150)
def test_blocks_of_a_page_are_in_the_article_or_in_the_ledger(parser, body: Body):
    check_page(Capture(body.data, "html", URL, content_type=body.content_type), CLEANERS[parser])


@given(text=texts)
@settings(max_examples=150)
def test_blocks_of_a_text_are_in_the_article_or_in_the_ledger(text):
    check_page(Capture(text, "text", URL), CLEANERS["lexbor"])


@given(text=markup, times=st.integers(1, 60), limit=st.sampled_from(list(TIGHT)), as_text=st.booleans())
@settings(max_examples=100)
def test_what_is_left_out_of_a_large_page_is_reported(text, times, limit, as_text):
    """Beyond a limit a page is cut, and says so: in its flags and in a ledger record for what was not read."""
    cleaner = Cleaner(parse_configuration({"limits": {limit: TIGHT[limit]}, "steps": STEPS}))
    capture = Capture(text * times, "text" if as_text else "html", URL)
    check_page(capture, cleaner)
    page = parse(capture, "lexbor", cleaner.configuration.limits)
    flagged = [mark for mark in page.removals if mark is not None]
    assert ("truncated" in page.quality_flags) == bool(flagged)
    if page.quality_flags == ():
        assert page.blocks == parse(capture).blocks


@given(body=html_bodies())
@settings(max_examples=60)
def test_the_same_capture_gives_the_same_page(body: Body):
    capture = Capture(body.data, "html", URL, content_type=body.content_type)
    first, second = (CLEANERS["lexbor"].page(capture) for _ in range(2))
    assert first == second


@given(body=html_bodies())
@settings(max_examples=60)
def test_steps_see_nothing_but_the_page(body: Body):
    """What a step computed for one page, and keeps beside it, never decides about another."""
    page, cleaner = parse(Capture(body.data, "html", URL)), CLEANERS["lexbor"]
    fresh = replace(page, columns=Columns.from_rows(page.blocks, page.elements), cache={})
    assert make_article(clean_page(page, cleaner.steps)) == make_article(clean_page(fresh, cleaner.steps))
