"""Comparing what two configurations, stores or runs make of the same captures, one capture at a time.

Captures are sampled and cleaned twice, or the records of two runs are joined: they are first spread over scratch files
by the hash of their capture's id, so that all records of one capture are in one file, then compared file by file (the
hash join of databases). Memory does not grow with the runs.
"""

from __future__ import annotations

import marshal
import os
import pickle
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from heapq import heappush, heappushpop
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from ...transforms.core.page import Capture, site_of
from ..clean import Cleaner, clean_capture
from ..output.manifest import FinishedRun, Record
from ..reading.accept import MAX_BODY_BYTES, Rejected
from ..reading.ranges import InputError, read_file
from .pages import BlockView, place_of, view_of_page, view_of_records
from .survey import rank

KEPT = "kept"
# A block that only the other side has: the page was parsed differently.
ABSENT = "absent"
# The record's keys that describe the article, besides its text.
METADATA = (
    "title", "description", "authors", "organisations", "tags", "site_name", "canonical_url", "date_published",
    "date_modified", "date_source", "language", "quality_flags", "duplicate_of",
)  # fmt: skip


# Why a run has no article of a capture that the other has one of, if none of its records says so.
NOT_CAPTURED = "not-captured"
NAMES = ("articles", "removed", "rejected")
# Characters of text that are compared at a time. As Python objects, records take some ten times as many bytes.
PART_CHARS = 8_000_000
MAX_PARTS = 200


@dataclass(frozen=True)
class Side:
    """One of the two sides: a cleaner, or a finished run. `what` describes it to people."""

    name: str
    what: str
    cleaner: Cleaner | None = None
    run: FinishedRun | None = None


class Fate(NamedTuple):
    """What became of a block: `kept`, `absent`, or the reason it was removed for, with rule, evidence and score."""

    name: str
    rule: str = ""
    evidence: str = ""
    score: float = 0.0


class BlockChange(NamedTuple):
    """A block whose fate differs. A position is -1 where the block is absent."""

    text: str
    position_a: int
    position_b: int
    a: Fate
    b: Fate


class FieldChange(NamedTuple):
    """A key of the record whose value differs; lists are joined."""

    key: str
    a: str
    b: str


@dataclass(frozen=True)
class PageChanges:
    """How the two sides differ on one capture.

    `a` and `b` are whether it gave an article, `reason` and `error` why it gave none on the other side. `chars_a` and
    `chars_b` count the characters of the articles' blocks, `gained` those that only the second side has, `lost` those
    that only the first has. `place` is where the capture lies.
    """

    id: str
    url: str
    site: str
    a: bool
    b: bool
    chars_a: int
    chars_b: int
    gained: int = 0
    lost: int = 0
    reason: str = ""
    error: str = ""
    blocks: tuple[BlockChange, ...] = ()
    metadata: tuple[FieldChange, ...] = ()
    place: str = ""

    @property
    def differ(self) -> bool:
        """Whether there are differences."""
        return self.a != self.b or bool(self.blocks or self.metadata)


class Compared(NamedTuple):
    """A capture's two outcomes, and how they differ."""

    changes: PageChanges
    a: Outcome
    b: Outcome


def compare(id: str, url: str, site: str, a: Outcome, b: Outcome) -> Compared:
    """Compare two outcomes of the capture with this id."""
    changes = replace(_changes(id, url, site, a, b), place=place_of(b.record or a.record))
    return Compared(changes, a, b)


def _changes(id: str, url: str, site: str, a: Outcome, b: Outcome) -> PageChanges:
    chars_a, chars_b = (sum(len(block.text) for block in side.blocks if block.is_kept) for side in (a, b))
    if not (a.is_article and b.is_article):
        missing = a if b.is_article else b
        why = (missing.reason, missing.error) if a.is_article != b.is_article else ("", "")
        return PageChanges(id, url, site, a.is_article, b.is_article, chars_a, chars_b, chars_b, chars_a, *why)
    blocks = tuple(_block_changes(a.blocks, b.blocks))
    gained = sum(len(change.text) for change in blocks if change.b.name == KEPT)
    lost = sum(len(change.text) for change in blocks if change.a.name == KEPT)
    metadata = tuple(_field_changes(a, b))
    return PageChanges(id, url, site, True, True, chars_a, chars_b, gained, lost, blocks=blocks, metadata=metadata)


def _block_changes(a: Iterable[BlockView], b: Iterable[BlockView]) -> Iterator[BlockChange]:
    """Yield the blocks whose reason or rule differs; new evidence or a new score alone does not count.

    Blocks are the same if they have the same text and are the first, second, … of their page with it.
    """
    others = dict(_numbered(b))
    for key, block in _numbered(a):
        other = others.pop(key, None)
        fates = _fate(block), _fate(other)
        if fates[0][:2] != fates[1][:2]:
            yield BlockChange(block.text, block.position, other.position if other else -1, *fates)
    for block in others.values():
        yield BlockChange(block.text, -1, block.position, Fate(ABSENT), _fate(block))


