# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Names of tags and attributes: what tags of each name do to a tree, and which names a page has had."""

from __future__ import annotations

from array import array

import cython

from ..core.columns import KEPT_ATTRIBUTES
from ..core.rows import TAGS
from ..parsing.markup_tables import (
    BARRIERS,
    BLOCK_NAMES,
    CLOSING_TAGS,
    FOREIGN_TAGS,
    FORMATTING_TAGS,
    ITEM_PASSES,
    ITEM_TAGS,
    LIST_BARRIERS,
    LONE_TAGS,
    NEVER_FOREIGN,
    PARAGRAPH_BARRIERS,
    PARAGRAPH_ENDS,
    RAW_TAGS,
    ROOT_TAGS,
    SOLID_TAGS,
    SPECIAL_TAGS,
    TERM_TAGS,
    VOID_TAGS,
)

cython.declare(NAMED=cython.int, MAX_NAME_BYTES=cython.Py_ssize_t, FACTOR=cython.ulonglong, LOW_BITS=cython.ulonglong)
FORMATTING, FOREIGN, NO_FOREIGN, BARRIER, LIST_BARRIER, BLOCK, SPECIAL, ITEM, TERM = (1 << bit for bit in range(9))
ITEM_PASS, LONE, ROOT, CLOSING, VOID, FORM, PLAIN, FRAMES = (1 << bit for bit in range(9, 17))
SOLID, P, P_END, P_BARRIER, HOLDS_P, OPTION, HOLDS_OPTION = (1 << bit for bit in range(17, 24))
# The bits from here on are the number of a raw text element, counted from 1.
RAW_BIT = 24
SCRIPT = RAW_TAGS.index(b"script") + 1
SETS = (
    (FORMATTING, FORMATTING_TAGS), (FOREIGN, FOREIGN_TAGS), (NO_FOREIGN, NEVER_FOREIGN), (BARRIER, BARRIERS),
    (LIST_BARRIER, LIST_BARRIERS), (BLOCK, BLOCK_NAMES), (SPECIAL, SPECIAL_TAGS), (ITEM, ITEM_TAGS), (TERM, TERM_TAGS),
    (ITEM_PASS, ITEM_PASSES), (LONE, LONE_TAGS), (ROOT, ROOT_TAGS), (CLOSING, CLOSING_TAGS), (VOID, VOID_TAGS),
    (FORM, {b"form"}), (PLAIN, {b"plaintext"}), (FRAMES, {b"frameset"}),
    (SOLID, SOLID_TAGS), (P, {b"p"}), (P_END, PARAGRAPH_ENDS), (P_BARRIER, PARAGRAPH_BARRIERS),
    (OPTION, {b"option"}),
    *((n + 1 << RAW_BIT, {name}) for n, name in enumerate(RAW_TAGS)),
)  # fmt: skip
# Names that have a number in every page, the others get theirs as they come.
KNOWN_NAMES = sorted(
    {b"class", b"height", b"id", b"rel", b"src", b"style", b"target", b"type", b"width"}
    | {name.encode() for name in (*TAGS, *KEPT_ATTRIBUTES) if name}.union(*(names for _, names in SETS))
)
FLAGS = array("i", [sum(bit for bit, names in SETS if name in names) for name in KNOWN_NAMES])
NAMED, MAX_NAME_BYTES, KNOWN = 1024, 16, len(KNOWN_NAMES)
FACTOR, LOW_BITS = 0x9E3779B1, (1 << 48) - 1


def _packed(name: bytes) -> tuple[int, int]:
    """Return the bytes of a name of up to 16 as two numbers of eight each."""
    return int.from_bytes(name[:8], "big"), int.from_bytes(name[8:16], "big")


