"""The law of one page: every block is in the article or in the ledger, once and in order, whatever the markup is."""

import pytest
from generated import Body, html_bodies, texts
from hypothesis import given, settings
from laws import check_page

from boiloff.pipeline.cleaning import Cleaner
from boiloff.pipeline.configuration import load_configuration, parse_configuration
from boiloff.transforms import Capture, Page, make_article
from boiloff.transforms.chain import clean_page
from boiloff.transforms.parsing.parse import parse

STEPS = [{"type": step.type, "config": dict(step.config)} for step in load_configuration().steps]
CLEANERS = {
    parser: Cleaner(parse_configuration({"parser": parser, "steps": STEPS})) for parser in ("lexbor", "beautifulsoup")
}
URL = "https://lanternpost.example/stories/7"


@pytest.mark.parametrize("parser", CLEANERS)
@given(body=html_bodies())
@settings(max_examples=150, deadline=None)
def test_blocks_of_a_page_are_in_the_article_or_in_the_ledger(parser, body: Body):
    check_page(Capture(body.data, "html", URL, content_type=body.content_type), CLEANERS[parser])


@given(text=texts)
@settings(max_examples=150, deadline=None)
def test_blocks_of_a_text_are_in_the_article_or_in_the_ledger(text):
    check_page(Capture(text, "text", URL), CLEANERS["lexbor"])


@given(body=html_bodies())
@settings(max_examples=60, deadline=None)
def test_the_same_capture_gives_the_same_page(body: Body):
    capture = Capture(body.data, "html", URL, content_type=body.content_type)
    first, second = (CLEANERS["lexbor"].page(capture) for _ in range(2))
    assert first == second


@given(body=html_bodies())
@settings(max_examples=60, deadline=None)
def test_steps_see_nothing_but_the_page(body: Body):
    """What a step computed for one page, and keeps beside it, never decides about another."""
    page, cleaner = parse(Capture(body.data, "html", URL)), CLEANERS["lexbor"]
    fresh = Page(**{name: value for name, value in vars(page).items() if name != "memo"})
    assert make_article(clean_page(page, cleaner.steps)) == make_article(clean_page(fresh, cleaner.steps))
