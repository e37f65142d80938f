"""Main content: which blocks are the article, by all the evidence there is about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import numpy.typing as npt

from .base import PageTransform
from .evidence.container import LINK_LIST_DENSITY, ArticleContainer
from .evidence.table import FEATURES, evidence_table
from .evidence.trees import SymmetricTrees, load_trees
from .page import Page, Reason, Removal

TREES = "main_content_trees"
# What the container rule adds to the trees' log-odds, for or against. The trees see one block and its surroundings,
# the rule the page as a whole; on pages of unseen publishers (docs/accuracy.md) both together beat either.
RULE_LOG_ODDS = 1.0
# A standfirst belongs to the article however far from the body's container the page puts it.
STANDFIRST_LOG_ODDS = 3.0

Describe = Callable[[int], str]


def mark_outside_main_content(
    page: Page, *, threshold: float, captions: bool, trees: SymmetricTrees | None = None
) -> Page:
    """Mark the blocks that are not the article.

    Learned trees weigh the evidence about each block (`evidence.table.FEATURES`: its words, the elements around it,
    what their containers hold, its place among the others), and a rule about containers adds its voice; a block whose
    probability of being article is below `threshold` goes, and so do captions unless they are wanted. The ledger has
    the reason that names around the block give, and what weighed most. Text captures have no elements and are left
    alone. `trees` replaces the ones that ship with the package.
    """
    if page.is_text or not page.blocks:
        return page
    judged = _judged(page, trees or load_trees(TREES, FEATURES))
    container, positions, table, leaves = judged.container, judged.positions, judged.table, judged.leaves
    article = 1.0 / (1.0 + np.exp(-judged.log_odds))
    doomed = [
        row
        for row, position in enumerate(positions)
        if article[row] < threshold or (page.blocks[position].kind == "caption" and not captions)
    ]
    described = cache(partial(_described, page))  # of one element for most blocks, and its names may be long
    removals = {}
    unnamed = {}
    for row in doomed:
        position, score = positions[row], round(float(1 - article[row]), 4)
        cause = _named_cause(container, position, described)
        if cause:
            removals[position] = Removal(cause[0], "main_content", cause[1], score)
        else:
            unnamed[row] = score
    columns = judged.trees.heaviest(leaves[:, list(unnamed)])
    for (row, score), column in zip(unnamed.items(), columns, strict=True):
        weighed = f"{FEATURES[column]} = {table[positions[row], column]:.3g}"
        reason, evidence = _weighed_cause(container, positions[row], weighed, described)
        removals[positions[row]] = Removal(reason, "main_content", evidence, score)
    return page.mark(removals)


def article_log_odds(page: Page) -> npt.NDArray[np.float64]:
    """For each block the log-odds of being article, as the page alone shows them; nan where a step has marked it.

    A text capture has no containers to weigh: its unmarked blocks speak for themselves, with log-odds of 1.
    """
    odds = np.full(len(page.blocks), np.nan)
    positions = [position for position, _ in page.kept()]
    if not positions:
        return odds
    odds[positions] = 1.0 if page.is_text else _judged(page, load_trees(TREES, FEATURES)).log_odds
    return odds


@dataclass(frozen=True)
class _Judged:
    """What trees and rule found on a page: `leaves` and `log_odds` are of the blocks at `positions`, `table` of all."""

    container: ArticleContainer
    trees: SymmetricTrees
    positions: list[int]
    table: npt.NDArray[np.float32]
    leaves: npt.NDArray[np.intp]
    log_odds: npt.NDArray[np.float64]


def _judged(page: Page, trees: SymmetricTrees) -> _Judged:
    container = ArticleContainer(page)
    positions = [position for position, _ in page.kept()]
    table = evidence_table(page)
    leaves = trees.leaf_numbers(table)[:, positions]
    log_odds = trees.log_odds(leaves) + _rule_log_odds(container, positions)
    return _Judged(container, trees, positions, table, leaves, log_odds)


def _rule_log_odds(container: ArticleContainer, positions: list[int]) -> npt.NDArray[np.float64]:
    """What the rules about containers add to the trees' log-odds, for each of these blocks."""
    standfirsts = container.standfirsts()
    voices = np.array([RULE_LOG_ODDS if container.holds(position) else -RULE_LOG_ODDS for position in positions])
    voices[[position in standfirsts for position in positions]] = STANDFIRST_LOG_ODDS
    return voices


def _named_cause(container: ArticleContainer, position: int, described: Describe) -> tuple[Reason, str] | None:
    """Reason and evidence of a block that is a caption, or inside an element whose name or tag says what it is."""
    block = container.page.blocks[position]
    if block.kind == "caption":
        return "other", "a caption"
    named = container.named[block.element]
    return (named[0], f"inside {described(named[1])}") if named else None


def _weighed_cause(container: ArticleContainer, position: int, weighed: str, described: Describe) -> tuple[Reason, str]:
    """Reason and evidence of a block that no name speaks against: its links, its place, and what weighed most."""
    block, body = container.page.blocks[position], container.body
    if block.link_density > LINK_LIST_DENSITY:
        return "link-list", f"{block.link_density:.0%} of its text is links; weighed most: {weighed}"
    if body is not None and position not in container.outline.blocks_in(body):
        return "navigation", f"outside {described(body)}, which holds the article; weighed most: {weighed}"
    return "other", f"unlike the article around it; weighed most: {weighed}"


def _described(page: Page, index: int) -> str:
    """An element as its start tag with id and classes, as people know it from the page's source."""
    element = page.elements[index]
    identity = f' id="{element.id}"' if element.id else ""
    classes = f' class="{" ".join(element.classes)}"' if element.classes else ""
    return f"<{element.tag}{identity}{classes}>"


@dataclass
class KeepMainContent(PageTransform):
    """Take out what is not the article: navigation, headers, footers, sidebars, teasers, headline, captions.

    `threshold` is the probability of being article below which a block goes: 0.5 serves most uses, 0.7 gives cleaner
    and 0.3 fuller text. `captions` keeps those of the article's own pictures.
    """

    threshold: float = 0.5
    captions: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold is a probability, 0 to 1, not {self.threshold!r}")

    def clean(self, page: Page) -> Page:
        """See `mark_outside_main_content`."""
        return mark_outside_main_content(page, threshold=self.threshold, captions=self.captions)
