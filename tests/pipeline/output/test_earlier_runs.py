"""Runs that follow others: the same run again does nothing, and what others have read can be left out."""

import json
import os
import shutil

import pytest

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import RunnerError, pipeline_options
from boiloff.pipeline.output.folder import OutputError
from boiloff.pipeline.output.manifest import known_of, new_inputs
from boiloff.pipeline.reading.ranges import InputError, expand_inputs
from boiloff.pipeline.run import DONE_BEFORE, CleanJob, run_clean

PAGE = {"url": "https://harbour.example/1", "html": "<h1>Ebb</h1><p>The ferry waits for the tide, and so do we.</p>"}


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "crawl"
    folder.mkdir()
    for name in ("monday", "tuesday"):
        (folder / f"{name}.jsonl").write_text(json.dumps(PAGE) + "\n")
    return folder


def run(crawl, output, since=(), **how):
    files = new_inputs(expand_inputs([str(crawl)]), [*map(str, since)])
    return run_clean(CleanJob(files, str(output), load_configuration(), **how), pipeline_options([]))


def state(folder):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_the_same_run_again_does_nothing(crawl, tmp_path):
    first = run(crawl, tmp_path / "out")
    before = state(tmp_path / "out")
    assert run(crawl, tmp_path / "out") == first | {DONE_BEFORE: True}
    assert state(tmp_path / "out") == before


def test_asked_to_overwrite_it_is_done_again(crawl, tmp_path):
    run(crawl, tmp_path / "out")
    before = state(tmp_path / "out")
    assert DONE_BEFORE not in run(crawl, tmp_path / "out", overwrite=True)
    assert state(tmp_path / "out") != before


@pytest.mark.parametrize("pattern", ["removed-*", "articles-*", "site-memory*"])
def test_a_finished_run_whose_files_have_gone_is_reported(crawl, tmp_path, pattern):
    run(crawl, tmp_path / "out", learns=True)
    (path,) = (tmp_path / "out").glob(pattern)
    path.unlink()
    with pytest.raises(OutputError, match=f"{path.name} is missing; --overwrite repeats it"):
        run(crawl, tmp_path / "out", learns=True)
    assert DONE_BEFORE not in run(crawl, tmp_path / "out", learns=True, overwrite=True)


def test_a_finished_run_whose_files_have_changed_is_reported(crawl, tmp_path):
    run(crawl, tmp_path / "out")
    for pattern in ("removed-*", "articles-*"):
        (path,) = (tmp_path / "out").glob(pattern)
        path.write_text("tides")
    with pytest.raises(OutputError, match=r"articles-\S+ has 5 bytes instead of \S+ and 1 more; "):
        run(crawl, tmp_path / "out")


@pytest.mark.parametrize("change", ["input", "new file", "learns", "format", "mark", "manifest"])
def test_what_differs_is_another_run(crawl, tmp_path, change):
    run(crawl, tmp_path / "out")
    how = {"learns": {"learns": True}, "format": {"format": "parquet"}}.get(change, {})
    if change == "input":
        os.utime(crawl / "monday.jsonl", (1, 1))
    if change == "new file":
        shutil.copy(crawl / "monday.jsonl", crawl / "sunday.jsonl")
    if change == "mark":
        (tmp_path / "out" / "_SUCCESS").unlink()
    if change == "manifest":
        (tmp_path / "out" / "manifest.json").write_text("{")
    with pytest.raises(ValueError, match="is not empty"):
        run(crawl, tmp_path / "out", **how)


def test_only_files_that_are_new_or_have_changed_are_read(crawl, tmp_path):
    runs = tmp_path / "runs"
    run(crawl, runs / "a")
    (crawl / "wednesday.jsonl").write_text(json.dumps(PAGE) + "\n")
    second = run(crawl, runs / "b", since=[runs / "a"])
    assert [os.path.basename(path) for path in second["inputs"]] == ["wednesday.jsonl"]
    os.utime(crawl / "monday.jsonl", (1, 1))
    third = run(crawl, runs / "c", since=[runs / "?"])
    assert [os.path.basename(path) for path in third["inputs"]] == ["monday.jsonl"]


def test_a_glob_may_begin_a_relative_path(crawl, tmp_path, monkeypatch):
    run(crawl, tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    assert new_inputs(expand_inputs([str(crawl)]), ["[a]"]) == new_inputs(expand_inputs([str(crawl)]), ["a*"]) == []


def test_with_nothing_new_the_run_is_finished_and_empty(crawl, tmp_path):
    run(crawl, tmp_path / "a")
    summary = run(crawl, tmp_path / "b", since=[tmp_path / "a" / "manifest.json"], learns=True)
    assert summary["captures"] == 0
    assert (tmp_path / "b" / "_SUCCESS").exists()


def test_a_file_is_the_same_from_any_folder(crawl, tmp_path, monkeypatch):
    run(crawl, tmp_path / "a")
    monkeypatch.chdir(crawl)
    assert new_inputs(expand_inputs(["."]), ["../a"]) == []


def test_what_is_not_a_finished_run_is_refused(crawl, tmp_path):
    run(crawl, tmp_path / "a")
    for name, message in (("nowhere", "not a finished run"), ("no*", "no earlier run matches")):
        with pytest.raises(InputError, match=message):
            new_inputs([], [str(tmp_path / name)])
    for text in ("{", "[]", '{"inputs": [{"path": 1}]}', '{"inputs": 3}'):
        (tmp_path / "a" / "manifest.json").write_text(text)
        with pytest.raises(InputError, match="cannot be read as the manifest"):
            new_inputs([], [str(tmp_path / "a")])


def test_an_output_that_no_filesystem_opens_is_reported(crawl):
    with pytest.raises(OutputError, match="'nowhere://x' cannot be read"):
        run(crawl, "nowhere://x")


def test_what_is_gone_is_known_by_its_path_alone(tmp_path):
    (known,) = known_of([str(tmp_path / "gone")])
    assert known == (str(tmp_path / "gone"), -1, -1.0)


@pytest.mark.parametrize("name", ["DaskRunner", "daskrunner", "apache_beam.runners.dask.dask_runner.DaskRunner"])
def test_a_runner_that_loses_records_is_refused(name):
    with pytest.raises(RunnerError, match="loses records"):
        pipeline_options([f"--runner={name}"])
