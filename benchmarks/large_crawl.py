"""Learn and clean a large generated crawl with two local workers, kill the run in the middle, and resume it.

    python benchmarks/large_crawl.py FOLDER --pages 1000000 --sites 10000
    python benchmarks/large_crawl.py FOLDER --plot docs/large-crawl.svg

Makes the archives (9 GB for a million pages, see `generate_crawl.py --mixed`), learns, and cleans. After --kill-at of
the captures, it kills all processes of the run with SIGKILL, and resumes it. Every ten seconds it samples the captures
so far, CPU seconds and the memory of each process, and writes them to FOLDER/samples.jsonl, from which --plot draws. At
the end it reads all records: every capture must have exactly one. It skips what an earlier call has made, so delete
FOLDER to begin anew.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from generate_crawl import generate, mixed_records
from measuring import used_by, verdict

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "runners")]

from engines import descendants  # noqa: E402

SECONDS = 10
WORKERS = 2
PARTS = 10
SEED = 1
SAMPLES = "samples.jsonl"
# From the middle of a run to its end, memory may rise by a fifth, and a page may cost a tenth more. In the first half
# workers start, meet their sites, and fill what they may hold.
MEMORY_MAY_RISE = 1.2
COST_MAY_RISE = 1.1


def make_part(folder: Path, part: int, pages: int, sites: int) -> None:
    """Write one archive of the crawl, if it is not there."""
    path = folder / f"part-{part:02d}.warc.gz"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        generate(unfinished, mixed_records(pages, sites, SEED, part))
        unfinished.rename(path)


def follow(name: str, words: Sequence[str], samples: Path, kill_after: int = 0) -> bool:
    """Run a command of boiloff and sample it. Return False if it was killed, after so many captures."""
    command = [sys.executable, "-m", "boiloff", *words, "--json-log", "--log-every", str(SECONDS)]
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, env=environment)
    assert run.stderr is not None
    with samples.open("a") as stream:
        for event in map(json.loads, run.stderr):
            if event["event"] != "progress":
                continue
            processes = {pid: (used_by(pid), resident(pid)) for pid in (run.pid, *descendants(run.pid))}
            sample = {
                "run": name,
                "phase": event["phase"],
                "seconds": round(time.monotonic() - started, 1),
                "captures": event["captures"],
                "cpu": round(sum(cpu for cpu, _ in processes.values()), 2),
                "megabytes": {pid: round(memory) for pid, (_, memory) in processes.items()},
            }
            stream.write(json.dumps(sample) + "\n")
            stream.flush()
            if kill_after and event["captures"] >= kill_after and event["phase"] == "cleaning":
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
                return False
    if run.wait():
        sys.exit(f"{name} ended with {run.returncode}")
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    return True


def resident(pid: int) -> float:
    """Resident memory of a process in MB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def check(crawl: Path, output: Path, pages: int) -> None:
    """Count the records. Fails if a capture has none, or two."""
    summary = json.loads((output / "summary.json").read_text())
    seen = set[tuple[str, int]]()
    count = 0
    for path in (*output.glob("articles-*"), *output.glob("rejected-*")):
        with path.open("rb") as lines:
            for record in map(json.loads, lines):
                seen.add((record["source_file"].rpartition("/")[2], record["source_offset"]))
                count += 1
    conserved = pages == count == len(seen) == summary["captures"] == summary["articles"] + summary["rejected"]
    print(f"captures {summary['captures']:,}, articles {summary['articles']:,}, rejected {summary['rejected']:,}")
    print(f"every capture has one record: {verdict(conserved)}")
    megabytes = {name: _megabytes(output, f"{name}-*") for name in ("articles", "removed", "rejected")}
    sizes = {"input": _megabytes(crawl, "*.warc.gz"), **megabytes, "store": _megabytes(crawl.parent, "store")}
    print("MB: " + ", ".join(f"{name} {size:,.0f}" for name, size in sizes.items()))
    if not conserved:
        sys.exit(1)


