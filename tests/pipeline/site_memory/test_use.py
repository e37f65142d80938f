"""Cleaning with what was learned: from the command's own inputs, from a store, and for one page in a shell."""

import json
import random
from pathlib import Path

import pytest
from site_pages import FOOTER, SITE, story

import boiloff
from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.site_memory.learning import LearnJob, run_learn
from boiloff.pipeline.site_memory.sketcher import Learner
from boiloff.transforms import Capture


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    """Twenty articles of one site, and one of them once more under another address with other furniture."""
    folder = tmp_path_factory.mktemp("crawl")
    captures = [story(n) for n in range(20)]
    copy = story(7, url=f"https://copies.example/{SITE}/7", captured_at="2024-06-01T00:00:00Z")
    lines = [
        json.dumps({"id": f"page {i}", "html": c.body, "url": c.url, "captured_at": c.captured_at})
        for i, c in enumerate([*captures, copy])
    ]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def clean(crawl, output, **how):
    job = CleanJob([str(crawl / "all.jsonl")], str(output), load_configuration(), **how)
    summary = run_clean(job, pipeline_options([], how.pop("workers", 1)))
    articles = [
        json.loads(line) for path in output.glob("articles-*") for line in path.read_text("utf-8").split("\n") if line
    ]
    return summary, {article["id"]: article for article in articles}


@pytest.fixture(scope="module")
def store(crawl, tmp_path_factory):
    path = tmp_path_factory.mktemp("memory") / "memory.boiloff"
    run_learn(LearnJob([str(crawl / "all.jsonl")], str(path), load_configuration()), pipeline_options([], 1))
    return str(path)


def test_a_run_that_learns_first_takes_out_what_repeats(crawl, tmp_path):
    summary, alone = clean(crawl, tmp_path / "alone")
    learned, articles = clean(crawl, tmp_path / "learned", learns=True)
    assert (summary["captures"], learned["captures"]) == (21, 21)
    assert all(FOOTER in article["text"] for article in alone.values())
    assert not [article["id"] for article in articles.values() if FOOTER in article["text"] and article["site"] == SITE]
    assert learned["templates"].endswith("site-memory.boiloff")
    assert (tmp_path / "learned" / "site-memory.boiloff").is_file()


def test_a_store_gives_what_learning_first_gives(crawl, tmp_path, store):
    _, first = clean(crawl, tmp_path / "first", learns=True)
    _, second = clean(crawl, tmp_path / "second", templates=store)
    assert first == second


def test_captures_that_say_the_same_name_the_first_of_them(crawl, tmp_path, store):
    _, articles = clean(crawl, tmp_path / "out", templates=store)
    assert articles["page 20"]["duplicate_of"] == "page 7"
    assert {article["duplicate_of"] for name, article in articles.items() if name != "page 20"} == {""}


def test_one_page_in_a_shell_profits_too(store):
    capture = story(70)
    alone = boiloff.clean(capture.body, capture.url)
    known = boiloff.clean(capture.body, capture.url, templates=store)
    assert alone.text.removesuffix(f"\n\n{FOOTER}") == known.text != alone.text


def test_a_site_that_the_store_does_not_know_is_judged_page_by_page(store):
    capture = story(70, url="https://unknown.example/70")
    assert boiloff.clean(capture.body, capture.url, store) == boiloff.clean(capture.body, capture.url)


def test_a_store_that_cannot_be_used_is_refused(tmp_path):
    with pytest.raises(boiloff.StoreError, match="does not exist; make it with: boiloff learn"):
        boiloff.clean("<p>Tides.</p>", templates=str(tmp_path / "none.boiloff"))


