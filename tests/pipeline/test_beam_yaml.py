"""boiloff's transforms in Beam YAML: rows with schemas in and out, by the names of the shipped listing."""

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources

import apache_beam as beam
import pyarrow.parquet as pq
import pytest
from apache_beam.coders import registry
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.typehints.row_type import RowTypeConstraint
from apache_beam.typehints.schemas import schema_from_element_type
from site_pages import FOOTER, story

import boiloff
from boiloff.pipeline import beam_yaml
from boiloff.pipeline.beam_yaml import rows
from boiloff.pipeline.config import ConfigurationError
from boiloff.transforms import Capture, parse

pytest.importorskip("jinja2", reason="Beam YAML is not installed; pip install '.[yaml]'")
from apache_beam.yaml.yaml_provider import load_providers, merge_providers
from apache_beam.yaml.yaml_transform import YamlTransform

LISTING = resources.files(beam_yaml) / "providers.yaml"
PROVIDERS = merge_providers(load_providers(str(LISTING)))
HTML = "<h1>Boats</h1><p>The harbour master counted the boats twice before he wrote the number down.</p>"


def in_yaml(inputs, spec):
    """Apply a YAML spec to rows (or, without any, to the pipeline)."""
    return inputs | YamlTransform(spec, PROVIDERS)


def html_rows(pipeline, *pages, **more):
    return pipeline | beam.Create([beam.Row(html=page, url=f"https://a.example/{n}", **more) for n, page in pages])


def test_the_listing_names_every_transform():
    assert set(PROVIDERS) == set(beam_yaml.__all__)


