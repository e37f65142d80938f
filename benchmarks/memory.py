"""Peak memory and time of `learn` and `clean`, each in a process of its own, on one or more crawls.

    python benchmarks/memory.py CRAWL.warc.gz [...] [--command learn --command clean]

Prints a line for each crawl and command: peak resident memory, CPU time, and the size of what came out. Crawls of
growing size, as `generate_crawl.py` makes them, show how both grow.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def arguments(command: str, crawl: str, output: str) -> list[str]:
    """The words of the command line."""
    if command == "learn":
        return ["learn", crawl, "--templates", output]
    return ["clean", crawl, "--output", output, "--no-learn", "--gzip"]


def measured(words: list[str]) -> tuple[float, float]:
    """Peak memory in MB and CPU seconds of one run of boiloff."""
    child = subprocess.Popen([sys.executable, "-m", "boiloff", *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"boiloff {' '.join(words)} ended with {child.returncode}")
    return usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


def main() -> None:
    """Measure every command on every crawl."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crawls", nargs="+", metavar="CRAWL")
    parser.add_argument("--command", action="append", choices=("learn", "clean"), help="both, if not said")
    options = parser.parse_args()
    print(f"{'command':8} {'peak MB':>8} {'CPU s':>8} {'output MB':>10}  crawl")
    for crawl in options.crawls:
        for command in options.command or ("learn", "clean"):
            with TemporaryDirectory() as folder:
                output = Path(folder) / "output"
                peak, seconds = measured(arguments(command, crawl, str(output)))
                print(f"{command:8} {peak:8.0f} {seconds:8.1f} {size_of(output) / 2**20:10.1f}  {crawl}", flush=True)


if __name__ == "__main__":
    main()
