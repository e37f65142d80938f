# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""What becomes of blocks: the marks that steps have put on them, what sets one apart from the article, its score."""

from __future__ import annotations

from array import array
from math import exp

import cython

if cython.compiled:
    from cython.cimports.libc.math import exp  # type: ignore[no-redef]

# Nearer to a half than this, in units of the last digit, rounding is left to Python, which sees all digits.
DOUBT = cython.declare(cython.double, 1e-6)
# Beyond these log-odds no exponential is a number any more.
MOST = cython.declare(cython.double, 700.0)


def mark_numbers(removals: tuple, numbers: dict) -> bytearray:
    """Return for each block 0 where no step has marked it, else the number of its mark's reason, from 1 on."""
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
    table: cython.float[:, ::1],
    article: cython.int[::1],
    asked: cython.int[::1],
    unlike: cython.uchar[:, ::1],
    values_asked: cython.float[:, ::1],
) -> None:
    """Flag in `unlike` (asked, features) where a block's value lies beyond those of all blocks of the article.

    `table` has a row for each feature and a column for each block; `article` and `asked` are blocks. Without any block
    of the article everything is unlike it. `values_asked` (features, asked) gets the values of the blocks that are
    asked about.
    """
    values: cython.float[::1]
    feature: cython.Py_ssize_t
    i: cython.Py_ssize_t
    value: cython.float
    least: cython.float
    most: cython.float
    for i in range(len(article)):
        _check_block(article[i], table.shape[1])
    for i in range(len(asked)):
        _check_block(asked[i], table.shape[1])
    if unlike.shape[0] != len(asked) or unlike.shape[1] != table.shape[0]:
        raise ValueError(f"flags for {unlike.shape[0]} blocks and {unlike.shape[1]} features are of another table")
    if values_asked.shape[0] != table.shape[0] or values_asked.shape[1] != len(asked):
        raise ValueError(f"{values_asked.shape[0]} features of {values_asked.shape[1]} blocks are of another table")
    for feature in range(table.shape[0]):
        values = table[feature, :]
        least = most = values[article[0]] if len(article) > 0 else 0
        for i in range(1, len(article)):
            value = values[article[i]]
            least = value if value < least else least
            most = value if value > most else most
        for i in range(len(asked)):
            value = values[asked[i]]
            unlike[i, feature] = len(article) == 0 or value < least or value > most
            values_asked[feature, i] = value


def values_at(table: cython.float[:, ::1], blocks: list, features: list) -> list:
    """Return of each of these blocks the value of one feature; `table` is as `find_unlike` has it."""
    found: list = []
    i: cython.Py_ssize_t
    block: cython.Py_ssize_t
    feature: cython.Py_ssize_t
    for i in range(len(blocks)):
        block, feature = blocks[i], features[i]
        found.append(table[feature, block])
    return found


@cython.cfunc
def _check_block(block: cython.Py_ssize_t, count: cython.Py_ssize_t) -> cython.void:
    if not 0 <= block < count:
        raise ValueError(f"block {block} of a table of {count}")


def add_rule(
    log_odds: cython.double[::1],
    held: cython.uchar[::1],
    standfirsts: list,
    rule: cython.double,
    standfirst: cython.double,
) -> None:
    """Add to the log-odds of each block what the rule about containers says: for what it contains, against the others.

    Of a block among `standfirsts` that alone counts.
    """
    without: list = []
    block: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for i in range(len(standfirsts)):
        block = standfirsts[i]
        without.append(log_odds[block])
    for block in range(len(log_odds)):
        log_odds[block] += rule if held[block] else -rule
    for i in range(len(standfirsts)):
        block = standfirsts[i]
        log_odds[block] = without[i] + standfirst


def probabilities(log_odds: cython.double[::1], found: cython.double[::1]) -> None:
    """Fill `found` with the probabilities that log-odds stand for."""
    i: cython.Py_ssize_t
    for i in range(len(log_odds)):
        found[i] = 1.0 / (1.0 + exp(min(-log_odds[i], MOST)))


def reaching(article: cython.double[::1], marks: cython.uchar[::1], threshold: cython.double) -> list:
    """List the unmarked blocks whose probability reaches a threshold."""
    found: list = []
    i: cython.Py_ssize_t
    for i in range(len(article)):
        if not marks[i] and article[i] >= threshold:
            found.append(i)
    return found


def decide(
    article: cython.double[::1],
    marks: cython.uchar[::1],
    captions: cython.uchar[::1],
    threshold: cython.double,
    keeps_captions: cython.bint,
) -> tuple:
    """Return which unmarked blocks are article, as an array; which go, and with what scores, as lists.

    `article` has their probabilities. A score is one less that, with four digits as Python's `round` gives them.
    """
    held: list = []
    gone: list = []
    scores: list = []
    i: cython.Py_ssize_t
    for i in range(len(article)):
        if marks[i]:
            continue
        if article[i] >= threshold:
            held.append(i)
            if keeps_captions or not captions[i]:
                continue
        gone.append(i)
        scores.append(_rounded(1 - article[i]))
    return array("i", held), gone, scores


def weigh(
    article: cython.double[::1],
    marks: cython.uchar[::1],
    captions: cython.uchar[::1],
    widths: cython.int[::1],
    prose: cython.int[::1],
    threshold: cython.double,
    sure: cython.double,
) -> tuple:
    """Return what the kept and the other unmarked blocks of a page weigh, captions left out.

    That is the width of the kept blocks, what of it is article by their probabilities, what of the others' is, the
    width of kept blocks whose probability is below `sure`, the prose of the kept blocks and of all blocks, and how
    many stretches of kept blocks there are.
    """
    kept: cython.double = 0
    expected: cython.double = 0
    missed: cython.double = 0
    doubtful: cython.double = 0
    kept_prose: cython.double = 0
    all_prose: cython.double = 0
    stretches: cython.int = 0
    was_kept: cython.bint = False
    i: cython.Py_ssize_t
    for i in range(len(article)):
        all_prose += prose[i]
        if marks[i] or captions[i]:
            continue
        if article[i] < threshold:
            missed += widths[i] * article[i]
            was_kept = False
            continue
        kept += widths[i]
        expected += widths[i] * article[i]
        kept_prose += prose[i]
        if article[i] < sure:
            doubtful += widths[i]
        if not was_kept:
            stretches += 1
        was_kept = True
    return kept, expected, missed, doubtful, kept_prose, all_prose, stretches


@cython.cfunc
def _rounded(value: cython.double) -> object:
    scaled: cython.double = value * 10000.0
    if not 0 <= value <= 1:
        return round(float(value), 4)
    whole: cython.longlong = cython.cast(cython.longlong, scaled)
    rest: cython.double = scaled - whole - 0.5
    if -DOUBT < rest < DOUBT:
        return round(float(value), 4)
    return (whole + (1 if rest > 0 else 0)) / 10000.0


def removals(positions: list, scores: list, speakers: list, causes: dict, kind: object) -> tuple:
    """Return marks of a `kind` (`core.page.Removal`) for the blocks at these positions whose speaker has a cause.

    A cause is a tuple of a reason, a rule and evidence. Behind the marks the places in these lists of the other blocks.
    """
    found: dict = {}
    others: list = []
    new = tuple.__new__
    i: cython.Py_ssize_t
    for i in range(len(positions)):
        cause = causes.get(speakers[i])
        if cause is None:
            others.append(i)
        else:
            found[positions[i]] = new(kind, (cause[0], cause[1], cause[2], scores[i]))
    return found, others
