"""What differs between two outcomes of one capture: the fates of its blocks, its metadata, whether it is an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..report.page_view import BlockView, place_of
from .outcome import Outcome

KEPT = "kept"
# A block that the other side has not: its page was parsed otherwise.
ABSENT = "absent"
# The record's keys that say something of the article besides its text.
METADATA = (
    "title", "description", "authors", "tags", "site_name", "canonical_url", "date_published", "date_modified",
    "date_source", "language", "quality_flags", "duplicate_of",
)  # fmt: skip


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
    """How the two sides differ on one capture. `a` and `b` tell whether it gave an article, `reason` and `error` why it
    gave none on the side that has none; `chars_a` and `chars_b` are the characters of the articles' blocks, `gained`
    those that only the second side has, and `lost` those that only the first has. `place` is where the capture lies.
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
        """True where anything differs."""
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
    """Blocks are the same if they have the same text and are the first, second, … of their page with it.

    Evidence and score alone are no change: they tell how sure a rule was, and move with every figure.
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
