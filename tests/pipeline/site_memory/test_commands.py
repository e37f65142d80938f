"""`boiloff learn` and `boiloff sites` as a user calls them: in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from site_pages import SITE, story

from boiloff.pipeline.cli.sites import print_memory, print_sites
from boiloff.transforms.site_memory.store import open_store

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "NO_COLOR": "1"}


def hear_ctrl_c():
    """Stop ignoring Ctrl-C, as a shell does for tests in the background; children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def boiloff(*words, cwd=ROOT):
    command = [sys.executable, "-m", "boiloff", *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)


def captures(path, numbers, body=""):
    rows = [story(number, body=body) for number in numbers]
    path.write_text("".join(json.dumps({"html": row.body, "url": row.url}) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learned")
    crawl = captures(folder / "crawl.jsonl", range(6), body="<p>[red]Night desk[/red] \x1b[31mon Thursdays</p>")
    store = folder / "memory"
    return boiloff("learn", crawl, "--templates", store), store


def test_learn_says_what_it_learned_and_where_to_look(learned):
    done, store = learned
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("6 captures, learned from 6, in ")
    assert "1 site, " in done.stdout
    assert f"to see its contents: boiloff sites {store}" in done.stdout


def test_a_store_grows_only_when_asked(learned, tmp_path):
    more = captures(tmp_path / "more.jsonl", range(6, 9))
    store = tmp_path / "memory"
    store.write_bytes(learned[1].read_bytes())
    refused = boiloff("learn", more, "--templates", store)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "exists; name another, or pass --update to merge into it" in refused.stderr
    assert store.read_bytes() == learned[1].read_bytes()
    assert boiloff("learn", more, "--templates", store, "--update", "--runner=DirectRunner").returncode == 0
    assert "about 9 distinct, 9 of them sampled" in boiloff("sites", store, SITE).stdout


def test_a_store_that_learns_nothing_new_is_the_same_file(learned, tmp_path):
    """A run that used it is then the same run when it is repeated."""
    crawl = captures(tmp_path / "crawl.jsonl", range(6), body="<p>[red]Night desk[/red] \x1b[31mon Thursdays</p>")
    store = tmp_path / "memory"
    store.write_bytes(learned[1].read_bytes())
    before = store.stat()
    assert boiloff("learn", crawl, "--templates", store, "--update").returncode == 0
    assert (store.stat().st_ino, store.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    more = captures(tmp_path / "more.jsonl", range(6, 7))
    assert boiloff("learn", more, "--templates", store, "--update").returncode == 0
    assert store.stat().st_ino != before.st_ino


def test_a_store_that_was_to_be_updated_and_is_not_there_is_reported(tmp_path):
    more = captures(tmp_path / "more.jsonl", range(6))
    done = boiloff("learn", more, "--templates", tmp_path / "memry", "--update")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{tmp_path / 'memry'} did not exist; it is a new store" in done.stdout


def test_stores_are_merged(learned, tmp_path):
    assert (
        boiloff("learn", captures(tmp_path / "more.jsonl", range(4, 9)), "--templates", tmp_path / "b").returncode == 0
    )
    done = boiloff("learn", "--merge", learned[1], tmp_path / "b", "--templates", tmp_path / "c")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(boiloff("sites", tmp_path / "c", "--json").stdout)["articles"] == 9


def test_sites_gives_a_pipe_lines_with_tabs(learned):
    _, store = learned
    listed = boiloff("sites", store)
    assert (listed.returncode, listed.stderr) == (0, "")
    head, line = listed.stdout.splitlines()
    assert head.startswith("# site\tarticles (about)\tsampled\ttemplates\t")
    shown = [row.split("\t") for row in boiloff("sites", store, SITE).stdout.splitlines()]
    templates = [row for row in shown if row[0] == "template"]
    assert line.split("\t") == [SITE, "6", "6", str(len(templates)), "-"]
    assert ["# articles", "about 6 distinct, 6 of them sampled"] in shown
    assert "# captured" not in [row[0] for row in shown]
    (front,) = [row for row in templates if row[-1] == "Front page"]
    assert front[1:4] == ["6", "6", "above"]
    boxes = [row[-1] for row in shown if row[0] == "container"]
    assert any(path.endswith("div.story-body") and path.startswith("body/") for path in boxes)


def test_a_terminal_gets_tables_that_end(learned):
    with open_store(str(learned[1])) as store:
        memory, lines = store.site(SITE), list(store.sites())
    console = Console(file=StringIO(), width=100, force_terminal=True, no_color=True)
    print_sites(lines, console, 1)
    print_memory(memory, console, 2)
    shown = console.file.getvalue()
    for words in (
        "about 6 distinct",
        "6 of 6",
        "above",
        "Templates",
        "Containers",
        "log-odds: score from single pages",
    ):
        assert words in shown
    templates = memory.template_texts
    assert f"and {templates - 2} more templates; --limit {templates} shows them" in shown


def test_a_limit_holds_in_a_pipe_too(learned):
    shown = boiloff("sites", learned[1], SITE, "--limit", "1").stdout.splitlines()
    assert [line.split("\t")[0] for line in shown if not line.startswith("#")] == ["template", "container"]
    assert sum("more" in line for line in shown) == 2


def test_no_name_is_cut_in_a_pipe(tmp_path):
    site = f"{'harbour-' * 12}gazette.example"
    rows = [{"html": "<p>The tide came in.</p>", "url": f"https://{site}/{number}"} for number in range(2)]
    (tmp_path / "crawl.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    boiloff("learn", tmp_path / "crawl.jsonl", "--templates", tmp_path / "memory")
    assert f"{site}\t" in boiloff("sites", tmp_path / "memory").stdout


def test_a_page_cannot_drive_the_terminal(learned):
    shown = boiloff("sites", learned[1], SITE).stdout
    assert "\x1b" not in shown
    assert "[red]Night desk[/red] \ufffd[31mon" in shown


def test_the_export_has_all_that_is_known(learned):
    done = boiloff("sites", learned[1], "--json")
    (record,) = map(json.loads, done.stdout.splitlines())
    assert list(record) == [
        "site", "articles", "sampled", "is_believed", "first_seen", "last_seen", "templates", "containers",
    ]  # fmt: skip
    assert (record["site"], record["articles"], record["is_believed"]) == (SITE, 6, True)
    assert all(len(template["fingerprint"]) == 16 for template in record["templates"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["learn", "seeds"], "Missing option '--templates'"),
        (["learn", "--templates", "NEW"], "INPUT"),
        (["learn", "nowhere/", "--templates", "NEW"], "nowhere/: no such file"),
        (["learn", "seeds", "--templates", "NEW", "--config", "lax"], "configuration 'lax'"),
        (["learn", "seeds", "--templates", "NEW", "--updat"], "--updat"),
        (["learn", "seeds", "--templates", "README.md", "--update"], "'README.md' is not a store"),
        (["learn", "seeds", "--templates", "/dev/null/memory"], "cannot be"),
        (["learn", "seeds", "--templates", "seeds"], "'seeds' is a folder; name a file for the store"),
        (["learn", "seeds", "--templates", "README.md"], "'README.md' exists and is not a store; name another file"),
        (["learn", "seeds", "--templates", "NEW", "--merge"], "'seeds' is a folder"),
        (["learn", "STORE", "--templates", "NEW"], "is a store, not captures; add --merge to merge stores"),
        (["sites", "nowhere"], "store 'nowhere' does not exist"),
        (["sites", "README.md"], "is not a store"),
        (["sites", "STORE", "nowhere.example"], "has no site 'nowhere.example'; boiloff sites "),
        (["sites", "STORE", f"{SITE}e"], f"did you mean {SITE!r}? boiloff sites "),
        (["sites"], "Missing argument 'STORE'; boiloff sites --help shows how"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line_and_writes_nothing(words, message, learned, called, tmp_path):
    places = {"NEW": tmp_path / "memory", "STORE": learned[1]}
    done = called(*(places.get(word, word) for word in words))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("boiloff: ")
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_the_old_store(learned, tmp_path):
    store = tmp_path / "memory"
    store.write_bytes(learned[1].read_bytes())
    crawl = captures(tmp_path / "many.jsonl", range(6_000))
    words = [sys.executable, "-m", "boiloff", "learn", str(crawl), "--templates", str(store), "--update"]
    run = subprocess.Popen(
        words,
        cwd=ROOT,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    deadline = time.monotonic() + 60
    while not store.with_name("memory.learning").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    message = f"boiloff: stopped; nothing was written to {str(store)!r}: start it again, or learn some files at a time"
    assert (run.returncode, errors.strip()) == (130, f"{message} with --update")
    assert store.read_bytes() == learned[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.jsonl", "memory"]


# The command with small portions and ranges, so that a short run has many.
SMALL = """
import sys
from dataclasses import replace
from boiloff.pipeline.site_memory import learning
from boiloff.pipeline.cli.app import main
begun = learning._run
learning._run = lambda job, *how: begun(replace(job, portion_seconds=0.0, range_bytes=40_000), *how)
main()
"""


def portions(folder):
    return len([*folder.glob("memory.learning/portion-*")])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "first", "then"), [(signal.SIGKILL, "2", "2"), (signal.SIGKILL, "1", "2"), (signal.SIGINT, "2", "1")]
)
def test_learning_that_is_killed_again_and_again_gives_the_same_store(tmp_path, number, first, then):
    crawl, store = captures(tmp_path / "many.jsonl", range(800)), tmp_path / "memory"
    undisturbed = boiloff("learn", crawl, "--templates", tmp_path / "undisturbed")
    words = ["learn", crawl, "--templates", store, "--resume", "--workers"]
    for workers in (first, then):
        before = portions(tmp_path)
        run = subprocess.Popen(
            [sys.executable, "-c", SMALL, *map(str, [*words, workers])],
            cwd=ROOT,
            env=ENVIRONMENT,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            preexec_fn=hear_ctrl_c,
        )
        deadline = time.monotonic() + 120
        while portions(tmp_path) < before + 3 and run.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        run.send_signal(number)
        _, errors = run.communicate(timeout=120)
        assert run.returncode in (-number, 128 + number), errors
        assert ("nothing to resume" in errors) == (before == 0)
        if number == signal.SIGINT:
            assert f"nothing was written to {str(store)!r}: --resume goes on where the run was\n" in errors
    done = boiloff(*words, then)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.partition(", in ")[0] == undisturbed.stdout.partition(", in ")[0]
    with open_store(str(store)) as one, open_store(str(tmp_path / "undisturbed")) as other:
        assert [*one.samples()] == [*other.samples()]
        assert [*one.contents()] == [*other.contents()]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.jsonl", "memory", "undisturbed"]


def test_stores_are_not_resumed(learned, tmp_path):
    done = boiloff("learn", learned[1], "--merge", "--resume", "--templates", tmp_path / "memory")
    assert (done.returncode, done.stderr) == (2, "boiloff: --resume is for captures; leave it out to merge stores\n")
