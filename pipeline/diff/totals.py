"""The sum of what differs over all captures compared, with examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .changes import KEPT, BlockChange, FieldChange, PageChanges
from .examples import Examples


class Transition(NamedTuple):
    """From which fate to which, and by which rules."""

    a: str
    rule_a: str
    b: str
    rule_b: str


@dataclass
class Changed:
    """How many blocks take one transition, on how many pages, and examples of it."""

    blocks: int = 0
    chars: int = 0
    pages: int = 0
    examples: Examples[tuple[PageChanges, BlockChange]] = field(default_factory=Examples)


@dataclass
class ChangedField:
    """On how many articles a key's value differs, and examples of it."""

    articles: int = 0
    examples: Examples[tuple[PageChanges, FieldChange]] = field(default_factory=Examples)


@dataclass
class Missing:
    """Articles that only one side has: how many, why the other has them not, and examples."""

    articles: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: Examples[PageChanges] = field(default_factory=Examples)

    def add(self, page: PageChanges) -> None:
        """Count one."""
        self.articles += 1
        self.reasons[page.reason] += 1
        self.examples.offer(page, page.site, max(page.chars_a, page.chars_b), page.id)


@dataclass
class Scope:
    """What was compared: of how many captures of how many files how many were sampled, how many items were no pages,
    and how many ids several captures of a run share. All 0 where it does not apply.
    """

    files: int = 0
    seen: int = 0
    unread: int = 0
    sampled: int = 0
    ambiguous: int = 0


@dataclass
class Totals:
    """What differs over all captures compared.

    `gained` and `lost` are characters of the articles' texts; of the blocks of articles that both sides have,
    `blocks_gained` came into the text, `blocks_lost` left it, and `blocks_relabelled` are in neither text, for another
    reason or by another rule, or in both.
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
    appeared: Missing = field(default_factory=Missing)
    vanished: Missing = field(default_factory=Missing)
    blocks: dict[Transition, Changed] = field(default_factory=dict)
    metadata: dict[str, ChangedField] = field(default_factory=dict)
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
            (self.appeared if page.b else self.vanished).add(example)
            return
        self._add_blocks(page, example)
        for change in page.metadata:
            found = self.metadata.setdefault(change.key, ChangedField())
            found.articles += 1
            found.examples.offer(
                (page, change), page.site, len(change.a) + len(change.b), page.id, f"{change.a} {change.b}"
            )
        if page.gained or page.lost:
            self.pages.offer(example, page.site, page.gained + page.lost, page.id)

    def _add_blocks(self, page: PageChanges, example: PageChanges) -> None:
        transitions = set()
        for change in page.blocks:
            transition = Transition(change.a.name, change.a.rule, change.b.name, change.b.rule)
            transitions.add(transition)
            found = self.blocks.setdefault(transition, Changed())
            found.blocks += 1
            found.chars += len(change.text)
            self._count(transition)
            key = f"{page.id} {change.position_a} {change.position_b}"
            found.examples.offer((example, change), page.site, len(change.text), key, change.text)
        for transition in transitions:
            self.blocks[transition].pages += 1

    def _count(self, transition: Transition) -> None:
        if not changes_text(transition):
            self.blocks_relabelled += 1
        elif transition.b == KEPT:
            self.blocks_gained += 1
        else:
            self.blocks_lost += 1

    def in_order(self) -> list[tuple[Transition, Changed]]:
        """Transitions, those that change the articles' texts first, and of these those of most characters."""
        return sorted(self.blocks.items(), key=lambda item: (not changes_text(item[0]), -item[1].chars, item[0]))

    def to_dict(self) -> dict[str, Any]:
        """The counts as plain values."""
        return {
            **{name: value for name, value in vars(self).items() if isinstance(value, int)},
            "appeared": self.appeared.articles,
            "appeared_by_reason": dict(sorted(self.appeared.reasons.items())),
            "vanished": self.vanished.articles,
            "vanished_by_reason": dict(sorted(self.vanished.reasons.items())),
            "blocks": [
                {**transition._asdict(), "blocks": found.blocks, "chars": found.chars, "pages": found.pages}
                for transition, found in self.in_order()
            ],
            "metadata": {key: found.articles for key, found in sorted(self.metadata.items())},
        }


def changes_text(transition: Transition) -> bool:
    """True where the block is in just one of the two articles."""
    return (transition.a == KEPT) != (transition.b == KEPT)
