"""Learned trees: a sum of symmetric decision trees, laid out as arrays.

In a symmetric tree all nodes of one level ask the same question, so a leaf's number is just the answers read as
binary digits, and a whole page is judged with a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..data import read_data

Table = npt.NDArray[np.float32]
Leaves = npt.NDArray[np.int32]

# So many rows are weighed at a time: each takes some 20 KB on the way.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class SymmetricTrees:
    """`questions[t, d]` is a column and `thresholds[t, d]` what its value must exceed for digit `d` of tree `t`.

    `leaves[t]` holds a tree's 2**depth values; a row's score is the sum of its leaves and `bias`, in log-odds.
    """

    questions: npt.NDArray[np.int64]
    thresholds: npt.NDArray[np.float32]
    leaves: npt.NDArray[np.float32]
    bias: float

    @cached_property
    def _comparisons(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Columns and thresholds of all different questions, and for each question of a tree which of these it is.

        Trees ask many of their questions again: of 1,800 some 1,100 are different.
        """
        pairs = np.stack([self.questions.ravel().astype(np.float64), self.thresholds.ravel().astype(np.float64)])
        different, which = np.unique(pairs, axis=1, return_inverse=True)
        return different[0].astype(np.int64), different[1].astype(np.float32), which.reshape(self.questions.shape)

    def leaf_numbers(self, table: Table) -> Leaves:
        """The leaf that each row of `table` falls into, as an index into all trees' leaves, shape (trees, rows)."""
        found = np.empty((len(self.leaves), len(table)), dtype=np.int32)
        for start in range(0, len(table), MOST_ROWS):
            found[:, start : start + MOST_ROWS] = self._leaf_numbers(table[start : start + MOST_ROWS])
        return found

    def _leaf_numbers(self, table: Table) -> Leaves:
        columns, thresholds, which = self._comparisons
        answers = (table.T[columns] > thresholds[:, None]).view(np.uint8)
        numbers = answers[which[:, 0]]
        for digit in range(1, which.shape[1]):
            numbers |= answers[which[:, digit]] << digit
        firsts = self.leaves.shape[1] * np.arange(len(which), dtype=np.int32)
        found: Leaves = np.add(numbers, firsts[:, None], dtype=np.int32)
        return found

    def log_odds(self, leaf_numbers: Leaves) -> npt.NDArray[np.float64]:
        """The score of each row."""
        leaves, total = self.leaves.ravel(), np.empty(leaf_numbers.shape[1])
        for start in range(0, len(total), MOST_ROWS):
            values = leaves.take(leaf_numbers[:, start : start + MOST_ROWS])
            total[start : start + MOST_ROWS] = values.sum(axis=0, dtype=np.float64) + self.bias
        return total

    @cached_property
    def _voices(self) -> npt.NDArray[np.float32]:
        """How loud each answer is: what its leaf says, less what the tree had said to the opposite answer.

        Shape (questions of a tree, leaves of all trees).
        """
        leaves = np.arange(self.leaves.shape[1])
        digits = range(self.questions.shape[1])
        return np.stack([(self.leaves - self.leaves[:, leaves ^ (1 << digit)]).ravel() for digit in digits])

    @cached_property
    def _by_column(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], npt.NDArray[np.intp]]:
        """The order that brings the answers to questions about one column together, the columns, where each begins.

        Answers come digit by digit (see `_voices`), and are ordered tree by tree.
        """
        asked = self.questions.ravel()
        order = np.argsort(asked, kind="stable")
        tree, digit = np.divmod(order, self.questions.shape[1])
        return digit * len(self.questions) + tree, *np.unique(asked[order], return_index=True)

    def heaviest(self, leaf_numbers: Leaves, is_unlike: npt.NDArray[np.bool_]) -> list[int]:
        """For each row, the column that speaks loudest against it, of those in which it `is_unlike` what it is compared
        with (shape (rows, columns)); of all, where none of these speaks against it.

        How loud an answer is, is what the tree would have said had it been the other, all others being the same;
        a column's voice is the sum over all questions about it.
        """
        return [
            column
            for start in range(0, leaf_numbers.shape[1], MOST_ROWS)
            for column in self._heaviest(
                leaf_numbers[:, start : start + MOST_ROWS], is_unlike[start : start + MOST_ROWS]
            )
        ]

    def _heaviest(self, leaf_numbers: Leaves, is_unlike: npt.NDArray[np.bool_]) -> list[int]:
        order, columns, starts = self._by_column
        voices = self._voices.take(leaf_numbers, axis=1).reshape(len(order), -1)
        # Row by row, so that sums that are nearly alike are rounded in the same way on every page.
        sums = np.add.reduceat(np.ascontiguousarray(voices[order].T), starts, axis=1)
        heard = np.where(is_unlike[:, columns], sums, 0.0)
        speaks = np.where(heard.min(axis=1, keepdims=True) < 0, heard, sums)
        return [int(column) for column in columns[speaks.argmin(axis=1)]]


def read_trees(document: Mapping[str, Any], columns: tuple[str, ...]) -> SymmetricTrees:
    """Trees from a document whose questions name columns, for tables with these `columns`.

    Raises ValueError when a column that the trees ask about is missing: then they were learned from another table.
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
    """The trees that ship with the package in `data/<name>.json`; see `read_trees`."""
    return read_trees(read_data(name), columns)
