"""The differences of all captures compared: sums, examples, text, JSON lines, and pages for the browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from typing import Any, Generic, NamedTuple, TypeVar

from ..display import json_line, one_line
from .compare import ABSENT, KEPT, BlockChange, Compared, Fate, FieldChange, PageChanges, Side
from .pages import BlockView, PageView, place_of

Example = TypeVar("Example")
# Sites of which examples are held, those with the largest ones, and examples of each unless asked otherwise.
SITES, OF_SITE = 12, 3
# Columns between which the text is folded, and characters of a value in an example.
LEAST_WIDTH, MOST_WIDTH = 60, 120
VALUE_CHARS = 70
INDENT = "    "
# Rows of changes; the rest is summed up in one.
MAX_ROWS = 30
# Kinds of change with examples.
MAX_KINDS = 12
# Addresses are shown whole, so that people can copy them, unless they are this long.
URL_CHARS = 300


class Examples(Generic[Example]):
    """The largest examples offered, from several sites, `of_site` of each, in bounded memory."""

    def __init__(self, of_site: int = OF_SITE) -> None:
        self._most = of_site
        # By site, and by what an example looks like: its rank, the largest first, and the example.
        self._of_site: dict[str, dict[str, tuple[tuple[int, str], Example]]] = {}

    def offer(self, example: Example, site: str, size: int, key: str, looks: str = "") -> None:
        """Hold an example if it is among the largest of its site, and its site among those with the largest.

        Of equally large examples the first by `key` is held, in whatever order they come, and of those that look alike
        only one.
        """
        held = self._of_site.setdefault(site, {})
        looks, rank = looks or key, (-size, key)
        if looks not in held or rank < held[looks][0]:
            held[looks] = rank, example
        if len(held) > self._most:
            del held[max(held, key=lambda name: held[name][0])]
        if len(self._of_site) > SITES:
            first = {name: min(entry[0] for entry in entries.values()) for name, entries in self._of_site.items()}
            del self._of_site[max(first, key=lambda name: first[name])]

    def chosen(self, count: int) -> list[Example]:
        """Return at most `count` examples: the largest of each site first, then the second of each."""
        sites = [sorted(held.values(), key=lambda entry: entry[0]) for held in self._of_site.values()]
        turns = zip_longest(*sorted(sites, key=lambda entries: entries[0][0]))
        return list(islice((entry[1] for turn in turns for entry in turn if entry is not None), count))


class Transition(NamedTuple):
    """The fate of a block on either side, and the rules behind it."""

    a: str
    rule_a: str
    b: str
    rule_b: str

    @property
    def changes_text(self) -> bool:
        """Whether the block is in just one of the two articles."""
        return (self.a == KEPT) != (self.b == KEPT)


@dataclass
class Group(Generic[Example]):
    """Changes of one kind: how many there are, their characters and pages, why articles are missing, and examples."""

    count: int = 0
    chars: int = 0
    pages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: Examples[Example] = field(default_factory=Examples)


@dataclass
class Scope:
    """What was compared: files and their captures, items that are not pages, sampled captures, and ids that several
    captures of a run share. All are 0 where they do not apply.
    """

    files: int = 0
    seen: int = 0
    unread: int = 0
    sampled: int = 0
    ambiguous: int = 0


@dataclass
class Totals:
    """The differences over all compared captures.

    `gained` and `lost` are characters of the articles' texts. The numbers of blocks cover articles that both sides
    have: `blocks_gained` are only in the text of B, `blocks_lost` only in the text of A, and `blocks_relabelled` are
    removed for another reason or by another rule.
    """

    captures: int = 0
    differing: int = 0
    articles_a: int = 0
    articles_b: int = 0
    chars_a: int = 0
    chars_b: int = 0
    gained: int = 0
    lost: int = 0
    blocks_gained: int = 0
    blocks_lost: int = 0
    blocks_relabelled: int = 0
    appeared: Group[PageChanges] = field(default_factory=Group)
    vanished: Group[PageChanges] = field(default_factory=Group)
    blocks: dict[Transition, Group[tuple[PageChanges, BlockChange]]] = field(default_factory=dict)
    metadata: dict[str, Group[tuple[PageChanges, FieldChange]]] = field(default_factory=dict)
    pages: Examples[PageChanges] = field(default_factory=Examples)

    def add(self, page: PageChanges) -> None:
        """Count one capture."""
        self.captures += 1
        self.articles_a += page.a
        self.articles_b += page.b
        self.chars_a += page.chars_a
        self.chars_b += page.chars_b
        if not page.differ:
            return
        self.differing += 1
        self.gained += page.gained
        self.lost += page.lost
        example = replace(page, blocks=(), metadata=())  # examples are held, and need no more of their page
        if page.a != page.b:
            missing = self.appeared if page.b else self.vanished
            missing.count += 1
            missing.reasons[page.reason] += 1
            missing.examples.offer(example, page.site, max(page.chars_a, page.chars_b), page.id)
            return
        self._add_blocks(page, example)
        for change in page.metadata:
            found = self.metadata.setdefault(change.key, Group())
            found.count += 1
            size, looks = len(change.a) + len(change.b), f"{change.a} {change.b}"
            found.examples.offer((example, change), page.site, size, page.id, looks)
        if page.gained or page.lost:
            self.pages.offer(example, page.site, page.gained + page.lost, page.id)

    def _add_blocks(self, page: PageChanges, example: PageChanges) -> None:
        transitions = set()
        for change in page.blocks:
            transition = Transition(change.a.name, change.a.rule, change.b.name, change.b.rule)
            transitions.add(transition)
            found = self.blocks.setdefault(transition, Group())
            found.count += 1
            found.chars += len(change.text)
            self.blocks_relabelled += not transition.changes_text
            self.blocks_gained += transition.changes_text and transition.b == KEPT
            self.blocks_lost += transition.changes_text and transition.a == KEPT
            key = f"{page.id} {change.position_a} {change.position_b}"
            found.examples.offer((example, change), page.site, len(change.text), key, change.text)
        for transition in transitions:
            self.blocks[transition].pages += 1

    def in_order(self) -> list[tuple[Transition, Group[tuple[PageChanges, BlockChange]]]]:
        """Return the transitions, those that change the articles' texts first, then those of most characters."""
        return sorted(self.blocks.items(), key=lambda item: (not item[0].changes_text, -item[1].chars, item[0]))

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return {
            **{name: value for name, value in vars(self).items() if isinstance(value, int)},
            "appeared": self.appeared.count,
            "appeared_by_reason": dict(sorted(self.appeared.reasons.items())),
            "vanished": self.vanished.count,
            "vanished_by_reason": dict(sorted(self.vanished.reasons.items())),
            "blocks": [
                {**transition._asdict(), "blocks": found.count, "chars": found.chars, "pages": found.pages}
                for transition, found in self.in_order()
            ],
            "metadata": {key: found.count for key, found in sorted(self.metadata.items())},
        }


