"""What two finished runs made of the captures that they share, in memory that does not grow with the runs.

Records are first spread over scratch files by the hash of their capture's id, so that all about one capture, of both
runs, is in one of them; then file after file is read and compared (the hash join of databases).
"""

from __future__ import annotations

import marshal
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from ...transforms.core.sites import site_of
from ..finished_run import FinishedRun
from ..reading.inputs import InputError
from ..report.sample import rank
from .changes import Compared, compare
from .outcome import NOT_CAPTURED, Outcome, outcome_of_records

NAMES = ("articles", "removed", "rejected")
# So many characters of text are compared at a time. As Python holds them, records take some ten times as many bytes.
PART_CHARS = 8_000_000
MOST_PARTS = 200

Record = dict[str, Any]


@dataclass
class _Records:
    """What one run says of one id."""

    articles: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    rejected: list[Record] = field(default_factory=list)

    def outcome(self) -> Outcome | None:
        """None where captures that differ share the id: nobody can tell whose ledger is whose."""
        if len({(article["content_sha256"], article["removed_blocks"]) for article in self.articles}) > 1:
            return None
        if self.articles:
            ledger = {record["position"]: record for record in self.removed}
            return outcome_of_records(self.articles[0], ledger.values())
        if self.rejected:
            return Outcome(reason=self.rejected[0]["reason"], error=self.rejected[0]["error"])
        return Outcome(reason=NOT_CAPTURED, error="the run has no record with this id")

    def url(self) -> str:
        return next((str(record["url"]) for record in (*self.articles, *self.rejected)), "")


def compare_runs(a: FinishedRun, b: FinishedRun, ambiguous: Callable[[str], None]) -> Iterator[Compared]:
    """Compare all captures with an id that either run has a record of.

    `ambiguous` is called with each id that captures which differ share within a run; these are left out. Raises
    InputError for records of another schema.
    """
    chars = sum(run.summary.get(key, 0) for run in (a, b) for key in ("text_chars", "removed_chars"))
    parts = min(MOST_PARTS, 1 + chars // PART_CHARS)
    with TemporaryDirectory(prefix="boiloff-diff-") as folder:
        paths = [os.path.join(folder, str(number)) for number in range(parts)]
        _spread((a, b), paths)
        for path in paths:
            yield from _compared(path, ambiguous)
            os.unlink(path)


def _spread(runs: tuple[FinishedRun, FinishedRun], paths: list[str]) -> None:
    with ExitStack() as stack:
        files: list[BinaryIO] = [stack.enter_context(open(path, "wb")) for path in paths]
        for side, run in enumerate(runs):
            for name in NAMES:
                for record in run.records(name):
                    if record["id"]:  # what could not be read has none, and gives an article on no side
                        marshal.dump((side, name, record), files[rank(record["id"]) % len(files)])


def _compared(path: str, ambiguous: Callable[[str], None]) -> Iterator[Compared]:
    sides: tuple[dict[str, _Records], dict[str, _Records]] = (defaultdict(_Records), defaultdict(_Records))
    with open(path, "rb") as file:
        for side, name, record in _marshalled(file):
            getattr(sides[side][record["id"]], name).append(record)
    for id in sorted({*sides[0], *sides[1]}):
        a, b = sides[0].pop(id, _Records()), sides[1].pop(id, _Records())
        try:
            of_a, of_b = a.outcome(), b.outcome()
        except KeyError as error:
            raise InputError(
                f"a record of {id!r} has no {error}; compare runs whose records have the same schema"
            ) from error
        if of_a is None or of_b is None:
            ambiguous(id)
            continue
        url = a.url() or b.url()
        yield compare(id, url, site_of(url), of_a, of_b)


def _marshalled(file: BinaryIO) -> Iterator[tuple[int, str, Record]]:
    while True:
        try:
            yield marshal.load(file)
        except EOFError:
            return
