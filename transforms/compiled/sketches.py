# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The rows of a page's sketch, the beginnings of their texts (see `site_memory.sketch`), and the signature of a text
(see `site_memory.near_duplicates`).
"""

from __future__ import annotations

from array import array

import cython

# The largest numbers that the fields of a row can hold, and where they lie in its second eight bytes.
MOST_CHARS = cython.declare(cython.ulonglong, 0xFFFF)
MOST_TIMES = cython.declare(cython.ulonglong, 0xFF)
CHARS_SHIFT = cython.declare(cython.int, 16)
LINKS_SHIFT = cython.declare(cython.int, 32)
TIMES_SHIFT = cython.declare(cython.int, 48)
STEPS_SHIFT = cython.declare(cython.int, 56)
# To add and take away this number rounds one that is smaller to a whole one, halves to the even one (IEEE 754).
ROUNDING = cython.declare(cython.double, 6755399441055744.0)
# A signature has four bits for each of so many bins, which the first bits of a hash choose.
BINS = cython.declare(cython.Py_ssize_t, 128)
BIN_SHIFT = cython.declare(cython.int, 57)
# Multipliers of the rolling hash (that of FNV-1a) and of its mixing (of SplitMix64).
ROLLING = cython.declare(cython.ulonglong, 0x00000100000001B3)
MIXING = cython.declare(cython.ulonglong, 0xBF58476D1CE4E5B9)
ALL_BITS = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


def sketch_rows(
    columns: object,
    positions: object,
    exact: cython.ulonglong[::1],
    paths: cython.int[::1],
    path_texts: list,
    room: cython.Py_ssize_t,
    log_odds: cython.double[::1],
    step: cython.double,
    most_steps: cython.int,
    marked: cython.int,
) -> tuple:
    """Return the rows of the blocks at `positions`, each as two numbers, the numbers of their paths, and the block of
    each.

    A text in a container has one row, however often it is there. `exact` has a fingerprint for each block, `paths`
    the number of each element's path, of which blocks are taken while the paths' texts have `room`. `log_odds` are
    rounded to steps of this size, not beyond `most_steps`; nan is `marked`.
    """
    starts: cython.int[::1] = columns.starts
    elements: cython.int[::1] = columns.elements
    link_chars: cython.int[::1] = columns.link_chars
    used: list = []
    blocks: list = []
    numbers: cython.int[::1] = array("i", [-1]) * len(path_texts)  # of paths in the sketch
    last: dict = {}  # the last row with a fingerprint
    count: cython.Py_ssize_t = len(positions)
    before: cython.int[::1] = array("i", bytes(4)) * count  # the one before it with the same
    row_paths: cython.int[::1] = array("i", bytes(4)) * count
    times: cython.int[::1] = array("i", bytes(4)) * count
    number: cython.Py_ssize_t
    block: cython.Py_ssize_t
    row: cython.Py_ssize_t
    path: cython.Py_ssize_t
    length: cython.Py_ssize_t
    odds: cython.int
    known: object
    printed: object
    for number in range(count):
        block = positions[number]
        path = paths[elements[block]]
        if numbers[path] < 0:
            length = len(path_texts[path])
            if length > room:
                continue
            room -= length
            numbers[path] = len(used)
            used.append(path)
        printed = exact[block]
        known = last.get(printed)
        row = -1 if known is None else known
        while row >= 0 and row_paths[row] != path:
            row = before[row]
        if row >= 0:
            times[row] += 1
            continue
        row = len(blocks)
        before[row] = -1 if known is None else known
        last[printed] = row
        row_paths[row] = path
        times[row] = 1
        blocks.append(block)
    rows_array = array("Q", bytes(16)) * len(blocks)
    rows: cython.ulonglong[::1] = rows_array
    for row in range(len(blocks)):
        block = blocks[row]
        odds = _steps(log_odds[block] / step, most_steps, marked)
        rows[2 * row] = exact[block]
        rows[2 * row + 1] = (
            cython.cast(cython.ulonglong, numbers[row_paths[row]])
            | min(cython.cast(cython.ulonglong, starts[block + 1] - starts[block]), MOST_CHARS) << CHARS_SHIFT
            | min(cython.cast(cython.ulonglong, link_chars[block]), MOST_CHARS) << LINKS_SHIFT
            | min(cython.cast(cython.ulonglong, times[row]), MOST_TIMES) << TIMES_SHIFT
            | cython.cast(cython.ulonglong, odds & 0xFF) << STEPS_SHIFT
        )
    return rows_array, used, blocks


@cython.cfunc
def _steps(value: cython.double, most: cython.int, marked: cython.int) -> cython.int:
    if value != value:  # nan
        return marked
    if value >= most:
        return most
    if value <= -most:
        return -most
    return cython.cast(cython.int, value + ROUNDING - ROUNDING)


def masked_rows(masked: cython.ulonglong[::1], blocks: list) -> bytes:
    """Return the digit-masked fingerprints of the rows' blocks, little-endian, each with the number of its row behind
    it.
    """
    made = bytearray(10 * len(blocks))
    found: cython.uchar[::1] = made
    size: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t
    block: cython.Py_ssize_t
    printed: cython.ulonglong
    place: cython.int
    for row in range(len(blocks)):
        block = blocks[row]
        printed = masked[block]
        if printed:
            for place in range(8):
                found[size + place] = printed >> 8 * place & 0xFF
            found[size + 8] = row & 0xFF
            found[size + 9] = row >> 8 & 0xFF
            size += 10
    return bytes(found[:size])


def opening_lines(columns: object, blocks: list, most: cython.Py_ssize_t) -> list:
    """Return how these blocks' texts begin, white space collapsed: `most` characters of each."""
    text: str = columns.text
    starts: cython.int[::1] = columns.starts
    found: list = []
    number: cython.Py_ssize_t
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    at: cython.Py_ssize_t
    is_space: cython.bint
    was_space: cython.bint
    is_plain: cython.bint
    for number in range(len(blocks)):
        block = blocks[number]
        start = starts[block]
        end = min(start + most, cython.cast(cython.Py_ssize_t, starts[block + 1]))
        was_space = True
        is_plain = True
        for at in range(start, end):
            is_space = text[at].isspace()
            if is_space and (was_space or text[at] != " "):
                is_plain = False
                break
            was_space = is_space
        if is_plain and end > start and was_space:
            end -= 1
        found.append(text[start:end] if is_plain else " ".join(text[start:end].split()))
    return found


