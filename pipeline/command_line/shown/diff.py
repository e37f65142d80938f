"""What `boiloff diff` found: as text for people, and as JSON lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ...diff.changes import ABSENT, KEPT, Fate, PageChanges
from ...diff.totals import Changed, Missing, Scope, Totals, Transition, changes_text
from ...records.lines import to_json_line
from ..calls.diff_sides import Comparison, Side
from .printable import escaped, one_line

# Columns that text is never folded to fewer than, and characters of a value in an example.
LEAST_WIDTH, MOST_WIDTH = 60, 120
VALUE_CHARS = 70
INDENT = "    "
# Rows of changes: the rest is told as one.
MOST_ROWS = 30
# Kinds of change of which examples are shown.
MOST_TOLD = 12
# Addresses are told whole, to be copied, unless somebody made them to be long.
URL_CHARS = 300


def text_lines(comparison: Comparison, scope: Scope, totals: Totals, examples: int, width: int) -> Iterator[str]:
    """The counts, then every kind of change with examples."""
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        yield f"{letter}  {one_line(side.name)}  ({side.what})"
    yield f"   {_scope(scope, totals)}"
    yield ""
    if not totals.differing:
        yield "no difference"
        return
    yield from _figures(totals)
    yield from _blocks(totals)
    yield from _missing("Articles of A only", totals.vanished, examples, width)
    yield from _missing("Articles of B only", totals.appeared, examples, width)
    yield from _metadata(totals, examples, width)
    if examples:
        yield from _pages(totals, examples)
        for transition, found in _telling(totals):
            yield from _block_examples(transition, found, examples, width)


def _telling(totals: Totals) -> list[tuple[Transition, Changed]]:
    """The transitions to show examples of: those that change texts, or, where no text changes, all."""
    found = totals.in_order()
    return ([item for item in found if changes_text(item[0])] or found)[:MOST_TOLD]


def _scope(scope: Scope, totals: Totals) -> str:
    if not scope.files:
        apart = f"; {scope.ambiguous:,} ids that several captures share left out" if scope.ambiguous else ""
        return f"{totals.captures:,} captures with a record in either run{apart}"
    files = f"{scope.files:,} {'file' if scope.files == 1 else 'files'}"
    unread = f", beside {scope.unread:,} that are no pages" if scope.unread else ""
    if scope.sampled < scope.seen:
        return f"a sample of {scope.sampled:,} of the {scope.seen:,} captures in {files}{unread}"
    captures = f"all {scope.seen:,} captures" if scope.seen != 1 else "the only capture"
    return f"{captures} in {files}{unread}"


def _figures(totals: Totals) -> Iterator[str]:
    yield f"{totals.differing:,} of {totals.captures:,} captures differ ({_share(totals.differing, totals.captures)})"
    articles = _gain(totals.appeared.articles, totals.vanished.articles)
    rows = [
        ("", "A", "B", ""),
        ("articles", f"{totals.articles_a:,}", f"{totals.articles_b:,}", articles),
        ("characters", f"{totals.chars_a:,}", f"{totals.chars_b:,}", _gain(totals.gained, totals.lost)),
    ]
    yield from _aligned(rows, "<>><")
    changes = [
        f"{count:,} {words}"
        for count, words in (
            (totals.blocks_lost, "taken out of the text"),
            (totals.blocks_gained, "put into it"),
            (totals.blocks_relabelled, "for another reason or by another rule"),
        )
        if count
    ]
    if changes:
        yield f"blocks: {', '.join(changes)}"


def _blocks(totals: Totals) -> Iterator[str]:
    rows = [("blocks", "pages", "characters", "in A", "in B")]
    found = totals.in_order()
    for transition, changed in found[:MOST_ROWS]:
        counts = (f"{changed.blocks:,}", f"{changed.pages:,}", f"{changed.chars:,}")
        rows.append((*counts, *_fates(transition)))
    if len(found) > 0:
        yield from ("", "Blocks that change fate")
        yield from _aligned(rows, ">>><<")
    if len(found) > MOST_ROWS:
        rest = sum(changed.blocks for _, changed in found[MOST_ROWS:])
        yield f"{INDENT}and {rest:,} blocks in {len(found) - MOST_ROWS:,} other ways; --json has them all"


def _fates(transition: Transition) -> tuple[str, str]:
    return _fate(transition.a, transition.rule_a), _fate(transition.b, transition.rule_b)


def _fate(name: str, rule: str) -> str:
    return one_line(name if name in (KEPT, ABSENT) else f"{name} [{rule}]", VALUE_CHARS)


def _missing(title: str, missing: Missing, examples: int, width: int) -> Iterator[str]:
    if not missing.articles:
        return
    yield from ("", f"{title}: {missing.articles:,} ({_counted(missing.reasons)})")
    for page in missing.examples.chosen(examples):
        yield f"{INDENT}{_name(page)}"
        chars = max(page.chars_a, page.chars_b)
        yield f"{INDENT * 2}{chars:,} characters; {one_line(page.error or page.reason, width)}"


def _metadata(totals: Totals, examples: int, width: int) -> Iterator[str]:
    ordered = sorted(totals.metadata.items(), key=lambda item: (-item[1].articles, item[0]))
    if ordered:
        yield from ("", "Metadata that changes")
    for key, found in ordered:
        yield f"{INDENT}{key}: {found.articles:,} {'article' if found.articles == 1 else 'articles'}"
        for page, change in found.examples.chosen(examples):
            yield f"{INDENT * 2}{_name(page)}"
            yield f"{INDENT * 3}{_value(change.a)} → {_value(change.b)}"


def _pages(totals: Totals, examples: int) -> Iterator[str]:
    chosen = totals.pages.chosen(examples)
    if chosen:
        yield from ("", "Pages whose text changes most")
    for page in chosen:
        yield f"{INDENT}{_name(page)}"
        yield f"{INDENT * 2}{page.chars_a:,} → {page.chars_b:,} characters: {_gain(page.gained, page.lost)}"


def _block_examples(transition: Transition, found: Changed, examples: int, width: int) -> Iterator[str]:
    a, b = _fates(transition)
    yield from ("", f"{a} → {b}: {found.blocks:,} {'block' if found.blocks == 1 else 'blocks'}")
    for page, change in found.examples.chosen(examples):
        position = change.position_a if change.position_a >= 0 else change.position_b
        yield f"{INDENT}block {position} of {_name(page)}"
        yield f"{INDENT * 2}“{_cut(change.text, width - len(INDENT * 2) - 2)}”"
        for letter, fate in (("A", change.a), ("B", change.b)):
            if fate.evidence:
                yield f"{INDENT * 2}{letter}: {one_line(fate.evidence)} ({fate.score:.2f})"


def _aligned(rows: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True))
        yield (INDENT + "  ".join(cells)).rstrip()


def _gain(gained: int, lost: int) -> str:
    return f"+{gained:,} −{lost:,}"


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.1%}"


def _counted(reasons: Counter[str]) -> str:
    return ", ".join(f"{one_line(reason)} {count:,}" for reason, count in reasons.most_common())


def _value(value: str) -> str:
    return f"“{_cut(value, VALUE_CHARS)}”" if value else "nothing"


def _name(page: PageChanges) -> str:
    return one_line(page.url or page.place or page.id, URL_CHARS)


def _cut(text: str, chars: int) -> str:
    return one_line(text, max(chars, 20))


def change_lines(page: PageChanges) -> Iterator[str]:
    """Every change of a capture as a JSON object, whose `type` is `block`, `metadata` or `article`; safe to look at."""
    known = {"id": page.id, "url": page.url}
    if page.a != page.b:
        record = {"a": page.a, "b": page.b, "chars_a": page.chars_a, "chars_b": page.chars_b}
        yield _line({"type": "article", **known, **record, "reason": page.reason, "error": page.error})
    for field in page.metadata:
        yield _line({"type": "metadata", **known, **field._asdict()})
    for block in page.blocks:
        sides = {"a": _plain(block.a), "b": _plain(block.b)}
        places = {"position_a": block.position_a, "position_b": block.position_b}
        yield _line({"type": "block", **known, **places, **sides, "text": block.text})


def summary_line(comparison: Comparison, scope: Scope, totals: Totals) -> str:
    """What was compared and all counts as one JSON object of type `summary`."""
    names = {"a": _named(comparison.a), "b": _named(comparison.b)}
    return _line({"type": "summary", **names, "scope": vars(scope), **totals.to_dict()})


def _named(side: Side) -> dict[str, str]:
    return {"name": side.name, "what": side.what}


def _plain(fate: Fate) -> dict[str, Any]:
    return {"fate": fate.name, "rule": fate.rule, "evidence": fate.evidence, "score": fate.score}


def _line(record: dict[str, Any]) -> str:
    return escaped(to_json_line(record).decode("utf-8"))
