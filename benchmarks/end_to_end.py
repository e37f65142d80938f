"""A whole archive, end to end: `boiloff clean`, with and without learning, beside a plain loop of three libraries.

    python benchmarks/end_to_end.py ARCHIVE.warc.gz|CAPTURES.jsonl.gz [...]

The loop reads with warcio, extracts with trafilatura (metadata included), names the language with langdetect, and
writes JSON lines. All read the same archives with one process, one after the other, and each is a process of its own,
so that start-up counts. Captures in JSON lines are written to one WARC first. Times are of the wall and of the CPU;
the ratios that have a target are of the CPU, which others on the machine disturb least.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import PEAK_MB, Used, as_archives, run, verdict

# How many times the loop's CPU time must be boiloff's, and how many times that of cleaning alone learning and cleaning.
LEARN_AND_CLEAN, CLEAN_ALONE, LEARNING = 6.0, 9.0, 1.7
LOOP = """
import json, sys
from langdetect import DetectorFactory, LangDetectException, detect
from trafilatura import bare_extraction
from warcio.archiveiterator import ArchiveIterator
DetectorFactory.seed = 0
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for path in sys.argv[3:]:
        with open(path, "rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response":
                    continue
                if "html" not in (record.http_headers.get_header("Content-Type") or ""):
                    continue
                url, html = record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()
                page = bare_extraction(html, url=url, with_metadata=True, include_comments=False)
                if page is None or not page.text:
                    continue
                try:
                    language = detect(page.text)
                except LangDetectException:
                    language = "und"
                article = {"url": url, "title": page.title, "author": page.author, "date": page.date, "text": page.text}
                out.write(json.dumps(article | {"language": language}, ensure_ascii=False) + "\\n")
"""


def lines_of(files: Iterable[Path]) -> int:
    """Count the records of some files."""
    return sum(1 for file in files for _ in file.open("rb"))


def row(name: str, used: Used, articles: int, loop: Used) -> str:
    """Print a row of the table."""
    times = f"{loop.cpu / used.cpu:.2f} | {loop.wall / used.wall:.2f}"
    return f"| {name} | {articles} | {used.wall:.1f} | {used.cpu:.1f} | {used.peak:.0f} | {times} |"


def main(paths: list[str]) -> None:
    """Print articles, seconds, memory and ratios of all three, and whether the targets hold."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        archives = as_archives(paths, folder)
        clean = [sys.executable, "-m", "boiloff", "clean", *archives, "--output"]
        print("| | articles | wall s | CPU s | peak MB | times as fast: CPU | wall |")
        print("|---|---|---|---|---|---|---|")
        loop = run([sys.executable, "-c", LOOP, "-", str(folder / "loop.jsonl"), *archives])
        print(row("loop", loop, lines_of([folder / "loop.jsonl"]), loop), flush=True)
        alone = run([*clean, str(folder / "alone"), "--no-learn"])
        print(row("boiloff, clean alone", alone, lines_of((folder / "alone").glob("articles-*")), loop), flush=True)
        learned = run([*clean, str(folder / "learned")])
        print(row("boiloff, learn + clean", learned, lines_of((folder / "learned").glob("articles-*")), loop))
    print()
    for what, found, target in (
        ("the loop / learn + clean", loop.cpu / learned.cpu, LEARN_AND_CLEAN),
        ("the loop / clean alone", loop.cpu / alone.cpu, CLEAN_ALONE),
    ):
        print(f"{what}: {found:.2f}, target at least {target:g}: {verdict(found >= target)}")
    for what, found, target in (
        ("learn + clean / clean alone", learned.cpu / alone.cpu, LEARNING),
        ("peak MB of learn + clean", learned.peak, PEAK_MB),
    ):
        print(f"{what}: {found:.2f}, target at most {target:g}: {verdict(found <= target)}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
