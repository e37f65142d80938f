"""Which pages boiloff rejects as stand-ins: pages with content in evaluation sets, whole and cut short, and archives.

    python benchmarks/stand_ins.py FOLDER [--archives FOLDER]

FOLDER contains sets as `accuracy.py` reads them. Every page of theirs has content, so every rejection is an error. Most
stand-ins are short, so a second pass makes short pages of each ground truth: its title with its first, its last and its
shortest paragraph. With archives it lists the captures of theirs that are rejected by what they say.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accuracy import rows
from rich.console import Console

from boiloff.pipeline.clean import Cleaner
from boiloff.transforms import Capture

# A page with more paragraphs than this is not short.
MAX_SHORT_CHARS = 700
PAGE = (
    "<title>{title} | The Gazette</title><nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav>"
    "<article><h1>{title}</h1>{body}</article><footer>© The Gazette</footer>"
)


def whole_pages(folder: Path) -> Iterator[Capture]:
    """Yield the captures of a set."""
    for row in rows(folder / "captures.jsonl.gz"):
        media, body = ("html", row["html"]) if "html" in row else ("text", row["text"])
        yield Capture(body=body, media=media, url=row["url"], id=row["id"])


def short_pages(folder: Path) -> Iterator[Capture]:
    """Yield pages of one paragraph: the first, the last and the shortest of each ground truth, undated."""
    for row in rows(folder / "truth.jsonl.gz"):
        lines = [line.strip() for line in (row.get("text") or "").splitlines() if line.strip()]
        title = escape(row.get("title") or next(iter(lines), ""))
        for line in dict.fromkeys((lines[0], lines[-1], min(lines, key=len))) if lines else ():
            if len(line) <= MAX_SHORT_CHARS and line not in title:
                yield Capture(body=PAGE.format(title=title, body=f"<p>{escape(line)}</p>"), id=row["id"])


def rejected(captures: Iterator[Capture], cleaner: Cleaner, console: Console) -> tuple[int, int]:
    """Count the captures, and those that are rejected; print these."""
    pages = wrong = 0
    for capture in captures:
        pages += 1
        if rejection := cleaner.page(capture).rejection:
            wrong += 1
            console.print(f"  {capture.id} {rejection.reason}: {rejection.evidence}", markup=False)
    return pages, wrong


def from_archives(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rejected records of a run over archives."""
    with TemporaryDirectory() as output:
        command = (
            sys.executable,
            "-m",
            "boiloff",
            "clean",
            str(folder),
            "--no-learn",
            "--overwrite",
            "--output",
            output,
        )
        subprocess.run(command, check=True, capture_output=True)
        for path in Path(output).glob("rejected-*.jsonl"):
            yield from map(json.loads, path.read_text("utf-8").splitlines())


def main() -> None:
    """Print wrong rejections of each set, and the stand-ins of archives by reason."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--archives", type=Path)
    given = parser.parse_args()
    console, cleaner = Console(width=200), Cleaner.named("default")
    for name, make in (("whole pages", whole_pages), ("pages of one paragraph", short_pages)):
        totals = Counter[str]()
        for path in sorted(given.folder.rglob("truth.jsonl.gz")):
            pages, wrong = rejected(make(path.parent), cleaner, console)
            totals.update(pages=pages, wrong=wrong)
        console.print(f"{name}: {totals['wrong']} of {totals['pages']:,} rejected")
    if given.archives:
        found = [record for record in from_archives(given.archives) if record["stage"] == "clean"]
        for record in found:
            console.print(f"  {record['reason']} {record['url']}: {record['error']}", markup=False)
        console.print("archives:", dict(Counter(record["reason"] for record in found)))


if __name__ == "__main__":
    main()
