"""Runs that are resumed: what was finished is not cleaned again, and the result is that of a run that never died."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from boiloff.pipeline import run as running
from boiloff.pipeline.cli.clean import clean
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import RunError, pipeline_options
from boiloff.pipeline.output.folder import OutputError
from boiloff.pipeline.output.portions import Part, done_parts, find_portions, read_tallies, write_note
from boiloff.pipeline.output.writer import new_shard
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.site_memory.learn_ranges import LearnRangesFn
from boiloff.pipeline.site_memory.learning import LearnJob

ROOT = Path(__file__).parents[2]
NAMES = ("articles", "removed", "rejected")
# The command with small portions and ranges, so that a short run has many.
SMALL = """
import sys
from dataclasses import replace
from boiloff.pipeline import run
from boiloff.pipeline.cli.app import main
begun = run._run
run._run = lambda job, options: begun(replace(job, portion_bytes=60_000, range_bytes=40_000), options)
main()
"""
SMALL_JOB = {"portion_bytes": 60_000, "range_bytes": 40_000}
PATIENCE = 120
PAGES = 80


@pytest.fixture(scope="module")
def crawl(seeds, tmp_path_factory):
    """Archives, lines with a broken one in each, and pages."""
    folder = tmp_path_factory.mktemp("crawl")
    page = (seeds / "harbour-gazette" / "market-hall-roof-vote.html").read_text("utf-8")
    for name in ("east", "west"):
        lines = [json.dumps({"html": page, "url": f"https://gazette.example/{name}/{at}"}) for at in range(PAGES)]
        lines[PAGES * 3 // 4] = "{broken"
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    for number in range(3):
        archive = (seeds / "crawl.warc.gz").read_bytes()
        (folder / f"crawl-{number}.warc.gz").write_bytes(archive * 5)
    (folder / "page.html").write_text(page, "utf-8")
    return folder


def job_of(crawl, output, **settings):
    return CleanJob(expand_inputs([str(crawl)]), str(output), load_configuration(), **{**SMALL_JOB, **settings})


@pytest.fixture(scope="module")
def undisturbed(crawl, tmp_path_factory):
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    run_clean(job_of(crawl, output, learns=True), pipeline_options([]))
    return output


def result(folder):
    """Return what a run has written, without what depends on time and on how records are divided among files."""
    records = {
        name: sorted(line for path in folder.glob(f"{name}-*") for line in path.read_bytes().splitlines())
        for name in NAMES
    }
    summary = json.loads((folder / "summary.json").read_text())
    counts = {name: value for name, value in summary.items() if not name.startswith(("seconds", "templates"))}
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = {shard.pop("name") for shard in manifest.pop("shards")}
    assert listed == {path.name for name in NAMES for path in folder.glob(f"{name}-*")}
    assert {path.name for path in folder.iterdir()} - listed <= {
        "_SUCCESS",
        "manifest.json",
        "summary.json",
        "site-memory.boiloff",
    }
    return records, counts, manifest


def notes(folder):
    return sorted((folder / "_unfinished").glob("portion-*"))


class DiesError(Exception):
    """What stands for the death of a run."""


def dies_after(portions, monkeypatch):
    """Have a run in this process fail when it has noted a number of portions."""
    noted = []

    def note(*words):
        if len(noted) >= portions:
            raise DiesError
        noted.append(words)
        write_note(*words)

    monkeypatch.setattr("boiloff.pipeline.work_ranges.write_note", note)


@pytest.mark.parametrize("portions", [1, 7])
def test_what_is_finished_is_not_cleaned_again(crawl, undisturbed, tmp_path, monkeypatch, portions):
    output = tmp_path / "out"
    with monkeypatch.context() as patch:
        dies_after(portions, patch)
        with pytest.raises(RunError, match="--resume goes on where the run was"):
            run_clean(job_of(crawl, output, learns=True), pipeline_options([]))
    assert len(notes(output)) == portions
    found = find_portions(str(output / "_unfinished"))
    cleaned = sum(shard.records for portion in found for shard in portion.shards if shard.name != "removed")
    assert cleaned > 0
    counts = {}
    begun = running.run_to_end
    monkeypatch.setattr(running, "run_learn", None)  # the store was whole, and is used again
    monkeypatch.setattr(running, "run_to_end", lambda pipeline, remains: counts.update(counted(begun, pipeline)))
    summary = run_clean(job_of(crawl, output, learns=True, resume=True), pipeline_options([]))
    assert result(output) == result(undisturbed)
    assert counts["captures"] == summary["captures"] - cleaned


@pytest.mark.parametrize("is_long", [True, False])
def test_what_took_long_to_learn_is_not_learned_again(crawl, undisturbed, tmp_path, monkeypatch, is_long):
    output = tmp_path / "out"
    with monkeypatch.context() as patch:
        dies_after(0, patch)
        if is_long:
            patch.setattr(running, "KEPT_SECONDS", 0.0)
        with pytest.raises(RunError, match="--resume goes on where the run was$" if is_long else r"DiesError \[.*\]$"):
            run_clean(job_of(crawl, output, learns=True), pipeline_options([]))
    assert [path.name for path in output.iterdir()] == ["_unfinished"] * is_long
    if is_long:
        monkeypatch.setattr(running, "run_learn", None)
    run_clean(job_of(crawl, output, learns=True, resume=True), pipeline_options([]))
    assert result(output) == result(undisturbed)


def test_a_run_that_died_while_it_learned_goes_on_learning(crawl, undisturbed, tmp_path, monkeypatch):
    output = tmp_path / "out"
    monkeypatch.setattr(running, "LearnJob", partial(LearnJob, portion_seconds=0.0))
    with monkeypatch.context() as patch:
        dies_after(4, patch)
        with pytest.raises(RunError, match=r"--resume goes on where the run was$"):
            run_clean(job_of(crawl, output, learns=True), pipeline_options([]))
    learned = find_portions(str(output / "_unfinished" / "site-memory.boiloff.learning"))
    assert len(learned) == 4
    known = sum(tally.counts.get("captures", 0) for portion in learned for tally in read_tallies(portion.path))
    taken, take = [], LearnRangesFn.take
    monkeypatch.setattr(LearnRangesFn, "take", lambda learner, item: taken.append(item) or take(learner, item))
    summary = run_clean(job_of(crawl, output, learns=True, resume=True), pipeline_options([]))
    assert len(taken) == summary["captures"] - known < summary["captures"]
    assert result(output) == result(undisturbed)


def counted(begun, pipeline):
    """Run a pipeline, and return boiloff's own counts of what it did."""
    done = pipeline.run()
    done.wait_until_finish()
    found = {}
    for counter in done.metrics().query()["counters"]:
        if counter.key.metric.namespace == "boiloff":
            found[counter.key.metric.name] = counter.committed
    return found


