"""Learned trees: a sum of symmetric decision trees, laid out as arrays.

In a symmetric tree all nodes of one level ask the same question, so a leaf's number is just the answers read as
binary digits, and a whole page is judged with a few operations on arrays.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

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

    def log_odds(self, table: Table) -> npt.NDArray[np.float64]:
        """The score of each row of `table`, shape (rows, columns)."""
        trees, depth = self.questions.shape
        answers = table[:, self.questions.ravel()] > self.thresholds.ravel()
        digits = np.packbits(answers.reshape(len(table), trees, depth), axis=2, bitorder="little")[:, :, 0]
        values = self.leaves[np.arange(trees), digits]
        total: npt.NDArray[np.float64] = values.sum(axis=1, dtype=np.float64) + self.bias
        return total

    def probabilities(self, table: Table) -> npt.NDArray[np.float64]:
        """The scores as probabilities, 0 to 1."""
        result: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-self.log_odds(table)))
        return result


@cache
def load_trees(name: str, columns: tuple[str, ...]) -> SymmetricTrees:
    """Trees from `data/<name>.json`, whose questions name columns, for tables with these `columns`.

    Raises ValueError when a column that the trees ask about is missing: then they were learned from another table.
    """
    document = json.loads((resources.files(__package__) / "data" / f"{name}.json").read_text("utf-8"))
    missing = set(document["columns"]) - set(columns)
    if missing:
        raise ValueError(
            f"data/{name}.json asks for evidence {sorted(missing)[0]!r}, which is not known; train it again"
        )
    place = np.array([columns.index(column) for column in document["columns"]])
    return SymmetricTrees(
        questions=place[np.array(document["questions"])],
        thresholds=np.array(document["thresholds"], dtype=np.float32),
        leaves=np.array(document["leaves"], dtype=np.float32),
        bias=document["bias"],
    )