def text_lines(a: Side, b: Side, scope: Scope, totals: Totals, examples: int, width: int) -> Iterator[str]:
    """Yield the counts, then every kind of change with examples."""
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    for letter, side in (("A", a), ("B", b)):
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
    yield from _metadata(totals, examples)
    if examples:
        yield from _pages(totals, examples)
        found = totals.in_order()
        shown = [item for item in found if item[0].changes_text] or found
        for transition, changed in shown[:MAX_KINDS]:
            yield from _block_examples(transition, changed, examples, width)


def _scope(scope: Scope, totals: Totals) -> str:
    if not scope.files:
        apart = f"; {scope.ambiguous:,} ids skipped, because several captures share them" if scope.ambiguous else ""
        return f"{totals.captures:,} captures with a record in either run{apart}"
    files = f"{scope.files:,} {'file' if scope.files == 1 else 'files'}"
    unread = f"; {scope.unread:,} more are not pages" if scope.unread else ""
    if scope.sampled < scope.seen:
        return f"a sample of {scope.sampled:,} of the {scope.seen:,} captures in {files}{unread}"
    captures = f"all {scope.seen:,} captures" if scope.seen != 1 else "the only capture"
    return f"{captures} in {files}{unread}"


def _figures(totals: Totals) -> Iterator[str]:
    share = f"{totals.differing / max(totals.captures, 1):.1%}"
    yield f"{totals.differing:,} of {totals.captures:,} captures differ ({share})"
    articles = _gain(totals.appeared.count, totals.vanished.count)
    rows = [
        ("", "A", "B", ""),
        ("articles", f"{totals.articles_a:,}", f"{totals.articles_b:,}", articles),
        ("characters", f"{totals.chars_a:,}", f"{totals.chars_b:,}", _gain(totals.gained, totals.lost)),
    ]
    yield from _aligned(rows, "<>><")
    changes = [
        f"{count:,} {words}"
        for count, words in (
            (totals.blocks_lost, "removed from the text"),
            (totals.blocks_gained, "added to the text"),
            (totals.blocks_relabelled, "removed for another reason or by another rule"),
        )
        if count
    ]
    if changes:
        yield f"blocks: {', '.join(changes)}"


def _blocks(totals: Totals) -> Iterator[str]:
    rows = [("blocks", "pages", "characters", "in A", "in B")]
    found = totals.in_order()
    for transition, changed in found[:MAX_ROWS]:
        counts = (f"{changed.count:,}", f"{changed.pages:,}", f"{changed.chars:,}")
        rows.append((*counts, *_fates(transition)))
    if found:
        yield from ("", "Blocks that change fate")
        yield from _aligned(rows, ">>><<")
    if len(found) > MAX_ROWS:
        rest = sum(changed.count for _, changed in found[MAX_ROWS:])
        yield f"{INDENT}and {rest:,} blocks in {len(found) - MAX_ROWS:,} other ways; --json has them all"


