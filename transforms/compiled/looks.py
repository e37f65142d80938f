# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Elements that look alike, numbered: by tag and class names, and by those of all elements around them."""

from __future__ import annotations

import os
from array import array

import cython

WORD = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
FIRST_FACTOR = cython.declare(cython.ulonglong, 0xBF58476D1CE4E5B9)
SECOND_FACTOR = cython.declare(cython.ulonglong, 0x94D049BB133111EB)
# Nobody outside can choose names that all fall into one place of a table.
SALT = cython.declare(cython.ulonglong, int.from_bytes(os.urandom(8), "little"))
# So many names are sorted by insertion, which is quadratic.
FEW = cython.declare(cython.int, 24)


@cython.final
@cython.cclass
class Pairs:
    """Numbers for pairs of numbers, from 1 on in the order in which they are met: equal for equal pairs, and only then.

    A hash table with room for `most` pairs.
    """

    keys: cython.ulonglong[::1]  # 0 where nothing is
    numbers: cython.int[::1]
    last_slot: cython.ulonglong
    count: cython.int

    def __init__(self, most: cython.Py_ssize_t) -> None:
        size: cython.Py_ssize_t = 64
        while size < 2 * most:
            size *= 2
        self.keys = array("Q", [0]) * size
        self.numbers = array("i", [0]) * size
        self.last_slot = size - 1
        self.count = 0

    @cython.cfunc
    @cython.exceptval(-1)
    def number(self, left: cython.int, right: cython.int) -> cython.int:
        """Return the number of this pair of numbers from 0 on."""
        key: cython.ulonglong = ((cython.cast(cython.ulonglong, left) + 1) << 32) | cython.cast(cython.ulonglong, right)
        mixed: cython.ulonglong = ((key ^ SALT) * FIRST_FACTOR) & WORD
        mixed = ((mixed ^ (mixed >> 31)) * SECOND_FACTOR) & WORD
        slot: cython.ulonglong = (mixed ^ (mixed >> 32)) & self.last_slot
        while self.keys[slot] != key:
            if self.keys[slot] == 0:
                self.count += 1
                self.keys[slot] = key
                self.numbers[slot] = self.count
                break
            slot = (slot + 1) & self.last_slot
        return self.numbers[slot]


def looks(columns: object, mask_digits: object) -> tuple:
    """Return how the elements of a page look: see `matching.outline.Looks`, of which these are the fields.

    `mask_digits` is `wording.mask_digits`.
    """
    pool: list = columns.pool
    tags: cython.int[::1] = columns.element_tags
    parents: cython.int[::1] = columns.parents
    class_lists: cython.int[::1] = columns.class_lists
    names = _masked(columns.class_names, pool, mask_digits)
    count: cython.Py_ssize_t = len(tags)
    found_looks = array("i", [0]) * count
    found_paths = array("i", [0]) * count
    look: cython.int[::1] = found_looks
    path: cython.int[::1] = found_paths
    numbers: Pairs = Pairs(len(names) + count)
    paths: Pairs = Pairs(count)
    sets: cython.int[::1] = _numbered_sets(names, columns.class_firsts, numbers)
    element: cython.int
    for element in range(count):
        look[element] = numbers.number(tags[element], sets[class_lists[element]])
        path[element] = paths.number(path[parents[element]] if parents[element] >= 0 else 0, look[element])
    return names, found_looks, found_paths


@cython.cfunc
def _masked(class_names: cython.int[::1], pool: list, mask_digits: object) -> array:
    """Return for each of these numbers of names that of the first whose name is the same but for its numbers."""
    found = array("i", [0]) * len(class_names)
    masked: cython.int[::1] = found
    known: cython.int[::1] = array("i", [-1]) * len(pool)
    firsts: dict = {}
    i: cython.Py_ssize_t
    number: cython.int
    for i in range(len(class_names)):
        number = class_names[i]
        if known[number] < 0:
            name: str = pool[number]
            known[number] = firsts.setdefault(mask_digits(name), number) if _has_digit(name) else number
        masked[i] = known[number]
    return found


@cython.cfunc
def _has_digit(name: str) -> cython.bint:
    char: cython.Py_UCS4
    digits: cython.int = 0
    for char in name:
        digits += "0" <= char <= "9" or (char > "\x7f" and char.isdecimal())
    return digits > 0


@cython.cfunc
def _numbered_sets(names: cython.int[::1], firsts: cython.int[::1], numbers: Pairs) -> array:
    """Return for each list of names a number: the same for lists of the same names, in whatever order and how often."""
    lists: cython.Py_ssize_t = len(firsts) - 1
    found = array("i", [0]) * lists
    number: cython.int[::1] = found
    few: cython.int[::1] = array("i", [0]) * FEW
    ordered: cython.int[::1]
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    place: cython.Py_ssize_t
    held: cython.Py_ssize_t
    state: cython.int
    for i in range(lists):
        held = firsts[i + 1] - firsts[i]
        if held <= FEW:
            ordered = few
            for k in range(held):
                place = k
                while place > 0 and ordered[place - 1] > names[firsts[i] + k]:
                    ordered[place] = ordered[place - 1]
                    place -= 1
                ordered[place] = names[firsts[i] + k]
        else:
            ordered = array("i", sorted(names[firsts[i] : firsts[i + 1]]))
        state = 0
        for k in range(held):
            if k == 0 or ordered[k] != ordered[k - 1]:
                state = numbers.number(state, ordered[k])
        number[i] = state
    return found
