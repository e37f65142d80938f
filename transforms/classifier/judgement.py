"""What a page alone shows of each of its blocks: the log-odds of being article, by learned trees and a rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.page import Page
from .container import ArticleContainer
from .table import FEATURES, evidence_table
from .trees import Leaves, SymmetricTrees, load_trees

LogOdds = npt.NDArray[np.float64]

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
    """What trees and rule found on a page: `leaves` and `log_odds` are of the blocks at `positions`, `table` of all."""

    container: ArticleContainer
    trees: SymmetricTrees
    positions: list[int]
    table: npt.NDArray[np.float32]
    leaves: Leaves
    log_odds: LogOdds

    def heaviest(self, rows: list[int], is_article: npt.NDArray[np.bool_]) -> list[int]:
        """For each of these rows the feature that spoke loudest against it, of those in which it is unlike the article:
        that a block is no table cell tells nobody why it went, where none of the article's blocks is one.
        """
        if not rows:
            return []
        own = self.table[self.positions]
        article, asked = own[is_article], own[rows]
        if not len(article):
            return self.trees.heaviest(self.leaves[:, rows], np.ones(asked.shape, dtype=np.bool_))
        is_unlike = (asked < article.min(axis=0)) | (asked > article.max(axis=0))
        return self.trees.heaviest(self.leaves[:, rows], is_unlike)


def judge(page: Page, trees: SymmetricTrees | None = None) -> Judgement:
    """Weigh all blocks that no step has marked so far. `trees` replaces the ones that ship with the package.

    What the shipped trees find is kept, so that several may ask; it holds until a step marks another block.
    """
    known = page.memo.get("judgement")
    if known is not None and known[0] is page.removals and trees is None:
        remembered: Judgement = known[1]
        return remembered
    used = trees or load_trees(TREES, FEATURES)
    container = ArticleContainer(page)
    positions = [position for position, _ in page.kept()]
    table = evidence_table(page)
    leaves = used.leaf_numbers(table[positions])
    log_odds = used.log_odds(leaves) + _rule_log_odds(container, positions)
    judgement = Judgement(container, used, positions, table, leaves, log_odds)
    if trees is None:
        page.memo["judgement"] = (page.removals, judgement)
    return judgement


def article_log_odds(page: Page) -> LogOdds:
    """For each block the log-odds of being article, as the page alone shows them; nan where a step has marked it."""
    odds = np.full(len(page.blocks), np.nan)
    positions = [position for position, _ in page.kept()]
    if positions:
        odds[positions] = TEXT_LOG_ODDS if page.is_text else judge(page).log_odds
    return odds


def _rule_log_odds(container: ArticleContainer, positions: list[int]) -> LogOdds:
    """What the rules about containers add to the trees' log-odds, for each of these blocks."""
    standfirsts = container.standfirsts()
    voices = np.array([RULE_LOG_ODDS if container.holds(position) else -RULE_LOG_ODDS for position in positions])
    voices[[position in standfirsts for position in positions]] = STANDFIRST_LOG_ODDS
    return voices
