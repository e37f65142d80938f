"""A ledger without texts, or none: everything else of a run stays as it is."""

import json

import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.clean import clean
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.inspect.compare import compare_runs
from boiloff.pipeline.inspect.report import write_report
from boiloff.pipeline.output.folder import OutputError
from boiloff.pipeline.output.manifest import open_finished_run
from boiloff.pipeline.reading.ranges import InputError
from boiloff.pipeline.run import DONE_BEFORE, CleanJob, run_clean


def done(seeds, folder, ledger, format="jsonl"):
    job = CleanJob([str(seeds / "crawl.warc.gz")], str(folder), load_configuration(), ledger=ledger, format=format)
    return run_clean(job, pipeline_options([])), open_finished_run(str(folder))


@pytest.fixture(scope="module")
def full(seeds, tmp_path_factory):
    return done(seeds, tmp_path_factory.mktemp("full") / "out", "full")


def counts(summary):
    return {name: value for name, value in summary.items() if not name.startswith(("seconds", "ledger"))}


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_reasons_are_the_ledger_without_its_texts(format, full, seeds, tmp_path):
    summary, run = done(seeds, tmp_path / "out", "reasons", format)
    assert [*run.records("removed")] == [{**record, "text": ""} for record in full[1].records("removed")] != []
    assert [*run.records("articles")] == [*full[1].records("articles")]
    assert counts(summary) == counts(full[0])
    assert summary["ledger"] == "reasons"


def test_none_is_an_empty_ledger(full, seeds, tmp_path):
    summary, run = done(seeds, tmp_path / "out", "none")
    assert [*run.records("removed")] == []
    assert [*run.records("articles")] == [*full[1].records("articles")]
    assert counts(summary) == counts(full[0])


def test_the_ledger_of_a_large_input_is_compressed(full, seeds, tmp_path, monkeypatch):
    monkeypatch.setattr("boiloff.pipeline.run.LARGE_INPUT_BYTES", (seeds / "crawl.warc.gz").stat().st_size)
    summary, run = done(seeds, tmp_path / "out", "full")
    assert summary["ledger_format"] == "jsonl.gz" != full[0]["ledger_format"]
    assert {path.name.partition(".")[2] for path in (tmp_path / "out").glob("removed-*")} == {"jsonl.gz"}
    assert {path.name.partition(".")[2] for path in (tmp_path / "out").glob("articles-*")} == {"jsonl"}
    assert sorted(map(str, run.records("removed"))) == sorted(map(str, full[1].records("removed"))) != []
    assert done(seeds, tmp_path / "parquet", "full", "parquet")[0]["ledger_format"] == "parquet"
    words = [str(seeds / "crawl.warc.gz"), "--no-learn", "--output", str(tmp_path / "again")]
    assert "removed-*.jsonl.gz" in CliRunner().invoke(clean, words).output


def test_what_reads_the_texts_says_what_is_missing(full, seeds, tmp_path):
    _, run = done(seeds, tmp_path / "out", "reasons")
    with pytest.raises(
        InputError, match="--ledger reasons, but a report needs the texts of removed blocks; repeat the run"
    ):
        write_report(run)
    with pytest.raises(InputError, match="a comparison of runs needs the texts"):
        next(compare_runs(full[1], run, print))


def test_a_run_with_another_ledger_is_another_run(seeds, tmp_path):
    done(seeds, tmp_path / "out", "none")
    assert done(seeds, tmp_path / "out", "none")[0][DONE_BEFORE]
    with pytest.raises(OutputError, match="it differs: another --ledger"):
        done(seeds, tmp_path / "out", "full")


def test_the_command_has_the_option(seeds, tmp_path):
    words = [str(seeds / "text"), "--no-learn", "--ledger", "none", "--output", str(tmp_path / "out")]
    refused = CliRunner().invoke(clean, [*words, "--report"])
    assert (
        "--report needs the texts of removed blocks; leave --report or --ledger none out"
        in str(refused.exception) + refused.output
    )
    shown = CliRunner().invoke(clean, words)
    assert shown.exit_code == 0, shown.output
    assert "removed-*" not in shown.output
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["ledger"] == "none"
    unknown = CliRunner().invoke(clean, [*words, "--ledger", "some"])
    assert "'some' is not one of 'full', 'reasons', 'none'" in unknown.output
