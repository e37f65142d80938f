"""The same crawl through `boiloff clean` on each engine: pages a second, CPU seconds, peak memory of the workers.

    python benchmarks/generate_crawl.py /tmp/crawl.warc.gz --pages 20000 --sites 200
    python benchmarks/runners.py /tmp/crawl.warc.gz

One run after the other, without learning unless `--learn` is given. Locally: a plain loop over the same functions
without Beam, then one worker, then two. On Flink, Spark and Prism (those that `make engines` could fetch): two worker
processes of a worker pool, so that each worker's memory is its own. Every run must give the same number of records.
CPU and memory are those of processes of Python, in which the pages are worked on, and `engine` is the CPU of the
engine's own process. Memory is the largest worker's, sampled from the system every half second.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "runners"), str(ROOT)]

from engines import FLINK, PRISM, SPARK, Engine, descendants, serving, worker_pool  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
LOOP = """
import json, sys
from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.reading.ranges import read_file
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.output.json_lines import to_json_line
from boiloff.transforms.core.article import ledger
cleaner = Cleaner.named("default")
with open(sys.argv[2] + "/articles-0", "wb") as articles, open(sys.argv[2] + "/removed-0", "wb") as removed:
    for capture in read_file(sys.argv[1]):
        if isinstance(capture, Rejected) or isinstance(page := clean_capture(capture, cleaner), Rejected):
            continue
        articles.write(to_json_line(cleaner.article(page).to_dict()) + b"\\n")
        removed.writelines(to_json_line(record) + b"\\n" for record in ledger(page))
"""


class Used(NamedTuple):
    """CPU seconds and peak memory in MB of one process."""

    cpu: float
    peak: float


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


@contextmanager
def server_of(engine: Engine, folder: Path) -> Iterator[list[str]]:
    """Start an engine; yield the flags that run a pipeline on it, with two worker processes of a pool."""
    with ExitStack() as stack:
        server = stack.enter_context(serving(engine, folder))
        pool = stack.enter_context(worker_pool())
        yield [*server.flags(), *pool.flags(), "--sdk_worker_parallelism=2"]


def measure(name: str, crawl: str, flags: Sequence[str], learn: bool) -> int:
    """Run once and print a row; returns the number of articles."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        if name == "loop, without Beam":
            output.mkdir()
            command = [sys.executable, "-c", LOOP, crawl, str(output)]
        else:
            command = [sys.executable, "-m", "boiloff", "clean", crawl, "--output", str(output), *flags]
            command += [] if learn else ["--no-learn"]
        watch = Watch()
        earlier = {pid: used_by(pid) for pid in descendants(os.getpid())}
        watch.start()
        started = time.monotonic()
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        seconds = time.monotonic() - started
        watch.stop()
        articles = sum(1 for path in output.glob("articles-*") for _ in path.open("rb"))
        captures = articles
        if (output / "summary.json").exists():
            captures = json.loads((output / "summary.json").read_text())["captures"]
    python = {pid: used for pid, used in watch.used.items() if "python" in watch.commands[pid]}
    cpu = sum(used.cpu - earlier.get(pid, 0.0) for pid, used in python.items())
    engine = sum(used.cpu - earlier.get(pid, 0.0) for pid, used in watch.used.items() if pid not in python)
    peak = max(used.peak for used in python.values())
    print(f"| {name} | {captures / seconds:.0f} | {seconds:.0f} | {cpu:.0f} | {engine:.0f} | {peak:.0f} |", flush=True)
    return articles


def used_by(pid: int) -> float:
    """CPU seconds of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def main() -> None:
    """Measure every engine that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crawl", metavar="CRAWL.warc.gz")
    parser.add_argument("--learn", action="store_true", help="learn from the crawl first")
    parser.add_argument("--only", action="append", metavar="NAME", help="rows whose name holds this")
    options = parser.parse_args()
    print(
        "| engine | pages/s | seconds | CPU s | engine CPU s | peak MB of a worker |\n|---|---|---|---|---|---|",
        flush=True,
    )
    rows: list[tuple[str, Engine | None, list[str]]] = [
        ("loop, without Beam", None, []),
        ("FnApiRunner, one worker", None, []),
        ("FnApiRunner, two workers", None, ["--workers", "2"]),
        *((f"{engine.name}, two workers", engine, []) for engine in (FLINK, SPARK, PRISM)),
    ]
    counts = set()
    for name, engine, flags in rows:
        if options.only and not any(part in name for part in options.only):
            continue
        if engine is None:
            counts.add(measure(name, options.crawl, flags, options.learn))
        elif not engine.file.exists():
            print(f"| {name} | not fetched: make engines | | | | |")
        else:
            with TemporaryDirectory() as folder, server_of(engine, Path(folder)) as server:
                counts.add(measure(name, options.crawl, server, options.learn))
    if len(counts) > 1:
        sys.exit(f"the runs gave different numbers of articles: {counts}")


if __name__ == "__main__":
    main()
