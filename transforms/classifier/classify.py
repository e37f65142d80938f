"""Blocks classified as article or not: the log-odds of each, by learned trees and a rule about containers.

In a symmetric tree all nodes of one level ask the same question, so the number of a leaf is the answers read as
binary digits, and a whole page is classified level by level (see `compiled.trees`).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compiled.trees import TreeArrays
from ..compiled.verdicts import add_rule, find_unlike
from ..core.page import Page
from ..data import read_data
from .container import ArticleContainer
from .features import FEATURES, Table, feature_table, reason_numbers
from .kinds import KIND_FEATURES, best_cut, favour_container, kind_table, level

LogOdds = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Leaves = npt.NDArray[np.int32]

TREES = "main_content_trees"
KIND_TREES = "page_kind_trees"
# What the container rule adds to the log-odds of the trees, for or against. The trees see one block and its
# surroundings, the rule the page as a whole; on pages of unseen publishers (docs/accuracy.md) both beat either.
RULE_LOG_ODDS = 1.0
# A standfirst belongs to the article however far from the body's container the page puts it.
STANDFIRST_LOG_ODDS = 3.0
# A text capture has no containers: its kept blocks are article.
TEXT_LOG_ODDS = 1.0


@dataclass(frozen=True)
class Classification:
    """The log-odds of being article of each block of a page, those included that a step had removed before.

    `table` has the features of the blocks, of shape (blocks, features), and `features` their names.
    """

    container: ArticleContainer
    trees: SymmetricTrees
    table: Table
    log_odds: LogOdds
    features: tuple[str, ...] = FEATURES

    @property
    def is_open(self) -> Flags:
        """Return True for each block that no step had removed before: only of these the log-odds decide."""
        flags: Flags = np.frombuffer(self.container.removed, dtype=np.uint8) == 0
        return flags

    def strongest(self, positions: list[int], article: array[int]) -> list[int]:
        """Return for each of these blocks the column of the feature that counts most against it.

        Only features count in which the block is unlike the blocks of the `article`: if none of these is a table cell,
        not being one does not explain a removal.
        """
        if not positions:
            return []
        asked = array("i", positions)
        is_unlike = np.empty((len(asked), len(self.features)), dtype=np.bool_)
        find_unlike(self.table.T, article, asked, is_unlike.view(np.uint8))
        return self.trees.strongest(self.table[asked], is_unlike)


def classify(page: Page, trees: SymmetricTrees | None = None) -> Classification:
    """Score all blocks of a page with markup, with its removals so far, by what its kind of page is read for.

    `trees` replaces the ones that ship with the package. The result of the shipped trees is cached until a step
    removes another block.
    """
    score = _classify if page.kind == "article" else _classify_kind
    if trees is not None:
        return score(page, trees)
    return page.cached("classification", (page.kind, reason_numbers(page)), lambda: score(page, None))


def _classify(page: Page, trees: SymmetricTrees | None) -> Classification:
    container = ArticleContainer(page)
    table = feature_table(page)
    trees = trees or load_trees(TREES, FEATURES)
    log_odds = trees.log_odds(table)
    add_rule(log_odds, container.weighed.held, list(container.standfirsts()), RULE_LOG_ODDS, STANDFIRST_LOG_ODDS)
    return Classification(container, trees, table, log_odds)


def _classify_kind(page: Page, trees: SymmetricTrees | None) -> Classification:
    """Score the blocks of another page than an article, in log-odds that are 0 at the best cut."""
    container = ArticleContainer(page)
    table = kind_table(page, container.weighed.held)
    trees = trees or load_trees(KIND_TREES, KIND_FEATURES)
    found = Classification(container, trees, table, trees.log_odds(table), KIND_FEATURES)
    log_odds = favour_container(page, level(page, found.log_odds, found.is_open), found.is_open)
    cut = best_cut(page, probability(log_odds), found.is_open)
    return replace(found, log_odds=log_odds - log(cut / (1 - cut)))


def probability(log_odds: LogOdds) -> LogOdds:
    """Return the probability that log-odds stand for."""
    chances: LogOdds = 1.0 / (1.0 + np.exp(-log_odds))
    return chances


def article_log_odds(page: Page) -> LogOdds:
    """Return for each block the log-odds of being article, by its page alone; nan where a step has removed it."""
    if not page.is_text and len(page.blocks):
        found = classify(page)
        return np.where(found.is_open, found.log_odds, np.nan)
    return np.array([TEXT_LOG_ODDS if removal is None else np.nan for removal in page.removals])


@dataclass(frozen=True)
class SymmetricTrees:
    """A sum of symmetric decision trees, as arrays.

    `questions[t, d]` is a column, and digit `d` of tree `t` is 1 where its value exceeds `thresholds[t, d]`.

    `leaves[t]` holds a tree's 2**depth values; a row's score is the sum of its leaves and `bias`, in log-odds.
    """

    questions: npt.NDArray[np.int64]
    thresholds: npt.NDArray[np.float32]
    leaves: npt.NDArray[np.float32]
    bias: float

    @cached_property
    def _arrays(self) -> TreeArrays:
        return TreeArrays(self.questions, self.thresholds, self.leaves)

    def leaf_numbers(self, table: Table) -> Leaves:
        """Return the leaf that each row of `table` falls into, as an index into all leaves. Shape (trees, rows)."""
        found = np.empty((len(self.leaves), len(table)), dtype=np.int32)
        self._arrays.leaf_numbers(np.ascontiguousarray(table.T), found.ravel())
        return found

    def log_odds(self, table: Table) -> npt.NDArray[np.float64]:
        """Return the score of each row of `table`."""
        total = np.zeros(len(table))
        self._arrays.add_leaves(np.ascontiguousarray(table.T), total)
        return total + self.bias

    def strongest(self, table: Table, is_unlike: npt.NDArray[np.bool_]) -> list[int]:
        """Return for each row the column that counts most against it, of those where `is_unlike` is true.

        `is_unlike` has the shape (rows, columns). Where none of these columns counts against the row, all are
        compared. An answer counts as much as the leaf would change with the other answer, all others being the same;
        a column as much as all questions about it.
        """
        return self._arrays.heaviest(np.ascontiguousarray(table.T), is_unlike.view(np.uint8))


def read_trees(document: Mapping[str, Any], columns: tuple[str, ...]) -> SymmetricTrees:
    """Read trees from a document whose questions name columns, for tables with these `columns`.

    Raises ValueError when a column of a question is missing: then the trees were learned from another table.
    """
    missing = sorted(set(document["columns"]) - set(columns))
    if missing:
        raise ValueError(f"the trees ask for evidence {missing[0]!r}, which is not known; learn them again")
    place = np.array([columns.index(column) for column in document["columns"]])
    return SymmetricTrees(
        questions=place[np.array(document["questions"])],
        thresholds=np.array(document["thresholds"], dtype=np.float32),
        leaves=np.array(document["leaves"], dtype=np.float32),
        bias=document["bias"],
    )


@cache
def load_trees(name: str, columns: tuple[str, ...]) -> SymmetricTrees:
    """Load the trees that ship with the package in `data/<name>.json`; see `read_trees`."""
    return read_trees(read_data(name), columns)