def _fates(transition: Transition) -> tuple[str, str]:
    a, b = (
        one_line(name if name in (KEPT, ABSENT) else f"{name} [{rule}]", VALUE_CHARS)
        for name, rule in (transition[:2], transition[2:])
    )
    return a, b


def _missing(title: str, missing: Group[PageChanges], examples: int, width: int) -> Iterator[str]:
    if not missing.count:
        return
    reasons = ", ".join(f"{one_line(reason)} {count:,}" for reason, count in missing.reasons.most_common())
    yield from ("", f"{title}: {missing.count:,} ({reasons})")
    for page in missing.examples.chosen(examples):
        yield f"{INDENT}{_name(page)}"
        chars = max(page.chars_a, page.chars_b)
        yield f"{INDENT * 2}{chars:,} characters; {one_line(page.error or page.reason, width)}"


def _metadata(totals: Totals, examples: int) -> Iterator[str]:
    ordered = sorted(totals.metadata.items(), key=lambda item: (-item[1].count, item[0]))
    if ordered:
        yield from ("", "Metadata that changes")
    for key, found in ordered:
        yield f"{INDENT}{key}: {found.count:,} {'article' if found.count == 1 else 'articles'}"
        for page, change in found.examples.chosen(examples):
            yield f"{INDENT * 2}{_name(page)}"
            a, b = (f"“{one_line(value, VALUE_CHARS)}”" if value else "nothing" for value in (change.a, change.b))
            yield f"{INDENT * 3}{a} → {b}"


def _pages(totals: Totals, examples: int) -> Iterator[str]:
    chosen = totals.pages.chosen(examples)
    if chosen:
        yield from ("", "Pages whose text changes most")
    for page in chosen:
        yield f"{INDENT}{_name(page)}"
        yield f"{INDENT * 2}{page.chars_a:,} → {page.chars_b:,} characters: {_gain(page.gained, page.lost)}"


def _block_examples(
    transition: Transition, found: Group[tuple[PageChanges, BlockChange]], examples: int, width: int
) -> Iterator[str]:
    a, b = _fates(transition)
    yield from ("", f"{a} → {b}: {found.count:,} {'block' if found.count == 1 else 'blocks'}")
    for page, change in found.examples.chosen(examples):
        position = change.position_a if change.position_a >= 0 else change.position_b
        yield f"{INDENT}block {position} of {_name(page)}"
        yield f"{INDENT * 2}“{one_line(change.text, width - len(INDENT * 2) - 2)}”"
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


def _name(page: PageChanges) -> str:
    return one_line(page.url or page.place or page.id, URL_CHARS)


def change_lines(page: PageChanges) -> Iterator[str]:
    """Yield every change of a capture as a JSON object, whose `type` is `block`, `metadata` or `article`."""
    known = {"id": page.id, "url": page.url}
    if page.a != page.b:
        record = {"a": page.a, "b": page.b, "chars_a": page.chars_a, "chars_b": page.chars_b}
        yield json_line({"type": "article", **known, **record, "reason": page.reason, "error": page.error})
    for change in page.metadata:
        yield json_line({"type": "metadata", **known, **change._asdict()})
    for block in page.blocks:
        a, b = (
            {"fate": fate.name, "rule": fate.rule, "evidence": fate.evidence, "score": fate.score}
            for fate in (block.a, block.b)
        )
        places = {"position_a": block.position_a, "position_b": block.position_b}
        yield json_line({"type": "block", **known, **places, "a": a, "b": b, "text": block.text})


def summary_line(a: Side, b: Side, scope: Scope, totals: Totals) -> str:
    """Return what was compared and all counts as one JSON object of type `summary`."""
    names = {letter: {"name": side.name, "what": side.what} for letter, side in (("a", a), ("b", b))}
    return json_line({"type": "summary", **names, "scope": vars(scope), **totals.to_dict()})


def marked_page(compared: Compared) -> PageView:
    """Return the article as the second side sees it, with all blocks whose fate differs, for the browser of reports.

    A changed block has both fates in place of its reason ("kept → navigation"), and the rules and evidence of both
    sides. Blocks that both sides removed alike are left out; the tally counts them. Of an article that just one side
    has, all kept blocks differ.
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
    rest = f"; {left_out:,} that both sides remove are not shown" if left_out else ""
    return f"{changed:,} of {len(shown) + left_out:,} blocks changed{rest}"


def _marked(compared: Compared) -> Iterator[BlockView]:
    changes = {change.position_b: change for change in compared.changes.blocks if change.position_b >= 0}
    placed = [
        (block.position, 1, _with_fates(block, changes.get(block.position)))
        for block in compared.b.blocks
        if block.is_kept or block.position in changes
    ]
    for change in compared.changes.blocks:
        if change.position_b < 0:  # is about where it was
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
