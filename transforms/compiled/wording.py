# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Texts read character by character: what they say when accidents are left out, how long they read, what they hold.

A key is a normalised text in UTF-8. Those of a page's blocks lie in one array of bytes, one behind the other.
"""

import re
from array import array
from hashlib import blake2b

import cython

from ..matching import characters

LEARN = characters.learn
KEY_OF = characters.key_of
BITS_OF = characters.bits_of
EXPANSIONS = cython.declare(dict, characters.expansions)
NUMBERS = re.compile(r"\d+")

cython.declare(BECOMING=cython.int[::1], COUNTING=cython.longlong[::1])
BECOMING = characters.becoming
COUNTING = characters.counting
CODE_BITS = cython.declare(cython.int, characters.CODE_BITS)
SIMPLE = cython.declare(cython.int, characters.SIMPLE)
WORD = cython.declare(cython.int, characters.WORD)
DECIMAL = cython.declare(cython.int, characters.DECIMAL)
FOREIGN = cython.declare(cython.int, characters.FOREIGN)
ODD_KIND = cython.declare(cython.int, 3)
DROPPED = cython.declare(cython.int, characters.DROPPED)
EXPANDED = cython.declare(cython.int, characters.EXPANDED)
MARK = cython.declare(cython.int, characters.MARK)
LAST_COUNTED = cython.declare(cython.Py_ssize_t, characters.BASIC_PLANE - 1)
UNSPACED_WIDTH = cython.declare(cython.Py_ssize_t, characters.UNSPACED_WIDTH)
SENTENCES_AT = cython.declare(cython.int, characters.SENTENCES * characters.COUNT_BITS)
WIDE_AT = cython.declare(cython.int, characters.WIDE * characters.COUNT_BITS)
COUNT_BITS = cython.declare(cython.int, characters.COUNT_BITS)

# Furniture is hardly longer.
MAX_LINE_CHARS = 320
# What a text is about and how it is written show in its beginning.
SAMPLE_CHARS = 160
LINE_CHARS = cython.declare(cython.Py_ssize_t, MAX_LINE_CHARS)
BEGINNING = cython.declare(cython.Py_ssize_t, SAMPLE_CHARS)
# So many characters are counted at a time, in seven bits; a sample is twice as many.
STRIDE = cython.declare(cython.Py_ssize_t, SAMPLE_CHARS // 2)

# Running text is at least so wide, and less of it than this is in links.
MIN_PROSE_WIDTH = 80
MAX_PROSE_LINK_DENSITY = 0.5
PROSE_WIDTH = cython.declare(cython.Py_ssize_t, MIN_PROSE_WIDTH)
PROSE_DENSITY = cython.declare(cython.double, MAX_PROSE_LINK_DENSITY)

# Where the keys of a block are: its own, the one with numbers masked, that of its sample; and what its own contains.
# A block of more than MAX_LINE_CHARS has the last only.
KEY, KEY_END, MASKED, MASKED_END, SAMPLE, SAMPLE_END, BITS = range(7)
PLACES = 8  # numbers for each block
# What is counted in a block: of all of it, the first; of its sample, the others.
COUNTS = 8


@cython.final
@cython.cclass
class Scribe:
    """Writes keys, one behind the other."""

    out: bytearray
    size: cython.Py_ssize_t
    begun: cython.Py_ssize_t  # where the present key begins
    bits: cython.int  # of all characters in it
    before: cython.int  # 1 behind a letter, 0 behind a space or nothing
    marked: cython.Py_ssize_t  # where the last combining mark was read, and its class
    order: cython.int

    @cython.cfunc
    def open(self, room: cython.Py_ssize_t) -> cython.void:
        """Begin with an empty array."""
        self.out = bytearray(room)
        self.size = 0
        self.begin()

    @cython.cfunc
    def begin(self) -> cython.void:
        """Begin a key."""
        self.begun = self.size
        self.bits = 0
        self.before = 0
        self.marked = -2
        self.order = 0

    @cython.cfunc
    def end(self) -> cython.Py_ssize_t:
        """Return the end of the key as far as it is written."""
        return self.size - (1 if self.before == 0 and self.size > self.begun else 0)

    @cython.cfunc
    def close(self) -> cython.Py_ssize_t:
        """Finish the key: no space is behind it. Where it ends."""
        self.size = self.end()
        self.before = 1
        return self.size

    @cython.cfunc
    def make_room(self, chars: cython.Py_ssize_t) -> cython.void:
        """Have room for so many characters more, and one that is written over."""
        needed: cython.Py_ssize_t = self.size + 4 * (chars + 1)
        room: cython.Py_ssize_t = len(self.out)
        if room < needed:
            self.out.extend(bytes(max(needed - room, room // 2)))

    @cython.cfunc
    def put(self, size: cython.Py_ssize_t, code: cython.int) -> cython.Py_ssize_t:
        """Write one character at `size`; where it ends."""
        out: bytearray = self.out
        if code < 0x80:
            out[size] = code
            return size + 1
        if code < 0x800:
            out[size] = 0xC0 | (code >> 6)
            out[size + 1] = 0x80 | (code & 0x3F)
            return size + 2
        if code < 0x10000:
            out[size] = 0xE0 | (code >> 12)
            out[size + 1] = 0x80 | ((code >> 6) & 0x3F)
            out[size + 2] = 0x80 | (code & 0x3F)
            return size + 3
        out[size] = 0xF0 | (code >> 18)
        out[size + 1] = 0x80 | ((code >> 12) & 0x3F)
        out[size + 2] = 0x80 | ((code >> 6) & 0x3F)
        out[size + 3] = 0x80 | (code & 0x3F)
        return size + 4

    @cython.cfunc
    def add(self, text: str, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.bint:
        """Write more of a key; False, and nothing, where characters have to be seen together."""
        self.make_room(end - start)
        out: bytearray = self.out
        size: cython.Py_ssize_t = self.size
        bits: cython.int = self.bits
        before: cython.int = self.before
        i: cython.Py_ssize_t
        code: cython.int
        found: cython.int
        word: cython.int
        kind: cython.int
        for i in range(start, end):
            code = cython.cast(cython.int, ord(text[i]))
            found = BECOMING[code]
            if found == 0:
                found = LEARN(code)
            if found & SIMPLE:
                # A space is written over unless it follows a letter: to decide by a branch costs twice the time.
                word = 1 if found & WORD else 0
                out[size] = found & 0x7F
                size += word | before
                before = word
                bits |= found
            elif found & WORD:
                size = self.put(size, found & CODE_BITS)
                before = 1
                bits |= found
            else:
                kind = found & ODD_KIND
                if kind == MARK:
                    bits |= found
                    found = (found & CODE_BITS) >> 2
                    if self.marked == i - 1 and self.order > found:
                        return False
                    self.marked = i
                    self.order = found
                    size = self.put(size, code)
                    before = 1
                elif kind == EXPANDED:
                    self.size = size
                    self.before = before
                    bits |= self.expand(code, end - i)
                    size = self.size
                    before = self.before
                elif kind != DROPPED:
                    return False
                elif self.marked == i - 1:
                    self.marked = i
        self.size = size
        self.bits = bits
        self.before = before
        return True

    @cython.cfunc
    def expand(self, code: cython.int, rest: cython.Py_ssize_t) -> cython.int:
        """Write the characters that one becomes, before `rest` more; what bits they have."""
        parts: str
        bits: cython.int
        parts, bits = EXPANSIONS[code]
        self.make_room(len(parts) + rest)
        part: cython.Py_UCS4
        for part in parts:
            if part != " ":
                self.size = self.put(self.size, cython.cast(cython.int, ord(part)))
                self.before = 1
            elif self.before:
                self.size = self.put(self.size, 0x20)
                self.before = 0
        return bits

    @cython.cfunc
    def write_over(self, key: str) -> cython.void:
        """Write a whole key in place of what is written of the present one."""
        data: bytes = key.encode()
        self.size = self.begun
        self.make_room(len(data))
        self.out[self.size : self.size + len(data)] = data
        self.size += len(data)
        self.bits = BITS_OF(key)
        self.before = 1 if data else 0

    @cython.cfunc
    def mask(self, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.void:
        """Write a key again, as the present one, with every number as `0`."""
        self.make_room(end - start)
        out: bytearray = self.out
        size: cython.Py_ssize_t = self.size
        is_number: cython.bint
        was_number: cython.bint = False
        i: cython.Py_ssize_t
        char: cython.int
        for i in range(start, end):
            char = out[i]
            is_number = 0x30 <= char <= 0x39
            if not (is_number and was_number):
                out[size] = 0x30 if is_number else char
                size += 1
            was_number = is_number
        self.size = size

    @cython.cfunc
    def key(self) -> str:
        """Return the present key as text."""
        return self.out[self.begun : self.end()].decode()


@cython.cfunc
def _scribe(room: cython.Py_ssize_t) -> Scribe:
    scribe: Scribe = Scribe.__new__(Scribe)
    scribe.open(room)
    return scribe


def normalise(text: str) -> str:
    """Return a text without case, punctuation and spacing, for comparing what two blocks say.

    >>> normalise("  Leave a  REPLY… ")
    'leave a reply'
    """
    scribe: Scribe = _scribe(4 * len(text) + 4)
    return scribe.key() if scribe.add(text, 0, len(text)) else KEY_OF(text)


def mask_digits(normalised: str) -> str:
    """Return every number written as `0`, so that "3 comments" and "12 comments" are one key."""
    char: cython.Py_UCS4
    for char in normalised:
        if "0" <= char <= "9" or (char > "\x7f" and char.isdecimal()):
            return _masked(normalised.encode()) if normalised.isascii() else NUMBERS.sub("0", normalised)
    return normalised


@cython.cfunc
def _masked(data: bytes) -> str:
    scribe: Scribe = _scribe(2 * len(data))
    scribe.out[: len(data)] = data
    scribe.size = scribe.begun = len(data)
    scribe.mask(0, len(data))
    return scribe.out[scribe.begun : scribe.size].decode()


def fingerprint(text: str) -> int:
    """Return 64-bit hash of the normalised text; the same on every machine and in every run (BLAKE2b, RFC 7693)."""
    scribe: Scribe = _scribe(4 * len(text) + 4)
    if not scribe.add(text, 0, len(text)):
        scribe.write_over(KEY_OF(text))
    return _print_of(scribe.out, 0, scribe.end())


def print_of(data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> int:
    """Return the fingerprint of a text by its key."""
    return _print_of(data, start, end)


@cython.cfunc
def _print_of(data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.ulonglong:
    digest: bytes = blake2b(data[start:end], digest_size=8).digest()
    found: cython.ulonglong = 0
    i: cython.Py_ssize_t
    for i in range(8):
        found = (found << 8) | cython.cast(cython.uchar, digest[i])
    return found


def width(text: str) -> int:
    """Return length of `text` in letters of a spaced script, so that one threshold serves every language."""
    size: cython.Py_ssize_t = len(text)
    char: cython.Py_UCS4
    if text.isascii():
        return size
    for char in text:
        if char >= "\u0e00":
            size += (UNSPACED_WIDTH - 1) * _is_wide(char)
    return size


@cython.cfunc
def _is_wide(char: cython.Py_UCS4) -> cython.Py_ssize_t:
    return (COUNTING[min(cython.cast(cython.Py_ssize_t, ord(char)), LAST_COUNTED)] >> WIDE_AT) & 1


def is_prose(text: str, link_density: float = 0.0, size: object = None) -> bool:
    """Return True for running text: long enough for a sentence, with a sentence's end in it, and not mostly links.

    `size` is the text's width, for callers that have measured it already.
    """
    char: cython.Py_UCS4
    if link_density >= PROSE_DENSITY or (width(text) if size is None else size) < PROSE_WIDTH:
        return False
    for char in text:
        if (COUNTING[min(cython.cast(cython.Py_ssize_t, ord(char)), LAST_COUNTED)] >> SENTENCES_AT) & 1:
            return True
    return False


def measure_blocks(text: str, starts: cython.int[::1], link_chars: cython.int[::1]) -> tuple:
    """Return the widths of all blocks; again those of prose, 0 for others; and what they hold.

    That is, block by block, how many characters of the classes from SPACES to BREAKS are in all of it, and how many of
    those from DIGITS to BARS in its sample.
    """
    count: cython.Py_ssize_t = len(starts) - 1
    widths_made = array("i", bytes(4 * count))
    prose_made = array("i", bytes(4 * count))
    counts_made = array("i", bytes(4 * COUNTS * count))
    widths: cython.int[::1] = widths_made
    prose: cython.int[::1] = prose_made
    counts: cython.int[::1] = counts_made
    block: cython.Py_ssize_t
    begin: cython.Py_ssize_t
    end: cython.Py_ssize_t
    start: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    i: cython.Py_ssize_t
    size: cython.Py_ssize_t
    code: cython.Py_ssize_t
    tally: cython.longlong
    kind: cython.int
    for block in range(count):
        begin = start = starts[block]
        end = starts[block + 1]
        size = end - begin
        if begin < 0 or end > len(text):
            raise ValueError(f"block {block} ends beyond the text: {end}")
        while start < end:
            stop = min(start + STRIDE, end)
            tally = 0
            for i in range(start, stop):
                code = cython.cast(cython.Py_ssize_t, ord(text[i]))
                tally += COUNTING[code if code < LAST_COUNTED else LAST_COUNTED]
            for kind in range(8 if start < begin + BEGINNING else 4):
                counts[8 * block + kind] += cython.cast(cython.int, (tally >> (COUNT_BITS * kind)) & 0x7F)
            size += (UNSPACED_WIDTH - 1) * ((tally >> WIDE_AT) & 0x7F)
            start = stop
        widths[block] = size
        if (
            size >= PROSE_WIDTH
            and counts[8 * block + 1] > 0
            and link_chars[block] / cython.cast(cython.double, end - begin) < PROSE_DENSITY
        ):
            prose[block] = size
    return widths_made, prose_made, counts_made


def write_keys(text: str, starts: cython.int[::1]) -> tuple:
    """Return the keys of all blocks: bytes, and for each block the places of its keys in them (KEY to BITS)."""
    count: cython.Py_ssize_t = len(starts) - 1
    places_made = array("i", bytes(4 * PLACES * count))
    places: cython.int[::1] = places_made
    scribe: Scribe = _scribe(len(text) + 8 * LINE_CHARS)
    block: cython.Py_ssize_t
    begin: cython.Py_ssize_t
    middle: cython.Py_ssize_t
    end: cython.Py_ssize_t
    place: cython.Py_ssize_t
    plain: cython.bint
    for block in range(count):
        begin = starts[block]
        end = starts[block + 1]
        middle = min(begin + BEGINNING, end)
        place = 8 * block
        scribe.begin()
        plain = scribe.add(text, begin, middle)
        if not plain:
            scribe.write_over(KEY_OF(text[begin:middle]))
        places[place + 4] = scribe.begun
        places[place + 5] = scribe.end()
        if end - begin > LINE_CHARS:
            scribe.close()
            continue
        if middle < end and not (plain and scribe.add(text, middle, end)):
            scribe.close()
            scribe.begin()
            scribe.write_over(KEY_OF(text[begin:end]))
        places[place] = places[place + 2] = scribe.begun
        places[place + 1] = places[place + 3] = scribe.close()
        places[place + 6] = scribe.bits
        if scribe.bits & FOREIGN:
            key = scribe.key()
            scribe.begin()
            scribe.write_over(NUMBERS.sub("0", key))
        elif scribe.bits & DECIMAL:
            begin = scribe.begun
            end = scribe.size
            scribe.begin()
            scribe.mask(begin, end)
        else:
            continue
        places[place + 2] = scribe.begun
        places[place + 3] = scribe.size
    return scribe.out, places_made


def opening_with(data: bytearray, places: cython.int[::1], blocks: list, words: frozenset) -> list:
    """Return those of the blocks whose key begins with one of these words."""
    found: list = []
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    place: cython.Py_ssize_t
    for block in blocks:
        start = places[8 * block + 4]
        end = places[8 * block + 5]
        place = start
        while place < end and data[place] != 0x20:
            place += 1
        if data[start:place].decode() in words:
            found.append(block)
    return found


def print_blocks(
    text: str, starts: cython.int[::1], data: bytearray, places: cython.int[::1], exact: cython.ulonglong[::1],
    masked: cython.ulonglong[::1],
) -> None:  # fmt: skip
    """Fill in the fingerprints of all blocks that have words, and of those with digits that of the masked key.

    Those that are there already stay.
    """
    block: cython.Py_ssize_t
    place: cython.Py_ssize_t
    scribe: Scribe = _scribe(0)
    plain: cython.bint
    for block in range(len(starts) - 1):
        place = 8 * block
        if starts[block + 1] - starts[block] <= LINE_CHARS:
            if places[place] == places[place + 1]:
                continue
            if exact[block] == 0:
                exact[block] = _print_of(data, places[place], places[place + 1])
            if places[place + 6] & DECIMAL:
                masked[block] = _print_of(data, places[place + 2], places[place + 3])
            continue
        scribe.size = 0
        scribe.begin()
        plain = scribe.add(text, starts[block], starts[block + 1])
        if not plain:
            scribe.write_over(KEY_OF(text[starts[block] : starts[block + 1]]))
        if scribe.close() == 0:
            continue
        exact[block] = _print_of(scribe.out, 0, scribe.size)
        if scribe.bits & FOREIGN:
            key = NUMBERS.sub("0", scribe.key())
            scribe.write_over(key)
            masked[block] = _print_of(scribe.out, 0, scribe.size)
        elif scribe.bits & DECIMAL:
            place = scribe.size
            scribe.begin()
            scribe.mask(0, place)
            masked[block] = _print_of(scribe.out, place, scribe.size)
