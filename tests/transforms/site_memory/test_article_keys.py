"""All addresses of an article are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, parse
from boiloff.transforms.site_memory.article_keys import article_address, article_key, is_variant

PLAIN = "https://quay.example/2024/05/the-lamps-of-may"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.quay.example/2024/05/the-lamps-of-may/",
        "https://quay.example/2024/05/the-lamps-of-may/?utm_source=mail&utm_medium=x#comments",
        "https://quay.example/2024/05/the-lamps-of-may?fbclid=abc&replytocom=12#respond",
        "https://quay.example:443/2024/05/the-lamps-of-may;jsessionid=12AB",
        "https://quay.example/2024/05/the-lamps-of-may/index.html",
    ],
)
def test_addresses_of_one_view(url):
    assert article_address(url) == article_address(PLAIN)


@pytest.mark.parametrize(
    "url",
    [
        "https://amp.quay.example/2024/05/the-lamps-of-may",
        "https://quay.example/2024/05/the-lamps-of-may/amp/",
        "https://quay.example/amp/2024/05/the-lamps-of-may",
        "https://quay.example/2024/05/the-lamps-of-may?amp",
        "https://quay.example/2024/05/the-lamps-of-may?outputType=amp",
        "https://quay.example/2024/05/the-lamps-of-may?print=1",
        "https://quay.example/2024/05/the-lamps-of-may/print/",
        "https://quay.example/2024/05/the-lamps-of-may?page=2",
        "https://quay.example/2024/05/the-lamps-of-may/page/3",
        "https://quay.example/2024/05/the-lamps-of-may/2/",
    ],
)
def test_other_views_are_variants_of_the_same_article(url):
    assert article_address(url) == (article_address(PLAIN).text, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://quay.example/?p=12", "https://quay.example/?p=13"),
        ("https://quay.example/story.php?id=1&page=2", "https://quay.example/story.php?id=2&page=2"),
        ("https://quay.example/lamps/2", "https://quay.example/lamps/3"),
        ("https://quay.example/2024/05", "https://quay.example/2024/06"),
        ("https://quay.example/?page=12", "https://quay.example/?page=13"),
        ("https://quay.example/feed?format=json", "https://quay.example/feed"),
        ("https://m.example/lamps", "https://example/lamps"),
    ],
)
def test_what_selects_an_article_stays(one, other):
    assert article_address(one) != article_address(other)


def test_the_order_of_parameters_does_not_matter():
    assert article_address(f"{PLAIN}?b=1&a=2") == article_address(f"{PLAIN}?a=2&b=1")


def page(url, canonical):
    return parse(Capture(body=f"<link rel='canonical' href='{canonical}'><p>Lamps.</p>", url=url))


@pytest.mark.parametrize("url", ["https://quay.example/x/882", f"{PLAIN}?show=all", "https://m.quay.example/lamps"])
def test_a_page_may_name_its_own_address(url):
    named = page(url, PLAIN)
    assert article_key(named) == article_key(page(PLAIN, ""))
    assert is_variant(named)


@pytest.mark.parametrize(
    "canonical",
    [
        "/",
        "https://quay.example/",
        "https://elsewhere.example/lamps",
        "/2024/05",
        "https://[",
        "mailto:desk@quay.example",
    ],
)
def test_an_address_that_cannot_be_the_articles_is_not_believed(canonical):
    assert article_key(page(PLAIN, canonical)) == article_key(page(PLAIN, ""))
    assert not is_variant(page(PLAIN, canonical))


def test_a_page_number_below_the_address_that_a_page_names_is_a_later_page():
    assert article_key(page("https://quay.example/lamps/2", "https://quay.example/lamps")) == article_key(
        page("https://quay.example/lamps", "")
    )


@given(st.text())
def test_any_text_has_an_address(url):
    assert article_address(url) == article_address(url)
    assert isinstance(article_key(page(url, "")), int)


def test_captures_without_an_address_are_articles_of_their_own():
    ebb, flood = (parse(Capture(text, "text")) for text in ("Ebb at noon.", "Flood at six."))
    assert article_key(ebb) == article_key(parse(Capture("Ebb at noon.", "text"))) != article_key(flood)
