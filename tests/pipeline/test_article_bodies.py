"""Articles with their structure: asked for in advance, or read from the article; in records, files and commands."""

import json
import pickle

import pytest
from click.testing import CliRunner

import boiloff
from boiloff.pipeline.clean import Cleaner, article_of
from boiloff.pipeline.cli.app import boiloff as command
from boiloff.pipeline.config import ConfigurationError, load_configuration
from boiloff.pipeline.output.schemas import BODY_KEYS, bigquery_schema, json_schema
from boiloff.transforms import Capture, Page, make_article, parse
from boiloff.transforms.core.article import NO_KEYS

SENTENCE = "The harbour master printed the tables by hand, every year, on a press older than the pier."
HTML = f"<p>{SENTENCE}</p><h2>Flood</h2><p>{SENTENCE[:-1]}, <b>they</b> say.</p>"
MARKDOWN = f"{SENTENCE}\n\n## Flood\n\n{SENTENCE[:-1]}, **they** say."
WRITTEN = f"<p>{SENTENCE}</p>\n<h2>Flood</h2>\n<p>{SENTENCE[:-1]}, <strong>they</strong> say.</p>"


def test_an_article_writes_bodies_when_they_are_read():
    article = boiloff.clean(HTML)
    assert (article.markdown, article.html) == (MARKDOWN, WRITTEN)
    assert not {"markdown", "html", *NO_KEYS} & article.to_dict().keys()


@pytest.mark.parametrize(("body", "written"), [("markdown", MARKDOWN), ("html", WRITTEN)])
def test_a_record_has_the_body_that_was_asked_for_as_its_last_key(body, written):
    article = boiloff.clean(HTML, body=body)
    assert list(article.to_dict().items())[-1] == (body, written)
    assert getattr(pickle.loads(pickle.dumps(article)), body) == written


def test_an_article_without_its_page_names_the_way_out():
    article = pickle.loads(pickle.dumps(boiloff.clean(HTML)))
    assert article == boiloff.clean(HTML)
    with pytest.raises(AttributeError, match="ask for it with body='markdown'"):
        _ = article.markdown


def test_all_functions_take_a_body():
    assert boiloff.clean_text("One.\n\n- two\n- three", body="markdown").markdown == "One.\n\n- two\n- three"
    article, _ = boiloff.clean_with_ledger(HTML, body="html")
    assert article.to_dict()["html"] == WRITTEN
    assert next(boiloff.clean_many([HTML], body="markdown", workers=1)).markdown == MARKDOWN
    assert make_article(parse(Capture(HTML)), body="markdown").markdown == MARKDOWN


def test_rows_without_markup_have_bodies():
    page = parse(Capture(HTML))
    rows = Page.from_rows(page.blocks, page.elements)
    assert make_article(rows, body="markdown").markdown == MARKDOWN


def test_bodies_are_part_of_the_configuration(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("body: markdown\n")
    configuration = load_configuration(str(path))
    assert configuration.body == "markdown"
    assert configuration.sha256() != load_configuration().sha256() == configuration.writing("text").sha256()
    assert boiloff.clean(HTML, config=str(path)).to_dict()["markdown"] == MARKDOWN
    path.write_text("body: markdwon\n")
    with pytest.raises(ConfigurationError, match="body 'markdwon' is not known; did you mean 'markdown'"):
        load_configuration(str(path))


@pytest.mark.parametrize("body", BODY_KEYS)
def test_schemas_have_the_body(body):
    assert (
        list(json_schema("articles", body)["properties"])[-1] == json_schema("articles", body)["required"][-1] == body
    )
    assert bigquery_schema("articles", body)[-1]["name"] == body
    assert boiloff.arrow_schema("articles", body).names == [*boiloff.arrow_schema("articles").names, body]
    assert json_schema("rejected", body) == json_schema("rejected")


def run(*words):
    result = CliRunner().invoke(command, list(map(str, words)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "ebb.html"
    path.write_text(HTML)
    return path


def test_commands_print_bodies(page):
    assert run("clean", page, "--body", "markdown") == f"{MARKDOWN}\n"
    assert run("clean", page, "--body", "html") == f"{WRITTEN}\n"
    assert run("clean", page, "--body", "text") == run("clean", page)
    assert run("explain", page, "--markdown") == f"{MARKDOWN}\n"
    assert json.loads(run("clean", page, "--output", "-", "--body", "html"))["html"] == WRITTEN
    assert json.loads(run("schema", "articles", "--body", "html"))["required"][-1] == "html"


def test_explain_shows_one_form(page):
    result = CliRunner().invoke(command, ["explain", str(page), "--markdown", "--text"])
    assert result.exit_code == 2
    assert "--text shows only the article; leave --text or --markdown out" in result.output


def test_runs_write_bodies(page, tmp_path):
    run("clean", page, "--output", tmp_path / "lines", "--body", "markdown", "--no-learn", "--quiet")
    (line,) = (tmp_path / "lines" / "articles-00000-of-00001.jsonl").read_text().splitlines()
    assert json.loads(line)["markdown"] == MARKDOWN
    run(
        *("clean", page, "--output", tmp_path / "rows", "--body", "html", "--no-learn", "--quiet"),
        *("--format", "parquet"),
    )
    pq = pytest.importorskip("pyarrow.parquet")
    table = pq.read_table(tmp_path / "rows" / "articles-00000-of-00001.parquet")
    assert table.schema.equals(boiloff.arrow_schema("articles", "html"))
    assert table["html"].to_pylist() == [WRITTEN]


def test_a_cleaner_holds_no_page_for_records():
    cleaner = Cleaner.named("default")
    assert cleaner.article(cleaner.page(Capture(HTML))).page is None


def test_a_body_that_fails_rejects_its_page_alone(monkeypatch):
    def fail(page, body):
        raise ValueError("no such luck")

    monkeypatch.setattr("boiloff.pipeline.clean.write_body", fail)
    cleaner = Cleaner.of(load_configuration().writing("markdown"))
    rejected = article_of(Capture(HTML), cleaner)
    assert (rejected.reason, rejected.stage) == ("step-failed", "body")
    assert "no such luck" in rejected.error
