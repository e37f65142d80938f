"""Peak memory of a worker, on one page, on generated pages, on real captures of many sites, and on hostile pages.

    python benchmarks/memory.py [CRAWL.warc.gz|CAPTURES.jsonl.gz ...] [--generated 5000] [--command learn ...]

Every command runs in a process of its own: `learn`, `clean` without learning, and `learn + clean`, which is `boiloff
clean` as it comes; that last one if no other is asked for. One page shows what a start costs. The generated pages are
those of `generate_crawl.py`, the hostile ones those of `hostile_pages.py`, all in one archive and one after the other,
and captures given in JSON lines are one archive. Prints a line for each: peak resident memory beside its target, CPU
time, and the size of what came out. Crawls of growing size (`--generated 5000 --generated 20000`) show how memory and
time grow.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import PEAK_MB, as_archives, run, verdict, warm_up_pages

COMMANDS = ("learn", "clean", "learn + clean")
GENERATED = 5_000
PAGES_A_SITE = 10
HOSTILE = """
import gzip, sys
from generate_crawl import record
from hostile_inputs import PAGES
with open(sys.argv[1], "wb") as stream:
    for number, page in enumerate(PAGES):
        stream.write(record(f"https://estuary{number % 8}.example/{number}", page.page(), number))
"""


def words(command: str, crawls: list[str], output: str) -> list[str]:
    """Return the words of the command line."""
    if command == "learn":
        return ["learn", *crawls, "--templates", output]
    return ["clean", *crawls, "--output", output, "--gzip", *["--no-learn"] * (command == "clean")]


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


def crawls_of(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Return the archives to measure, by name; those that are generated are written to `folder`."""
    page = folder / "page.html"
    page.write_text(warm_up_pages()[0], "utf-8")
    yield "one page", [str(page)]
    # Made in processes of their own: what this one has held would count to those that it starts.
    made = str(folder / "made.warc.gz")
    for pages in filter(None, options.generated or [GENERATED]):
        sites = max(pages // PAGES_A_SITE, 1)
        script = str(Path(__file__).with_name("generate_crawl.py"))
        run([sys.executable, script, made, "--pages", str(pages), "--sites", str(sites)])
        yield f"{pages:,} generated pages", [made]
    if options.captures:
        yield "the captures given", as_archives(options.captures, folder)
    if not options.no_hostile:
        run([sys.executable, "-c", f"import sys; sys.path.append({str(Path(__file__).parent)!r})\n{HOSTILE}", made])
        yield "hostile pages", [made]


def main() -> None:
    """Measure every command on every crawl."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="*", metavar="CRAWL")
    parser.add_argument("--generated", type=int, action="append", metavar="PAGES", help="[5000]; 0: none")
    parser.add_argument("--no-hostile", action="store_true", help="leave out the hostile pages")
    parser.add_argument("--command", action="append", choices=COMMANDS, help="learn + clean, if not said")
    options = parser.parse_args()
    print(f"| crawl | command | peak MB | target {PEAK_MB} | CPU s | output MB |\n|---|---|---|---|---|---|")
    with TemporaryDirectory() as name:
        for crawl, archives in crawls_of(options, Path(name)):
            for command in options.command or COMMANDS[-1:]:
                with TemporaryDirectory() as folder:
                    output = Path(folder) / "output"
                    used = run([sys.executable, "-m", "boiloff", *words(command, archives, str(output))])
                    size = size_of(output) / 2**20
                held = verdict(used.peak <= PEAK_MB)
                print(f"| {crawl} | {command} | {used.peak:.0f} | {held} | {used.cpu:.1f} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    main()
