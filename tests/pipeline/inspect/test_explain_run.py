"""`boiloff explain RUN`: a page that a run has read, from where it was read, with what the run knew."""

import json
import shutil

import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.explain import explain
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean


def run_of(inputs, output, **how):
    run_clean(CleanJob(inputs, str(output), load_configuration(), **how), pipeline_options([]))
    return output


@pytest.fixture(scope="module")
def run(seeds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    return run_of(expand_inputs([str(seeds)]), folder / "out", learns=True)


def explained(*words):
    return CliRunner().invoke(explain, list(map(str, words)), catch_exceptions=False)


def records(run, name):
    return [json.loads(line) for path in run.glob(f"{name}-*") for line in path.read_text("utf-8").splitlines()]


def test_every_article_of_a_run_is_explained_as_it_was_cleaned(run):
    articles = records(run, "articles")
    assert len(articles) > 10
    for article in articles[::3]:
        done = explained(run, "--id", article["id"], "--text")
        assert (done.exit_code, done.output.strip()) == (0, article["text"].strip())


def test_an_address_need_not_be_exact_and_the_capture_is_where_it_was_read(run):
    url = next(article["url"] for article in records(run, "articles") if article["source_file"].endswith(".warc.gz"))
    output = explained(run, "--url", url.removeprefix("https://").rstrip("/")).output
    assert f"# address\t{url}" in output
    assert "crawl.warc.gz at byte " in output
    assert "another configuration" not in output


def test_what_a_run_rejected_is_reported_as_the_run_reported_it(run):
    dead = next(record for record in records(run, "rejected") if record["stage"] == "read" and record["url"])
    done = explained(run, "--url", dead["url"])
    assert done.exit_code == 2
    assert f"is not a page: {dead['reason']}: " in " ".join(done.output.split())


def test_a_page_must_be_named_and_be_there(run):
    assert "choose one of its pages with --url or --id" in explained(run).output
    assert "contains no capture of" in " ".join(explained(run, "--url", "https://nowhere.invalid/x").output.split())


def test_another_configuration_is_reported(run, seeds, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("steps:\n- type: KeepMainContent\n")
    article = records(run, "articles")[0]
    assert "the run used another configuration" in explained(run, "--id", article["id"], "--config", own).output


def test_a_run_started_in_another_folder_and_an_input_that_has_gone(seeds, tmp_path, monkeypatch):
    shutil.copytree(seeds / "text", tmp_path / "text")
    monkeypatch.chdir(tmp_path)
    out = run_of(expand_inputs(["text"]), tmp_path / "out")
    monkeypatch.chdir("/")
    id = records(out, "articles")[0]["id"]
    assert explained(out, "--id", id).exit_code == 0
    shutil.rmtree(tmp_path / "text")
    assert "not-found: " in " ".join(explained(out, "--id", id).output.split())
