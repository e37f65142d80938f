# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""What becomes of blocks: the marks that steps have put on them, what sets one apart from the article, its score."""

from __future__ import annotations

import cython

# Nearer to a half than this, in units of the last digit, rounding is left to Python, which sees all digits.
DOUBT = cython.declare(cython.double, 1e-6)


def mark_numbers(removals: tuple, numbers: dict) -> bytearray:
    """For each block 0 where no step has marked it, else the number of its mark's reason, from 1 on."""
    found = bytearray(len(removals))
    marks: cython.uchar[::1] = found
    i: cython.Py_ssize_t
    for i in range(len(removals)):
        removal = removals[i]
        if removal is not None:
            marks[i] = numbers[removal[0]]
    return found


def write_marks(marks: cython.uchar[::1], first: cython.int, table: cython.float[:, ::1]) -> None:
    """Write a 1 for each mark into the row of its reason. The row of the first reason is `first`."""
    i: cython.Py_ssize_t
    for i in range(len(marks)):
        if marks[i]:
            table[first + marks[i] - 1, i] = 1


def find_unlike(
    table: cython.float[:, ::1], article: cython.int[::1], asked: cython.int[::1], unlike: cython.uchar[:, ::1]
) -> None:
    """Flag in `unlike` (asked, features) where a block's value lies beyond those of all blocks of the article.

    `table` has a row for each feature and a column for each block; `article` and `asked` are blocks. Without any block
    of the article everything is unlike it.
    """
    feature: cython.Py_ssize_t
    i: cython.Py_ssize_t
    value: cython.float
    least: cython.float
    most: cython.float
    for feature in range(table.shape[0]):
        if len(article) == 0:
            for i in range(len(asked)):
                unlike[i, feature] = 1
            continue
        least = most = table[feature, article[0]]
        for i in range(1, len(article)):
            value = table[feature, article[i]]
            if value < least:
                least = value
            elif value > most:
                most = value
        for i in range(len(asked)):
            value = table[feature, asked[i]]
            unlike[i, feature] = value < least or value > most


def rounded(values: cython.double[::1]) -> list:
    """Values from 0 to 1 with four digits, as Python's `round` gives them."""
    found: list = []
    i: cython.Py_ssize_t
    scaled: cython.double
    whole: cython.longlong
    rest: cython.double
    for i in range(len(values)):
        if not 0 <= values[i] <= 1:
            found.append(round(values[i], 4))
            continue
        scaled = values[i] * 10000.0
        whole = cython.cast(cython.longlong, scaled)
        rest = scaled - whole - 0.5
        if -DOUBT < rest < DOUBT:
            found.append(round(values[i], 4))
        else:
            found.append((whole + (1 if rest > 0 else 0)) / 10000.0)
    return found
