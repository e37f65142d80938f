"""A report as a person uses it: opened, filtered, searched, a page inspected, with mouse, keys and fingers."""

import json
import re

import pytest
from report_runs import NARROW, WIDE, open_page, run_of

pytestmark = pytest.mark.browser


def listed(page):
    return page.locator("#list a").count()


def has_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def reasons_shown(page):
    return set(page.locator("#page .group .label span").all_inner_texts())


def search_done(page, words):
    page.wait_for_function("words => state.query === words.trim().toLowerCase()", arg=words)


def is_in_view(page, selector):
    return page.evaluate(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return box.top >= 0 && box.top < innerHeight;
        }""",
        selector,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "size"), [("wide", WIDE), ("narrow", NARROW)])
def test_opened(report, look, shoot, scheme, width, size):
    name, path = report
    page = look(path, size, scheme)
    assert "What became of" in page.locator("h1").inner_text()
    assert page.evaluate("scrollY") == 0
    assert not has_sideways_scroll(page)
    shoot(page, f"{name}-{width}-{scheme}-opened")
    page.locator("#removed summary").first.click()
    for line in page.locator("#rejected summary").all()[:1]:
        line.click()
    assert page.locator("#removed .row.sub").first.is_visible()
    assert not has_sideways_scroll(page)
    shoot(page, f"{name}-{width}-{scheme}-whole", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_inspected(report, look, shoot, scheme):
    name, path = report
    page = look(path, WIDE, scheme)
    open_page(page, 1)
    removed = page.locator("#page .cut .block").first
    removed.hover()
    assert page.locator("#why").is_visible()
    assert "score" in page.locator("#why").inner_text()
    shoot(page, f"{name}-wide-{scheme}-pointed-at")
    removed.click()
    assert page.locator("#why").is_hidden()
    assert page.locator("#page .because").count() == 1
    assert removed.get_attribute("aria-expanded") == "true"
    shoot(page, f"{name}-wide-{scheme}-inspected")
    removed.press("Enter")
    assert page.locator("#page .because").count() == 0


def test_filtered(report, look, shoot):
    name, path = report
    page = look(path)
    every = listed(page)
    page.locator(".chip.comments").click()
    assert 0 < listed(page) <= every
    assert reasons_shown(page) == {"comments"}
    assert page.locator("#page .away").count() > 0
    shoot(page, f"{name}-wide-light-filtered")
    page.locator("#page .away").first.click()
    assert len(reasons_shown(page)) > 1 or page.locator("#page .group.keep").count() > 0
    page.locator(".chip").first.click()
    assert listed(page) == every


def test_searched(report, look, shoot):
    name, path = report
    page = look(path)
    every = listed(page)
    title = page.locator("#list a b").nth(1).inner_text()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.type(title)
    search_done(page, title)
    assert title in page.locator("#list a b").all_inner_texts()
    word = max(page.locator("#page .cut .block").first.inner_text().split(), key=len)
    page.locator("#query").fill(word)
    search_done(page, word)
    assert 0 < listed(page) <= every
    assert {text.lower() for text in page.locator("#page mark").all_inner_texts()} == {word.lower()}
    shoot(page, f"{name}-wide-light-searched")
    page.locator("#query").fill("no page has these words")
    page.wait_for_selector("#list .none")
    page.locator("#query").press("Escape")
    assert listed(page) == every


def test_pages_with_the_whole_word_come_first(look, tmp_path):
    body = "<h1>{0}</h1><p>The {0} left the harbour at noon, and the band on the pier played until it was gone.</p>"
    captures = [
        {"url": f"https://h{i}.example/", "html": f"<title>{word}</title>{body.format(word)}"}
        for i, word in enumerate(("warships", "ship", "worship"))
    ]
    (tmp_path / "captures.jsonl").write_text("\n".join(map(json.dumps, captures)), "utf-8")
    page = look(run_of([tmp_path / "captures.jsonl"], tmp_path / "run"))
    page.locator("#query").fill("ship")
    search_done(page, "ship")
    assert page.locator("#list a b").all_inner_texts() == ["ship", "warships", "worship"]
    page.locator("#query").fill("(")
    page.wait_for_selector("#list .none")


def test_keys_go_through_the_pages(report, look):
    page = look(report[1])
    titles = page.locator("#list a b").all_inner_texts()
    assert page.locator("#page h2").inner_text() == titles[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("#page h2").inner_text() == titles[1]
    page.locator("#list a").nth(1).focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#page h2").inner_text() == titles[2]
    assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"


def test_an_address_leads_to_a_page(report, look):
    page = look(report[1])
    link = page.locator("#list a").nth(2)
    title, fragment = link.locator("b").inner_text(), link.get_attribute("href")
    again = look(report[1], fragment=fragment)
    assert again.locator("#page h2").inner_text() == title
    assert is_in_view(again, "#page h2")


def test_fingers_on_a_telephone(report, look, shoot):
    name, path = report
    page = look(path, NARROW, touch=True)
    assert page.locator("#page").is_hidden()
    open_page(page, 1, finger=True)
    assert page.locator("#list").is_hidden()
    assert is_in_view(page, "#page h2")
    page.locator("#page .cut .block").first.tap()
    assert page.locator("#page .because").is_visible()
    assert not has_sideways_scroll(page)
    shoot(page, f"{name}-narrow-light-inspected")
    page.locator(".back").tap()
    assert page.locator("#page").is_hidden()
    assert is_in_view(page, "#list a")
    shoot(page, f"{name}-narrow-light-list")


def test_colours_are_switched(seeds_report, look):
    page = look(seeds_report)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_words_are_distinguished_from_their_ground(report, look):
    """Every text has at least the contrast that the accessibility guidelines ask for: WCAG 2.2, 1.4.3, 4.5 to 1."""
    for scheme in ("light", "dark"):
        page = look(report[1], scheme=scheme)
        ground, *words = (
            page.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name)", f"--{name}")
            for name in ("paper", "ink", "soft", "accent")
        )
        panel = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--panel')")
        assert min(contrast(word, under) for word in words for under in (ground, panel)) >= 4.5


def contrast(one, other):
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = [int(pair, 16) / 255 for pair in re.findall("[0-9a-f]{2}", colour.strip())]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
