"""Values carried down a page's tree of elements, with a few operations on arrays instead of a step per element."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..core.page import Element

Integers = npt.NDArray[np.int64]


class Ancestry:
    """The parents of a page's elements as an array, `parents`, in which a root is its own parent.

    `carry` lets each element hear its parent, then what both of them heard two steps up, then four, and so on: a
    tree of depth 30 takes five rounds.
    """

    def __init__(self, elements: Sequence[Element]) -> None:
        parents = np.array([element.parent for element in elements], dtype=np.int64)
        self.is_root = parents < 0
        self.parents = np.where(self.is_root, np.arange(len(parents)), parents)
        self._jumps = [self.parents]
        while not self.is_root[self._jumps[-1]].all():
            self._jumps.append(self._jumps[-1][self._jumps[-1]])

    def carry(self, combine: np.ufunc, values: Integers) -> Integers:
        """The values of each element and all its ancestors, combined.

        Roots are heard more than once, so their value must not count, or `combine` must be one like `maximum`.
        """
        for jump in self._jumps:
            values = combine(values, values[jump])
        return values

    def depths(self) -> Integers:
        """For each element the number of its ancestors."""
        return self.carry(np.add, (~self.is_root).astype(np.int64))

    def steps_from(self, element: int) -> Integers:
        """For each element, how many steps up from the one given one must go to find a common ancestor."""
        on_path = np.zeros(len(self.parents), dtype=np.int64)
        depth = 0
        while not self.is_root[element]:
            on_path[element] = 1
            element = int(self.parents[element])
            depth += 1
        return depth - self.carry(np.add, on_path)
