"""Read archives, sound and damaged: boiloff beside warcio and fastwarc, on the same files in the same run.

    python benchmarks/archives.py FOLDER [--seconds 60]

Prints the Markdown tables of docs/archives.md: for each archive the records that each reader gives, what becomes of
boiloff's, and whether its bytes are those of the better of the two others. Every reader reads every file in a process
of its own, which is ended when its time is up. fastwarc runs with and without its `quirks_mode`, and the run with
more records counts. Of a WACZ, which neither opens, both get the WARC files inside. Exit status 1: boiloff is behind.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic

from archive_records import Reader, Seen, boiloff_records, fastwarc_records, warcio_records

from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.captures import read_captures

READERS: dict[str, tuple[Reader, ...]] = {
    "warcio": (warcio_records,),
    "fastwarc": (fastwarc_records, partial(fastwarc_records, quirks=True)),
    "boiloff": (boiloff_records,),
}
# Records that hold what was fetched; the others are the archive's bookkeeping.
CAPTURES = ("response", "resource", "conversion")


@dataclass(frozen=True)
class Reading:
    """What one reader gave of one file, and what stopped it."""

    seen: tuple[Seen, ...]
    error: str = ""

    def records(self) -> list[Seen]:
        """What has the head of a record; the rest are damaged stretches."""
        return [seen for seen in self.seen if seen.kind]

    def __str__(self) -> str:
        cut = sum(seen.cut for seen in self.records())
        stretches = len(self.seen) - len(self.records())
        notes = [f"{cut} cut"] * bool(cut) + [f"{stretches} damaged"] * bool(stretches) + ["stops"] * bool(self.error)
        return f"{len(self.records())}" + f" ({', '.join(notes)})" * bool(notes)


@dataclass(frozen=True)
class Agreement:
    """Of `total` captures of another reader: how many mine are the same bytes, and how many those bytes and more."""

    same: int
    longer: int
    total: int

    def __str__(self) -> str:
        return share(self.same, self.total) + f" ({self.longer} longer)" * bool(self.longer)


def members(path: Path) -> list[bytes]:
    """The file's bytes, or those of the WARC files in it if it is a WACZ."""
    data = path.read_bytes()
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in sorted(archive.namelist()) if name.startswith("archive/")]
    return [data]


def reading(readers: tuple[Reader, ...], data: bytes, seconds: float) -> Reading:
    """The reading with the most records, then the most bytes, of all ways to call a reader."""
    every = [_guarded(reader, data, seconds) for reader in readers]
    return max(every, key=lambda one: (len(one.records()), sum(len(seen.block) for seen in one.seen)))


def _guarded(reader: Reader, data: bytes, seconds: float) -> Reading:
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_send, args=(reader, data, theirs))
    child.start()
    theirs.close()
    seen: list[Seen] = []
    error, deadline = "ended without a word", monotonic() + seconds
    with suppress(EOFError):
        while ours.poll(deadline - monotonic()):
            item = ours.recv()
            if isinstance(item, str):
                error = item
                break
            seen.append(item)
        else:
            error = f"not done in {seconds:g} s"
    child.kill()
    child.join()
    return Reading(tuple(seen), error)


def _send(reader: Reader, data: bytes, connection: Connection) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # warcio prints what it doubts
    try:
        for seen in reader(data):
            connection.send(seen)
    except Exception as error:  # whatever a reader raises is its result
        # The file's own words, which some messages quote, are left out.
        connection.send(f"{type(error).__name__}: {' '.join(str(error).split())}".split(",")[0][:90])
    else:
        connection.send("")


def joined(readings: list[Reading]) -> Reading:
    """The readings of a WACZ's members as one."""
    return Reading(tuple(seen for one in readings for seen in one.seen), "".join(one.error for one in readings))


def agreement(mine: Reading, theirs: Reading, part: Callable[[Seen], bytes]) -> Agreement:
    """How the captures that another reader gives whole stand beside mine of the same address."""
    known = defaultdict(list)
    for seen in mine.records():
        known[seen.uri].append(part(seen))
    wanted = [seen for seen in theirs.records() if seen.kind in CAPTURES and not seen.cut]
    same = longer = 0
    for seen in wanted:
        data = part(seen)
        found = next((own for own in known[seen.uri] if own == data), None)
        if found is None:
            found = next((own for own in known[seen.uri] if own.startswith(data)), None)
            longer += found is not None
        if found is not None:
            known[seen.uri].remove(found)
            same += found == data
    return Agreement(same, longer, len(wanted))


def share(count: int, total: int) -> str:
    """`count` of `total`, nothing where there is none."""
    return f"{count}/{total}" if total else ""


def fates(path: Path) -> tuple[int, Counter[str]]:
    """How many captures go on to be parsed, and how many are rejected for which reason."""
    with path.open("rb") as stream:
        items = list(read_captures(stream, path.name))
    reasons = Counter(item.reason for item in items if isinstance(item, Rejected))
    return len(items) - reasons.total(), reasons


def lines(folder: Path, seconds: float) -> Iterator[tuple[list[str], dict[str, Reading], bool]]:
    """For each archive the cells of its line, the three readings, and whether boiloff is behind."""
    for path in sorted(path for path in folder.iterdir() if path.suffix != ".tsv"):
        readings = {
            name: joined([reading(readers, data, seconds) for data in members(path)])
            for name, readers in READERS.items()
        }
        mine = readings["boiloff"]
        better = max(readings["warcio"], readings["fastwarc"], key=lambda one: len(one.records()))
        blocks = agreement(mine, better, lambda seen: seen.block)
        bodies = agreement(mine, better, lambda seen: seen.body)
        pages, reasons = fates(path)
        checks = [[check for seen in mine.seen if (check := seen.checks[at]) is not None] for at in (0, 1)]
        behind = len(mine.records()) < len(better.records()) or blocks.same + blocks.longer < blocks.total
        yield (
            [
                path.name,
                *map(str, readings.values()),
                str(pages),
                ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())),
                *(str(blocks), str(bodies)),
                *(share(sum(found), len(found)) for found in checks),
            ],
            readings,
            behind,
        )


HEADINGS = (
    "archive",
    *READERS,
    "pages",
    "rejected",
    "same bytes",
    "same bodies",
    "block digests",
    "payload digests",
)


def main() -> None:
    """Print both tables, and which archives boiloff is behind on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="archives; .tsv files are left out")
    parser.add_argument("--seconds", type=float, default=60, help="a reader's time for one file")
    options = parser.parse_args()
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}")
    behind, errors = [], []
    records: Counter[str] = Counter()
    for cells, readings, is_behind in lines(options.folder, options.seconds):
        print(f"| {' | '.join(cells)} |", flush=True)
        records.update({name: len(one.records()) for name, one in readings.items()})
        behind += [cells[0]] * is_behind
        errors += [(cells[0], name, one.error) for name, one in readings.items() if one.error]
    print(f"| all | {' | '.join(str(records[name]) for name in READERS)} |{' |' * (len(HEADINGS) - 1 - len(READERS))}")
    print("\n| archive | reader | stopped by |\n|---|---|---|")
    for row in errors:
        print(f"| {' | '.join(row)} |")
    if behind:
        sys.exit(f"boiloff is behind on {', '.join(behind)}")


if __name__ == "__main__":
    main()
