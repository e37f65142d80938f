"""The command as a user calls it: in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def hear_ctrl_c():
    """Stop ignoring Ctrl-C, as a shell does for tests in the background; children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def boiloff(*words, cwd=ROOT):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "boiloff", *map(str, words)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def beside_progress(stderr):
    """Return the lines on stderr without those of progress, which a slow machine prints."""
    return [line for line in stderr.splitlines() if not line.startswith(("boiloff: learning", "boiloff: cleaning"))]


def test_clean_writes_records_and_says_where(seeds, tmp_path):
    done = boiloff("clean", seeds / "text", "--output", tmp_path / "out", "--gzip")
    assert (done.returncode, beside_progress(done.stderr)) == (0, [])
    assert done.stdout.startswith("3 captures: 3 articles, 0 rejected")
    assert "comments" in done.stdout
    assert sorted(path.name.partition("-")[0] for path in (tmp_path / "out").glob("*.gz")) == [
        "articles",
        "rejected",
        "removed",
    ]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["captures"] == 3


def test_another_run_replaces_the_first_only_when_asked(seeds, tmp_path):
    (tmp_path / "articles-00007-of-00009.jsonl").write_text("stale")
    (tmp_path / "notes.txt").write_text("mine")
    refused = boiloff("clean", seeds / "text", "--output", tmp_path)
    assert refused.returncode == 2
    assert "is not empty; name another, or pass --overwrite" in refused.stderr
    assert boiloff("clean", seeds / "text", "--output", tmp_path, "--overwrite").returncode == 0
    assert not (tmp_path / "articles-00007-of-00009.jsonl").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_beam_options_pass_through(seeds, tmp_path):
    done = boiloff(
        "clean", "--job_name", "tides", "--runner=DirectRunner", seeds / "text", "--output", tmp_path / "out"
    )
    assert (done.returncode, beside_progress(done.stderr)) == (0, [])


def test_several_workers_are_as_quiet_as_one(seeds, tmp_path):
    done = boiloff("clean", seeds / "text", "--output", tmp_path / "out", "--workers", "2")
    assert (done.returncode, beside_progress(done.stderr)) == (0, [])


