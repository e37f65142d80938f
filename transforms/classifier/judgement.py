"""What a page alone shows of each of its blocks: the log-odds of being article, by learned trees and a rule."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..compiled.verdicts import add_rule, find_unlike
from ..core.page import Page
from .container import ArticleContainer
from .table import FEATURES, evidence_table, marks_of
from .trees import Leaves, SymmetricTrees, load_trees

LogOdds = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TREES = "main_content_trees"
# What the container rule adds to the trees' log-odds, for or against. The trees see one block and its surroundings,
# the rule the page as a whole; on pages of unseen publishers (docs/accuracy.md) both together beat either.
RULE_LOG_ODDS = 1.0
# A standfirst belongs to the article however far from the body's container the page puts it.
STANDFIRST_LOG_ODDS = 3.0
# A text capture has no containers to weigh: its unmarked blocks speak for themselves.
TEXT_LOG_ODDS = 1.0


@dataclass(frozen=True)
class Judgement:
    """What trees and rule found on a page, block by block, those included that a step had marked before."""

    container: ArticleContainer
    trees: SymmetricTrees
    table: npt.NDArray[np.float32]
    leaves: Leaves
    log_odds: LogOdds

    @property
    def is_open(self) -> Flags:
        """Which blocks no step had marked: only of these anybody asks what was found."""
        flags: Flags = np.frombuffer(self.container.marks, dtype=np.uint8) == 0
        return flags

    def heaviest(self, positions: list[int], article: array[int]) -> list[int]:
        """For each of these blocks the feature that spoke loudest against it, of those in which it is unlike the blocks
        of the article: where none of these is a table cell, that a block is none does not explain why it went.
        """
        if not positions:
            return []
        asked = array("i", positions)
        is_unlike = np.empty((len(asked), len(FEATURES)), dtype=np.bool_)
        find_unlike(self.table.T, article, asked, is_unlike.view(np.uint8))
        return self.trees.heaviest(self.leaves.take(asked, axis=1), is_unlike)


def judge(page: Page, trees: SymmetricTrees | None = None) -> Judgement:
    """Weigh all blocks, with what has been marked so far. `trees` replaces the ones that ship with the package.

    What the shipped trees find is kept, so that several may ask; it holds until a step marks another block.
    """
    known: Judgement | None = page.memo.get("judgement") if trees is None else None
    if known is not None and known.container.marks == marks_of(page):
        return known
    used = trees or load_trees(TREES, FEATURES)
    container = ArticleContainer(page)
    table = evidence_table(page)
    leaves = used.leaf_numbers(table)
    log_odds = used.log_odds(leaves)
    add_rule(log_odds, container.weighed.held, list(container.standfirsts()), RULE_LOG_ODDS, STANDFIRST_LOG_ODDS)
    judgement = Judgement(container, used, table, leaves, log_odds)
    if trees is None:
        page.memo["judgement"] = judgement
    return judgement


def article_log_odds(page: Page) -> LogOdds:
    """For each block the log-odds of being article, as the page alone shows them; nan where a step has marked it."""
    if not page.is_text and len(page.blocks):
        judgement = judge(page)
        return np.where(judgement.is_open, judgement.log_odds, np.nan)
    return np.array([TEXT_LOG_ODDS if removal is None else np.nan for removal in page.removals])