def test_the_module_shows_where_the_listing_is():
    command = [sys.executable, "-m", "boiloff.pipeline.beam_yaml"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == str(LISTING)


@pytest.mark.parametrize("name", beam_yaml.__all__)
def test_every_transform_and_parameter_is_described(name):
    (provider,) = PROVIDERS[name]
    assert provider.description(name)
    assert not [field.name for field in provider.config_schema(name).fields if not field.description]


@pytest.mark.parametrize("schema", [rows.CAPTURE, rows.ARTICLE, rows.REMOVED, rows.REJECTED])
def test_other_sdks_know_every_type(schema):
    assert "python" not in str(schema_from_element_type(schema))


def test_an_article_survives_the_coder_of_its_schema():
    record = boiloff.clean(HTML, url="https://a.example/").to_dict()
    coder = registry.get_coder(rows.ARTICLE)
    decoded = coder.decode(coder.encode(rows.to_row(record)))
    assert rows.to_record(decoded) == record
    assert list(rows.to_record(decoded)) == list(record)


@pytest.mark.parametrize(
    "capture",
    [
        Capture(body="<p>Grüße vom Kai".encode("latin-1"), id="a", url="https://a.example/", source_offset=7),
        Capture(body="Grüße vom Kai".encode("utf-16"), media="text", captured_at="2024-05-01T06:00:00Z"),
        Capture(body="<p>Grüße".encode("latin-1"), content_type="text/html; charset=latin-1", source_file="a.warc"),
        Capture(body="Grüße", media="text", source="crawl", quality_flags=("truncated",)),
        Capture(body=""),
    ],
)
def test_a_capture_gives_the_same_page_as_a_row(capture):
    assert parse(rows.row_capture(rows.capture_row(capture))) == parse(capture)


def test_what_no_schema_holds_is_replaced():
    row = rows.capture_row(Capture(body="<p>a\ud800b", url="https://a.example/\ud800"))
    assert (row.html, row.url) == ("<p>a\ufffdb", "https://a.example/?")
    registry.get_coder(rows.CAPTURE).encode(row)


def test_rows_of_others_are_captures():
    capture = rows.row_capture(beam.Row(html=None, text="Tides.", id=7, price=3, captured_at=None))
    assert capture == Capture(body="Tides.", media="text", id="7")
    assert rows.row_capture(beam.Row(html=b"<p>Tides.", text="Tides.")).body == b"<p>Tides."
    assert rows.row_capture(Stored(float("nan"), "Tides.")) == Capture(body="Tides.", media="text")


@dataclass
class Stored:
    """A row as somebody's own class, null as pandas writes it."""

    html: float | str
    text: str


def test_rows_of_ones_own_classes_are_records():
    assert rows.to_record(beam.Row(inner=[Stored("", "Tides.")], tags=("a",))) == {
        "inner": [{"html": "", "text": "Tides."}],
        "tags": ["a"],
    }


def test_other_transforms_follow():
    with beam.Pipeline("FnApiRunner") as pipeline:
        found = in_yaml(
            html_rows(pipeline, (1, HTML), (2, "<p>Zwei Boote lagen am Abend noch draußen vor der Mole.</p>")),
            """
            type: composite
            input: {input: input}
            transforms:
              - {type: CleanCaptures, input: input}
              - type: Filter
                input: CleanCaptures.articles
                config: {language: python, keep: language == "de"}
              - type: MapToFields
                input: Filter
                config:
                  language: python
                  fields: {id: url, length: {expression: len(text), output_type: integer}, kind: "blocks[0].kind"}
            output: MapToFields
            """,
        )
        assert isinstance(found.element_type, RowTypeConstraint)
        plain = found | beam.Map(lambda row: (row.id, row.length, row.kind))
        assert_that(plain, equal_to([("https://a.example/2", 52, "paragraph")]))


def test_every_output_has_its_schema():
    with beam.Pipeline("FnApiRunner") as pipeline:
        outputs = html_rows(pipeline, (1, HTML), (2, "<img src=a>")) | beam_yaml.CleanCaptures(
            error_handling={"output": "dead"}
        )
        types = {name: output.element_type for name, output in outputs.items()}
        assert types == {"articles": rows.ARTICLE, "removed": rows.REMOVED, "dead": rows.REJECTED}
        assert_that(
            outputs["dead"] | beam.Map(lambda row: (row.reason, row.url)),
            equal_to([("no-text", "https://a.example/2")]),
        )


def test_steps_may_stand_in_the_pipeline():
    with beam.Pipeline("FnApiRunner") as pipeline:
        (provider,) = PROVIDERS["CleanHtml"]
        step = {"type": "KeepMainContent", "config": {"threshold": 0.9}}
        assert provider.create_transform("CleanHtml", {"steps": [step]}, None).chosen.steps[0].config == {
            "threshold": 0.9
        }
        pages = html_rows(pipeline, (1, HTML)) | beam_yaml.CleanHtml(steps=[{"type": "DetectLanguage"}])
        assert_that(pages | beam.Map(lambda row: (row.article.language, row.article.title)), equal_to([("en", "")]))


def test_articles_stand_beside_the_fields_of_a_row():
    with beam.Pipeline("FnApiRunner") as pipeline:
        pages = pipeline | beam.Create([beam.Row(page=HTML, price=3)])
        texts = (
            pages
            | beam_yaml.CleanHtml(field="page")
            | beam.Map(lambda row: beam.Row(text=row.article.text, price=row.price))
        )
        again = texts | beam_yaml.CleanText(output_field="clean")
        assert again.element_type.get_type_for("clean") == rows.ARTICLE
        assert_that(
            again | beam.Map(lambda row: (row.price, row.clean.text == row.text == boiloff.clean(HTML).text)),
            equal_to([(3, True)]),
        )


def test_rows_whose_page_fails_leave_by_their_own_output():
    spec = """
        type: composite
        input: {input: input}
        transforms:
          - type: CleanHtml
            input: input
            config:
              steps: [{type: failing_transform.FailOnParrots}]
              error_handling: {output: errors}
          - {type: MapToFields, name: Good, input: CleanHtml, config: {language: python, fields: {url: url}}}
          - {type: MapToFields, name: Bad, input: CleanHtml.errors, config: {language: python, fields: {url: element.url, msg: msg}}}
        output: {good: Good, bad: Bad}
        """
    with beam.Pipeline("FnApiRunner") as pipeline:
        outputs = in_yaml(html_rows(pipeline, (1, HTML), (2, "<p>A parrot spoke.</p>")), spec)
        assert_that(outputs["good"] | beam.Map(lambda row: row.url), equal_to(["https://a.example/1"]))
        bad = outputs["bad"] | "Pair" >> beam.Map(lambda row: (row.url, row.msg))
        message = "FailOnParrots failed: RuntimeError: a parrot (failing_transform.py, line 18)"
        assert_that(bad, equal_to([("https://a.example/2", message)]), label="bad")


def test_a_page_that_fails_ends_a_pipeline_that_does_not_handle_errors():
    pipeline = beam.Pipeline("FnApiRunner")
    pages = html_rows(pipeline, (1, "<p>A parrot spoke.</p>"))
    _ = pages | beam_yaml.CleanHtml(steps=[{"type": "failing_transform.FailOnParrots"}])
    with pytest.raises(RuntimeError, match="a parrot"):
        pipeline.run()


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (lambda: beam_yaml.CleanHtml(field="body"), "no field 'body', but html, url; set 'field'"),
        (lambda: beam_yaml.CleanHtml(output_field="url"), "a field 'url' already"),
        (lambda: beam_yaml.CleanText(), "no field 'text'"),
        (lambda: beam_yaml.CleanHtml(error_handling={"to": "x"}), r"error_handling is \{output: NAME\}"),
        (lambda: beam_yaml.ReadCaptures("seeds"), r"write \[seeds\]"),
    ],
)
def test_mistakes_are_reported_before_anything_runs(transform, message):
    with pytest.raises(ValueError, match=message):
        html_rows(beam.Pipeline("FnApiRunner"), (1, HTML)) | transform()


