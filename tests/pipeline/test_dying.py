"""Runs that die: each ends with a message and a status, leaves nothing that looks finished, and can be done again."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from boiloff.pipeline.output import LEARNING_SUFFIX

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
# Far more than anything here takes: a run that hangs fails the test, a slow machine does not.
PATIENCE = 120
PAGES = 600


@pytest.fixture(scope="module")
def crawl(seeds, tmp_path_factory):
    """Two files, of pages enough for a run of several seconds."""
    folder = tmp_path_factory.mktemp("crawl")
    page = (seeds / "harbour-gazette" / "market-hall-roof-vote.html").read_text("utf-8")
    for name in ("east", "west"):
        lines = [{"html": page, "url": f"https://gazette.example/{name}/{number}"} for number in range(PAGES)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return folder


def hear_ctrl_c():
    """Stop ignoring Ctrl-C, as a shell does for tests in the background; children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@contextmanager
def begun(*words, before=hear_ctrl_c, under=()):
    """Start the command; it ends with the block."""
    run = subprocess.Popen(
        [*under, sys.executable, "-m", "boiloff", *map(str, words)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )
    try:
        yield run
    finally:
        run.kill()
        run.communicate()


def until(condition):
    """Wait until the condition gives something, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.02)
    return found


def processes():
    """Map each process that has not ended to its parent. Zombies have ended."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,stat=,ppid="], capture_output=True, text=True, check=True
        ).stdout
        lines = [line.split() for line in listed.splitlines()]
    else:
        lines = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # ended since it was listed
                before, _, after = path.read_text("utf-8", "replace").rpartition(")")
                lines.append([before.split()[0], *after.split()[:2]])
    return {int(pid): int(parent) for pid, state, parent in lines if not state.startswith("Z")}


def children(run):
    """List the process ids of a run's workers."""
    return [pid for pid, parent in processes().items() if parent == run.pid]


def written(folder):
    """List the files that a run has begun to write."""
    return [path for path in folder.glob("_unfinished/removed-*") if path.stat().st_size]