def test_ctrl_c_says_so_and_leaves_nothing_half_written(seeds, tmp_path):
    many = tmp_path / "many.jsonl"
    line = json.dumps({"html": (seeds / "harbour-gazette" / "market-hall-roof-vote.html").read_text("utf-8")}) + "\n"
    many.write_text(line * 3000, "utf-8")
    words = [sys.executable, "-m", "boiloff", "clean", str(many), "--output", str(tmp_path / "out")]
    run = subprocess.Popen(
        words, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, preexec_fn=hear_ctrl_c
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out").glob("_unfinished/articles-*")) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    (message,) = beside_progress(errors)
    assert run.returncode == 130
    assert message.startswith("boiloff: stopped; ")
    assert "keeps nothing of this run, as it had finished no portion" in message
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["clean", "seeds", "--output", "OUT", "--confg", "x"], "--confg"),
        (["clean", "--output", "OUT"], "INPUT"),
        (["clean", "seeds"], "--output is missing; only for one page boiloff prints the text instead; name a folder, or - for standard output"),
        (["clean", "seeds", "-o", "OUT"], "No such option '-o'. Did you mean '--output' or '--overwrite'?"),
        (["clean", "-q", "seeds", "--output", "OUT"], "No such option '-q'. Did you mean '--quiet'?"),
        (["explain", "-u", "seeds"], "No such option '-u'. Did you mean '--url'?"),
        (["-v"], "No such option '-v'. Did you mean '--version'?"),
        (["explain", "-q", "seeds"], "No such option '-q'.\n"),
        (["clean", "seeds", "--quite"], "No such option '--quite'. Did you mean '--quiet'?"),
        (["clean", "seeds", "--output", "OUT", "--template", "x"], "No such option '--template'. Did you mean '--templates'?"),
        (["clean", "seeds", "--output", "OUT", "--job_nam", "x"], "No such option '--job_nam'. Did you mean '--job_name'"),
        (["clean", "seeds", "--output", ""], "a name is empty, perhaps because a variable is not set"),
        (["clean", "seeds", "--output", "/proc/out"], "output folder '/proc/out' cannot be created: No such file or directory"),
        (["clean", "seeds", "--output", "nowhere://out"], "cannot be read: no filesystem can open it; for gs://, s3:// or abfs:// install"),
        (["clean", "nowhere://in", "--output", "OUT"], "cannot be listed (no filesystem can open it; for gs://"),
        (["clean", "--retry", "seeds", "--output", "OUT"], "'seeds' contains no rejected-* files; name the folder of a run"),
        (["clean", "seeds", "--output", "OUT", "--workers", "two"], "'two' is not a whole number of at least 1"),
        (["clean", "seeds", "--output", "OUT", "--log-every", "nan"], "'nan' is not a number of at least 0.1"),
        (["clean", "seeds", "--output", "OUT", "--config", "defualt"], "neither a readable file nor one of 'default' (did you mean 'default'?)"),
        (["clean", "seeds", "--output", "OUT", "--config", "seeds"], "neither a readable file nor one of 'default' (Is a directory)"),
        (["clean", "seeds", "--output", "OUT", "--runner=DataflowRunner"], "runner 'DataflowRunner': "),
        (["clean", "seeds", "--ouput", "OUT"], "No such option '--ouput'. Did you mean '--output'?"),
        (["clean", "seeds", "--ouput=OUT"], "No such option '--ouput'. Did you mean '--output'?"),
        (["clean", "seeds", "--output", "OUT", "--config", "tests/data/recalling.yaml"], "store 'nowhere.boiloff' does not exist"),
        (["clean", "nowhere/", "--output", "OUT"], "nowhere/: no such file"),
        (["clean", "seeds", "--output", "OUT", "--config", "lax"], "configuration 'lax' is neither a readable file nor one of 'default'"),
        (["clean", "seeds", "--output", "OUT", "--workers", "0"], "--workers"),
        (["clean", "seeds", "--output", "OUT", "--runner"], "--runner: expected one argument"),
        (["clean", "seeds", "--output", "seeds/out"], "is inside the input 'seeds'; name a folder outside of it"),
        (["clean", "seeds", "--output", "/dev/null/out"], "cannot be created"),
        (["clean", "seeds", "--output", "OUT", "--runner=Foo"], "Unexpected pipeline runner: Foo"),
        (["cleen", "seeds"], "no such command 'cleen'; did you mean 'clean'?"),
        (["scrub", "seeds"], "no such command 'scrub'; valid are clean, learn, "),
        (["explain", "nowhere.html"], "nowhere.html"),
        (["explain", "seeds/crawl.warc.gz"], "choose a page with --url"),
        (["explain", "seeds/crawl.warc.gz", "--url", "https://no.example/"], "contains no capture of 'https://no.example/'"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line_and_writes_nothing(words, message, called, tmp_path):
    output = tmp_path / "out"
    done = called(*(output if word == "OUT" else word for word in words))
    assert done.returncode == 2
    assert done.stderr.startswith("boiloff: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not output.exists()


def test_a_wrong_call_in_a_process_of_its_own_ends_so_too(tmp_path):
    done = boiloff("clean", "nowhere/", "--output", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "boiloff: nowhere/: no such file, and no files match; check the path, and quote globs\n"


def test_explain_shows_the_fate_of_every_block(seeds):
    done = boiloff("explain", seeds / "text" / "column-en.txt")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("disclaimer", "comments", "link-list", "kept", "language en", "is on this page 2 times"):
        assert words in " ".join(done.stdout.split())


def test_explain_finds_a_page_in_an_archive(seeds, expected_articles):
    archived = next(article for article in expected_articles if article["file"].endswith("crawl.warc.gz"))
    done = boiloff("explain", seeds / "crawl.warc.gz", "--url", archived["url"])
    assert done.returncode == 0
    assert archived["title"] in " ".join(done.stdout.split())


def test_a_page_cannot_drive_the_terminal(tmp_path):
    page = tmp_path / "evil.html"
    page.write_text(
        "<p>[red]not markup[/red] \x1b[31mred\x1b[0m and a sentence that is long enough to be kept, surely.</p>"
    )
    done = boiloff("explain", page)
    assert "\x1b" not in done.stdout
    assert "[red]not markup[/red] \ufffd[31mred" in " ".join(re.findall(r"[^\s│┃]+", done.stdout))


def test_help_names_the_commands():
    done = boiloff("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(command in done.stdout for command in ("clean", "explain"))
