"""What a large crawl costs: CPU seconds, bytes and memory by part, ten days of a crawl that grows, and large stores.

    python benchmarks/generate_crawl.py /tmp/crawl.warc.gz --pages 20000 --sites 2000
    python benchmarks/scale.py costs /tmp/crawl.warc.gz
    python benchmarks/scale.py days --pages 1000
    python benchmarks/scale.py stores --sites 20000

All times are CPU seconds of a process and its workers, which other work on the machine changes least; each command runs
in processes of its own. `costs` compares `clean` with a plain loop over the same functions, and two workers with one.
docs/scale.md has the results.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from generate_crawl import captures, record
from measuring import CLEANING_LOOP, Used, run

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]
os.environ["PYTHONPATH"] = str(ROOT)

BOILOFF = [sys.executable, "-m", "boiloff"]
MERGED = """
import sys
from boiloff.pipeline.site_memory.learning import merge_stores
print(merge_stores(sys.argv[2:], sys.argv[1]))
"""
# A quarter of the days' articles are on sites that no day before had.
DAY_SITES = 100


def costs(crawl: str, repeats: int) -> None:
    """Print a row for each way to clean a crawl. Of several repeats, taken in turns, the least CPU time counts."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        store, out = str(folder / "store"), str(folder / "out")
        clean = [*BOILOFF, "clean", crawl, "--quiet", "--overwrite", "--output", out]
        ways: dict[str, list[str]] = {
            "loop, without Beam": [sys.executable, "-c", CLEANING_LOOP, crawl, str(folder)],
            "clean alone": [*clean, "--no-learn"],
            "clean alone, two workers": [*clean, "--no-learn", "--workers", "2"],
            "learn": [*BOILOFF, "learn", crawl, "--quiet", "--templates", store],
            "clean with the store": [*clean, "--templates", store],
        }
        used: dict[str, list[Used]] = {way: [] for way in ways}
        for _ in range(repeats):
            for way, command in ways.items():
                if way == "learn" and os.path.exists(store):
                    os.unlink(store)
                used[way].append(run(command))
        summary = json.loads((Path(out) / "summary.json").read_text())
        pages = summary["captures"]
        print("| | CPU s | ms a page | wall s | pages a second | peak MB |\n|---|---|---|---|---|---|")
        for way, found in used.items():
            best = min(found, key=lambda one: one.cpu)
            wall = min(one.wall for one in found)
            row = f"{best.cpu:.1f} | {best.cpu / pages * 1000:.2f} | {wall:.1f} | {pages / wall:.0f} | {best.peak:.0f}"
            print(f"| {way} | {row} |", flush=True)
        sizes = {
            "input": os.path.getsize(crawl),
            "articles": _bytes(out, "articles-*"),
            "ledger": _bytes(out, "removed-*"),
            "store": os.path.getsize(store),
        }
        print(f"\n{pages:,} pages of {_sites(store):,} sites; KB a page: ", end="")
        print(", ".join(f"{name} {size / pages / 1000:.2f}" for name, size in sizes.items()))


def days(pages: int, count: int = 10) -> None:
    """Print a row for each day of a crawl that grows: learn what is new, then clean it with what is known."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        crawl, store = folder / "crawl", str(folder / "store")
        crawl.mkdir()
        found = enumerate(captures(pages * count, DAY_SITES, 1))
        print("| day | files | learn CPU s | clean CPU s | captures | duplicates | without memory | sites |")
        print("|---|---|---|---|---|---|---|---|")
        for day in range(1, count + 1):
            with (crawl / f"{day:02d}.warc.gz").open("wb") as stream:
                for _ in range(pages):
                    number, (url, html) = next(found)
                    stream.write(record(url, html.encode("utf-8"), number))
            since = [word for path in sorted(folder.glob("run-*")) for word in ("--since", str(path))]
            learned = run([*BOILOFF, "learn", str(crawl), "--quiet", "--templates", store, "--update", *since])
            out = str(folder / f"run-{day:02d}")
            clean = [*BOILOFF, "clean", str(crawl), "--quiet", "--templates", store, "--output", out, *since]
            cleaned = run(clean)
            summary = json.loads((Path(out) / "summary.json").read_text())
            numbers = [summary["captures"], summary.get("duplicates", 0), summary.get("without_site_memory", 0)]
            print(f"| {day} | {day} | {learned.cpu:.1f} | {cleaned.cpu:.1f} | ", end="")
            print(" | ".join(f"{number:,}" for number in [*numbers, _sites(store)]), "|", flush=True)


def stores(sites: int, articles: int) -> None:
    """Print bytes a site, seconds of a lookup and the cost of a merge, for two stores that have half their sites in
    common. Their sites are copies of those of a generated crawl, under other names.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        crawl, seed = folder / "crawl.warc.gz", str(folder / "seed")
        with crawl.open("wb") as stream:
            for number, (url, html) in enumerate(captures(articles * 20, 20, 1)):
                stream.write(record(url, html.encode("utf-8"), number))
        run([*BOILOFF, "learn", str(crawl), "--quiet", "--templates", seed])
        paths = [str(folder / f"store-{at}") for at in (0, 1)]
        for at, path in enumerate(paths):
            made = _timed(lambda at=at, path=path: _copied(seed, path, range(at * sites // 2, at * sites // 2 + sites)))
            size = os.path.getsize(path)
            print(f"store of {sites:,} sites: {size / 1e6:.0f} MB, {size / sites:,.0f} bytes a site, {made:.1f} CPU s")
        _lookups(paths[0], sites)
        merged = str(folder / "merged")
        used = run([sys.executable, "-c", MERGED, merged, *paths])
        size = os.path.getsize(merged)
        print(f"merge of two: {used.cpu:.1f} CPU s, {used.wall:.1f} s, peak {used.peak:.0f} MB, {size / 1e6:.0f} MB")


def _copied(seed: str, path: str, numbers: range) -> None:
    """Write a store with a site for each number."""
    from dataclasses import replace

    from boiloff.pipeline.site_memory.writer import working_folder, write_store
    from boiloff.transforms.site_memory.store import open_store

    with open_store(seed) as store:
        samples = list(store.samples())
    with working_folder(path) as folder, write_store(path, folder) as writer:
        for number in numbers:
            writer.add_sample(replace(samples[number % len(samples)], site=f"site-{number}.example"))


def _lookups(path: str, sites: int) -> None:
    from boiloff.transforms.site_memory.store import open_store

    random = Random(1)
    names = [f"site-{random.randrange(sites)}.example" for _ in range(2000)]
    with open_store(path) as store:
        spent = _timed(lambda: [store.site(name) for name in names])
    print(f"lookup of a site that no worker has met: {spent / len(names) * 1000:.2f} ms")


def _timed(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _bytes(folder: str, pattern: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).glob(pattern))


def _sites(store: str) -> int:
    from boiloff.transforms.site_memory.store import open_store

    with open_store(store) as opened:
        return sum(1 for _ in opened.sites())


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("costs")
    command.add_argument("crawl", metavar="CRAWL.warc.gz")
    command.add_argument("--repeats", type=int, default=1)
    commands.add_parser("days").add_argument("--pages", type=int, default=1000, help="new pages a day")
    command = commands.add_parser("stores")
    command.add_argument("--sites", type=int, default=20_000)
    command.add_argument("--articles", type=int, default=60, help="pages of each site that is copied")
    options = parser.parse_args()
    if options.command == "costs":
        costs(options.crawl, options.repeats)
    elif options.command == "days":
        days(options.pages)
    else:
        stores(options.sites, options.articles)


if __name__ == "__main__":
    main()
