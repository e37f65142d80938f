"""Learned trees: a sum of symmetric decision trees, laid out as arrays.

In a symmetric tree all nodes of one level ask the same question, so a leaf's number is just the answers read as
binary digits, and a whole page is judged level by level (see `compiled.trees`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compiled.trees import TreeArrays
from ..data import read_data

Table = npt.NDArray[np.float32]
Leaves = npt.NDArray[np.int32]


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
    def _arrays(self) -> TreeArrays:
        return TreeArrays(self.questions, self.thresholds, self.leaves)

    def leaf_numbers(self, table: Table) -> Leaves:
        """The leaf that each row of `table` falls into, as an index into all trees' leaves, shape (trees, rows)."""
        found = np.empty((len(self.leaves), len(table)), dtype=np.int32)
        self._arrays.leaf_numbers(np.ascontiguousarray(table.T), found.ravel())
        return found

    def log_odds(self, table: Table) -> npt.NDArray[np.float64]:
        """The score of each row of `table`."""
        total = np.zeros(len(table))
        self._arrays.add_leaves(np.ascontiguousarray(table.T), total)
        return total + self.bias

    def heaviest(self, table: Table, is_unlike: npt.NDArray[np.bool_]) -> list[int]:
        """For each row, the column that speaks loudest against it, of those in which it `is_unlike` what it is compared
        with (shape (rows, columns)); of all, where none of these speaks against it.

        How loud an answer is, is what the tree would have said had it been the other, all others being the same;
        a column's voice is the sum over all questions about it.
        """
        return self._arrays.heaviest(np.ascontiguousarray(table.T), is_unlike.view(np.uint8))


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
