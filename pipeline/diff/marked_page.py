"""A page with what differs marked on it, for the browser of reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..report.page_view import BlockView, PageView, place_of
from .changes import KEPT, BlockChange, Compared, Fate


def marked_page(compared: Compared) -> PageView:
    """The article as the second side sees it, with all blocks whose fate differs: both fates stand in place of the
    reason ("kept → navigation"), and both sides' rules and evidence. What both sides removed alike is left out, which
    the tally tells. Of an article that just one side has, all kept blocks differ.
    """
    changes, a, b = compared
    record = b.record or a.record
    known = {key: str(record.get(key, "")) for key in ("title", "language", "date_published", "captured_at")}
    blocks = tuple(_marked(compared) if a.is_article and b.is_article else _of_one_side(compared))
    place, tally = place_of(record), _tally(compared, blocks)
    return PageView(id=changes.id, url=changes.url, site=changes.site, **known, blocks=blocks, place=place, tally=tally)


def _tally(compared: Compared, shown: Sequence[BlockView]) -> str:
    changed = sum(not block.is_kept for block in shown)
    absent = sum(change.position_b < 0 for change in compared.changes.blocks)
    left_out = len((compared.b if compared.changes.b else compared.a).blocks) + absent - len(shown)
    rest = f", {left_out:,} that stay removed are left out" if left_out else ""
    return f"{changed:,} of {len(shown) + left_out:,} blocks changed{rest}"


def _marked(compared: Compared) -> Iterator[BlockView]:
    changes = {change.position_b: change for change in compared.changes.blocks if change.position_b >= 0}
    placed = [
        (block.position, 1, _with_fates(block, changes.get(block.position)))
        for block in compared.b.blocks
        if block.is_kept or block.position in changes
    ]
    for change in compared.changes.blocks:
        if change.position_b < 0:  # stands about where it stood
            placed.append((change.position_a, 0, _with_fates(BlockView(change.position_a, "", change.text), change)))
    return (block for _, _, block in sorted(placed, key=lambda entry: entry[:2]))


def _of_one_side(compared: Compared) -> Iterator[BlockView]:
    changes = compared.changes
    missing = Fate(changes.reason, evidence=changes.error)
    for block in (compared.a if changes.a else compared.b).blocks:
        if block.is_kept:
            fates = (Fate(KEPT), missing) if changes.a else (missing, Fate(KEPT))
            yield _with_fates(block, BlockChange(block.text, block.position, block.position, *fates))


def _with_fates(block: BlockView, change: BlockChange | None) -> BlockView:
    if change is None:
        return block
    a, b = change.a, change.b
    evidence = "; ".join(f"{side}: {fate.evidence}" for side, fate in (("A", a), ("B", b)) if fate.evidence)
    rules = [fate.rule for fate in (a, b) if fate.rule]
    return replace(
        block, reason=f"{a.name} → {b.name}", rule=" → ".join(rules), evidence=evidence, score=max(a.score, b.score)
    )