def _megabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6


def read_samples(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the samples of each run while its workers read pages."""
    runs: dict[str, list[dict[str, Any]]] = {}
    with path.open() as lines:
        for sample in map(json.loads, lines):
            if sample["captures"] and sample["phase"] in ("learning", "cleaning"):
                runs.setdefault(sample["run"], []).append(sample)
    return runs


def costs(samples: Sequence[dict[str, Any]], parts: int = PARTS) -> Iterator[tuple[int, float, float]]:
    """Yield, for each part of a run, captures so far, CPU milliseconds per capture, and MB of the largest process."""
    steps = [samples[len(samples) * at // parts] for at in range(parts)] + [samples[-1]]
    for one, other in pairwise(steps):
        captures = other["captures"] - one["captures"]
        if captures:
            largest = sorted(other["megabytes"].values())[-1]
            yield other["captures"], (other["cpu"] - one["cpu"]) / captures * 1000, largest


def report(samples: Path) -> None:
    """Print what each tenth of each run cost, and whether memory and cost stay the same."""
    print("| run | captures | CPU ms per capture | MB of the largest process |\n|---|---|---|---|")
    for name, found in read_samples(samples).items():
        rows = list(costs(found))
        for captures, cost, megabytes in rows:
            print(f"| {name} | {captures:,} | {cost:.2f} | {megabytes:.0f} |")
        if len(rows) > 1:
            middle, last = rows[len(rows) // 2], rows[-1]
            rise, slower = last[2] / middle[2], last[1] / middle[1]
            print(f"| {name}, end to middle | | {slower:.2f}: {verdict(slower <= COST_MAY_RISE)} ", end="")
            print(f"| {rise:.2f}: {verdict(rise <= MEMORY_MAY_RISE)} |")


def plot(samples: Path, target: Path) -> None:
    """Draw memory and cost over the captures."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "boiloff"
    from matplotlib import pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(8, 6), layout="constrained")
    for name, found in read_samples(samples).items():
        captures = [sample["captures"] / 1000 for sample in found]
        above.plot(captures, [max(sample["megabytes"].values()) for sample in found], label=name)
        rows = list(costs(found, parts=40))
        below.plot([row[0] / 1000 for row in rows], [row[1] for row in rows], label=name)
    above.set(ylabel="MB of the largest process", ylim=(0, None))
    below.set(ylabel="CPU ms per capture", xlabel="thousand captures", ylim=(0, None))
    above.legend()
    figure.savefig(target, metadata={"Date": None})


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--kill-at", type=float, default=0.4, help="share of the captures; 0 kills nothing")
    parser.add_argument("--ledger", choices=("full", "reasons", "none"), default="reasons")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="only draw the samples of an earlier call")
    options = parser.parse_args()
    folder: Path = options.folder
    samples, crawl, store, output = folder / SAMPLES, folder / "crawl", folder / "store", folder / "out"
    if options.plot:
        plot(samples, options.plot)
        return
    crawl.mkdir(parents=True, exist_ok=True)
    with Pool(WORKERS) as pool:
        pool.starmap(make_part, [(crawl, part, options.pages // PARTS, options.sites) for part in range(PARTS)], 1)
    workers = ["--workers", str(WORKERS)]
    if not store.exists():
        follow("learn", ["learn", str(crawl), "--templates", str(store), *workers], samples)
    clean = ["clean", str(crawl), "--templates", str(store), "--output", str(output), *workers]
    clean += ["--resume", "--ledger", options.ledger]
    if not (output / "_SUCCESS").exists():
        kill_after = 0 if output.exists() else round(options.kill_at * options.pages)
        if not follow("clean", clean, samples, kill_after):
            follow("clean, resumed", clean, samples)
    check(crawl, output, options.pages)
    report(samples)


if __name__ == "__main__":
    main()