def text_signature(columns: object, blocks: list, shingle: cython.Py_ssize_t, least: cython.Py_ssize_t) -> bytes:
    """Return the signature of the texts of some blocks, one behind the other; b"" for fewer than `least` letters.

    A shingle is so many letters and digits in a row. Its hash has a place in one of the bins, and each bin keeps four
    bits of its smallest hash. Texts that share most shingles have most bins alike, wherever they differ.
    """
    text: str = columns.text
    starts: cython.int[::1] = columns.starts
    ring: cython.ulonglong[::1] = array("Q", bytes(8)) * shingle
    smallest: cython.ulonglong[::1] = array("Q", [ALL_BITS]) * BINS
    made = bytearray(BINS // 2)
    out: cython.uchar[::1] = made
    letters: cython.Py_ssize_t = 0
    place: cython.Py_ssize_t = 0
    letter: cython.Py_UCS4
    number: cython.Py_ssize_t
    block: cython.Py_ssize_t
    code: cython.ulonglong
    rolled: cython.ulonglong = 0
    # The multiplier of the letter that leaves the shingle.
    leaving: cython.ulonglong = pow(int(ROLLING), shingle, 1 << 64)
    mixed: cython.ulonglong
    for number in range(len(blocks)):
        block = blocks[number]
        for letter in text[starts[block] : starts[block + 1]]:
            code = ord(letter)
            if code < 128:
                if 65 <= code <= 90:
                    code += 32
                elif not (97 <= code <= 122 or 48 <= code <= 57):
                    continue
            elif not letter.isalnum():
                continue
            rolled = (rolled * ROLLING + code - ring[place] * leaving) & ALL_BITS
            ring[place] = code
            place += 1
            if place == shingle:
                place = 0
            letters += 1
            if letters < shingle:
                continue
            mixed = (rolled ^ rolled >> 32) * MIXING & ALL_BITS
            mixed ^= mixed >> 29
            if mixed < smallest[mixed >> BIN_SHIFT]:
                smallest[mixed >> BIN_SHIFT] = mixed
    if letters < least:
        return b""
    for number in range(BINS // 2):
        out[number] = smallest[2 * number] & 15 | (smallest[2 * number + 1] & 15) << 4
    return bytes(made)