def test_the_same_run_with_one_worker_gives_the_same_files(crawl, undisturbed, tmp_path, monkeypatch):
    output = tmp_path / "out"
    with monkeypatch.context() as patch:
        dies_after(5, patch)
        with pytest.raises(RunError):
            run_clean(job_of(crawl, output, learns=True), pipeline_options([]))
    run_clean(job_of(crawl, output, learns=True, resume=True), pipeline_options([]))
    files = [{path.name: path.read_bytes() for path in folder.glob("*.jsonl")} for folder in (output, undisturbed)]
    assert files[0] == files[1]
    assert len(files[0]) > 20


def test_another_run_is_not_resumed(crawl, tmp_path, monkeypatch):
    output = tmp_path / "out"
    with monkeypatch.context() as patch:
        dies_after(2, patch)
        with pytest.raises(RunError):
            run_clean(job_of(crawl, output), pipeline_options([]))
    with pytest.raises(OutputError, match="--overwrite to replace the unfinished run in it, or --resume to go on"):
        run_clean(job_of(crawl, output), pipeline_options([]))
    other = job_of(crawl, output, ledger="none", resume=True)
    with pytest.raises(OutputError, match=r"replace the unfinished run in it \(it differs: another --ledger\)"):
        run_clean(other, pipeline_options([]))
    assert len(notes(output)) == 2
    summary = run_clean(replace(other, overwrite=True), pipeline_options([]))
    assert summary["captures"] == 2 * PAGES + 1 + 15 * 9