def test_unknown_steps_are_refused():
    with pytest.raises(ConfigurationError, match="'RemoveAll'"):
        beam_yaml.CleanCaptures(steps=[{"type": "RemoveAll"}])


def test_what_is_no_row_is_refused():
    with pytest.raises(ValueError, match="CleanCaptures needs rows with a schema"):
        _ = beam.Pipeline("FnApiRunner") | beam.Create(["page"]) | beam_yaml.CleanCaptures()
    with pytest.raises(ValueError, match="'html' or 'text'; these have price"):
        _ = beam.Pipeline("FnApiRunner") | beam.Create([beam.Row(price=3)]) | beam_yaml.CleanCaptures()


def test_what_is_learned_is_used(tmp_path):
    store = str(tmp_path / "memory.boiloff")
    captures = [rows.capture_row(story(n)) for n in range(12)]
    with beam.Pipeline("FnApiRunner") as pipeline:
        pages = pipeline | beam.Create(captures).with_output_types(rows.CAPTURE)
        totals = pages | beam_yaml.LearnTemplates(store)
        assert_that(
            totals | beam.Map(lambda row: (row.store, row.sites, row.templates > 0)), equal_to([(store, 1, True)])
        )
    with beam.Pipeline("FnApiRunner") as pipeline:
        pages = pipeline | beam.Create(captures).with_output_types(rows.CAPTURE)
        texts = (pages | beam_yaml.CleanCaptures(templates=store))["articles"] | beam.Map(
            lambda row: FOOTER in row.text
        )
        assert_that(texts, equal_to([False] * 12))
    with pytest.raises(ValueError, match="exists"):
        _ = (
            beam.Pipeline("FnApiRunner")
            | beam.Create(captures).with_output_types(rows.CAPTURE)
            | beam_yaml.LearnTemplates(store)
        )


def test_records_are_written_as_the_command_writes_them(tmp_path):
    article = boiloff.clean(HTML, url="https://a.example/").to_dict()
    with beam.Pipeline("FnApiRunner") as pipeline:
        records = pipeline | beam.Create([rows.to_row(article)]).with_output_types(rows.ARTICLE)
        _ = records | beam_yaml.WriteRecords(str(tmp_path), "articles")
    (path,) = tmp_path.glob("articles-*.jsonl")
    assert path.read_text("utf-8") == json.dumps(article, ensure_ascii=False, separators=(",", ":")) + "\n"


def test_records_in_parquet_have_the_schema_that_the_command_gives_them(tmp_path):
    articles = [boiloff.clean(html, url="https://a.example/").to_dict() for html in (HTML, "<p>Ebb.</p>")]
    with beam.Pipeline("FnApiRunner") as pipeline:
        inputs = {
            str(number): pipeline
            | f"Create{number}" >> beam.Create([rows.to_row(article)]).with_output_types(rows.ARTICLE)
            for number, article in enumerate(articles)
        }
        _ = inputs | beam_yaml.WriteRecords(str(tmp_path), "articles", format="parquet")
    tables = [pq.read_table(path) for path in tmp_path.glob("articles-*.parquet")]
    assert all(table.schema.equals(boiloff.arrow_schema("articles")) for table in tables)
    found = [record for table in tables for record in table.to_pylist()]
    assert sorted(found, key=str) == sorted(articles, key=str)


def test_what_cannot_be_written_as_parquet_is_refused(tmp_path):
    with pytest.raises(ValueError, match="gzip is for JSON lines"):
        beam_yaml.WriteRecords(str(tmp_path), "articles", gzip=True, format="parquet")
    with pytest.raises(ValueError, match="format 'csv' is not known; valid are jsonl, parquet"):
        beam_yaml.WriteRecords(str(tmp_path), "articles", format="csv")
    pipeline = beam.Pipeline("FnApiRunner")
    inputs = {name: pipeline | name >> beam.Create([beam.Row(**{name: "Ebb"})]) for name in ("title", "text")}
    with pytest.raises(ValueError, match="need the same fields"):
        _ = inputs | beam_yaml.WriteRecords(str(tmp_path), "both", format="parquet")
