"""Memory and speed of `boiloff clean -` on a long stream of generated captures, as it goes on.

    python benchmarks/pipe.py [--captures 100000] [--sites 2000] [--workers 2] [--compare]

The captures are those of `generate_crawl.py`, as JSON lines that are made as they are read. Prints a line for each
tenth of the stream: resident memory of the command with its workers, now and at its peak, and captures per second. The
target is that memory does not grow: after the first tenth, the peak rises by a tenth at most. Fails where a record is
missing, or comes out of order. With --compare, a run in Beam cleans the same captures from a file (4 GB), and
each record must be the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from generate_crawl import captures
from measuring import verdict

PARTS = 10
MAY_RISE = 1.1


def feed(stream: IO[bytes], count: int, sites: int) -> None:
    """Write the captures, and close the stream."""
    with stream:
        for number, (url, html) in enumerate(captures(count, sites, seed=1)):
            line = json.dumps({"id": str(number), "url": url, "html": html})
            stream.write(line.encode() + b"\n")


def digest(record: dict[str, Any]) -> bytes:
    """Return a digest of a record without the name of its file, which a pipe does not have."""
    return blake2b(json.dumps({**record, "source_file": ""}).encode(), digest_size=16).digest()


def check_run(digests: list[bytes], sites: int) -> None:
    """Clean the same captures in Beam. Fails where a record is another than that of the pipe."""
    with TemporaryDirectory() as folder:
        source, output = Path(folder, "captures.jsonl"), Path(folder, "out")
        with source.open("wb") as stream:
            feed(stream, len(digests), sites)
        words = ["clean", str(source), "--output", str(output), "--no-learn", "--ledger", "none", "--quiet"]
        subprocess.run([sys.executable, "-m", "boiloff", *words], check=True)
        count = 0
        for path in output.glob("articles-*"):
            with path.open("rb") as lines:
                for record in map(json.loads, lines):
                    count += 1
                    if digests[int(record["id"])] != digest(record):
                        sys.exit(f"record {record['id']} differs from that of a run")
    print(f"{count:,} of {len(digests):,} records are those of a run: {verdict(count == len(digests))}")


def memory_of(process: int) -> tuple[float, float]:
    """Resident memory of a process and its children in MB: now, and at the peak of each."""
    now = peak = 0.0
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        now += int(line.split()[1]) / 1024 if line.startswith("VmRSS") else 0.0
        peak += int(line.split()[1]) / 1024 if line.startswith("VmHWM") else 0.0
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text().split():
            now, peak = now + memory_of(int(child))[0], peak + memory_of(int(child))[1]
    return now, peak


def main() -> None:
    """Read the command line, run the command, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--compare", action="store_true", help="compare the records with those of a run in Beam")
    options = parser.parse_args()
    words = [sys.executable, "-m", "boiloff", "clean", "-", "--quiet", "--workers", str(options.workers)]
    command = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threading.Thread(target=feed, args=(command.stdin, options.captures, options.sites), daemon=True).start()
    assert command.stdout is not None
    started, count, peaks, digests = time.monotonic(), 0, [], list[bytes]()
    print("captures      MB  peak MB  per second")
    for count, line in enumerate(command.stdout, 1):
        record = json.loads(line)
        if record["id"] != str(count - 1):
            sys.exit(f"record {count - 1} is missing, or out of order")
        if options.compare:
            digests.append(digest(record))
        if count % (options.captures // PARTS) == 0:
            now, peak = memory_of(command.pid)
            peaks.append(peak)
            print(f"{count:8,}  {now:6.1f}  {peak:7.1f}  {count / (time.monotonic() - started):10.1f}", flush=True)
    if command.wait() or count != options.captures:
        sys.exit(f"{count:,} of {options.captures:,} records came out, exit status {command.returncode}")
    print(f"memory does not grow: {verdict(peaks[-1] <= MAY_RISE * peaks[0])}", flush=True)
    if options.compare:
        check_run(digests, options.sites)


if __name__ == "__main__":
    main()
