# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The names and values of markup, each once: tags, keys, class names, whatever is between quotation marks."""

from __future__ import annotations

import cython

from ..core.rows import UNKNOWN_TAG
from ..parsing import markup_tables as words

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.arrays import beginning, grown, integers
    from cython.cimports.boiloff.transforms.compiled.markup_text import plain, reference, white
else:
    from .arrays import beginning, grown, integers
    from .markup_text import plain, reference, white

# Class names that style sheets by convention hide from sight, and those of them that move what they name out of the
# line, to where only a screen reader finds it.
HIDDEN_CLASSES = frozenset(
    "d-none hidden invisible is-hidden screen-reader-only screen-reader-text sr-only u-hidden visually-hidden "
    "visuallyhidden".split()
)
SPOKEN_CLASSES = frozenset("screen-reader-only screen-reader-text sr-only visually-hidden visuallyhidden".split())
HIDING = {name: 1 | (name in SPOKEN_CLASSES) * 2 for name in HIDDEN_CLASSES}

cython.declare(
    MAX_PROBES=cython.int, END_BYTES=cython.int, MAX_NAME_CHARS=cython.int, SEED=cython.ulonglong,
    WORD_SLOTS=cython.int[::1], WORD_TEXT=cython.const_uchar[::1], WORD_STARTS=cython.int[::1],
    N_START=cython.int, N_SIZE=cython.int, N_LIST=cython.int, N_PLACE=cython.int, N_HIDES=cython.int, N=cython.int,
)  # fmt: skip
# Longer values are data, and so are longer names.
MAX_VALUE_CHARS, MAX_NAME_CHARS = 10_000, 200
# A name that finds no place in so many steps is looked up in a dictionary; of a long one both ends say where to look.
MAX_PROBES, END_BYTES = 32, 8
UNKNOWN = UNKNOWN_TAG
SEED, WORD_SLOTS, WORD_TEXT, WORD_STARTS = words.SEED, words.WORD_SLOTS, words.WORD_TEXT, words.WORD_STARTS
# Columns of names by their number in the pool: where the markup has them, their list of class names, their last place
# among the links, and whether they hide.
N_START, N_SIZE, N_LIST, N_PLACE, N_HIDES, N = range(6)


