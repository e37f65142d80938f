# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Learned trees, level by level: the same question to all rows of a table at once."""

from __future__ import annotations

from array import array

import cython

# Sums of so many terms are added up by eights, longer ones by halves: as numpy does it (see `_pairwise`).
BLOCK = cython.declare(cython.Py_ssize_t, 128)


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
    starts: cython.Py_ssize_t[::1]  # where each of these begins in `ordered`, and where the last one ends
    ordered: cython.int[::1]  # the questions by column, in the order of the trees
    voices: cython.float[::1]  # scratch: the answers about one column
    lanes: cython.float[::1]  # scratch: eight sums at a time

    def __init__(self, questions: object, thresholds: object, leaves: object) -> None:
        self.trees, self.depth = questions.shape
        if not 1 <= self.depth < 31 or self.trees < 1:
            raise ValueError(f"trees need questions, and not more than 30 each: {questions.shape}")
        self.size = 1 << self.depth
        if thresholds.shape != questions.shape or leaves.shape != (self.trees, self.size):
            raise ValueError(f"questions, thresholds and leaves do not fit: {thresholds.shape}, {leaves.shape}")
        numbers: list = questions.ravel().tolist()
        if min(numbers) < 0 or self.trees * self.size >= 1 << 31:
            raise ValueError("a question has a negative column, or the trees have too many leaves")
        self.questions = array("i", numbers)
        self.thresholds = array("f", thresholds.ravel().tolist())
        self.leaves = array("f", leaves.ravel().tolist())
        self.columns = max(numbers) + 1
        columns: list = sorted(set(numbers))
        order: list = sorted(range(len(numbers)), key=numbers.__getitem__)
        counts: list = [numbers.count(column) for column in columns]
        self.asked = array("i", columns)
        self.starts = array("q", [sum(counts[:place]) for place in range(len(counts) + 1)])
        self.ordered = array("i", order)
        self.voices = array("f", bytes(4 * max(counts)))
        self.lanes = array("f", bytes(4 * 8))

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
        place: cython.Py_ssize_t
        column: cython.int
        anyone: cython.int
        unlike: cython.int
        voice: cython.float
        least: cython.float
        least_unlike: cython.float
        chosen: list = []
        for row in range(numbers.shape[1]):
            anyone = unlike = self.asked[0]
            least = least_unlike = 0
            for place in range(self.asked.shape[0]):
                column = self.asked[place]
                voice = self._voice(numbers, row, place)
                if place == 0 or voice < least:
                    least = voice
                    anyone = column
                if voice < least_unlike and is_unlike[row, column]:
                    least_unlike = voice
                    unlike = column
            chosen.append(unlike if least_unlike < 0 else anyone)
        return chosen

    @cython.cfunc
    def _voice(self, numbers: cython.int[:, :], row: cython.Py_ssize_t, place: cython.Py_ssize_t) -> cython.float:
        """How loud the answers about a column are: what their leaves say, less what the tree had said to the opposite
        answer, added up.
        """
        start: cython.Py_ssize_t = self.starts[place]
        count: cython.Py_ssize_t = self.starts[place + 1] - start
        i: cython.Py_ssize_t
        question: cython.Py_ssize_t
        leaf: cython.int
        for i in range(count):
            question = self.ordered[start + i]
            leaf = numbers[question // self.depth, row]
            self.voices[i] = self.leaves[leaf] - self.leaves[leaf ^ (1 << (question % self.depth))]
        self.voices[0] += self._pairwise(1, count - 1)
        return self.voices[0]

    @cython.cfunc
    def _pairwise(self, start: cython.Py_ssize_t, count: cython.Py_ssize_t) -> cython.float:
        """The sum of so many voices from `start`, in numpy's order, by which the shipped explanations were chosen.

        Every step goes through an array of C floats: uncompiled, where Python adds doubles, it is rounded there too.
        """
        lane: cython.Py_ssize_t
        i: cython.Py_ssize_t
        half: cython.Py_ssize_t
        lanes: cython.float[::1] = self.lanes
        if count > BLOCK:
            half = count // 2
            half -= half % 8
            lanes[0] = self._pairwise(start, half) + self._pairwise(start + half, count - half)
            return lanes[0]
        for lane in range(8):
            lanes[lane] = 0
        half = count - count % 8
        for i in range(0, half, 8):
            for lane in range(8):
                lanes[lane] += self.voices[start + i + lane]
        lanes[0] += lanes[1]
        lanes[2] += lanes[3]
        lanes[4] += lanes[5]
        lanes[6] += lanes[7]
        lanes[0] += lanes[2]
        lanes[4] += lanes[6]
        lanes[0] += lanes[4]
        for i in range(half, count):
            lanes[0] += self.voices[start + i]
        return lanes[0]