def _numbered(blocks: Iterable[BlockView]) -> Iterator[tuple[tuple[str, int], BlockView]]:
    seen: Counter[str] = Counter()
    for block in blocks:
        yield (block.text, seen[block.text]), block
        seen[block.text] += 1


def _fate(block: BlockView | None) -> Fate:
    if block is None:
        return Fate(ABSENT)
    return Fate(KEPT) if block.is_kept else Fate(block.reason, block.rule, block.evidence, block.score)


def _field_changes(a: Outcome, b: Outcome) -> Iterator[FieldChange]:
    for key in METADATA:
        before, after = _plain(a.record.get(key, "")), _plain(b.record.get(key, ""))
        if before != after:
            yield FieldChange(key, before, after)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@dataclass(frozen=True)
class Outcome:
    """An article's record and all blocks of its page; or, where `record` is empty, why there is none."""

    record: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[BlockView, ...] = ()
    reason: str = ""
    error: str = ""

    @property
    def is_article(self) -> bool:
        """Whether the capture gave an article."""
        return bool(self.record)


def outcome_of_capture(capture: Capture, cleaner: Cleaner) -> Outcome:
    """Clean a capture."""
    limit = cleaner.configuration.limits.max_body_bytes
    if len(capture.octets) > limit:  # read with the larger limit of the two sides
        return Outcome(reason="too-large", error=f"the body has more than {limit:,} bytes")
    result = clean_capture(capture, cleaner)
    if isinstance(result, Rejected):
        return Outcome(reason=result.reason, error=result.error)
    article = cleaner.article(result)
    return Outcome(article.to_dict(), view_of_page(result, article).blocks)


def outcome_of_records(article: Mapping[str, Any], ledger: Iterable[Mapping[str, Any]]) -> Outcome:
    """Return what a run wrote about a capture."""
    return Outcome(article, view_of_records(article, ledger).blocks)


class _Held(NamedTuple):
    """A capture of the sample, pickled and compressed. When there are too many, the one of largest rank goes."""

    order: int
    id: str
    packed: bytes


@dataclass(frozen=True)
class Sample:
    """The captures of a crawl whose ids have the smallest hashes. The order of the files does not matter.

    `seen` counts all captures, `unread` the items that are not pages. If several captures have one id, the first one
    counts.
    """

    held: tuple[_Held, ...]
    seen: int
    unread: int

    def __len__(self) -> int:
        return len(self.held)

    def __iter__(self) -> Iterator[Capture]:
        return (pickle.loads(zlib.decompress(held.packed)) for held in self.held)


def take_sample(
    files: Iterable[str],
    size: int,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    tick: Callable[[int], None] = lambda seen: None,
) -> Sample:
    """Read the files once and hold at most `size` captures, compressed: some 20 MB for a thousand.

    `tick` is called with the number of captures read so far.
    """
    heap: list[_Held] = []
    ids: set[str] = set()
    seen = unread = 0
    for path in files:
        for item in read_file(path, max_body_bytes=max_body_bytes):
            if isinstance(item, Rejected):
                unread += 1
                continue
            seen += 1
            tick(seen)
            id = item.record_id()
            order = -rank(id)
            if id in ids or (len(heap) == size and order <= heap[0].order):
                continue
            ids.add(id)
            held = _Held(order, id, zlib.compress(pickle.dumps(item), 1))
            if len(heap) < size:
                heappush(heap, held)
            else:
                ids.remove(heappushpop(heap, held).id)
    return Sample(tuple(sorted(heap, key=lambda held: -held.order)), seen, unread)


def compare_captures(captures: Iterable[Capture], a: Cleaner, b: Cleaner) -> Iterator[Compared]:
    """Clean each capture twice, in this process."""
    for capture in captures:
        outcomes = outcome_of_capture(capture, a), outcome_of_capture(capture, b)
        yield compare(capture.record_id(), capture.url, site_of(capture.url), *outcomes)


@dataclass
class _Records:
    """The records of one run with one id."""

    articles: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    rejected: list[Record] = field(default_factory=list)

    def outcome(self) -> Outcome | None:
        """Return the outcome; None if different captures share the id, whose ledgers cannot be separated."""
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

    `ambiguous` is called with each id that different captures share within a run; these are left out. Raises InputError
    for records of another schema.
    """
    for run in (a, b):
        run.require_full_ledger("a comparison of runs")
    chars = sum(run.summary.get(key, 0) for run in (a, b) for key in ("text_chars", "removed_chars"))
    parts = min(MAX_PARTS, 1 + chars // PART_CHARS)
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
    with open(path, "rb") as file, suppress(EOFError):
        while True:
            side, name, record = marshal.load(file)
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
