# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Learned trees, level by level: the same question to all rows of a table at once."""

from __future__ import annotations

from array import array

import cython

# So many rows are answered at once, which is more than most pages have. The number is repeated where the C compiler
# must know it.
ROWS_AT_ONCE = cython.declare(cython.Py_ssize_t, 1024)


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
    numbers: cython.int[1024]  # scratch: one tree's leaf for each of the rows that are answered at once

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
        if not cython.compiled:
            self.numbers = array("i", bytes(4 * ROWS_AT_ONCE))

    def leaf_numbers(self, table: cython.float[:, ::1], found: cython.int[::1]) -> None:
        """Fill `found` with the leaf of each row of `table` (columns, rows), counted over all trees, tree by tree."""
        rows: cython.Py_ssize_t = table.shape[1]
        first: cython.Py_ssize_t
        tree: cython.Py_ssize_t
        row: cython.Py_ssize_t
        if len(found) != self.trees * rows:
            raise ValueError(f"{len(found)} places for the leaves of {self.trees} trees and {rows} rows")
        for first in range(0, rows, ROWS_AT_ONCE):
            part: cython.float[:, ::1] = self._part(table, first)
            for tree in range(self.trees):
                self._answer(tree, part)
                for row in range(part.shape[1]):
                    found[tree * rows + first + row] = self.numbers[row & 1023]

    def add_leaves(self, table: cython.float[:, ::1], total: cython.double[::1], bias: cython.double = 0.0) -> None:
        """Add to `total` the values of the leaves of each row of `table` (columns, rows), tree by tree, then a bias."""
        rows: cython.Py_ssize_t = table.shape[1]
        first: cython.Py_ssize_t
        tree: cython.Py_ssize_t
        row: cython.size_t
        leaves: cython.float[::1] = self.leaves
        if len(total) != rows:
            raise ValueError(f"{len(total)} sums for {rows} rows")
        for first in range(0, rows, ROWS_AT_ONCE):
            part: cython.float[:, ::1] = self._part(table, first)
            sums: cython.double[::1] = total[first : first + ROWS_AT_ONCE]
            for tree in range(self.trees):
                self._answer(tree, part)
                for row in range(sums.shape[0]):
                    sums[row] += leaves[self.numbers[row & 1023]]
            for row in range(sums.shape[0]):
                sums[row] += bias

    @cython.cfunc
    def _part(self, table: cython.float[:, ::1], first: cython.Py_ssize_t) -> object:
        """Return as many rows of a table, from the `first` on, as are answered at once."""
        if table.shape[0] < self.columns:
            raise ValueError(
                f"the trees ask about {self.columns} columns: {table.shape[0]} given for {table.shape[1]} rows"
            )
        return table if table.shape[1] <= ROWS_AT_ONCE else table[:, first : first + ROWS_AT_ONCE].copy()

    @cython.cfunc
    def _answer(self, tree: cython.Py_ssize_t, table: cython.float[:, ::1]) -> cython.int:
        """Note the leaf of one tree in `numbers` for each row of a part of a table.

        The inner loop is written so that the C compiler sees that all its checks hold, leaves them out and makes
        vectors of it: the loop ends where the table does, and an index of a C array is cut to what the array has. With
        the checks in place the trees take three times as long.
        """
        rows: cython.size_t = table.shape[1]
        row: cython.size_t
        last: cython.Py_ssize_t = self.depth - 1
        question: cython.Py_ssize_t = tree * self.depth
        digit: cython.Py_ssize_t
        second: cython.Py_ssize_t
        third: cython.Py_ssize_t
        above_a: cython.float
        above_b: cython.float
        above_c: cython.float
        bit_a: cython.int
        bit_b: cython.int
        bit_c: cython.int
        leaf: cython.int = cython.cast(cython.int, tree) * self.size
        kept: cython.int = 0
        if rows > 1024:
            raise ValueError(f"{rows} rows at once")
        # Three questions are put at a time, the last one again where fewer are left.
        for digit in range(0, self.depth, 3):
            second, third = min(digit + 1, last), min(digit + 2, last)
            a: cython.float[::1] = table[self.questions[question + digit], :]
            b: cython.float[::1] = table[self.questions[question + second], :]
            c: cython.float[::1] = table[self.questions[question + third], :]
            above_a = self.thresholds[question + digit]
            above_b = self.thresholds[question + second]
            above_c = self.thresholds[question + third]
            bit_a, bit_b, bit_c = 1 << digit, 1 << second, 1 << third
            for row in range(rows):
                self.numbers[row & 1023] = (
                    (self.numbers[row & 1023] & kept)
                    | leaf
                    | (bit_a if a[row] > above_a else 0)
                    | (bit_b if b[row] > above_b else 0)
                    | (bit_c if c[row] > above_c else 0)
                )
            kept = -1
        return 0

    def heaviest(self, table: cython.float[:, ::1], is_unlike: cython.uchar[:, :]) -> list:
        """Return for each row of `table` (columns, rows) the column that speaks loudest against it (see
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
        self.leaf_numbers(table, numbers)
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
        """Return how loud a column speaks for a row; `numbers` are the leaves of all `rows`, tree by tree.

        The first answer, and the others by eights: numpy's order, which decides between columns that are nearly alike.
        """
        start: cython.Py_ssize_t = self.starts[place]
        count: cython.Py_ssize_t = self.starts[place + 1] - start
        i: cython.Py_ssize_t
        leaf: cython.int
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
