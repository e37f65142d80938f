"""One page explained: every block with its fate, and of blocks that were asked for all that is known."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

from ..transforms.classifier.explanation import BlockExplanation, Scores
from ..transforms.core.capture import Capture
from ..transforms.core.page import Page
from ..transforms.main_content import KeepMainContent
from .cleaning import Cleaner, without_article
from .reading.accept import Rejected
from .report.page_view import PageView, view_of_page

# As people type them.
PLAIN_MARKS = str.maketrans(dict.fromkeys("‘’‚‹›`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑‒–—", "-"))


@dataclass(frozen=True)
class Explanation:
    """A capture cleaned, and what decided about its blocks."""

    capture: Capture
    cleaner: Cleaner
    page: Page

    @classmethod
    def of(cls, capture: Capture, cleaner: Cleaner) -> Explanation:
        """Clean the capture. Raises StepError when a step fails on it, or it takes too long."""
        return cls(capture, cleaner, cleaner.page(capture))

    @cached_property
    def view(self) -> PageView:
        """The page with all its blocks in order."""
        return view_of_page(self.page, self.cleaner.article(self.page))

    @cached_property
    def rejected(self) -> Rejected | None:
        """What a run would say of the page where it gives no article."""
        return without_article(self.capture, self.page)

    @cached_property
    def weighing(self) -> Scores | None:
        """How the configuration's main-content step weighed the blocks that no step before it had marked.

        None where there is no such step, or nothing that it weighs. The steps before it are gone through again.
        """
        steps = self.cleaner.steps
        number = next((number for number, step in enumerate(steps) if isinstance(step, KeepMainContent)), -1)
        if number < 0:
            return None
        configuration = self.cleaner.configuration
        before = replace(self.cleaner, configuration=replace(configuration, steps=configuration.steps[:number]))
        step = steps[number]
        assert isinstance(step, KeepMainContent)
        return step.score(before.page(self.capture))

    @cached_property
    def probabilities(self) -> dict[int, float]:
        """The probability of being article of each block that was weighed, by position."""
        return self.weighing.probabilities() if self.weighing else {}

    def standing(self, position: int) -> BlockExplanation | None:
        """Where a block stands, if it was weighed."""
        return self.weighing.explain(position) if self.weighing and position in self.probabilities else None


def positions_of(words: str, texts: Sequence[str]) -> list[int]:
    """Which of these texts hold the words, however they are spaced and whatever their case.

    Words that run from one text to the next are in both. Quotation marks and dashes are like any other.
    """
    sought, folded = fold(words), list(map(fold, texts))
    ends = list(accumulate(map(len, folded)))
    whole = "".join(folded)
    found: dict[int, None] = {}
    for start in _occurrences(sought, whole):
        first, last = bisect_right(ends, start), bisect_right(ends, start + len(sought) - 1)
        found.update(dict.fromkeys(number for number in range(first, last + 1) if folded[number]))
    return list(found)


def nearest_to(words: str, texts: Sequence[str]) -> int:
    """Which text has most of the words' pairs of letters; -1 where none has any."""
    sought = _pairs(fold(words))
    shares = [len(sought & _pairs(fold(text))) for text in texts]
    best = max(shares, default=0)
    return shares.index(best) if best else -1


def fold(text: str) -> str:
    """A text without what does not count in a search: spaces, signs that are not seen, case, kinds of quotes."""
    plain = unicodedata.normalize("NFKC", text).translate(PLAIN_MARKS).casefold()
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf")


def _occurrences(sought: str, whole: str) -> Iterator[int]:
    start = whole.find(sought) if sought else -1
    while start >= 0:
        yield start
        start = whole.find(sought, start + len(sought))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))