def test_text_captures_lose_what_repeats_on_their_site(tmp_path):
    notice = "Drawn up by the harbour office and sent to every house on the quay."
    lines = [
        json.dumps(
            {
                "url": f"https://{SITE}/t/{n}",
                "text": f"Watch {n}\n\nThe lamp on pier {n} went out at dusk, and the keeper rowed over to see why it had.\n\n"
                f"It took him {n} matches and most of the night before the wick would hold the flame again.\n\n{notice}",
            }
        )
        for n in range(8)
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    _, articles = clean(tmp_path, tmp_path / "out", learns=True)
    assert len(articles) == 8
    assert not [article for article in articles.values() if notice in article["text"]]
    assert all("before the wick would hold" in article["text"] for article in articles.values())


def test_cleaning_knows_a_content_by_the_key_that_learning_gave_it():
    configuration = load_configuration()
    capture = Capture(body=story(3).body, url=story(3).url)

    class Recorder:
        asked = None

        def originals(self, key):
            self.asked = key
            return "", ""

        def site(self, name):
            return None

    recorder = Recorder()
    Cleaner(configuration, recorder).page(capture)
    assert recorder.asked == Learner(configuration).lesson(capture).content.key


def test_pages_of_which_only_the_same_footer_is_found_are_no_duplicates(tmp_path):
    html = (
        "<title>{0}</title><h1>{0}</h1><img src='{0}.png'><footer><p>"
        + "The mole is lit until ten. " * 6
        + "</p></footer>"
    )
    lines = [
        json.dumps({"id": name, "url": f"https://{SITE}/{name}", "html": html.format(name)})
        for name in ("pier", "lamp")
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    _, articles = clean(tmp_path, tmp_path / "out", learns=True)
    assert {article["duplicate_of"] for article in articles.values()} <= {""}


def test_a_store_may_be_named_by_a_path(store):
    capture = story(70)
    assert boiloff.clean(capture.body, capture.url, Path(store)) == boiloff.clean(capture.body, capture.url, store)


WORDS = "tide mole lantern wick harbour pilot ebb quay rope gull anchor chart buoy ferry keel oar sail net crab salt".split()


def essay(seed, count=8):
    """Make paragraphs of their own: their words, in an order that no other seed has."""
    draws = random.Random(seed)
    return [" ".join(draws.choices(WORDS, k=40)).capitalize() + "." for _ in range(count)]


def article_page(name, paragraphs, *, site, headline, byline="Una Roe", frame=""):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = (
        f"<title>{headline}</title><nav><a href='/'>Front page</a> <a href='/{site}'>All of {site}</a></nav>"
        f"<article><h1>{headline}</h1><p class='byline'>By {byline}</p>{frame}{body}</article>"
        f"<aside><p>More from {site}: <a href='/x'>the boats</a>, <a href='/y'>the lamps</a></p></aside>"
    )
    return {"id": name, "url": f"https://{site}/{name}", "html": html}


def test_reprints_name_the_first_capture_and_other_articles_of_a_series_do_not(tmp_path):
    frame = "".join(f"<p>{text}</p>" for text in essay(99, 6))  # what each recipe of a site says
    written = [
        article_page("wire", essay(1), site="wire.example", headline="The mole is closed"),
        article_page("headline", essay(1), site="gazette.example", headline="No way to the lamp", byline="The desk"),
        article_page("paragraph", essay(2)[:1] + essay(1)[1:], site="echo.example", headline="Closed: the mole"),
        article_page("part", essay(1)[:3] + essay(3)[3:], site="echo.example", headline="Three years of the mole"),
        article_page("translated", [text.replace("i", "ı").replace("a", "ą").replace("e", "é") for text in essay(1)],
                     site="wire.example", headline="Zamknięte"),
        article_page("series 1", essay(4), site="wire.example", headline="Lamps, part 1", frame=frame),
        article_page("series 2", essay(5), site="wire.example", headline="Lamps, part 2", frame=frame),
        article_page("recipe 1", essay(6, 2), site="kitchen.example", headline="Crab soup", frame=frame),
        article_page("recipe 2", essay(7, 2), site="kitchen.example", headline="Salt cod", frame=frame),
    ]  # fmt: skip
    lines = [json.dumps(page | {"captured_at": f"2024-05-{day:02d}T00:00:00Z"}) for day, page in enumerate(written, 1)]
    random.Random(1).shuffle(lines)  # the order of the captures makes no difference
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    summary, articles = clean(tmp_path, tmp_path / "out", learns=True)
    named = {name: article["duplicate_of"] for name, article in articles.items() if article["duplicate_of"]}
    assert named == {"headline": "wire", "paragraph": "wire"}
    assert summary["duplicates"] == 2
