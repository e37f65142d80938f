# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The evidence in the words of all blocks, written into the classifier's table: see `classifier.words`."""

import os
from array import array

import cython

from . import wording

SAMPLE_CHARS = cython.declare(cython.Py_ssize_t, wording.SAMPLE_CHARS)
# FNV-1a, 64 bits wide (https://www.rfc-editor.org/rfc/rfc9923), from a start that no page can know: words that are
# made to hash alike would make a long search of each. Words are compared wherever their hashes are equal.
BASIS = cython.declare(cython.ulonglong, int.from_bytes(os.urandom(8), "little"))
PRIME = cython.declare(cython.ulonglong, 0x100000001B3)
MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)

ENDINGS = cython.declare(str, '.!?…。！？؟۔।॥"”»」』)')
COLONS = cython.declare(str, ":：")
QUESTIONS = cython.declare(str, "?？؟")

# What a word is in.
TITLE = cython.declare(cython.uchar, 1)
DESCRIPTION = cython.declare(cython.uchar, 2)


@cython.cfunc
def _slots(most: cython.Py_ssize_t, least: cython.Py_ssize_t) -> object:
    """Return slots for so many stretches: a power of two, at least half of them free."""
    size: cython.Py_ssize_t = least
    while size < 2 * most:
        size *= 2
    return array("i", bytes(4 * size))


@cython.cclass
class Stretches:
    """Stretches of bytes by number: their hashes, and where each begins and ends."""

    hashes: cython.ulonglong[::1]
    starts: cython.int[::1]
    ends: cython.int[::1]

    def __init__(self, most: cython.Py_ssize_t) -> None:
        self.hashes = array("Q", bytes(8 * most))
        self.starts = array("i", bytes(4 * most))
        self.ends = array("i", bytes(4 * most))

    @cython.final
    @cython.cfunc
    def keep(
        self, number: cython.Py_ssize_t, hashed: cython.ulonglong, start: cython.Py_ssize_t, end: cython.Py_ssize_t
    ) -> cython.void:
        """Keep a stretch by this number."""
        self.hashes[number] = hashed
        self.starts[number] = cython.cast(cython.int, start)
        self.ends[number] = cython.cast(cython.int, end)