@cython.cfunc
@cython.inline
def _slot(first: cython.ulonglong, second: cython.ulonglong) -> cython.int:
    """Return where the table of names is looked into first."""
    h: cython.ulonglong = (first ^ (second * FACTOR)) & LOW_BITS
    h = ((h ^ (h >> 24)) * FACTOR) & LOW_BITS
    return cython.cast(cython.int, h >> 20) & (NAMED - 1)


def _name_table(names: list[bytes]) -> tuple[array, array, array]:
    """Return slots with the place of each name, from 1 on, and the first and second halves of names as numbers."""
    slots = array("i", bytes(4 * NAMED))
    for number, name in enumerate(names):
        first, second = _packed(name)
        place = _slot(first, second)
        while slots[place]:
            place = (place + 1) & (NAMED - 1)
        slots[place] = number + 1
    halves = [_packed(name) for name in names]
    return slots, array("Q", [first for first, _ in halves]), array("Q", [second for _, second in halves])


SLOTS, FIRST_HALVES, SECOND_HALVES = _name_table(KNOWN_NAMES)
NAME_SIZES = array("i", map(len, KNOWN_NAMES))


@cython.final
@cython.cclass
class TagNames:
    """The names that a page has had: known ones by number, and others, in the order of their numbers."""

    def __init__(self, html: bytes) -> None:
        self.html, self.src = html, html
        self.slots, self.first_halves, self.second_halves = SLOTS, FIRST_HALVES, SECOND_HALVES
        self.name_sizes, self.known_flags = NAME_SIZES, FLAGS
        self.had, self.numbers, self.others = bytearray(KNOWN), {}, []
        self.count = 0

    @cython.cfunc
    def known(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t, is_tag: cython.bint) -> cython.int:
        """Return the number of the name that is here, in a tag in any letter case; -1 for one that is not known."""
        if b - a > MAX_NAME_BYTES:
            return -1
        first: cython.ulonglong = 0
        second: cython.ulonglong = 0
        i: cython.Py_ssize_t
        c: cython.ulonglong
        for i in range(a, b):
            c = self.src[i]
            if is_tag and 65 <= c <= 90:
                c += 32
            if i - a < 8:
                first = first << 8 | c
            else:
                second = second << 8 | c
        is_equal: cython.bint
        place: cython.int = _slot(first, second)
        number: cython.int = self.slots[place] - 1
        while number >= 0:
            is_equal = self.first_halves[number] == first and self.second_halves[number] == second
            if is_equal and self.name_sizes[number] == b - a:
                return number
            place = (place + 1) & (NAMED - 1)
            number = self.slots[place] - 1
        return -1

    @cython.cfunc
    def number(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """Return the number of the tag's name; -1 for a name that the page has not had, and that is not known."""
        number: cython.int = self.known(a, b, True)
        return number if number >= 0 else self.numbers.get(self.html[a:b].lower(), -1)

    @cython.cfunc
    def add(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t, is_tag: cython.bint) -> cython.int:
        """Count a name, of a tag or an attribute, if it is new to the page; its number."""
        number: cython.int = self.known(a, b, is_tag)
        if number >= 0:
            self.count += 1 - self.had[number]
            self.had[number] = 1
            return number
        name: bytes = self.html[a:b]
        if is_tag:
            name = name.lower()
        number = self.numbers.setdefault(name, KNOWN + len(self.others))
        if number == KNOWN + len(self.others):
            self.others.append(name)
            self.count += 1
        return number

    @cython.cfunc
    def flags(self, number: cython.int) -> cython.int:
        """Return what tags with the name of this number do to a tree."""
        return self.known_flags[number] if 0 <= number < KNOWN else 0

    @cython.cfunc
    def is_new(self, number: cython.int) -> cython.bint:
        """Return whether the page has had no tag with this name."""
        return number < 0 or (number < KNOWN and not self.had[number])

    @cython.cfunc
    def name(self, number: cython.int) -> bytes:
        """Return the name of this number."""
        return KNOWN_NAMES[number] if number < KNOWN else self.others[number - KNOWN]
