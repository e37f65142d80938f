"""Learned trees: a sum of symmetric decision trees, laid out as arrays.

In a symmetric tree all nodes of one level ask the same question, so a leaf's number is just the answers read as
binary digits, and a whole page is judged with a few operations on arrays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SymmetricTrees:
    """`questions[t, d]` is a column and `thresholds[t, d]` what its value must exceed for digit `d` of tree `t`.

    `leaves[t]` holds a tree's 2**depth values; a row's score is the sum of its leaves and `bias`, in log-odds.
    """

    questions: npt.NDArray[np.int64]
    thresholds: npt.NDArray[np.float32]
    leaves: npt.NDArray[np.float32]
    bias: float

    def leaf_numbers(self, table: Table) -> npt.NDArray[np.uint8]:
        """The number of the leaf that each row of `table` falls into, shape (rows, trees). Depth is at most 8."""
        trees, depth = self.questions.shape
        answers = table[:, self.questions.ravel()] > self.thresholds.ravel()
        return np.packbits(answers.reshape(len(table), trees, depth), axis=2, bitorder="little")[:, :, 0]

    def log_odds(self, leaf_numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """The score of each row."""
        values = self.leaves[np.arange(len(self.questions)), leaf_numbers]
        total: npt.NDArray[np.float64] = values.sum(axis=1, dtype=np.float64) + self.bias
        return total

    def heaviest(self, leaf_numbers: npt.NDArray[np.uint8]) -> list[int]:
        """For each row, the column that speaks loudest against it.

        How loud an answer is, is what the tree would have said had it been the other, all others being the same;
        a column's voice is the sum over all questions about it.
        """
        digits = leaf_numbers[:, :, None]
        depth = self.questions.shape[1]
        trees = np.arange(len(self.questions))[:, None]
        others = digits ^ (1 << np.arange(depth, dtype=np.uint8))
        voices = (self.leaves[trees, digits] - self.leaves[trees, others]).reshape(
            len(leaf_numbers), self.questions.size
        )
        asked = self.questions.ravel()
        order = np.argsort(asked, kind="stable")
        columns, starts = np.unique(asked[order], return_index=True)
        sums = np.add.reduceat(voices[:, order], starts, axis=1)
        return [int(column) for column in columns[sums.argmin(axis=1)]]


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
    return read_trees(json.loads((resources.files(__package__) / "data" / f"{name}.json").read_text("utf-8")), columns)
