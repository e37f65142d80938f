"""What a hostile page says is shown as text, in a report and where one page is explained."""

import html
import json

import pytest
from click.testing import CliRunner
from report_runs import NARROW, ROOT, open_page, run_of

from boiloff.pipeline.cli.app import boiloff

pytestmark = pytest.mark.browser

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
TERMINAL = "\x1b[31mred\x1b]0;title\x07 \x9b1m \u202egpj.exe"
ADDRESS = "javascript:alert(3)//"
STORY = "The harbour master wrote the tides down by hand for many years, on a press older than the pier itself. "


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    words = html.escape(f"{SCRIPT} {TERMINAL} {ADDRESS}")
    page = f"<title>{words}</title><nav class='{words}'><a href='{ADDRESS}'>{words}</a></nav><h1>{words}</h1>"
    page += (
        f"<p>{words} {STORY}</p><p>{STORY * 2}</p><div id='disqus_thread' class='{words}'><p>{words} First!</p></div>"
    )
    captures = [
        {"id": f"one {SCRIPT}", "url": ADDRESS + SCRIPT, "html": page},
        {"id": "two", "url": f"https://gazette.example/{TERMINAL}{SCRIPT}", "html": page},
        {"id": f"three {TERMINAL}", "url": f"https://gazette.example/{SCRIPT}", "html": ""},
        {"id": "four", "url": "https://gazette.example/tides", "html": page},
    ]
    (folder / "in.jsonl").write_text("".join(json.dumps(capture) + "\n" for capture in captures))
    return run_of([folder / "in.jsonl"], folder / "run")


def check_page(page):
    shown = page.locator("#page .block").all_inner_texts()
    assert all(SCRIPT in text and "␛[31mred␛]0;title␇ ‹U+009B›1m ‹U+202E›gpj.exe" in text for text in shown[:1])
    assert page.locator("main script, #pages script, img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


def test_a_report_shows_it_as_text(hostile_report, look, shoot):
    page = look(hostile_report)
    addresses = []
    for number in range(page.locator("#list a").count()):
        open_page(page, number)
        check_page(page)
        page.locator("#page .cut .block").first.click()
        links_out = page.locator("#page .address a").all()
        addresses += [(link.get_attribute("href"), link.get_attribute("rel")) for link in links_out]
        shoot(page, f"hostile-wide-light-{number}")
    assert addresses == [("https://gazette.example/tides", "noreferrer noopener")]
    for line in page.locator("#rejected summary").all():
        line.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_a_telephone_shows_it_as_text(hostile_report, look, shoot):
    page = look(hostile_report, NARROW, touch=True)
    open_page(page, 0, finger=True)
    check_page(page)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
    shoot(page, "hostile-narrow-light")


def test_one_page_is_explained(tmp_path, look, shoot):
    file = ROOT / "seeds" / "harbour-gazette" / "market-hall-roof-vote.html"
    words = ["explain", str(file), "--html", str(tmp_path / "page.html")]
    assert CliRunner().invoke(boiloff, words, catch_exceptions=False).exit_code == 0
    page = look(tmp_path / "page.html")
    assert page.locator("#list").is_hidden()
    assert page.locator("#page .group.cut").count() > 3
    assert page.locator("#page .group.keep").count() > 0
    shoot(page, "explained-wide-light")
    shoot(look(tmp_path / "page.html", NARROW, "dark"), "explained-narrow-dark")