def result(folder):
    """Return the bytes of every file of a run, without its duration."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    summary = json.loads(files.pop("summary.json"))
    return files, {name: value for name, value in summary.items() if not name.startswith(("seconds", "templates"))}


def end(run):
    """Wait for a run that ends by itself; return its status and what it prints."""
    _, errors = run.communicate(timeout=PATIENCE)
    return run.returncode, errors.strip()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["clean", "learn"])
def test_a_worker_that_is_killed_ends_the_run(crawl, tmp_path, command):
    output = tmp_path / "out"
    how = ["clean", crawl, "--no-learn", "--output", output]
    if command == "learn":
        how = ["learn", crawl, "--templates", output]
    with begun(*how, "--workers", "2") as run:
        if command == "clean":
            until(lambda: written(output))
        workers = until(lambda: len(found := children(run)) == 2 and found)
        until(output.exists if command == "clean" else output.with_name(f"out{LEARNING_SUFFIX}").exists)
        os.kill(workers[0], signal.SIGKILL)
        status, message = end(run)
        assert status == 1
        assert message.startswith("boiloff: the run failed, nothing")
        assert f"worker process {workers[0]} was killed (SIGKILL); the system may have run out of memory" in message
        assert "\n" not in message
        assert not processes().keys() & set(workers)
    assert (list(output.iterdir()) if command == "clean" else list(tmp_path.iterdir())) == []


@pytest.mark.slow
def test_a_run_that_was_killed_is_done_again_in_full(crawl, tmp_path):
    undisturbed, output = tmp_path / "undisturbed", tmp_path / "out"
    with begun("clean", crawl, "--no-learn", "--quiet", "--output", undisturbed) as run:
        assert end(run) == (0, "")
    with begun("clean", crawl, "--no-learn", "--output", output) as run:
        until(lambda: written(output))
        run.kill()
        run.wait(PATIENCE)
    assert [path.name for path in output.iterdir()] == ["_unfinished"]
    with begun("clean", crawl, "--no-learn", "--output", output) as run:
        status, message = end(run)
        assert status == 2
        assert "is not empty; name another, or pass --overwrite to replace the unfinished run in it" in message
    (output / "articles-00001-of-00002.jsonl").write_text("stale")
    with begun("clean", crawl, "--no-learn", "--quiet", "--output", output, "--overwrite") as run:
        assert end(run) == (0, "")
    assert result(output) == result(undisturbed)
    assert result(output)[1]["articles"] == 2 * PAGES


@pytest.mark.slow
def test_workers_do_not_outlive_their_run(crawl, tmp_path):
    output = tmp_path / "out"
    with begun("clean", crawl, "--no-learn", "--output", output, "--workers", "2") as run:
        until(lambda: written(output))
        workers = until(lambda: len(found := children(run)) == 2 and found)
        run.kill()
        until(lambda: not processes().keys() & set(workers))
    assert [path.name for path in output.iterdir()] == ["_unfinished"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "workers", "message", "status"),
    [
        (signal.SIGTERM, 2, "stopped by SIGTERM", 143),
        (signal.SIGHUP, 1, "stopped by SIGHUP", 129),
        (signal.SIGINT, 2, "stopped", 130),
    ],
)
def test_who_asks_a_run_to_stop_is_heard(crawl, tmp_path, number, workers, message, status):
    output = tmp_path / "out"
    with begun("clean", crawl, "--no-learn", "--output", output, "--workers", workers) as run:
        until(lambda: written(output))
        helpers = children(run)
        run.send_signal(number)
        kept = f"{str(output)!r} keeps nothing of this run, as it had finished no portion: start it again"
        assert end(run) == (status, f"boiloff: {message}; {kept}")
        assert not processes().keys() & set(helpers)
    assert list(output.iterdir()) == []


def test_two_runs_do_not_write_one_folder(crawl, seeds, tmp_path):
    output = tmp_path / "out"
    with begun("clean", crawl, "--no-learn", "--output", output) as first:
        until(lambda: written(output))
        with begun("clean", seeds / "text", "--no-learn", "--output", output, "--overwrite") as second:
            status, message = end(second)
            assert status == 2
            assert f"another run is using output folder {str(output)!r}: process {first.pid} on " in message
        assert written(output)


@pytest.mark.parametrize(("kilobytes", "what"), [(4, "/_unfinished/site-memory"), (100, "/_unfinished/removed-")])
def test_a_disk_without_room_ends_the_run(crawl, tmp_path, kilobytes, what):
    """A limit on the size of files fails like a quota, and needs no rights."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    output = tmp_path / "out"
    before = {path: path.read_bytes() for path in crawl.iterdir()}
    learning = [] if "memory" in what else ["--no-learn"]
    with begun("clean", crawl, "--output", output, *learning, before=limit) as run:
        status, message = end(run)
    assert status == 1
    assert message.startswith(f"boiloff: the run failed, nothing in {str(output)!r} is complete: cannot write ")
    assert what in message
    assert "raise the quota" in message
    assert list(output.iterdir()) == []
    assert before == {path: path.read_bytes() for path in crawl.iterdir()}


# A disk of one megabyte that only the command sees, and that goes with it; the test lists at the end what is left on it.
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=1m none "$0" && { "$@"; status=$?; ls -A "$0/out" >&2; exit $status; }'


@pytest.fixture
def on_small_disk(tmp_path):
    """The words that run a command on a small disk, where the system lets this user make one."""
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, str(tmp_path)]
    try:
        done = subprocess.run([*words, "mkdir", str(tmp_path / "out")], capture_output=True, check=False)
    except OSError:
        pytest.skip("the system has no unshare")
    if done.returncode:
        pytest.skip("the system does not let this user mount a small disk")
    return words


@pytest.mark.parametrize("learning", [True, False])
def test_a_full_disk_ends_the_run(crawl, tmp_path, on_small_disk, learning):
    how = ["clean", crawl, "--output", tmp_path / "out", *([] if learning else ["--no-learn"])]
    with begun(*how, under=on_small_disk) as run:
        status, message = end(run)
    assert status == 1
    assert f"cannot write '{tmp_path}/out/_unfinished/" in message
    assert message.endswith("make space on that disk"), "nothing is left"


@pytest.mark.slow
def test_a_run_without_memory_ends(crawl, tmp_path):
    """Whether a page or the engine is the first to go without, the run ends, and counts what it was given."""
    output = tmp_path / "out"

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (500 * 2**20, 500 * 2**20))

    with begun("clean", crawl, "--no-learn", "--output", output, before=limit) as run:
        status, message = end(run)
    if status == 0:
        summary = json.loads((output / "summary.json").read_text())
        assert summary["captures"] == summary["articles"] + summary["rejected"] == 2 * PAGES
    else:
        assert status in (1, -signal.SIGABRT, -signal.SIGSEGV), message
        assert not (output / "_SUCCESS").exists()
