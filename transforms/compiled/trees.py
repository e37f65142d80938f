# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Learned trees, level by level: the same question to all rows of a table at once."""

from __future__ import annotations

from array import array

import cython

# So many trees are asked before their leaves are added: their answers for the rows of a page fit the first cache.
TREES_AT_ONCE = cython.declare(cython.Py_ssize_t, 16)


@cython.final
@cython.cclass
class TreeArrays:
    """The arrays of symmetric trees (see `classifier.trees`), copied and checked: nobody else can change them.

    Raises ValueError where they do not fit together.
    """

    trees: cython.Py_ssize_t
    depth: cython.Py_ssize_t
    size: cython.int  # leaves of one tree
    columns: cython.Py_ssize_t  # how many a table must have
    questions: cython.int[::1]  # the column of each question, tree by tree
    thresholds: cython.float[::1]
    leaves: cython.float[::1]
    asked: cython.int[::1]  # the columns that are asked about, ascending
    starts: cython.int[::1]  # where each of these begins among the questions by column, and where the last one ends
    trees_asking: cython.int[::1]  # of the questions by column the tree, and the bit that the answer is in its leaves
    bits: cython.int[::1]
    voices: cython.float[::1]  # scratch: a row's answers to the questions about one column

    def __init__(self, questions: object, thresholds: object, leaves: object) -> None:
        self.trees, self.depth = questions.shape
        if not 1 <= self.depth < 31 or self.trees < 1:
            raise ValueError(f"trees need questions, and not more than 30 each: {questions.shape}")
        self.size = 1 << self.depth
        if thresholds.shape != questions.shape or leaves.shape != (self.trees, self.size):
            raise ValueError(f"questions, thresholds and leaves do not fit: {thresholds.shape}, {leaves.shape}")
        numbers: list = questions.ravel().tolist()
        if min(numbers) < 0 or self.trees * self.size > 0x7FFFFFFF:
            raise ValueError("a question has a negative column, or the trees have too many leaves")
        self.questions = array("i", numbers)
        self.thresholds = array("f", thresholds.ravel().tolist())
        self.leaves = array("f", leaves.ravel().tolist())
        self.columns = max(numbers) + 1
        order: list = sorted(range(len(numbers)), key=numbers.__getitem__)
        starts: list = [
            place for place in range(len(order)) if place == 0 or numbers[order[place - 1]] != numbers[order[place]]
        ]
        self.asked = array("i", [numbers[order[place]] for place in starts])
        self.starts = array("i", [*starts, len(order)])
        self.trees_asking = array("i", [place // self.depth for place in order])
        self.bits = array("i", [1 << place % self.depth for place in order])
        self.voices = array("f", bytes(4 * len(order)))

    def leaf_numbers(self, table: cython.float[:, ::1], found: cython.int[::1]) -> None:
        """Fill `found` with the leaf of each row of `table` (columns, rows), counted over all trees, tree by tree."""
        if len(found) != self.trees * table.shape[1]:
            raise ValueError(f"{len(found)} places for the leaves of {self.trees} trees and {table.shape[1]} rows")
        self._answer(0, self.trees, table, found)

    def add_leaves(self, table: cython.float[:, ::1], total: cython.double[::1]) -> None:
        """Add to `total` the values of the leaves of each row of `table` (columns, rows), tree by tree."""
        rows: cython.Py_ssize_t = table.shape[1]
        first: cython.Py_ssize_t
        stop: cython.Py_ssize_t
        tree: cython.Py_ssize_t
        row: cython.Py_ssize_t
        if len(total) != rows:
            raise ValueError(f"{len(total)} sums for {rows} rows")
        numbers: cython.int[::1] = array("i", bytes(4)) * (min(TREES_AT_ONCE, self.trees) * rows)
        for first in range(0, self.trees, TREES_AT_ONCE):
            stop = min(first + TREES_AT_ONCE, self.trees)
            self._answer(first, stop, table, numbers)
            # No index can be wrong: the length of `total` was compared above, and what `_answer` found are leaves.
            with cython.boundscheck(False):
                for tree in range(stop - first):
                    for row in range(rows):
                        total[row] += self.leaves[numbers[tree * rows + row]]

    @cython.cfunc
    def _answer(
        self,
        first: cython.Py_ssize_t,
        stop: cython.Py_ssize_t,
        table: cython.float[:, ::1],
        found: cython.int[::1],
    ) -> cython.int:
        """Fill `found` with the leaves of some trees for each row, tree by tree."""
        rows: cython.Py_ssize_t = table.shape[1]
        last: cython.Py_ssize_t = self.depth - 1
        tree: cython.Py_ssize_t
        base: cython.Py_ssize_t
        digit: cython.Py_ssize_t
        second: cython.Py_ssize_t
        third: cython.Py_ssize_t
        row: cython.Py_ssize_t
        question: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        c: cython.Py_ssize_t
        above_a: cython.float
        above_b: cython.float
        above_c: cython.float
        bit_a: cython.int
        bit_b: cython.int
        bit_c: cython.int
        leaf: cython.int
        if table.shape[0] < self.columns or len(found) < (stop - first) * rows:
            raise ValueError(
                f"the trees ask about {self.columns} columns and have {(stop - first) * rows} answers: "
                f"{table.shape[0]} and {len(found)} given for {rows} rows"
            )
        for tree in range(first, stop):
            base = (tree - first) * rows
            leaf = cython.cast(cython.int, tree) * self.size
            question = tree * self.depth
            # Three questions are put at a time, the last one again where fewer are left.
            for digit in range(0, self.depth, 3):
                second, third = min(digit + 1, last), min(digit + 2, last)
                a = self.questions[question + digit]
                b = self.questions[question + second]
                c = self.questions[question + third]
                above_a = self.thresholds[question + digit]
                above_b = self.thresholds[question + second]
                above_c = self.thresholds[question + third]
                bit_a, bit_b, bit_c = 1 << digit, 1 << second, 1 << third
                # With a check at each step the C compiler makes no vectors of these loops, which cost three times as
                # much then. None can be wrong: rows and columns were compared with the shapes above, and columns are
                # below `columns`, as __init__ has seen to for arrays that are held here alone.
                with cython.boundscheck(False):
                    if digit == 0:
                        for row in range(rows):
                            found[base + row] = leaf
                    for row in range(rows):
                        found[base + row] |= (
                            (bit_a if table[a, row] > above_a else 0)
                            | (bit_b if table[b, row] > above_b else 0)
                            | (bit_c if table[c, row] > above_c else 0)
                        )
        return 0

    def heaviest(self, table: cython.float[:, ::1], is_unlike: cython.uchar[:, :]) -> list:
        """For each row of `table` (columns, rows) the column that speaks loudest against it (see
        `SymmetricTrees.heaviest`).
        """
        rows: cython.Py_ssize_t = table.shape[1]
        row: cython.Py_ssize_t
        place: cython.Py_ssize_t
        column: cython.int
        chosen: cython.int
        voice: cython.float
        least: cython.float
        numbers: cython.int[::1] = array("i", bytes(4)) * (self.trees * rows)
        self._answer(0, self.trees, table, numbers)
        found: list = []
        for row in range(rows):
            chosen = -1
            least = 0
            for place in range(len(self.asked)):
                column = self.asked[place]
                if is_unlike[row, column]:
                    voice = self._voice(place, numbers, row, rows)
                    if voice < least:
                        least = voice
                        chosen = column
            if chosen < 0:
                for place in range(len(self.asked)):
                    voice = self._voice(place, numbers, row, rows)
                    if place == 0 or voice < least:
                        least = voice
                        chosen = self.asked[place]
            found.append(chosen)
        return found

    @cython.cfunc
    def _voice(
        self, place: cython.Py_ssize_t, numbers: cython.int[::1], row: cython.Py_ssize_t, rows: cython.Py_ssize_t
    ) -> cython.float:
        """How loud a column speaks for a row; `numbers` are the leaves of all `rows`, tree by tree.

        The first answer, and the others by eights: numpy's order, which decides between columns that are nearly alike.
        """
        start: cython.Py_ssize_t = self.starts[place]
        count: cython.Py_ssize_t = self.starts[place + 1] - start
        i: cython.Py_ssize_t
        leaf: cython.int
        # No index can be wrong: `numbers` are what `_answer` found, and all other arrays are those of __init__.
        with cython.boundscheck(False):
            for i in range(count):
                leaf = numbers[self.trees_asking[start + i] * rows + row]
                self.voices[i] = self.leaves[leaf] - self.leaves[leaf ^ self.bits[start + i]]
        i = 1
        a: cython.float = 0
        b: cython.float = 0
        c: cython.float = 0
        d: cython.float = 0
        e: cython.float = 0
        f: cython.float = 0
        g: cython.float = 0
        h: cython.float = 0
        while count - i >= 8:
            a += self.voices[i]
            b += self.voices[i + 1]
            c += self.voices[i + 2]
            d += self.voices[i + 3]
            e += self.voices[i + 4]
            f += self.voices[i + 5]
            g += self.voices[i + 6]
            h += self.voices[i + 7]
            i += 8
        a = ((a + b) + (c + d)) + ((e + f) + (g + h))
        while i < count:
            a += self.voices[i]
            i += 1
        return self.voices[0] + a
