# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""What a page has how often, what its blocks are on average, and the chances that a regression gives for it."""

from __future__ import annotations

from array import array
from math import exp

import cython

if cython.compiled:
    from cython.cimports.libc.math import exp  # type: ignore[no-redef]


def counts_of_page(columns: object, kinds: cython.int[::1], tag: cython.int, priced_chars: cython.Py_ssize_t) -> list:
    """Count a page's blocks of each of these kinds, its elements of a tag, and the prices in so much of its text."""
    block_kinds: cython.int[::1] = columns.kinds
    tags: cython.int[::1] = columns.element_tags
    found: list = [_count(block_kinds, kind) for kind in kinds]
    found.append(_count(tags, tag))
    found.append(_count_prices(columns.text, priced_chars))
    return found


@cython.cfunc
def _count(numbers: cython.int[::1], number: cython.int) -> cython.Py_ssize_t:
    count: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    for i in range(len(numbers)):
        count += numbers[i] == number
    return count


@cython.cfunc
def _count_prices(text: str, most: cython.Py_ssize_t) -> cython.Py_ssize_t:
    count: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    char: cython.Py_UCS4
    for i in range(min(len(text), most)):
        char = text[i]
        count += char in "$€£¥₹₽₩₺円元"
    return count


# A label is no longer, and stands in no longer block.
LABEL_CHARS = cython.declare(cython.Py_ssize_t, 40)
ROW_CHARS = cython.declare(cython.Py_ssize_t, 200)
# So many blocks are read.
LABELLED_BLOCKS = cython.declare(cython.Py_ssize_t, 150)


def count_labels(columns: object, labels: dict, kinds: cython.Py_ssize_t, unlinked: cython.Py_ssize_t) -> list:
    """Count the blocks that are a label, or begin with one, by the number of its kind in `labels`.

    Labels of the kind `unlinked` count only in blocks without links, and each of them once.
    """
    text: str = columns.text
    starts: cython.int[::1] = columns.starts
    link_chars: cython.int[::1] = columns.link_chars
    counts: list = [0] * kinds
    seen: set = set()
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    at: cython.Py_ssize_t
    end: cython.Py_ssize_t
    last: cython.Py_ssize_t
    char: cython.Py_UCS4
    for block in range(min(len(starts) - 1, LABELLED_BLOCKS)):
        start = starts[block]
        end = starts[block + 1]
        if end - start > ROW_CHARS:
            continue
        last = min(end, start + LABEL_CHARS)
        at = start
        while at < last:
            char = text[at]
            if char in ":：\t\n[":
                break
            at += 1
        if at == last < end:
            continue
        while at > start and text[at - 1] == " ":
            at -= 1
        label: str = text[start:at]
        number: object = labels.get(label)
        if number is None or (number == unlinked and (link_chars[block] or label in seen)):
            continue
        seen.add(label)
        counts[number] += 1
    return counts


def means_of_blocks(table: cython.float[:, ::1], weights: cython.Py_ssize_t, rows: cython.int[::1]) -> tuple:
    """Return the sum of a row, and the means of other rows, where that row has the weight of each column."""
    total: cython.double = 0
    block: cython.Py_ssize_t
    for block in range(table.shape[1]):
        total += table[weights, block]
    whole: cython.double = max(total, 1.0)
    return total, [_product(table, weights, row) / whole for row in rows]


@cython.cfunc
def _product(table: cython.float[:, ::1], left: cython.Py_ssize_t, right: cython.Py_ssize_t) -> cython.double:
    # Two sums at once: each addition waits for the one before it.
    even: cython.double = 0
    odd: cython.double = 0
    block: cython.Py_ssize_t
    count: cython.Py_ssize_t = table.shape[1]
    for block in range(0, count - 1, 2):
        even += table[left, block] * table[right, block]
        odd += table[left, block + 1] * table[right, block + 1]
    if count % 2:
        even += table[left, count - 1] * table[right, count - 1]
    return even + odd


def chances_of(
    evidence: cython.double[::1],
    means: cython.double[::1],
    scales: cython.double[::1],
    weights: cython.double[:, ::1],
    biases: cython.double[::1],
    farthest: cython.double,
) -> list:
    """Return the probability of each kind by a multinomial logistic regression.

    The evidence counts in standard deviations from its mean, `farthest` at most.
    """
    kinds: cython.Py_ssize_t = weights.shape[0]
    powers: cython.double[::1] = array("d", biases)
    standard: cython.double
    i: cython.Py_ssize_t
    kind: cython.Py_ssize_t
    for i in range(weights.shape[1]):
        standard = max(min((evidence[i] - means[i]) / scales[i], farthest), -farthest)
        for kind in range(kinds):
            powers[kind] += weights[kind, i] * standard
    highest: cython.double = powers[0]
    for kind in range(kinds):
        highest = max(highest, powers[kind])
    total: cython.double = 0
    for kind in range(kinds):
        powers[kind] = exp(powers[kind] - highest)
        total += powers[kind]
    return [powers[kind] / total for kind in range(kinds)]
