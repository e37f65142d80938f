"""What a run prints for people, logs and programs; each call in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "NO_COLOR": "1"}


def boiloff(*words, **environment):
    command = [sys.executable, "-m", "boiloff", *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT | environment, capture_output=True, text=True, timeout=120, check=False
    )


def events(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    output = tmp_path_factory.mktemp("logged") / "out"
    return boiloff("clean", "seeds/text", "--output", output, "--json-log", "--log-every", "0.1"), output


def test_programs_get_events_on_stderr_and_people_the_summary(logged):
    done, output = logged
    found = events(done.stderr)
    assert [event["event"] for event in (found[0], found[-1])] == ["started", "finished"]
    assert {event["event"] for event in found[1:-1]} == {"progress"}
    assert all(event["command"] == "clean" and event["time"].endswith("Z") for event in found)
    assert found[0] | {"inputs": 3, "output": str(output), "workers": 1} == found[0]
    assert (found[-1]["captures"], found[-1]["articles"], found[-1]["rejected"]) == (3, 3, 0)
    assert found[-1]["output"] == str(output)
    assert found[-1]["worth_looking_at"] == []
    assert {"learning", "cleaning"} <= {event["phase"] for event in found[1:-1]}
    assert done.stdout.startswith("3 captures: 3 articles, 0 rejected")


def test_the_whole_input_is_read_in_the_end(logged):
    read = [event for event in events(logged[0].stderr) if event.get("phase") == "cleaning"]
    assert all(0 <= event["bytes"] <= event["total_bytes"] and -1 <= event["share"] <= 1 for event in read)


def test_every_key_of_an_event_is_documented(logged):
    text = (ROOT / "docs" / "progress.md").read_text("utf-8")
    summary = json.loads((logged[1] / "summary.json").read_text())
    for event in events(logged[0].stderr):
        for key in event.keys() - summary.keys():
            assert f"`{key}`" in text, key


def test_learning_shows_what_the_store_holds(tmp_path):
    done = boiloff("learn", "seeds", "--templates", tmp_path / "memory", "--json-log")
    text = (ROOT / "docs" / "progress.md").read_text("utf-8")
    finished = events(done.stderr)[-1]
    assert finished | {"event": "finished", "command": "learn", "captures": 21, "is_new": True} == finished
    assert finished["sites"] > 1
    assert all(f"`{key}`" in text for key in finished)


def test_nothing_new_is_said_calmly(logged, tmp_path):
    done = boiloff("clean", "seeds/text", "--output", tmp_path / "out", "--since", logged[1])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("no input file is new or has changed\n0 captures: 0 articles, 0 rejected")
    assert "Worth a look" not in done.stdout


def test_a_run_that_was_done_before_says_so_to_programs(logged):
    done = boiloff("clean", "seeds/text", "--output", logged[1], "--json-log", "--quiet")
    assert (done.returncode, done.stdout) == (0, "")
    assert events(done.stderr)[-1]["done_before"] is True


def test_what_an_earlier_run_has_written_among_the_captures_is_skipped_and_reported(logged, tmp_path):
    crawl = shutil.copytree(ROOT / "seeds" / "text", tmp_path / "crawl")
    shutil.copytree(logged[1], crawl / "old")
    message = f"files that runs of boiloff have written in '{crawl}/old' are skipped: records are not captures; "
    clean = boiloff("clean", crawl, "--output", tmp_path / "out", "--no-learn", "--json-log")
    notice, started, *_ = events(clean.stderr)
    assert (notice["event"], notice["message"][: len(message)], started["inputs"]) == ("notice", message, 3)
    assert clean.stdout.startswith("3 captures: 3 articles, 0 rejected")
    learn = boiloff("learn", crawl, "--templates", tmp_path / "memory")
    assert learn.stderr.startswith(f"boiloff: {message}")
    diff = boiloff("diff", "default", "default", "--on", crawl)
    assert (diff.returncode, diff.stderr[: 9 + len(message)]) == (0, f"boiloff: {message}")
    assert boiloff("clean", crawl / "old", "--output", tmp_path / "again").returncode == 2


def test_a_run_of_other_inputs_is_reported_in_what_it_differs(logged):
    done = boiloff("clean", "seeds/text/column-en.txt", "--output", logged[1], "--no-learn")
    assert done.returncode == 2
    assert "--overwrite to replace the finished run in it (it differs: learning in one of them alone" in done.stderr
    assert "chronique-fr.txt' and 1 more not read now)" in done.stderr


@pytest.mark.parametrize("words", [["--config", "nowhere"], ["--confg", "x"]])
def test_a_wrong_call_is_an_event_too(words, tmp_path):
    done = boiloff("clean", "seeds", "--output", tmp_path / "out", "--json-log", *words)
    (failed,) = events(done.stderr)
    assert (done.returncode, failed["event"], failed["status"]) == (2, "failed", 2)
    assert "conf" in failed["message"]


def test_quiet_is_quiet(tmp_path):
    clean = boiloff("clean", "seeds/text", "--output", tmp_path / "out", "--quiet", "--log-every", "0.1")
    learn = boiloff("learn", "seeds/text", "--templates", tmp_path / "memory", "--quiet", "--log-every", "0.1")
    assert [(done.returncode, done.stdout, done.stderr) for done in (clean, learn)] == [(0, "", "")] * 2
    assert boiloff("clean", "nowhere", "--output", tmp_path / "out", "--quiet").stderr.startswith("boiloff: nowhere")


def test_a_log_gets_lines_also_of_several_workers(tmp_path):
    done = boiloff("learn", "seeds", "--templates", tmp_path / "memory", "--workers", "2", "--log-every", "0.1")
    assert done.returncode == 0
    assert done.stderr
    assert all(line.startswith(("boiloff: starting", "boiloff: learning")) for line in done.stderr.splitlines()[:-1])


def test_stopped_programs_are_reported_by_an_event(tmp_path):
    words = ["clean", "seeds", "--output", str(tmp_path / "out"), "--json-log", "--log-every", "0.1"]
    run = subprocess.Popen(
        [sys.executable, "-m", "boiloff", *words], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    line = run.stderr.readline()
    time.sleep(0.3)
    run.send_signal(signal.SIGTERM)
    _, rest = run.communicate(timeout=60)
    failed = events(line + rest)[-1]
    assert (run.returncode, failed["event"], failed["status"]) == (143, "failed", 143)
    assert failed["message"].startswith("stopped by SIGTERM")
