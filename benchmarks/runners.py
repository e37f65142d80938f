"""The same crawl through `boiloff clean` on each engine: pages a second, CPU seconds, memory, balance, shuffled bytes.

    python benchmarks/generate_crawl.py /tmp/crawl.warc.gz --pages 20000 --sites 200
    python benchmarks/runners.py /tmp/crawl.warc.gz

One run after the other, without learning unless `--learn` is given. Locally: a plain loop over the same functions
without Beam, then one worker, then two. On Flink, Spark and Prism (those that `make engines` could fetch): two worker
processes of a worker pool, so that each worker's memory is its own. Every run must count the same captures and write
the same articles, whatever their order. CPU and memory are those of processes of Python, in which the pages are worked
on, and those of the engine's own process, if it has one. Memory is that of the largest process, sampled from the system
every half second. The shares are those of the workers in the CPU seconds of all workers. The bytes that went from one
task to another are from the engines: from the archive of jobs that Flink writes, and from Spark's event log.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "runners"), str(ROOT)]

from engines import FLINK, PRISM, SPARK, Engine, Server, descendants, serving, worker_pool  # noqa: E402
from measuring import CLEANING_LOOP, used_by  # noqa: E402

# The archive of a job of Flink, and the page in it that lists the tasks.
JOB = re.compile(r"[0-9a-f]{32}")
JOB_PAGE = re.compile(r"/jobs/[0-9a-f]{32}")
COLUMNS = (
    *("engine", "pages/s", "seconds", "CPU s", "peak MB of a worker", "engine's CPU s", "engine's peak MB"),
    *("shares of the workers", "shuffled KB"),
)
# A process with fewer CPU seconds only waits for others.
LEAST_WORK = 1.0


class Used(NamedTuple):
    """CPU seconds and peak memory in MB of one process."""

    cpu: float
    peak: float


class Outcome(NamedTuple):
    """What must be the same in all runs: the counts, and the sum of the digests of the articles."""

    captures: int
    articles: int
    digests: int


class Watch(threading.Thread):
    """Samples the processes that descend from this one, by process id, until `stop`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.used: dict[int, Used] = {}
        self.commands: dict[int, str] = {}
        self._done = threading.Event()

    def run(self) -> None:
        """Sample every half second."""
        while not self._done.wait(0.5):
            for pid in descendants(os.getpid()):
                self._sample(pid)

    def _sample(self, pid: int) -> None:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            status = Path(f"/proc/{pid}/status").read_text()
            cpu = used_by(pid)
        except OSError:  # it has just ended
            return
        if not command:  # it has ended, and its parent has not looked yet
            return
        (peak,) = (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        self.commands[pid], self.used[pid] = command, Used(cpu, peak)

    def stop(self) -> None:
        """No more samples."""
        self._done.set()
        self.join()


class Place(NamedTuple):
    """Where a run takes place: Beam's options for it, and the engine's server, if there is one."""

    flags: Sequence[str]
    server: Server | None = None

    def shuffled(self) -> str:
        """Return the KB that went from one task to another, "–" if no engine counts them."""
        if self.server is None or self.server.engine is PRISM:
            return "–"
        count = shuffled_by_flink if self.server.engine is FLINK else shuffled_by_spark
        return f"{count(self.server.folder) / 1000:.0f}"


def shuffled_by_flink(folder: Path) -> int:
    """Sum what the tasks of all jobs have sent, from the archives of finished jobs."""
    jobs = [json.loads(path.read_bytes()) for path in folder.iterdir() if JOB.fullmatch(path.name)]
    found = [json.loads(entry["json"]) for job in jobs for entry in job["archive"] if JOB_PAGE.fullmatch(entry["path"])]
    return sum(int(task["metrics"]["write-bytes"]) for job in found for task in job["vertices"])


def shuffled_by_spark(folder: Path) -> int:
    """Sum what the tasks have written for later stages, from the event log."""
    events = [json.loads(line) for path in folder.glob("local-*") for line in path.open("rb")]
    tasks = [event["Task Metrics"] for event in events if event["Event"] == "SparkListenerTaskEnd"]
    return sum(int(task["Shuffle Write Metrics"]["Shuffle Bytes Written"]) for task in tasks)


@contextmanager
def place_of(engine: Engine, folder: Path) -> Iterator[Place]:
    """Start an engine, and two worker processes of a pool for it."""
    with serving(engine, folder) as server, worker_pool() as pool:
        yield Place([*server.flags(), *pool.flags(), "--sdk_worker_parallelism=2"], server)


def outcome_of(output: Path, printed: str) -> Outcome:
    """Read what a run has written; the loop has printed how many captures it has read."""
    summary = output / "summary.json"
    captures = json.loads(summary.read_text())["captures"] if summary.exists() else int(printed)
    lines = (line for path in output.glob("articles-*") for line in path.open("rb"))
    articles = digests = 0
    for line in lines:
        articles += 1
        digests += int.from_bytes(blake2b(line, digest_size=8).digest(), "big")
    return Outcome(captures, articles, digests)


def measure(name: str, crawl: str, place: Place, learn: bool) -> Outcome:
    """Run once and print a row."""
    with TemporaryDirectory() as folder:
        output, errors = Path(folder) / "out", Path(folder) / "errors"
        if name == "loop, without Beam":
            output.mkdir()
            command = [sys.executable, "-c", CLEANING_LOOP, crawl, str(output)]
        else:
            command = [sys.executable, "-m", "boiloff", "clean", crawl, "--output", str(output), *place.flags]
            command += [] if learn else ["--no-learn"]
        watch = Watch()
        earlier = {pid: used_by(pid) for pid in descendants(os.getpid())}
        watch.start()
        started = time.monotonic()
        with errors.open("wb") as log:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
            printed, _ = run.communicate()
        seconds = time.monotonic() - started
        watch.stop()
        if run.returncode:
            said = errors.read_text(errors="replace")[-2000:]
            sys.exit(f"{said}\n{command!r:.200} ended with {run.returncode}")
        outcome = outcome_of(output, printed)
    used = {pid: found.cpu - earlier.get(pid, 0.0) for pid, found in watch.used.items()}
    python = {pid for pid in used if "python" in watch.commands[pid]}
    numbers = [outcome.captures / seconds, seconds]
    for pids in python, used.keys() - python:
        numbers += [sum(used[pid] for pid in pids), max((watch.used[pid].peak for pid in pids), default=0)]
    workers = sorted((used[pid] for pid in python - {run.pid} if used[pid] >= LEAST_WORK), reverse=True)
    shares = ", ".join(f"{one / sum(workers):.0%}" for one in workers) or "–"
    row = [name, *(f"{number:.0f}" if number else "–" for number in numbers), shares, place.shuffled()]
    print("|", " | ".join(row), "|", flush=True)
    return outcome


def main() -> None:
    """Measure every engine that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crawl", metavar="CRAWL.warc.gz")
    parser.add_argument("--learn", action="store_true", help="learn from the crawl first")
    parser.add_argument("--only", action="append", metavar="NAME", help="rows whose name holds this")
    options = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|", flush=True)
    rows: list[tuple[str, Engine | None, list[str]]] = [
        ("loop, without Beam", None, []),
        ("FnApiRunner, one worker", None, []),
        ("FnApiRunner, two workers", None, ["--workers", "2"]),
        *((f"{engine.name}, two workers", engine, []) for engine in (FLINK, SPARK, PRISM)),
    ]
    outcomes = {}
    for name, engine, flags in rows:
        if options.only and not any(part in name for part in options.only):
            continue
        if engine is None:
            outcomes[name] = measure(name, options.crawl, Place(flags), options.learn)
        elif not engine.file.exists():
            print(f"| {name} | not fetched: make engines | | | | | | | |")
        else:
            with TemporaryDirectory() as folder, place_of(engine, Path(folder)) as place:
                outcomes[name] = measure(name, options.crawl, place, options.learn)
    if len(set(outcomes.values())) > 1:
        sys.exit(f"the runs gave different records: {outcomes}")
    for outcome in outcomes.values():
        print(f"each run: {outcome.captures} captures, {outcome.articles} articles, digest {outcome.digests:x}")
        break


if __name__ == "__main__":
    main()
