"""Count what a reader of the code meets: files, lines, and the files that one capture passes.

    python benchmarks/structure.py [ARCHIVE.warc.gz]

Application files are the modules of `pipeline/`, `transforms/` and `boiloff/`, without `__init__.py`. The way of a
capture is from the reader to the line of the article: the first article of the archive, after one to warm up. A file
or a function counts if Python calls something in it; a change of file is a call from one file into another. Compiled
modules have no such calls and do not count in it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.output.schemas import to_json_line
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.ranges import read_file

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("pipeline", "transforms", "boiloff")
SHORT = 50


def application_files() -> list[Path]:
    """List the modules of the application, in `boiloff/` without its links to the other folders."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if path.name != "__init__.py" and path.resolve() == path)


class Way:
    """The calls between files of the project while something runs."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.functions: set[tuple[str, str, int]] = set()
        self.changes = 0

    def profile(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Count a call; for `sys.setprofile`."""
        code = frame.f_code
        if event != "call" or (name := self._own(code.co_filename)) is None:
            return
        self.files[name] += 1
        self.functions.add((name, code.co_name, code.co_firstlineno))
        caller = frame.f_back and self._own(frame.f_back.f_code.co_filename)
        self.changes += caller is not None and caller != name

    def follow(self, work: Callable[[], None]) -> None:
        """Count the calls of some work."""
        sys.setprofile(self.profile)
        try:
            work()
        finally:
            sys.setprofile(None)

    @staticmethod
    def _own(path: str) -> str | None:
        resolved = Path(path).resolve()
        is_own = resolved.is_relative_to(ROOT) and resolved.relative_to(ROOT).parts[0] in FOLDERS
        return str(resolved.relative_to(ROOT)) if is_own else None


def first_article(archive: str, cleaner: Cleaner) -> None:
    """Take the first capture that becomes an article from the archive to its line."""
    for item in read_file(archive):
        if isinstance(item, Rejected):
            continue
        page = clean_capture(item, cleaner)
        if not isinstance(page, Rejected):
            to_json_line(cleaner.article(page).to_dict())
            return
    raise SystemExit(f"{archive}: no capture in it becomes an article; name another archive")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", nargs="?", default=str(ROOT / "seeds" / "crawl.warc.gz"), metavar="ARCHIVE.warc.gz")
    archive = parser.parse_args().archive
    files = application_files()
    lines = [len(path.read_text("utf-8").splitlines()) for path in files]
    folders = Counter(path.parent for path in files)
    largest, siblings = folders.most_common(1)[0]
    cleaner, way = Cleaner.named("default"), Way()
    first_article(archive, cleaner)
    way.follow(lambda: first_article(archive, cleaner))
    compiled = sum("compiled" in path.parts for path in files)
    for name, value in (
        ("application files", f"{len(files)}, of them compiled {compiled}"),
        ("lines", f"{sum(lines):,}"),
        ("lines of the median file", f"{statistics.median(lines):.0f}"),
        (f"files of {SHORT} lines or fewer", sum(count <= SHORT for count in lines)),
        ("files in the largest folder", f"{siblings} ({largest.relative_to(ROOT)})"),
        ("files that one capture passes", len(way.files)),
        ("functions that it passes", len(way.functions)),
        ("changes of file on its way", f"{way.changes:,}"),
    ):
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