@cython.final
@cython.cclass
class Index(Stretches):
    """Different stretches of bytes, numbered as they come, each found again by its hash."""

    data: bytearray
    count: cython.Py_ssize_t
    notes: cython.int[::1]  # what the caller keeps for each
    slots: cython.int[::1]  # a number, and 1 added to it

    def __init__(self, data: bytearray, most: cython.Py_ssize_t) -> None:
        super().__init__(most)
        self.data = data
        self.notes = array("i", bytes(4 * most))
        self.slots = _slots(most, 16)
        self.count = 0

    @cython.cfunc
    @cython.exceptval(-2, check=False)
    def find(
        self, hashed: cython.ulonglong, data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t
    ) -> cython.Py_ssize_t:
        """Return the number of the bytes from `start` to `end` in `data`; -1 if they are not here."""
        last: cython.Py_ssize_t = len(self.slots) - 1
        slot: cython.Py_ssize_t = (hashed ^ (hashed >> 32)) & last
        number: cython.Py_ssize_t
        while True:
            number = self.slots[slot] - 1
            if number < 0:
                return -1
            if self.hashes[number] == hashed and _equal(
                self.data, self.starts[number], self.ends[number], data, start, end
            ):
                return number
            slot = (slot + 1) & last

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def is_at(
        self, number: cython.Py_ssize_t, data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t
    ) -> cython.int:
        """Return whether these bytes are those with this number."""
        return _equal(self.data, self.starts[number], self.ends[number], data, start, end)

    @cython.cfunc
    @cython.exceptval(-2, check=False)
    def add(self, hashed: cython.ulonglong, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the number of these bytes of its own, which is new if they are."""
        number: cython.Py_ssize_t = self.find(hashed, self.data, start, end)
        last: cython.Py_ssize_t = len(self.slots) - 1
        slot: cython.Py_ssize_t = (hashed ^ (hashed >> 32)) & last
        if number != -1:
            return number
        while self.slots[slot] != 0:
            slot = (slot + 1) & last
        number = self.count
        self.keep(number, hashed, start, end)
        self.count += 1
        self.slots[slot] = self.count
        return number


@cython.cfunc
@cython.exceptval(-1, check=False)
def _equal(
    one: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t,
    other: bytearray, other_start: cython.Py_ssize_t, other_end: cython.Py_ssize_t,
) -> cython.int:  # fmt: skip
    i: cython.Py_ssize_t
    if end - start != other_end - other_start:
        return 0
    for i in range(end - start):
        if one[start + i] != other[other_start + i]:
            return 0
    return 1


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _with_byte(hashed: cython.ulonglong, byte: cython.int) -> cython.ulonglong:
    return ((hashed ^ byte) * PRIME) & MASK


@cython.cfunc
def _known_words(title: bytes, description: bytes) -> Index:
    """Return the words of two keys, with what each is in."""
    data: bytearray = bytearray(title + b" " + description + b" ")
    known: Index = Index(data, data.count(b" ") + 1)
    middle: cython.Py_ssize_t = len(title)
    hashed: cython.ulonglong = BASIS
    start: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    byte: cython.int
    for i in range(len(data)):
        byte = data[i]
        if byte != 0x20:
            hashed = _with_byte(hashed, byte)
            continue
        if start < i:
            known.notes[known.add(hashed, start, i)] |= TITLE if i <= middle else DESCRIPTION
        hashed = BASIS
        start = i + 1
    return known


@cython.final
@cython.cclass
class Words(Stretches):
    """The different words of one text at a time."""

    known: Index  # those of title and description
    owners: cython.int[::1]  # by slot: the text that last used it, and which of its words that was
    places: cython.int[::1]
    text: cython.int  # the number of the present text, from 1
    hashed: cython.ulonglong  # of the present text
    words: cython.Py_ssize_t  # how many it has, how many different ones, and how many of these are known
    different: cython.Py_ssize_t
    in_title: cython.Py_ssize_t
    in_description: cython.Py_ssize_t
    chars: cython.Py_ssize_t

    def __init__(self, known: Index, most: cython.Py_ssize_t) -> None:
        super().__init__(most)
        self.known = known
        self.owners, self.places = _slots(most, 64), _slots(most, 64)
        self.text = 0

    @cython.cfunc
    def read(self, data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.void:
        """Read the key of the next text."""
        i: cython.Py_ssize_t
        byte: cython.int
        hashed: cython.ulonglong = BASIS
        self.text += 1
        self.hashed = BASIS
        self.words = self.different = self.in_title = self.in_description = self.chars = 0
        if start == end:
            return
        for i in range(start, end):
            byte = data[i]
            self.chars += (byte & 0xC0) != 0x80
            if byte == 0x20:
                self.add(hashed, data, start, i)
                hashed = BASIS
                start = i + 1
            else:
                hashed = _with_byte(hashed, byte)
        self.add(hashed, data, start, end)

    @cython.cfunc
    def add(
        self, hashed: cython.ulonglong, data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t
    ) -> cython.void:
        """Count a word."""
        last: cython.Py_ssize_t = len(self.owners) - 1
        slot: cython.Py_ssize_t = (hashed ^ (hashed >> 32)) & last
        place: cython.Py_ssize_t
        self.words += 1
        self.hashed = ((self.hashed ^ hashed) * PRIME) & MASK
        while self.owners[slot] == self.text:
            place = self.places[slot]
            if self.hashes[place] == hashed and _equal(data, self.starts[place], self.ends[place], data, start, end):
                return
            slot = (slot + 1) & last
        place = self.different
        self.owners[slot] = self.text
        self.places[slot] = place
        self.keep(place, hashed, start, end)
        self.different += 1
        place = self.known.find(hashed, data, start, end)
        if place >= 0:
            self.in_title += (self.known.notes[place] & TITLE) != 0
            self.in_description += (self.known.notes[place] & DESCRIPTION) != 0


def write_words(
    text: str, starts: cython.int[::1], elements: cython.int[::1], link_chars: cython.int[::1],
    link_firsts: cython.int[::1], run_firsts: cython.int[::1], element_tags: cython.int[::1], bold: bytes,
    widths: cython.int[::1], prose: cython.int[::1], counts: cython.int[::1],
    data: bytearray, places: cython.int[::1], title: bytes, description: bytes, out: cython.float[:, ::1],
) -> None:  # fmt: skip
    """Fill in `out`: a row for each of `classifier.words.NAMES`, a column for each block.

    Most comes from a page's columns. `bold` has 1 for the number of each tag that makes text stand out, `widths`,
    `prose`, `counts`, `data` and `places` are what `wording` measures and writes, and `title` and `description` are
    the keys of what the page says of itself.
    """
    count: cython.Py_ssize_t = len(starts) - 1
    block: cython.Py_ssize_t
    place: cython.Py_ssize_t
    length: cython.Py_ssize_t
    most: cython.Py_ssize_t = 1
    tag: cython.Py_ssize_t
    number: cython.Py_ssize_t
    first: cython.Py_UCS4
    last: cython.Py_UCS4
    share: cython.double
    if out.shape[0] != 23 or out.shape[1] != count:
        raise ValueError(f"a table of 23 rows and {count} columns is needed: {out.shape[0]} and {out.shape[1]} given")
    for block in range(count):
        most = max(most, (places[8 * block + 5] - places[8 * block + 4]) // 2 + 1)
    words: Words = Words(_known_words(title, description), most)
    texts: Index = Index(data, count)
    numbers: cython.int[::1] = array("i", bytes(4 * count))
    for block in range(count):
        place = 8 * block
        length = starts[block + 1] - starts[block]
        words.read(data, places[place + 4], places[place + 5])
        number = texts.add(words.hashed, places[place + 4], places[place + 5])
        numbers[block] = number
        texts.notes[number] += 1
        tag = element_tags[elements[block]]
        first = text[starts[block]]
        last = text[starts[block + 1] - 1]
        share = 1.0 / cython.cast(cython.double, min(length, SAMPLE_CHARS))
        out[0, block] = widths[block]
        out[1, block] = prose[block] > 0
        out[3, block] = bold[tag] if tag < len(bold) else 0
        out[4, block] = words.chars / cython.cast(cython.double, words.words) if words.words else 0.0
        out[5, block] = words.in_title / cython.cast(cython.double, words.different) if words.words else 0.0
        out[6, block] = words.in_description / cython.cast(cython.double, words.different) if words.words else 0.0
        out[7, block] = counts[place] + 1
        out[8, block] = link_chars[block] / cython.cast(cython.double, length)
        out[9, block] = link_firsts[block + 1] - link_firsts[block]
        out[10, block] = counts[place + 1]
        out[11, block] = counts[place + 2]
        out[12, block] = last in ENDINGS
        out[13, block] = last in COLONS
        out[14, block] = last in QUESTIONS
        out[15, block] = first.islower()
        out[16, block] = counts[place + 4] * share
        out[17, block] = counts[place + 5] * share
        out[18, block] = counts[place + 6] * share
        out[19, block] = counts[place + 7] * share
        out[20, block] = not first.isalnum()
        out[21, block] = run_firsts[block + 1] - run_firsts[block]
        out[22, block] = counts[place + 3]
    for block in range(count):
        out[2, block] = texts.notes[numbers[block]]
