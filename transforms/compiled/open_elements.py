# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The elements that are open while a page's tags are read, and which of them a tag closes."""

from __future__ import annotations

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled import tag_names as bits
    from cython.cimports.boiloff.transforms.compiled.arrays import grown, integers
    from cython.cimports.boiloff.transforms.compiled.tag_names import TagNames
else:
    from . import tag_names as bits
    from .arrays import grown, integers
    from .tag_names import TagNames

cython.declare(MAX_STEPS=cython.int, MAX_EQUAL=cython.int)
# How far an end tag looks for its element.
MAX_STEPS = 32
# As many equal formatting elements stay open; the others are forgotten.
MAX_EQUAL = 3
# What is not the number of a formatting tag: an element that is left out of the page, and one of another kind.
PASSED, UNFORMATTED = -2, -1


@cython.final
@cython.cclass
class OpenElements:
    """The elements that are open, innermost last: the number of each one's name, what it is, its formatting tag.

    `foreign` of them are drawings and formulas, `active` are formatting elements that would be opened again. Paragraphs
    are not counted, but an element may hold one that is open (HOLDS_P): most end tags do not reach through it.
    """

    def __init__(self) -> None:
        self.depth = self.foreign = self.active = self.paragraphs = 0
        self.names, self.flags, self.tags = integers(256), integers(256), integers(256)
        self.counts, self.numbers = integers(64), {}

    @cython.cfunc
    def push(self, name: cython.int, flags: cython.int, tag: cython.int) -> cython.void:
        """Open an element: its name, what it is, and its `formatting_number`, UNFORMATTED or PASSED."""
        if self.depth == len(self.names):
            self.names, self.flags, self.tags = grown(self.names), grown(self.flags), grown(self.tags)
        if tag >= 0:
            self.active += 1 if self.counts[tag] < MAX_EQUAL else 0
            self.counts[tag] += 1
        self.foreign += 1 if flags & bits.FOREIGN else 0
        self.names[self.depth], self.flags[self.depth], self.tags[self.depth] = name, flags, tag
        self.depth += 1

    @cython.cfunc
    def formatting_number(self, tag: bytes) -> cython.int:
        """Return the number of a formatting tag, the same for tags that are equal to the last byte."""
        number: cython.int = self.numbers.setdefault(tag, len(self.numbers))
        if number == len(self.counts):
            self.counts = grown(self.counts)
        return number

    @cython.cfunc
    def closed_by_end(self, name: cython.int, flags: cython.int) -> cython.Py_ssize_t:
        """Return where the element is that an end tag closes, -1 where there is none for certain."""
        barrier: cython.int = (
            bits.LIST_BARRIER if flags & bits.ITEM else bits.BARRIER if flags & bits.SOLID else bits.SPECIAL
        )
        at: cython.Py_ssize_t = self.depth - 1
        last: cython.Py_ssize_t = max(0, self.depth - MAX_STEPS)
        is_stopped: cython.bint = self.paragraphs and not flags & (bits.SOLID | bits.FORMATTING | bits.LONE)
        while at >= last:
            if (
                is_stopped
                and self.flags[at] & bits.HOLDS_P
                and not (self.flags[at] & bits.SOLID and self.tags[at] != PASSED)
            ):
                break
            if flags & bits.FORM and self.flags[at] & bits.HOLDS_OPTION:
                break
            if self.names[at] == name:
                return at
            if self.flags[at] & barrier:
                break
            at -= 1
        return -1

    @cython.cfunc
    def closed_by_item(self, flags: cython.int) -> cython.Py_ssize_t:
        """Return where the item is that the start tag of another closes, -1 where there is none for certain."""
        fellow: cython.int = flags & (bits.ITEM | bits.TERM)
        at: cython.Py_ssize_t = self.depth - 1
        last: cython.Py_ssize_t = max(0, self.depth - MAX_STEPS)
        while at >= last:
            if self.flags[at] & fellow:
                return at
            if self.flags[at] & bits.SPECIAL and not self.flags[at] & bits.ITEM_PASS:
                break
            at -= 1
        return -1

    @cython.cfunc
    def hold(self, what: cython.int) -> cython.void:
        """Note that the innermost element holds a paragraph that is open (HOLDS_P), or an option (HOLDS_OPTION)."""
        if self.depth and not self.flags[self.depth - 1] & what:
            self.flags[self.depth - 1] |= what
            self.paragraphs += 1 if what == bits.HOLDS_P else 0

    @cython.cfunc
    def close_paragraph(self) -> cython.void:
        """Close the innermost paragraph, if it is certain that nothing keeps it open."""
        at: cython.Py_ssize_t = self.depth - 1
        last: cython.Py_ssize_t = max(0, self.depth - MAX_STEPS)
        while self.paragraphs and at >= last:
            if self.flags[at] & bits.HOLDS_P:
                self.flags[at] &= ~bits.HOLDS_P
                self.paragraphs -= 1
                break
            if self.flags[at] & bits.P_BARRIER:
                break
            at -= 1

    @cython.cfunc
    def close(self, at: cython.Py_ssize_t, names: TagNames) -> bytes:
        """Close an element and what is open inside it; the end tags of what was inside it. At most MAX_STEPS deep.

        A paragraph inside it stays open where the end tag is taken out, or has rules of its own.
        """
        i: cython.Py_ssize_t
        tag: cython.int
        keeps: cython.bint = self.flags[at] & (bits.FORMATTING | bits.LONE) or self.tags[at] == PASSED
        holds: cython.int = 0
        if self.flags[at] & bits.FORM:  # the elements inside stay open
            holds = self.flags[at] & bits.HOLDS_P
            for i in range(at + 1, self.depth):
                self.names[i - 1], self.flags[i - 1], self.tags[i - 1] = self.names[i], self.flags[i], self.tags[i]
            self.depth -= 1
            self.paragraphs -= 1 if holds else 0
            if holds and at and not self.flags[at - 1] & bits.HOLDS_P:
                self.flags[at - 1] |= bits.HOLDS_P
                self.paragraphs += 1
            return b""
        end_tags: bytes = b""
        while self.depth > at:
            self.depth -= 1
            holds |= self.flags[self.depth] & bits.HOLDS_P
            self.paragraphs -= 1 if self.flags[self.depth] & bits.HOLDS_P else 0
            self.foreign -= 1 if self.flags[self.depth] & bits.FOREIGN else 0
            tag = self.tags[self.depth]
            if tag >= 0:
                self.counts[tag] -= 1
                self.active -= 1 if self.counts[tag] < MAX_EQUAL else 0
            if self.depth > at and tag != PASSED and not self.flags[self.depth] & bits.LONE:
                end_tags += b"</%b>" % names.name(self.names[self.depth])
        if keeps and holds:
            self.hold(bits.HOLDS_P)
        return end_tags
