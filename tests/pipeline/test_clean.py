"""boiloff without a pipeline, and its transforms inside somebody else's."""

import subprocess
import sys

import apache_beam as beam
import pytest
from apache_beam.testing import test_pipeline
from apache_beam.testing.util import assert_that, equal_to

import boiloff
from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.config import ConfigurationError
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Capture, DetectLanguage, Page, ParseCaptures, RemoveCommentWidgets, parse

SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down. "
HTML = (
    f"<title>Boats</title><h1>Boats</h1><div>{f'<p>{SENTENCE * 2}</p>' * 4}</div><div id=comments><p>First!</p></div>"
)


def test_clean_gives_an_article():
    article = boiloff.clean(HTML, url="https://www.tides.example/boats")
    assert (article.title, article.language, article.site) == ("Boats", "en", "tides.example")
    assert article.text == "\n\n".join([(SENTENCE * 2).strip()] * 4)
    assert article.tool_version == boiloff.__version__


def test_clean_with_ledger_gives_what_was_taken_away_too():
    article, removed = boiloff.clean_with_ledger(HTML, url="https://www.tides.example/boats")
    assert article == boiloff.clean(HTML, url="https://www.tides.example/boats")
    assert [(record["position"], record["reason"], record["text"]) for record in removed] == [
        (0, "navigation", "Boats"),
        (5, "comments", "First!"),
    ]
    assert {record["id"] for record in removed} == {article.id}
    assert len(removed) == article.removed_blocks


def test_bytes_are_decoded():
    article = boiloff.clean(HTML.replace("boats", "Böte").encode("utf-16"))
    assert "Böte" in article.text


def test_clean_text_gives_an_article():
    text = f"in ,\n\nBoats counted twice\n\n{SENTENCE * 2}\n\n{SENTENCE * 3}\n\nReport\n\nLeave a Reply\n\nNotify of\nguest\n0 Comments"
    article = boiloff.clean_text(text)
    assert article.title == "Boats counted twice"
    assert article.text == f"{SENTENCE * 2}\n\n{SENTENCE * 3}".replace(". \n", ".\n").strip()


def test_the_same_page_has_the_same_id():
    assert boiloff.clean(HTML).id == boiloff.clean(HTML).id != boiloff.clean(HTML, url="https://a.example/").id


def test_a_page_without_text_gives_an_empty_article():
    assert boiloff.clean("").text == ""


def test_an_unknown_configuration_is_refused():
    with pytest.raises(ConfigurationError, match="'lax'"):
        boiloff.clean(HTML, config="lax")


def test_what_is_no_page_is_refused():
    with pytest.raises(TypeError, match="url must be text, not int"):
        boiloff.clean("<p>Ebb", url=5)
    with pytest.raises(ValueError, match="fetches no pages; pass the HTML of 'https://estuary"):
        boiloff.clean("https://estuary.example/")
    assert boiloff.clean("https://estuary.example/ is an address.").text


def test_captures_without_an_article_are_rejected_with_their_reason():
    cleaner = Cleaner.named("default")
    empty = clean_capture(Capture(body="<img src=a>", id="a", url="https://a.example/", captured_at="2024"), cleaner)
    menu = clean_capture(Capture(body="<div id=disqus_thread><p>First!</p></div>"), cleaner)
    assert isinstance(empty, Rejected)
    assert (empty.id, empty.stage, empty.reason, empty.captured_at) == ("a", "parse", "no-text", "2024")
    assert isinstance(menu, Rejected)
    assert (menu.stage, menu.reason) == ("clean", "no-article")


def test_transforms_fit_into_other_pipelines():
    with test_pipeline.TestPipeline("FnApiRunner") as pipeline:
        pages = (
            pipeline | beam.Create([Capture(body=HTML)]) | ParseCaptures() | RemoveCommentWidgets() | DetectLanguage()
        )
        assert pages.element_type is Page
        marked = pages | beam.Map(lambda page: [r.reason for r in page.removals if r])
        assert_that(marked, equal_to([["comments"]]))


def test_a_step_fed_with_the_wrong_thing_is_named_by_beam():
    with (
        pytest.raises(beam.typehints.TypeCheckError, match="RemoveCommentWidgets"),
        test_pipeline.TestPipeline("FnApiRunner") as pipeline,
    ):
        _ = pipeline | beam.Create(["not a page"]) | RemoveCommentWidgets()


def test_steps_are_pure():
    page = parse(Capture(body=HTML))
    assert RemoveCommentWidgets().clean(page) == RemoveCommentWidgets().clean(page)
    assert page == parse(Capture(body=HTML))


def test_the_package_shows_what_it_offers_and_nothing_else():
    names = [name for name in dir(boiloff) if not name.startswith("__")]
    assert names == sorted({*boiloff.__all__, "transforms"} - {"__version__"})
    assert all(hasattr(boiloff, name) for name in dir(boiloff))


def test_one_page_loads_only_what_it_needs():
    others = ("apache_beam", "pyarrow", "yaml", "fastwarc", "zstandard", "difflib")
    program = (
        "import sys, boiloff; boiloff.clean('<h1>Tides</h1><p>The tide comes in twice a day, since 1911.</p>');"
        f"print([name for name in {others} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "[]\n"


def test_what_a_program_has_frozen_stays_frozen():
    """Loading moves objects between the generations of the collector."""
    program = "import gc, boiloff; gc.freeze(); boiloff.clean('<p>Tides</p>'); print(gc.get_freeze_count() > 1000)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "True\n"
