"""Runs over ranges of any size give the same, and a run over dead letters is a run over what was rejected."""

import json
import shutil
from dataclasses import replace
from io import BytesIO

import click
import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.clean import clean, rejected_files
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.output.parquet import read_parquet
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean

NAMES = ("articles", "removed", "rejected")
THREADS = ["--direct_num_workers=2", "--direct_running_mode=multi_threading"]


def lines(folder):
    return {
        name: sorted(line for path in folder.glob(f"{name}-*") for line in path.read_bytes().splitlines())
        for name in NAMES
    }


def records(folder, name):
    return [json.loads(line) for line in lines(folder)[name]]


@pytest.fixture(scope="module")
def crawl(seeds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crawl")
    for name in ("crawl.warc.gz", "captures.jsonl"):
        shutil.copy(seeds / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def finished(crawl, tmp_path_factory):
    output = tmp_path_factory.mktemp("run") / "out"
    job = CleanJob(expand_inputs([str(crawl)]), str(output), load_configuration(), learns=True)
    return run_clean(job, pipeline_options([])), output


@pytest.mark.parametrize("range_bytes", [1, 9000])
def test_the_size_of_ranges_changes_nothing(range_bytes, crawl, finished, tmp_path):
    job = CleanJob(expand_inputs([str(crawl)]), str(tmp_path / "out"), load_configuration(), learns=True)
    run_clean(replace(job, range_bytes=range_bytes), pipeline_options(THREADS))
    assert lines(tmp_path / "out") == lines(finished[1])


def test_a_retry_runs_what_was_rejected_and_nothing_else(finished, tmp_path):
    summary, output = finished
    done = CliRunner().invoke(clean, ["--retry", str(output), "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    again = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (again["captures"], again["articles"], again["rejected"]) == (summary["rejected"], 0, summary["rejected"])
    assert again["templates"] == ""
    counts = {"rejected_records": summary["rejected"], "captures": summary["rejected"], "articles": 0}
    assert again["retried"] == {**counts, "rejected_again": summary["rejected"], "not_found": 0}
    assert "retried" not in summary
    for old, new in zip(records(output, "rejected"), records(tmp_path / "out", "rejected"), strict=True):
        assert {key: old[key] for key in old if key != "error"} == {key: new[key] for key in new if key != "error"}


def test_a_retry_of_parquet_into_parquet_is_the_same_retry(crawl, finished, tmp_path):
    for words in (["--no-learn", str(crawl)], ["--retry", str(tmp_path / "0")], ["--retry", str(finished[1])]):
        output = tmp_path / str(len(list(tmp_path.iterdir())))
        done = CliRunner().invoke(clean, [*words, "--output", str(output), "--format", "parquet"])
        assert done.exit_code == 0, done.output
    found = []
    for number in "12":
        (path,) = (tmp_path / number).glob("rejected-*.parquet")
        found.append([record | {"error": ""} for record in read_parquet(BytesIO(path.read_bytes()))])
    assert found[0] == found[1] != []


def test_parquet_is_not_gzipped(tmp_path):
    done = CliRunner().invoke(clean, ["seeds", "--output", str(tmp_path / "out"), "--format", "parquet", "--gzip"])
    assert done.exit_code != 0
    assert "--gzip is for JSON lines" in done.output


def test_after_a_fix_what_was_rejected_becomes_the_articles_of_the_first_run(finished, tmp_path):
    """As if the first run had taken every article for none."""
    _, output = finished
    store = output / "site-memory.boiloff"
    letters = [{**article, "stage": "clean", "reason": "no-article"} for article in records(output, "articles")]
    text = "".join(json.dumps({**letter, "text": ""}) + "\n" for letter in letters)
    (tmp_path / "a.jsonl").write_text(text + "not a letter\n")
    (tmp_path / "b.jsonl").write_text(text)
    words = ["--retry", str(tmp_path / "a.jsonl"), "--retry", str(tmp_path / "b*"), "--templates", str(store)]
    done = CliRunner().invoke(clean, [*words, "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert f"{len(letters)} rejected records named the same capture as another one" in done.output
    ended = f"{len(letters)} articles, 0 rejected again, 0 not found"
    assert f"retried {2 * len(letters)} rejected records: {ended}\n" in done.output
    assert lines(tmp_path / "out")["articles"] == lines(output)["articles"]
    assert lines(tmp_path / "out")["removed"] == lines(output)["removed"]
    (rejected,) = records(tmp_path / "out", "rejected")
    assert rejected["error"].startswith(f"{tmp_path / 'a.jsonl'}, line {len(letters) + 1}: not a rejected record")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["seeds", "--retry", "LETTERS", "--output", "OUT"], "is an INPUT, but --retry takes no INPUT"),
        (["--retry", "LETTERS", "--output", "LETTERS"], "contains the captures to retry; name another folder"),
        (["--retry", "nowhere/rejected-*", "--output", "OUT"], "no files match"),
        (["-", "--output", "OUT"], "a run cannot read standard input"),
        (["--output", "OUT"], "INPUT is missing"),
    ],
)
def test_what_retry_refuses(words, message, finished, tmp_path):
    known = {"LETTERS": str(finished[1]), "OUT": str(tmp_path / "out")}
    done = CliRunner().invoke(clean, [known.get(word, word) for word in words])
    assert done.exit_code != 0
    assert message in done.output + str(done.exception)
    assert not (tmp_path / "out").exists()


def test_a_glob_may_name_folders_of_runs(tmp_path):
    names = [
        *("a/rejected-00000-of-00001.jsonl", "b/rejected-00000-of-00002.parquet", "b/rejected-00001-of-00002.parquet"),
        "c.jsonl",
    ]
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    for name in [*names, "b/rejected-notes.txt"]:
        (tmp_path / name).touch()
    expected = [str(tmp_path / name) for name in names]
    assert rejected_files(str(tmp_path / "*")) == expected
    (tmp_path / "d").mkdir()
    with pytest.raises(click.UsageError, match=r"d' contains no rejected-.* files; name the folder of a run"):
        rejected_files(str(tmp_path / "*"))
