"""A run's articles in the forms of other tools: what they ask of a document, and what an export may not do."""

import gzip
import json

import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.records import FORMS as OFFERED
from boiloff.pipeline.cli.records import export as command
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import RunError, pipeline_options
from boiloff.pipeline.inspect import export as job
from boiloff.pipeline.inspect.export import (
    FORMS,
    Exported,
    datatrove_document,
    dolma_document,
    export,
    schema_org_article,
)
from boiloff.pipeline.output.folder import OutputError
from boiloff.pipeline.output.manifest import open_finished_run
from boiloff.pipeline.reading.ranges import InputError, expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean

# What each tool's own code takes from a document, and of which type; datatrove.data.Document,
# dolma.core.data_types.InputSpecWithMetadata, schema.org/Article.
ASKED = {
    "datatrove": {"text": str, "id": str, "metadata": dict},
    "dolma": {
        **{"id": str, "text": str, "source": str, "version": str, "added": str, "created": str},
        "metadata": dict,
    },
    "schema.org": {"@context": str, "@type": str, "identifier": str, "articleBody": str},
}


@pytest.fixture(scope="module", params=["jsonl", "jsonl.gz", "parquet"])
def run(request, seeds, tmp_path_factory):
    output = tmp_path_factory.mktemp("run") / "out"
    inputs = expand_inputs([str(seeds)])
    run_clean(CleanJob(inputs, str(output), load_configuration(), format=request.param), pipeline_options([]))
    return open_finished_run(str(output))


@pytest.fixture(scope="module")
def articles(run):
    return list(run.records("articles"))


def documents(folder):
    found = []
    for path in sorted(folder.rglob("articles-*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found += map(json.loads, data.decode().splitlines())
    return found


def test_the_command_offers_every_form_and_each_has_its_keys():
    assert set(OFFERED) == set(FORMS) == set(ASKED)


@pytest.mark.parametrize("form", FORMS)
def test_every_article_is_one_document_as_the_tool_asks_for_it(run, articles, form, tmp_path):
    done = export(run, FORMS[form], str(tmp_path / "out"), FORMS[form].format)
    found = documents(tmp_path / "out")
    assert done == Exported(len(articles), len(run.shards_of("articles")))
    assert len(found) == len(articles)
    for article, document in zip(articles, found, strict=True):
        assert {key: type(document[key]) for key in ASKED[form]} == ASKED[form]
        assert article["text"] in document.values()
        assert article["id"] in document.values()


def test_nothing_of_a_record_is_lost_in_metadata(articles):
    for article in articles:
        document = datatrove_document(article)
        assert {"text": document["text"], "id": document["id"], **document["metadata"]} == article
        known = dolma_document(article)
        assert known["metadata"].items() <= article.items()
        assert set(article) - set(known["metadata"]) == {"id", "text", "source"}


def test_what_is_not_known_is_no_property_of_json_ld(articles):
    empty = {"id": "7", "text": "Ebb.", "language": "und", "authors": [], "tags": []}
    bare = schema_org_article({**dict.fromkeys(articles[0], ""), **empty})
    assert bare == {"@context": "https://schema.org", "@type": "Article", "identifier": "7", "articleBody": "Ebb."}
    known = schema_org_article({**articles[0], "authors": ["I. Pilot"], "site_name": "Ebb", "language": "en"})
    assert known["author"] == [{"@type": "Person", "name": "I. Pilot"}]
    assert known["publisher"] == {"@type": "Organization", "name": "Ebb"}
    assert known["inLanguage"] == "en"


def test_an_author_that_is_listed_as_an_organisation_is_one_in_json_ld(articles):
    known = schema_org_article({**articles[0], "authors": ["I. Pilot", "NTA"], "organisations": ["NTA"]})
    assert [author["@type"] for author in known["author"]] == ["Person", "Organization"]


@pytest.mark.parametrize(
    ("source", "site", "expected"), [("crawl", "a.example", "crawl"), ("", "a.example", "a.example"), ("", "", "web")]
)
def test_a_document_of_dolma_always_has_a_source(articles, source, site, expected):
    assert dolma_document({**articles[0], "source": source, "site": site})["source"] == expected


@pytest.mark.parametrize("form", FORMS)
def test_the_same_run_gives_the_same_bytes(run, form, tmp_path):
    for name in ("one", "two"):
        export(run, FORMS[form], str(tmp_path / name), "jsonl.gz")
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.gz")}
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) == len(run.shards_of("articles"))


def test_the_command_shows_what_it_wrote_and_overwrites_nothing(run, articles, tmp_path):
    words = [run.folder, "--to", "dolma", "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(command, words)
    assert done.output == f"{len(articles)} documents in {len(run.shards_of('articles'))} file: {tmp_path / 'out'}\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["documents"]
    (tmp_path / "file").touch()
    for output, message in (("out", "is not empty, and an export overwrites nothing"), ("file", "is a file")):
        with pytest.raises(OutputError, match=message):
            export(run, FORMS["dolma"], str(tmp_path / output), "jsonl")


def test_a_run_that_lacks_articles_is_not_exported(run, tmp_path):
    run.summary["articles"] += 1
    try:
        with pytest.raises(RunError, match="repeat the run"):
            export(run, FORMS["dolma"], str(tmp_path / "out"), "jsonl")
    finally:
        run.summary["articles"] -= 1
    assert list((tmp_path / "out").iterdir()) == []


def test_what_fails_on_the_way_leaves_nothing(run, tmp_path, monkeypatch):
    class WrongError(Exception):
        pass

    def fail(*_):
        raise WrongError

    monkeypatch.setattr(job.OutputFolder, "move", fail)
    with pytest.raises(WrongError):
        export(run, FORMS["datatrove"], str(tmp_path / "moved"), "jsonl")
    with pytest.raises(WrongError):
        export(run, job.Form(fail), str(tmp_path / "made"), "jsonl")
    assert list((tmp_path / "moved").iterdir()) == list((tmp_path / "made").iterdir()) == []


def test_a_folder_without_a_finished_run_is_reported(tmp_path):
    with pytest.raises(InputError, match="not a finished run"):
        CliRunner().invoke(command, [str(tmp_path), "--to", "dolma", "--output", "out"], catch_exceptions=False)
