# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Sums over the blocks inside each element of a page, and numbers for elements that look alike.

`columns` are a page's (see `core.columns.Columns`).
"""

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


def sums(columns: object, widths: cython.int[::1], prose: cython.int[::1]) -> tuple:
    """Return for each element its first and last block, and the sums of widths, prose and linked text."""
    parents: cython.int[::1] = columns.parents
    elements: cython.int[::1] = columns.elements
    link_chars: cython.int[::1] = columns.link_chars
    starts: cython.int[::1] = columns.starts
    count: cython.Py_ssize_t = len(parents)
    blocks: cython.Py_ssize_t = len(elements)
    firsts = array("i", [blocks]) * count
    lasts = array("i", [-1]) * count
    sizes = array("q", [0]) * count
    proses = array("q", [0]) * count
    linked = array("q", [0]) * count
    first: cython.int[::1] = firsts
    last: cython.int[::1] = lasts
    size: cython.longlong[::1] = sizes
    prose_in: cython.longlong[::1] = proses
    links: cython.longlong[::1] = linked
    block: cython.int
    element: cython.int
    parent: cython.int
    for block in range(blocks):
        element = elements[block]
        if last[element] < 0:
            first[element] = block
        last[element] = block
        size[element] += widths[block]
        prose_in[element] += prose[block]
        if link_chars[block]:
            links[element] += _linked_width(widths[block], link_chars[block], starts[block + 1] - starts[block])
    for element in range(count - 1, 0, -1):
        parent = parents[element]
        if parent < 0:
            continue
        first[parent] = min(first[parent], first[element])
        last[parent] = max(last[parent], last[element])
        size[parent] += size[element]
        prose_in[parent] += prose_in[element]
        links[parent] += links[element]
    return firsts, lasts, sizes, proses, linked


@cython.cfunc
def _linked_width(width: cython.longlong, linked: cython.double, length: cython.double) -> cython.longlong:
    """Return the share of a block's width that is inside links, rounded as Python does: halves to the even number."""
    share: cython.double = width * (linked / length)
    whole: cython.longlong = cython.cast(cython.longlong, share)
    rest: cython.double = share - whole
    return whole + 1 if rest > 0.5 or (rest == 0.5 and whole % 2 == 1) else whole


def code_tokens(columns: object, box: cython.int, code: cython.int) -> bytearray:
    """Return for each element 1 if it is `code`, or inside a `box` or `code`; nothing for a page that has neither."""
    tags: cython.int[::1] = columns.element_tags
    parents: cython.int[::1] = columns.parents
    count: cython.Py_ssize_t = len(tags)
    has_code: cython.bint = False
    element: cython.int
    tag: cython.int
    for element in range(count):
        if tags[element] == box or tags[element] == code:
            has_code = True
            break
    if not has_code:
        return bytearray()
    inside = bytearray(count)
    tokens = bytearray(count)
    is_inside: cython.uchar[::1] = inside
    is_token: cython.uchar[::1] = tokens
    for element in range(count):
        tag = tags[element]
        if parents[element] >= 0 and is_inside[parents[element]]:
            is_inside[element] = is_token[element] = 1
        elif tag in (box, code):
            is_inside[element] = 1
            is_token[element] = tag == code
    return tokens


def without_highlighters(
    columns: object,
    tokens: cython.uchar[::1],
    widths: cython.int[::1],
    size: cython.longlong[::1],
    groups: cython.longlong[::1],
    kind: cython.int,
    readers: cython.longlong,
    box: cython.longlong,
    mostly: cython.double,
) -> array:
    """Return the masks of `groups`, one for each element, without what a highlighter's names say.

    What `tokens` flags says nothing; what says something, but nothing of `readers`, and of whose `size` more than a
    share of `mostly` is code, says `box`. Code are blocks of this `kind`, and unlinked ones whose element is a token.
    """
    parents: cython.int[::1] = columns.parents
    elements: cython.int[::1] = columns.elements
    kinds: cython.int[::1] = columns.kinds
    link_chars: cython.int[::1] = columns.link_chars
    count: cython.Py_ssize_t = len(parents)
    left = array("q", groups)
    left_of: cython.longlong[::1] = left
    held: cython.longlong[::1] = array("q", [0]) * count
    block: cython.int
    element: cython.int
    for block in range(len(elements)):
        element = elements[block]
        if kinds[block] == kind or (tokens[element] and not link_chars[block]):
            held[element] += widths[block]
    for element in range(count - 1, 0, -1):
        held[max(parents[element], 0)] += held[element]
    for element in range(count):
        if tokens[element]:
            left_of[element] = 0
        elif groups[element] and not groups[element] & readers and held[element] > mostly * size[element]:
            left_of[element] = box
    return left


def with_any(masks: cython.longlong[::1], bits: cython.longlong) -> list:
    """Return the places whose mask has any of these bits, ascending."""
    found: list = []
    place: cython.int
    for place in range(len(masks)):
        if masks[place] & bits:
            found.append(place)
    return found


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


def repeated_items(
    parents: cython.int[::1], paths: cython.int[::1], sizes: cython.longlong[::1], least: cython.int
) -> array:
    """Return for each element the one around it, or itself, that is the item of the page's largest list; -1 for none.

    Items of a list are the elements with text of one path (see `matching.outline.Looks`), `least` of them or more. A
    list is as large as all of its items but one: what there is once is no list, however much it contains.
    """
    count: cython.Py_ssize_t = len(parents)
    items = array("i", [-1]) * count
    item: cython.int[::1] = items
    held: cython.int[::1] = array("i", [0]) * (count + 1)
    total: cython.longlong[::1] = array("q", [0]) * (count + 1)
    best: cython.double[::1] = array("d", [0]) * count
    element: cython.Py_ssize_t
    parent: cython.Py_ssize_t
    path: cython.Py_ssize_t
    size: cython.double
    for element in range(count):
        if sizes[element] > 0:
            held[paths[element]] += 1
            total[paths[element]] += sizes[element]
    for element in range(count):
        parent = parents[element]
        if parent >= 0:
            item[element] = item[parent]
            best[element] = best[parent]
        path = paths[element]
        if sizes[element] > 0 and held[path] >= least:
            size = total[path] * (1 - 1.0 / held[path])
            if size > best[element]:
                best[element] = size
                item[element] = element
    return items
