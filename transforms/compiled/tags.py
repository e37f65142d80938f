# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The tags of a page one by one, as the HTML standard's tokenizer sees them, and how much tree they make.

Tree builders close elements for many reasons, and pass over some end tags. What is known here is only what the HTML
standard leaves no doubt about, and where more than one element is closed at once, their own end tags are put into the
page. So a tree may be taken for deeper than it is, never for much shallower. Elements that close each other wherever
they stand (paragraphs, rows, cells) are not counted: between two that are counted stand a few of them at most. Not
foreseen are formatting tags between the cells of a table, which are opened again behind it.
"""

from __future__ import annotations

from array import array

import cython

from ..core.columns import KEPT_ATTRIBUTES
from ..core.limits import Limits
from ..core.tags import TAGS
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

cython.declare(
    MAX_STEPS=cython.int, MAX_EQUAL=cython.int, MAX_ATTRIBUTES=cython.int, MAX_NAMES=cython.int,
    SAFE_ATTRIBUTE_BYTES=cython.Py_ssize_t, MAX_ROOT_TAGS=cython.int, MAX_PASSED=cython.int,
    MAX_REOPENED=cython.longlong, NEAR=cython.Py_ssize_t, NAMED=cython.int, MAX_NAME_BYTES=cython.Py_ssize_t,
    KNOWN=cython.int, FACTOR=cython.ulonglong, LOW_BITS=cython.ulonglong,
    FORMATTING=cython.int, FOREIGN=cython.int, NO_FOREIGN=cython.int, BARRIER=cython.int, LIST_BARRIER=cython.int,
    BLOCK=cython.int, SPECIAL=cython.int, ITEM=cython.int, TERM=cython.int, ITEM_PASS=cython.int, LONE=cython.int,
    ROOT=cython.int, CLOSING=cython.int, VOID=cython.int, FORM=cython.int, PLAIN=cython.int, FRAMES=cython.int,
    SOLID=cython.int, P=cython.int, P_END=cython.int, P_BARRIER=cython.int, HOLDS_P=cython.int, RAW_BIT=cython.int,
    OPTION=cython.int, HOLDS_OPTION=cython.int,
    SCRIPT=cython.int, NOTHING=cython.int, TAG=cython.int, COMMENT=cython.int, CDATA=cython.int, OTHER=cython.int,
    PASSED=cython.int, UNFORMATTED=cython.int,
)  # fmt: skip
# How far an end tag looks for its element.
MAX_STEPS = 32
# As many equal formatting elements stay open; the others are forgotten.
MAX_EQUAL = 3
# How many attributes an element keeps.
MAX_ATTRIBUTES = 1_000
MAX_NAMES = 10_000
# So many hold no more different names of attributes than are bearable.
SAFE_ATTRIBUTE_BYTES = 300_000
MAX_ROOT_TAGS = 100
# Tags that are taken out cost no tree, only the time to read them.
MAX_PASSED = 200_000
# How often formatting elements may be opened again on a page: each time costs some 400 bytes.
MAX_REOPENED = 150_000
REOPENED = "too many formatting tags are never closed"
# A sign that is not so near is found sooner by a call of the library's search.
NEAR = 64

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
# What a "<" begins.
NOTHING, TAG, COMMENT, CDATA, OTHER = range(5)
# What is not the number of a formatting tag: an element that is left out of the page, and one of another kind.
PASSED, UNFORMATTED = -2, -1

# Names that have a number in every page, the others get theirs as they come.
KNOWN_NAMES = sorted(
    {b"class", b"height", b"id", b"rel", b"src", b"style", b"target", b"type", b"width"}
    | {name.encode() for name in (*TAGS, *KEPT_ATTRIBUTES) if name}.union(*(names for _, names in SETS))
)
FLAGS = array("i", [sum(bit for bit, names in SETS if name in names) for name in KNOWN_NAMES])
NAMED, MAX_NAME_BYTES, KNOWN = 1024, 16, len(KNOWN_NAMES)
FACTOR, LOW_BITS = 0x9E3779B1, (1 << 48) - 1


def _packed(name: bytes) -> tuple[int, int]:
    """The bytes of a name of up to 16 as two numbers of eight each."""
    return int.from_bytes(name[:8], "big"), int.from_bytes(name[8:16], "big")


@cython.cfunc
@cython.inline
def _slot(first: cython.ulonglong, second: cython.ulonglong) -> cython.int:
    """Where the table of names is looked into first."""
    h: cython.ulonglong = (first ^ (second * FACTOR)) & LOW_BITS
    h = ((h ^ (h >> 24)) * FACTOR) & LOW_BITS
    return cython.cast(cython.int, h >> 20) & (NAMED - 1)


def _name_table(names: list[bytes]) -> tuple[array, array, array]:
    """Slots with the place of each name, counted from 1, and the names as numbers: first halves, second halves."""
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


@cython.cfunc
@cython.inline
def _is_space(c: cython.int) -> cython.bint:
    """Whether a byte parts attributes."""
    return c == 32 or c == 10 or c == 9 or c == 13 or c == 12


@cython.cfunc
@cython.inline
def _ends_name(c: cython.int) -> cython.bint:
    """Whether a byte ends the name of a tag."""
    return c <= 62 and (c == 62 or c == 47 or _is_space(c))


@cython.cfunc
@cython.inline
def _lower(c: cython.int) -> cython.int:
    return c + 32 if 65 <= c <= 90 else c


@cython.cfunc
def _grown(column: cython.int[::1]) -> array:
    """A copy of a column with twice the room."""
    grown = array("i", bytes(column))
    grown.frombytes(bytes(4 * len(column)))
    return grown


@cython.final
@cython.cclass
class OpenElements:
    """The elements that are open, innermost last: the number of each one's name, what it is, its formatting tag.

    `foreign` of them are drawings and formulas, `active` are formatting elements that would be opened again. Paragraphs
    are not counted, but an element may hold one that is open (HOLDS_P): most end tags do not reach through it.
    """

    depth: cython.Py_ssize_t
    foreign: cython.int
    active: cython.longlong
    paragraphs: cython.int
    names: cython.int[::1]
    flags: cython.int[::1]
    tags: cython.int[::1]
    counts: cython.int[::1]  # how many are open of each formatting tag
    numbers: dict  # the number of each formatting tag

    def __init__(self) -> None:
        self.depth = self.foreign = self.active = self.paragraphs = 0
        self.names, self.flags, self.tags = (array("i", bytes(4 * 256)) for _ in range(3))
        self.counts, self.numbers = array("i", bytes(4 * 64)), {}

    @cython.cfunc
    def push(self, name: cython.int, flags: cython.int, tag: cython.int) -> cython.void:
        """An element is opened: its name, what it is, and `formatting_number`, UNFORMATTED or PASSED."""
        if self.depth == len(self.names):
            self.names, self.flags, self.tags = _grown(self.names), _grown(self.flags), _grown(self.tags)
        if tag >= 0:
            self.active += 1 if self.counts[tag] < MAX_EQUAL else 0
            self.counts[tag] += 1
        self.foreign += 1 if flags & FOREIGN else 0
        self.names[self.depth], self.flags[self.depth], self.tags[self.depth] = name, flags, tag
        self.depth += 1

    @cython.cfunc
    def formatting_number(self, tag: bytes) -> cython.int:
        """The number of a formatting tag, the same for tags that are equal to the last byte."""
        number: cython.int = self.numbers.setdefault(tag, len(self.numbers))
        if number == len(self.counts):
            self.counts = _grown(self.counts)
        return number

    @cython.cfunc
    def closed_by_end(self, name: cython.int, flags: cython.int) -> cython.Py_ssize_t:
        """Where the element stands that an end tag closes, -1 where there is none for certain."""
        barrier: cython.int = LIST_BARRIER if flags & ITEM else BARRIER if flags & SOLID else SPECIAL
        at: cython.Py_ssize_t = self.depth - 1
        last: cython.Py_ssize_t = max(0, self.depth - MAX_STEPS)
        is_stopped: cython.bint = self.paragraphs and not flags & (SOLID | FORMATTING | LONE)
        while at >= last:
            if is_stopped and self.flags[at] & HOLDS_P and not (self.flags[at] & SOLID and self.tags[at] != PASSED):
                break
            if flags & FORM and self.flags[at] & HOLDS_OPTION:
                break
            if self.names[at] == name:
                return at
            if self.flags[at] & barrier:
                break
            at -= 1
        return -1

    @cython.cfunc
    def closed_by_item(self, flags: cython.int) -> cython.Py_ssize_t:
        """Where the item stands that the start tag of another closes, -1 where there is none for certain."""
        fellow: cython.int = flags & (ITEM | TERM)
        at: cython.Py_ssize_t = self.depth - 1
        last: cython.Py_ssize_t = max(0, self.depth - MAX_STEPS)
        while at >= last:
            if self.flags[at] & fellow:
                return at
            if self.flags[at] & SPECIAL and not self.flags[at] & ITEM_PASS:
                break
            at -= 1
        return -1

    @cython.cfunc
    def hold(self, what: cython.int) -> cython.void:
        """Note that the innermost element holds a paragraph that is open (HOLDS_P), or an option (HOLDS_OPTION)."""
        if self.depth and not self.flags[self.depth - 1] & what:
            self.flags[self.depth - 1] |= what
            self.paragraphs += 1 if what == HOLDS_P else 0

    @cython.cfunc
    def close_paragraph(self) -> cython.void:
        """The innermost paragraph is closed, if it is certain that nothing keeps it open."""
        at: cython.Py_ssize_t = self.depth - 1
        last: cython.Py_ssize_t = max(0, self.depth - MAX_STEPS)
        while self.paragraphs and at >= last:
            if self.flags[at] & HOLDS_P:
                self.flags[at] &= ~HOLDS_P
                self.paragraphs -= 1
                break
            if self.flags[at] & P_BARRIER:
                break
            at -= 1

    @cython.cfunc
    def close(self, at: cython.Py_ssize_t, others: list) -> bytes:
        """Close an element and what is open inside it; the end tags of what was inside it. At most MAX_STEPS deep.

        A paragraph inside it stays open where the end tag is taken out, or has rules of its own.
        """
        i: cython.Py_ssize_t
        tag: cython.int
        keeps: cython.bint = self.flags[at] & (FORMATTING | LONE) or self.tags[at] == PASSED
        holds: cython.int = 0
        if self.flags[at] & FORM:  # the elements inside stay open
            holds = self.flags[at] & HOLDS_P
            for i in range(at + 1, self.depth):
                self.names[i - 1], self.flags[i - 1], self.tags[i - 1] = self.names[i], self.flags[i], self.tags[i]
            self.depth -= 1
            self.paragraphs -= 1 if holds else 0
            if holds and at and not self.flags[at - 1] & HOLDS_P:
                self.flags[at - 1] |= HOLDS_P
                self.paragraphs += 1
            return b""
        end_tags: bytes = b""
        while self.depth > at:
            self.depth -= 1
            holds |= self.flags[self.depth] & HOLDS_P
            self.paragraphs -= 1 if self.flags[self.depth] & HOLDS_P else 0
            self.foreign -= 1 if self.flags[self.depth] & FOREIGN else 0
            tag = self.tags[self.depth]
            if tag >= 0:
                self.counts[tag] -= 1
                self.active -= 1 if self.counts[tag] < MAX_EQUAL else 0
            if self.depth > at and tag != PASSED and not self.flags[self.depth] & LONE:
                end_tags += b"</%b>" % _name(self.names[self.depth], others)
        if keeps and holds:
            self.hold(HOLDS_P)
        return end_tags


@cython.cfunc
def _name(number: cython.int, others: list) -> bytes:
    """The name of this number; `others` are those that are not known beforehand."""
    return KNOWN_NAMES[number] if number < KNOWN else others[number - KNOWN]


@cython.final
@cython.cclass
class TagReader:
    """Reads markup up to `end`, where `why` says what stopped it; `edited` gives it with too deep tags taken out.

    Linear in the markup: the library's search begins anew only behind what it found, what it did not find is not
    looked for again, and what a script's end depends on is worked out for all scripts of the page at once.
    """

    end = cython.declare(cython.Py_ssize_t, visibility="readonly")
    why = cython.declare(str, visibility="readonly")
    html: bytes
    src: cython.const_uchar[::1]
    size: cython.Py_ssize_t
    max_tags: cython.longlong
    max_depth: cython.Py_ssize_t
    elements: OpenElements
    ambiguous: cython.Py_ssize_t  # up to here it depends on what is open whether this is markup
    reopened: cython.longlong
    attribute_bytes: cython.Py_ssize_t
    roots: cython.int
    has_frames: cython.bint
    passed: cython.int  # tags that are taken out
    # What is put in the place of parts of the page: where they begin and end, in order, and the bytes.
    edits: cython.Py_ssize_t
    edit_starts: cython.int[::1]
    edit_ends: cython.int[::1]
    texts: list
    # The names that the page has had: known ones by number, and others, in the order of their numbers.
    slots: cython.int[::1]
    first_halves: cython.ulonglong[::1]
    second_halves: cython.ulonglong[::1]
    name_sizes: cython.int[::1]
    known_flags: cython.int[::1]
    had: cython.uchar[::1]
    numbers: dict
    others: list
    names: cython.Py_ssize_t
    # The tag that was read last: where it and its parts begin and end.
    start: cython.Py_ssize_t
    is_end: cython.bint
    name_start: cython.Py_ssize_t
    name_end: cython.Py_ssize_t
    last_attribute: cython.Py_ssize_t  # where the last of its attributes ends
    attributes_end: cython.Py_ssize_t
    found_end: cython.Py_ssize_t
    is_closed: cython.bint  # whether it has no more attributes
    name: cython.int
    flags: cython.int
    # Names of its attributes: first and last bytes of each.
    keys: cython.int[::1]
    key_count: cython.Py_ssize_t
    key_end: cython.Py_ssize_t
    # What was found last: where the end tags of raw text elements are; where scripts end behind a comment.
    raw_ends: cython.int[::1]
    comment_dashes: cython.Py_ssize_t  # where the end of a comment begins, and its last byte
    comment_close: cython.Py_ssize_t
    searched: cython.Py_ssize_t  # up to here no script holds a comment
    comments: cython.int[::1]
    script_ends: cython.int[::1]
    comment: cython.Py_ssize_t

    def __init__(self, html: bytes, limits: Limits) -> None:
        self.html, self.src, self.size = html, html, len(html)
        self.max_tags, self.max_depth = limits.max_tags, limits.max_depth
        self.end, self.why = self.size, ""
        self.elements = OpenElements()
        self.ambiguous = self.reopened = self.attribute_bytes = self.roots = self.passed = self.edits = self.names = 0
        self.edit_starts, self.edit_ends = array("i", bytes(4 * 64)), array("i", bytes(4 * 64))
        self.texts = []
        self.slots, self.first_halves, self.second_halves = SLOTS, FIRST_HALVES, SECOND_HALVES
        self.name_sizes, self.known_flags = NAME_SIZES, FLAGS
        self.had, self.numbers, self.others = bytearray(KNOWN), {}, []
        self.start = self.name_start = self.name_end = self.last_attribute = self.attributes_end = self.found_end = 0
        self.is_end = self.is_closed = self.has_frames = False
        self.name = self.flags = self.key_count = self.key_end = self.searched = self.comment = 0
        self.comment_dashes = self.comment_close = 0
        self.keys = array("i", bytes(8 * MAX_ATTRIBUTES))
        self.raw_ends = array("i", [-1] * (len(RAW_TAGS) + 1))
        self.comments = self.script_ends = None

    def edited(self) -> bytes:
        """The markup that was read, with the edits made."""
        html: bytes = self.html[: self.end]
        if not self.edits:
            return html
        parts: list = []
        at: cython.Py_ssize_t = 0
        i: cython.Py_ssize_t
        for i in range(self.edits):
            parts.append(html[at : self.edit_starts[i]])
            parts.append(self.texts[i])
            at = self.edit_ends[i]
        parts.append(html[at:])
        return b"".join(parts)

    def read(self) -> None:
        """Read all tags, or as many as the limits allow."""
        at: cython.Py_ssize_t = 0
        tags: cython.longlong = 0
        found: cython.int
        is_long: cython.bint
        while True:
            found = self.find(at)
            if found == NOTHING:
                return
            if found == TAG:
                tags += 1
                at = self.tag_end()
                if at >= 0 and self.is_end:
                    self.close(at)
                elif at >= 0:
                    at = self.open_tag(at)
            else:
                at = self.after_markup(found)
            if at < 0:
                return
            is_long = tags - self.passed > self.max_tags or self.passed > MAX_PASSED
            if is_long or self.reopened > MAX_REOPENED:
                self.end = self.start
                self.why = "beyond max_tags" if is_long else REOPENED
                return

    # What tags and other markup consist of.

    @cython.cfunc
    def seek(self, sign: cython.int, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Where a byte stands next; the end of the page where it does not."""
        near: cython.Py_ssize_t = min(at + NEAR, self.size)
        while at < near:
            if self.src[at] == sign:
                return at
            at += 1
        if at >= self.size:
            return self.size
        found: cython.Py_ssize_t = self.html.find(sign, at)
        return found if found >= 0 else self.size

    @cython.cfunc
    def find(self, at: cython.Py_ssize_t) -> cython.int:
        """What markup follows, which begins at `start` then. A tag is read up to MAX_ATTRIBUTES."""
        c: cython.int
        found: cython.int = NOTHING
        while found == NOTHING:
            at = self.seek(60, at)
            if at + 1 >= self.size:
                return NOTHING
            self.start = at
            c = self.src[at + 1]
            if c == 33:
                found = self.declaration(at)
            elif c == 63:
                found = OTHER
            else:
                self.is_end = c == 47
                if self.is_end:
                    c = self.src[at + 2] if at + 2 < self.size else 0
                if 97 <= c <= 122 or 65 <= c <= 90:
                    found = TAG
                    self.tag(at + 2 if self.is_end else at + 1)
                elif self.is_end:
                    found = OTHER
            at += 1
        return found

    @cython.cfunc
    def declaration(self, at: cython.Py_ssize_t) -> cython.int:
        """What "<!" begins."""
        if at + 3 < self.size and self.src[at + 2] == 45 and self.src[at + 3] == 45:
            return COMMENT
        return CDATA if self.html.startswith(b"<![CDATA[", at) else OTHER

    @cython.cfunc
    def tag(self, at: cython.Py_ssize_t) -> cython.void:
        """Read the tag whose name begins here."""
        self.name_start = at
        while at < self.size and not _ends_name(self.src[at]):
            at += 1
        self.name_end = self.last_attribute = at
        self.key_count = 0
        at = self.attribute(at)
        while self.key_count < MAX_ATTRIBUTES and at < self.size and self.src[at] != 62:
            self.last_attribute = self.attribute_end(at)
            self.keys[2 * self.key_count], self.keys[2 * self.key_count + 1] = at, self.key_end
            self.key_count += 1
            at = self.attribute(self.last_attribute)
        self.attributes_end = at
        self.is_closed = at < self.size and self.src[at] == 62
        self.found_end = at + 1 if self.is_closed else at

    @cython.cfunc
    def attribute(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Where the next attribute begins, or the tag or the page ends."""
        while at < self.size and (self.src[at] == 47 or _is_space(self.src[at])):
            at += 1
        return at

    @cython.cfunc
    def attribute_end(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The end of the attribute that begins here, and `key_end`, that of its name with the white space after it.

        A name may begin with "=". A quotation mark without its fellow begins another attribute.
        """
        c: cython.int
        self.key_end = at
        is_unnamed: cython.bint = self.src[at] == 61
        at += 1
        while at < self.size and self.src[at] != 61 and not _ends_name(self.src[at]):
            at += 1
        end: cython.Py_ssize_t = at
        while at < self.size and _is_space(self.src[at]):
            at += 1
        if at == self.size or self.src[at] != 61:
            if not is_unnamed:
                self.key_end = end
            return end
        if not is_unnamed:
            self.key_end = at
        at += 1
        while at < self.size and _is_space(self.src[at]):
            at += 1
        if at == self.size:
            return at
        c = self.src[at]
        if c == 34 or c == 39:
            end = self.seek(c, at + 1)
            return end + 1 if end < self.size else at
        while at < self.size and self.src[at] != 62 and not _is_space(self.src[at]):
            at += 1
        return at

    @cython.cfunc
    def tag_end(self) -> cython.Py_ssize_t:
        """The end of the tag, its attributes beyond the bearable taken out; -1 where the page ends in it."""
        at: cython.Py_ssize_t = self.found_end
        if self.is_closed:
            return at
        while at < self.size and self.src[at] != 62:
            at = self.attribute(self.attribute_end(at))
        if at == self.size:
            return -1
        self.edit(self.found_end, at, b"")
        return at + 1

    @cython.cfunc
    def after_markup(self, found: cython.int) -> cython.Py_ssize_t:
        """The end of a comment or a declaration; -1 where there is none."""
        at: cython.Py_ssize_t
        if found == CDATA:  # text in a drawing, a comment elsewhere: made the same in both
            at = self.start + len(b"<![CDATA[")
            self.edit(self.start, at, b"")
            return at
        if found == OTHER:
            at = self.seek(62, self.start + 2)
            return at + 1 if at < self.size else -1
        at = self.comment_end()
        if self.start >= self.ambiguous:
            return at if at <= self.size else -1
        self.ambiguous = max(self.ambiguous, min(at, self.size))
        return self.start + 2

    @cython.cfunc
    def comment_end(self) -> cython.Py_ssize_t:
        """Where the comment ends, whose beginning may be a part of its end; beyond the page where it does not."""
        dashes: cython.Py_ssize_t
        at: cython.Py_ssize_t
        if self.comment_dashes >= self.start + 2:
            return self.comment_close + 1
        at = self.seek(62, self.start + 2)
        while at < self.size:
            dashes = at - 2 if self.src[at - 1] != 33 else at - 3
            if dashes >= self.start + 2 and self.src[dashes] == 45 and self.src[dashes + 1] == 45:
                break
            at = self.seek(62, at + 1)
        self.comment_dashes, self.comment_close = dashes if at < self.size else at, at
        return at + 1

    @cython.ccall
    def is_long(self, at: cython.Py_ssize_t) -> cython.bint:
        """Whether a tag begins here that has more attributes than are bearable, or no end."""
        return self.find(at) == TAG and self.start == at and not self.is_closed

    # Names.

    @cython.cfunc
    def known(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t, is_tag: cython.bint) -> cython.int:
        """The number of the name that stands here, in a tag in any letter case; -1 for one that is not known."""
        if b - a > MAX_NAME_BYTES:
            return -1
        first: cython.ulonglong = 0
        second: cython.ulonglong = 0
        i: cython.Py_ssize_t
        for i in range(a, b):
            if i - a < 8:
                first = first << 8 | (_lower(self.src[i]) if is_tag else self.src[i])
            else:
                second = second << 8 | (_lower(self.src[i]) if is_tag else self.src[i])
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
        """The number of the tag's name; -1 for a name that the page has not had, and that is not known."""
        number: cython.int = self.known(a, b, True)
        return number if number >= 0 else self.numbers.get(self.html[a:b].lower(), -1)

    @cython.cfunc
    def count_name(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t, is_tag: cython.bint) -> cython.int:
        """Count a name, of a tag or an attribute, if it is new to the page; its number."""
        number: cython.int = self.known(a, b, is_tag)
        if number >= 0:
            self.names += 1 - self.had[number]
            self.had[number] = 1
            return number
        name: bytes = self.html[a:b]
        if is_tag:
            name = name.lower()
        number = self.numbers.setdefault(name, KNOWN + len(self.others))
        if number == KNOWN + len(self.others):
            self.others.append(name)
            self.names += 1
        return number

    @cython.cfunc
    def count_names(self) -> cython.void:
        """Take the attributes out of a tag that brings new names when a page has had too many: they say nothing."""
        i: cython.Py_ssize_t
        self.name = self.count_name(self.name_start, self.name_end, True)
        for i in range(self.key_count):
            self.count_name(self.keys[2 * i], self.keys[2 * i + 1], False)
        self.roots += 1 if self.flags & ROOT else 0
        if self.names > MAX_NAMES or self.roots > MAX_ROOT_TAGS:
            self.edit(self.name_end, self.attributes_end, b"")

    # What tags do.

    @cython.cfunc
    def open_tag(self, end: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """A start tag: what it opens, and where to read on; -1 where nothing more is markup."""
        name: cython.int = self.number(self.name_start, self.name_end)
        self.name = name
        self.flags = self.known_flags[name] if 0 <= name < KNOWN else 0
        self.attribute_bytes += self.attributes_end - self.name_end
        is_new: cython.bint = name < 0 or (name < KNOWN and not self.had[name])
        if is_new or self.attribute_bytes > SAFE_ATTRIBUTE_BYTES or self.flags & ROOT:
            self.count_names()
        if self.flags & (CLOSING | ITEM | TERM):
            self.reopened += self.elements.active
        if self.flags & FRAMES:
            self.has_frames = True
        if self.flags & P_END and end > self.ambiguous:
            self.elements.close_paragraph()
        if self.flags & PLAIN or self.flags >> RAW_BIT:
            return self.after_raw(end)
        if self.flags & (ITEM | TERM) and end > self.ambiguous:
            self.end_item()
        if self.is_empty():
            self.edit(self.start, end, b"")
        elif self.counts():
            self.push(end)
        elif self.flags & (P | OPTION):
            self.elements.hold(HOLDS_P if self.flags & P else HOLDS_OPTION)
        return end

    @cython.cfunc
    def end_item(self) -> cython.void:
        """The item that another item's start tag closes."""
        at: cython.Py_ssize_t = self.elements.closed_by_item(self.flags)
        if at >= 0:
            self.edit(self.start, self.start, self.elements.close(at, self.others))

    @cython.cfunc
    def is_empty(self) -> cython.bint:
        """Whether a tag is the whole of an element, or may be: that depends on what is open. It is taken out then.

        The "/" before its end says so, but in a value without quotation marks it belongs to the value.
        """
        if not self.flags & FOREIGN and (not self.elements.foreign or self.flags & NO_FOREIGN):
            return False
        return self.last_attribute < self.attributes_end and self.src[self.attributes_end - 1] == 47

    @cython.cfunc
    def counts(self) -> cython.bint:
        """Whether an element counts as one level of depth."""
        if self.flags & ROOT:
            return False
        if not self.flags & (CLOSING | VOID):
            return True
        return self.elements.foreign > 0 and not self.flags & NO_FOREIGN

    @cython.cfunc
    def push(self, end: cython.Py_ssize_t) -> cython.void:
        """Open the element of the tag, and take the tag out where that would be too deep."""
        tag: cython.int = UNFORMATTED
        if self.elements.depth >= self.max_depth:
            tag = PASSED
            self.passed += 1
            self.edit(self.start, end, b"<hr>" if self.flags & BLOCK else b"")
        elif self.flags & FORMATTING:
            tag = self.elements.formatting_number(self.html[self.start : self.found_end])
        self.elements.push(self.name, self.flags, tag)

    @cython.cfunc
    def close(self, end: cython.Py_ssize_t) -> cython.void:
        """An end tag: the elements that it certainly closes."""
        if end <= self.ambiguous:
            return
        name: cython.int = self.number(self.name_start, self.name_end)
        flags: cython.int = self.known_flags[name] if 0 <= name < KNOWN else 0
        if flags & P:
            self.elements.close_paragraph()
        at: cython.Py_ssize_t = self.elements.closed_by_end(name, flags) if name >= 0 else -1
        if at < 0:
            return
        if flags & SPECIAL:
            self.reopened += self.elements.active
        is_passed: cython.bint = self.elements.tags[at] == PASSED
        end_tags: bytes = self.elements.close(at, self.others)
        self.passed += 1 if is_passed else 0
        self.edit(self.start, end if is_passed else self.start, end_tags)

    @cython.cfunc
    def edit(self, start: cython.Py_ssize_t, end: cython.Py_ssize_t, text: bytes) -> cython.void:
        """Put `text` in the place of a part of the tag that was read last; what was edited inside it goes with it.

        A "<" before the tag is text. Where nothing is put between it and what follows, they would become a tag.
        """
        if start == end and not text:
            return
        if not text and start == self.start and start and self.src[start - 1] == 60:
            start -= 1
            text = b"&lt;"
        at: cython.Py_ssize_t = self.edits
        while at and self.edit_ends[at - 1] > start:
            at -= 1
        later: list = [(self.edit_starts[i], self.edit_ends[i], self.texts[i]) for i in range(at, self.edits)]
        self.edits = at
        del self.texts[at:]
        self.append(start, end, text)
        for a, b, t in later:
            if a >= end:
                self.append(a, b, t)

    @cython.cfunc
    def append(self, start: cython.Py_ssize_t, end: cython.Py_ssize_t, text: bytes) -> cython.void:
        """Note an edit behind all others."""
        if self.edits == len(self.edit_starts):
            self.edit_starts, self.edit_ends = _grown(self.edit_starts), _grown(self.edit_ends)
        self.edit_starts[self.edits], self.edit_ends[self.edits] = start, end
        self.texts.append(text)
        self.edits += 1

    # Elements whose content is no markup.

    @cython.cfunc
    def after_raw(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The end of an element whose content is no markup; inside a drawing, and among frames, it may be some."""
        raw: cython.int = self.flags >> RAW_BIT
        end: cython.Py_ssize_t
        if self.flags & PLAIN:
            end = self.size
        elif raw == SCRIPT:
            end = self.script_end(at)
        else:
            end = self.raw_end(raw, at)
        if not self.elements.foreign and not self.has_frames:
            return end if end < self.size else -1
        self.ambiguous = max(self.ambiguous, end)
        self.push(at)
        return at

    @cython.cfunc
    def raw_end(self, raw: cython.int, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Where the next end tag of a raw text element is; the end of the page where there is none."""
        found: cython.Py_ssize_t = self.raw_ends[raw]
        if found >= at:
            return found
        name: bytes = RAW_TAGS[raw - 1]
        found = self.seek(60, at)
        while found < self.size and not (
            found + 1 < self.size and self.src[found + 1] == 47 and self.is_named(found + 2, name)
        ):
            found = self.seek(60, found + 1)
        self.raw_ends[raw] = found
        return found

    @cython.cfunc
    def is_named(self, at: cython.Py_ssize_t, name: bytes) -> cython.bint:
        """Whether a tag has this name, which begins here."""
        i: cython.Py_ssize_t
        if at + len(name) >= self.size:
            return False
        for i in range(len(name)):
            if _lower(self.src[at + i]) != name[i]:
                return False
        return _ends_name(self.src[at + len(name)])

    @cython.cfunc
    def script_end(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Where a script ends: at its first end tag, unless a comment inside it holds another script."""
        first: cython.Py_ssize_t = self.raw_end(SCRIPT, at)
        if first == self.size:
            return first
        if self.comments is None:
            if first <= self.searched:
                return first
            comment: cython.Py_ssize_t = self.html.find(b"<!--", max(at, self.searched), first)
            self.searched = first
            if comment < 0:
                return first
            self.work_out_scripts(comment)
        while self.comment < len(self.comments) and self.comments[self.comment] < at:
            self.comment += 1
        if self.comment == len(self.comments) or self.comments[self.comment] > first:
            return first
        return self.script_ends[self.comment]

    @cython.cfunc
    def work_out_scripts(self, first: cython.Py_ssize_t) -> cython.void:
        """For each "<!--" from the `first` on: where a script ends in which it is the first one.

        In a script, "<!--" hides the end of the script behind another "<script", up to "-->". So where it ends depends
        on what comes after: read backwards, it is known at each sign for a script that is not, once and twice hidden.
        """
        at: cython.Py_ssize_t = self.size
        count: cython.Py_ssize_t = self.html.count(b"<!--", first)
        plain: cython.Py_ssize_t = self.size
        once: cython.Py_ssize_t = self.size
        twice: cython.Py_ssize_t = self.size
        c: cython.int
        self.comments, self.script_ends = array("i", bytes(4 * count)), array("i", bytes(4 * count))
        while at > first:
            at -= 1
            c = self.src[at]
            if c == 45 and at + 2 < self.size and self.src[at + 1] == 45 and self.src[at + 2] == 62:
                once = twice = plain
            elif c != 60 or at + 3 >= self.size:
                pass
            elif self.src[at + 1] == 33 and self.src[at + 2] == 45 and self.src[at + 3] == 45:
                plain = once
                count -= 1
                self.comments[count], self.script_ends[count] = at, plain
            elif self.src[at + 1] == 47 and self.is_named(at + 2, b"script"):
                plain, once, twice = at, at, once
            elif self.is_named(at + 1, b"script"):
                once = twice