@cython.final
@cython.cclass
class NamePool:
    """The names of one page. `slots` leads from bytes of the markup to a name's number in `pool`, `numbers` from what
    may be written in several ways.

    A list of class names begins in `list_names` where `list_firsts` says; `list_flags` says whether one of them hides.
    """

    def __init__(self, data: bytes) -> None:
        self.data, self.src = data, data
        self.pool, self.numbers, self.pooled = [""], {"": 0}, 1
        self.slots, self.names = integers(2048), integers(1024 * N)
        self.list_firsts, self.list_flags, self.list_names = integers(512), integers(512), integers(1024)
        self.lists, self.listed = 1, 0  # the first list is empty
        self.name_start = self.name_end = 0

    @cython.cfunc
    def word(self, a: cython.Py_ssize_t, n: cython.Py_ssize_t, h: cython.ulonglong) -> cython.int:
        """Return the number of the tag or key src[a:a+n] in WORDS; 0 where it is none of them."""
        place: cython.int = cython.cast(cython.int, h & 1023)
        number: cython.int
        j: cython.Py_ssize_t
        start: cython.Py_ssize_t
        while WORD_SLOTS[place]:
            number = WORD_SLOTS[place]
            start = WORD_STARTS[number]
            if WORD_STARTS[number + 1] - start == n:
                j = 0
                while j < n and self.src[a + j] == WORD_TEXT[start + j]:
                    j += 1
                if j == n:
                    return number
            place = (place + 1) & 1023
        return 0

    @cython.cfunc
    def tag_at(self, i: cython.Py_ssize_t) -> cython.int:
        """Return the number of the tag whose name begins at i; note where the name begins and ends."""
        h: cython.ulonglong = SEED
        self.name_start = i
        while self.src[i] != 32 and self.src[i] != 62:
            h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
            i += 1
        self.name_end = i
        tag: cython.int = self.word(self.name_start, i - self.name_start, h)
        return tag if 0 < tag < UNKNOWN else UNKNOWN + self.name(self.name_start, i)

    @cython.cfunc
    def key_at(self, i: cython.Py_ssize_t) -> cython.int:
        """Return the number of the key that begins at i, 0 for an unknown one; note where it begins and ends."""
        h: cython.ulonglong = ((SEED ^ self.src[i]) * 16777619) & 0x7FFFFFFF
        self.name_start = i
        i += 1
        while self.src[i] != 61:
            h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
            i += 1
        self.name_end = i
        return self.word(self.name_start, i - self.name_start, h)

    @cython.cfunc
    def slot(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """Return where to look first for the name src[a:b]."""
        h: cython.ulonglong = SEED
        i: cython.Py_ssize_t
        middle: cython.Py_ssize_t = a + END_BYTES if b - a > 2 * END_BYTES else b
        for i in range(a, middle):
            h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
        if middle < b:
            h ^= b - a
            for i in range(b - END_BYTES, b):
                h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
        return cython.cast(cython.int, (h ^ (h >> 15)) & (len(self.slots) - 1))

    @cython.cfunc
    def name(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """Return the number of the name or value src[a:b] in the pool."""
        n: cython.Py_ssize_t = b - a
        if n == 0:
            return 0
        mask: cython.int = cython.cast(cython.int, len(self.slots)) - 1
        place: cython.int = self.slot(a, b)
        probes: cython.int = 0
        number: cython.int
        start: cython.Py_ssize_t
        i: cython.Py_ssize_t
        while probes < MAX_PROBES and self.slots[place]:
            number = self.slots[place]
            if self.names[number * N + N_SIZE] == n:
                start = self.names[number * N + N_START]
                i = 0
                while i < n and self.src[a + i] == self.src[start + i]:
                    i += 1
                if i == n:
                    return number
            probes += 1
            place = (place + 1) & mask
        # Nothing that is written in another way, or cut, equals a short name in ASCII without signs of markup.
        is_plain: cython.bint = n < MAX_NAME_CHARS and probes < MAX_PROBES
        i = a
        while is_plain and i < b:
            is_plain = self.src[i] < 128 and self.src[i] not in (34, 38, 60, 62)
            i += 1
        if is_plain:
            number = self.add(self.data[a:b].decode("ascii"))
        else:
            number = self.number(plain(self.data[a:b])[:MAX_VALUE_CHARS])
        if not self.names[number * N + N_SIZE]:
            self.names[number * N + N_START], self.names[number * N + N_SIZE] = a, n
            if probes < MAX_PROBES:
                self.slots[place] = number
            if 2 * self.pooled > mask:
                self.spread()
        return number

    @cython.cfunc
    def spread(self) -> cython.int:
        """Give the slots more room."""
        self.slots = integers(4 * len(self.slots))
        mask: cython.int = cython.cast(cython.int, len(self.slots)) - 1
        number: cython.int
        place: cython.int
        probes: cython.int
        start: cython.Py_ssize_t
        for number in range(1, self.pooled):
            if self.names[number * N + N_SIZE]:
                start = self.names[number * N + N_START]
                place = self.slot(start, start + self.names[number * N + N_SIZE])
                probes = 0
                while probes < MAX_PROBES and self.slots[place]:
                    probes += 1
                    place = (place + 1) & mask
                if probes < MAX_PROBES:
                    self.slots[place] = number
                else:
                    self.numbers[self.pool[number]] = number
        return 0

    @cython.cfunc
    def add(self, name: str) -> cython.int:
        """Return the number of a name that is new to the pool."""
        number: cython.int = self.pooled
        self.pool.append(name)
        self.pooled = number + 1
        if self.pooled * N > len(self.names):
            self.names = grown(self.names)
        return number

    @cython.cfunc
    def number(self, name: str) -> cython.int:
        """Return the number of a name that may be in the pool, written in another way."""
        found: cython.int = self.numbers.setdefault(name, self.pooled)
        return self.add(name) if found == self.pooled else found

    @cython.cfunc
    def short(self, number: cython.int) -> cython.int:
        """Return the number of as much of a name as is not too long."""
        if self.names[number * N + N_SIZE] > MAX_NAME_CHARS:
            return self.number(self.pool[number][:MAX_NAME_CHARS])
        return number

    @cython.cfunc
    def class_list(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """Return the number of the list of class names that the value src[a:b] is."""
        value: cython.int = self.name(a, b)
        if self.names[value * N + N_LIST]:
            return self.names[value * N + N_LIST]
        k: cython.int = self.lists
        if k + 2 >= len(self.list_firsts):
            self.list_firsts, self.list_flags = grown(self.list_firsts), grown(self.list_flags)
        first: cython.int = self.listed
        flags: cython.int = 0
        number: cython.int
        start: cython.Py_ssize_t = a
        i: cython.Py_ssize_t = a
        size: cython.int
        c: cython.int
        if b - a > MAX_VALUE_CHARS:
            b = a + MAX_VALUE_CHARS
            while self.src[b] & 0xC0 == 0x80:
                b -= 1
        while i <= b:
            size = 1
            if i < b:
                size = 0
                c = self.src[i]
                if c == 38:
                    size = 6 if reference(self.src, i, b) & 255 == 160 else 0
                elif c <= 32 or c >= 128:
                    size = white(c, self.src[i + 1] if i + 1 < b else 0, self.src[i + 2] if i + 2 < b else 0)
            if not size:
                i += 1
                continue
            if i > start:
                number = self.short(self.name(start, i))
                if not self.names[number * N + N_HIDES]:
                    self.names[number * N + N_HIDES] = 4 | cython.cast(cython.int, HIDING.get(self.pool[number], 0))
                flags |= self.names[number * N + N_HIDES]
                if self.listed == len(self.list_names):
                    self.list_names = grown(self.list_names)
                self.list_names[self.listed] = number
                self.listed += 1
            i += size
            start = i
        if self.listed == first:
            return 0
        self.list_flags[k] = flags
        self.lists = k + 1
        self.list_firsts[k + 1] = self.listed
        self.names[value * N + N_LIST] = k
        return k

    @cython.cfunc
    def without_repeats(self, links: cython.int[::1], first: cython.int, count: cython.int) -> cython.int:
        """Leave each value once among the links from the `first` on; return how many links there are now."""
        j: cython.int
        value: cython.int
        place: cython.int
        k: cython.int = first
        for j in range(first, count):
            value = links[j]
            place = self.names[value * N + N_PLACE]
            if not first <= place < k or links[place] != value:
                self.names[value * N + N_PLACE] = k
                links[k] = value
                k += 1
        return k

    @cython.cfunc
    def list_columns(self) -> dict:
        """Return the columns of the lists of class names."""
        return {
            "class_firsts": beginning(self.list_firsts, self.lists + 1),
            "class_names": beginning(self.list_names, self.listed),
        }
