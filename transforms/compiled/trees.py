# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Learned trees, level by level: the same question to all rows of a table at once."""

from __future__ import annotations

from array import array

import cython


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
    places: cython.int[::1]  # the place of each question among the questions by column
    voices: cython.float[::1]  # scratch: a row's answers by column

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
        places: list = sorted(range(len(order)), key=order.__getitem__)
        self.asked = array("i", [numbers[order[place]] for place in starts])
        self.starts = array("i", [*starts, len(order)])
        self.places = array("i", places)
        self.voices = array("f", bytes(4 * len(order)))

    def leaf_numbers(self, table: cython.float[:, ::1], found: cython.int[:, ::1]) -> None:
        """Fill `found` (trees, rows) with the leaf of each row of `table` (columns, rows), counted over all trees."""
        rows: cython.Py_ssize_t = table.shape[1]
        tree: cython.Py_ssize_t
        digit: cython.Py_ssize_t
        row: cython.Py_ssize_t
        column: cython.Py_ssize_t
        first: cython.int
        bit: cython.int
        threshold: cython.float
        if table.shape[0] < self.columns or found.shape[0] != self.trees or found.shape[1] != rows:
            raise ValueError(
                f"the trees ask about {self.columns} columns and have {self.trees} rows of answers: "
                f"{table.shape[0]}, {found.shape[0]} and {found.shape[1]} given for {rows} rows"
            )
        for tree in range(self.trees):
            first = cython.cast(cython.int, tree) * self.size
            for digit in range(self.depth):
                column = self.questions[tree * self.depth + digit]
                threshold = self.thresholds[tree * self.depth + digit]
                bit = 1 << digit
                # With a check at each step the C compiler makes no vectors of these loops, which cost three times as
                # much then. None can be wrong: `tree` and `row` stay below the shapes that were compared above, and
                # `column` below `columns`, as __init__ has seen to for arrays that are held here alone.
                with cython.boundscheck(False):
                    if digit == 0:
                        for row in range(rows):
                            found[tree, row] = first
                    for row in range(rows):
                        found[tree, row] |= bit if table[column, row] > threshold else 0

    def add_leaves(self, numbers: cython.int[:, :], total: cython.double[::1]) -> None:
        """Add to `total` the values of the leaves with these `numbers` (trees, rows), tree by tree."""
        tree: cython.Py_ssize_t
        row: cython.Py_ssize_t
        for tree in range(numbers.shape[0]):
            for row in range(numbers.shape[1]):
                total[row] += self.leaves[numbers[tree, row]]

    def heaviest(self, numbers: cython.int[:, :], is_unlike: cython.uchar[:, :]) -> list:
        """For each row the column that speaks loudest against it (see `SymmetricTrees.heaviest`)."""
        row: cython.Py_ssize_t
        tree: cython.Py_ssize_t
        place: cython.Py_ssize_t
        digit: cython.Py_ssize_t
        leaf: cython.int
        value: cython.float
        column: cython.int
        anyone: cython.int
        unlike: cython.int
        voice: cython.float
        least: cython.float
        least_unlike: cython.float
        chosen: list = []
        for row in range(numbers.shape[1]):
            for tree in range(self.trees):
                leaf = numbers[tree, row]
                value = self.leaves[leaf]
                for digit in range(self.depth):
                    self.voices[self.places[tree * self.depth + digit]] = value - self.leaves[leaf ^ (1 << digit)]
            anyone = unlike = self.asked[0]
            least = least_unlike = 0
            for place in range(len(self.asked)):
                column = self.asked[place]
                voice = self._sum(self.starts[place], self.starts[place + 1])
                if place == 0 or voice < least:
                    least = voice
                    anyone = column
                if voice < least_unlike and is_unlike[row, column]:
                    least_unlike = voice
                    unlike = column
            chosen.append(unlike if least_unlike < 0 else anyone)
        return chosen

    @cython.cfunc
    def _sum(self, start: cython.Py_ssize_t, stop: cython.Py_ssize_t) -> cython.float:
        """The sum of these voices: the first one, and the others by eights.

        It is numpy's order, and decides between columns that are nearly alike.
        """
        i: cython.Py_ssize_t = start + 1
        a: cython.float = 0
        b: cython.float = 0
        c: cython.float = 0
        d: cython.float = 0
        e: cython.float = 0
        f: cython.float = 0
        g: cython.float = 0
        h: cython.float = 0
        while stop - i >= 8:
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
        while i < stop:
            a += self.voices[i]
            i += 1
        return self.voices[start] + a