@pytest.mark.parametrize("fault", ["cut", "changed", "missing", "note"])
def test_a_portion_that_is_not_whole_is_cleaned_again(crawl, undisturbed, tmp_path, monkeypatch, fault):
    output = tmp_path / "out"
    with monkeypatch.context() as patch:
        dies_after(3, patch)
        with pytest.raises(RunError):
            run_clean(job_of(crawl, output, learns=True), pipeline_options([]))
    working = str(output / "_unfinished")
    first = find_portions(working)[0]
    path = Path(first.path if fault == "note" else first.shards[0].path)
    data = path.read_bytes()
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-10] if fault != "changed" else data[:-10] + b"#" * 10)
    assert len(find_portions(working)) == 2
    run_clean(job_of(crawl, output, learns=True, resume=True), pipeline_options([]))
    assert result(output) == result(undisturbed)


def test_of_portions_that_overlap_one_counts(tmp_path):
    """An engine that repeats a bundle finishes its portions twice."""
    for end in (20, 30):
        writer = new_shard(str(tmp_path), "articles", "jsonl")
        writer.write({"text": "a"})
        parts = [Part("a.warc", 10, end), Part("b.warc", 0, 5)]
        write_note(str(tmp_path), parts, [writer.finish()], [])
    write_note(str(tmp_path), [Part("a.warc", 30, sys.maxsize)], [], [])
    found = find_portions(str(tmp_path))
    assert len(found) == 2
    assert done_parts(found)["b.warc"] == [(0, 5)]
    assert done_parts(found)["a.warc"] in ([(10, 20), (30, sys.maxsize)], [(10, sys.maxsize)])


def hear_ctrl_c():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begin(crawl, output, *words):
    return subprocess.Popen(
        [sys.executable, "-c", SMALL, "clean", str(crawl), "--output", str(output), "--quiet", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "first", "then"),
    [
        (signal.SIGKILL, [], []),
        (signal.SIGKILL, ["--workers", "2"], ["--workers", "2"]),
        (signal.SIGTERM, ["--workers", "2"], []),
        (signal.SIGINT, [], ["--workers", "2"]),
    ],
)
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_never_was(
    crawl, undisturbed, tmp_path, number, first, then
):
    """It is killed at random moments, each time when it has finished something more; on a fast machine perhaps once."""
    output, killed = tmp_path / "out", 0
    moments = random.Random(number)
    words = first
    for _ in range(2):
        before = len(notes(output))
        run = begin(crawl, output, "--resume", *words)
        deadline = time.monotonic() + PATIENCE
        while run.poll() is None and len(notes(output)) <= before:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(moments.random() / 5)
        run.send_signal(number)
        _, errors = run.communicate(timeout=PATIENCE)
        if run.returncode == 0:
            break
        assert run.returncode in (-number, 128 + number), errors
        killed += 1
        words = then
    assert killed > 0
    run = begin(crawl, output, "--resume", *words)
    assert run.communicate(timeout=PATIENCE)[1] == ""
    assert result(output) == result(undisturbed)


def test_the_command_offers_to_resume(crawl, tmp_path, monkeypatch):
    words = [str(crawl), "--no-learn", "--output", str(tmp_path / "out")]
    begun = running._run
    monkeypatch.setattr(running, "_run", lambda job, options: begun(replace(job, **SMALL_JOB), options))
    with monkeypatch.context() as patch:
        dies_after(3, patch)
        done = CliRunner().invoke(clean, words)
        assert isinstance(done.exception, RunError)
    assert "or --resume to go on with it" in str(CliRunner().invoke(clean, words).exception)
    done = CliRunner().invoke(clean, [*words, "--resume"])
    assert done.exit_code == 0, done.output
    assert "nothing to resume" not in done.output
    again = CliRunner().invoke(clean, [*words, "--resume"])
    assert again.exit_code == 0
    assert "the same run is already finished" in again.output
    assert "nothing to resume" not in again.output


def test_a_run_with_nothing_to_resume_says_so(seeds, tmp_path):
    output = tmp_path / "out"
    words = [str(seeds / "text"), "--no-learn", "--output", str(output), "--resume"]
    done = CliRunner().invoke(clean, words)
    assert done.exit_code == 0, done.output
    assert done.stderr == f"boiloff: nothing to resume in {str(output)!r}: the run starts from the beginning\n"
    quiet = CliRunner().invoke(clean, [*words[:-2], str(tmp_path / "quiet"), "--resume", "--quiet"])
    assert (quiet.exit_code, quiet.stderr) == (0, "")
