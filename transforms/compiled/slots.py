# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Hashes of what phrases need in a text (words, pairs of words, pairs of characters), each with its role.

A role has a bit in the slots of a table of bytes. The table rules most hashes out; where it has the bit, all are asked.
"""

from array import array

import cython

cython.declare(
    BASIS=cython.ulonglong, PRIME=cython.ulonglong, MASK=cython.ulonglong, SHIFT=cython.int, LABEL=cython.int,
    START=cython.int, WORD=cython.int, PAIR=cython.int, LAST_WORD=cython.int, FIRST_CHARS=cython.int,
    TWO_CHARS=cython.int, LAST_CHARS=cython.int,
)  # fmt: skip
# Words from the first to one of them: those of a label, and those of the beginning of a phrase that texts begin with.
LABEL, START = 1, 2
# A word, a word and the one behind it, and the last word.
WORD, PAIR, LAST_WORD = 4, 8, 16
# Two characters: at the beginning, anywhere, and at the end.
FIRST_CHARS, TWO_CHARS, LAST_CHARS = 32, 64, 128

SLOT_BITS = 14
SHIFT = 32 - SLOT_BITS
# Places for hashes at first; there are always twice as many as hashes.
PLACES = 1024
# FNV-1a, 32 bits wide (https://www.rfc-editor.org/rfc/rfc9923).
BASIS, PRIME, MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


@cython.cfunc
@cython.exceptval(check=False)
def paired(one: cython.ulonglong, other: cython.ulonglong) -> cython.ulonglong:
    """Return the hash of two hashes, or of two characters."""
    return (((one * PRIME) & MASK) * PRIME + other * PRIME) & MASK


@cython.cfunc
def hash_of(words: str) -> cython.ulonglong:
    """Return the hash of a text in UTF-8."""
    data: bytes = words.encode()
    hashed: cython.ulonglong = BASIS
    i: cython.Py_ssize_t
    for i in range(len(data)):
        hashed = ((hashed ^ data[i]) * PRIME) & MASK
    return hashed


@cython.cfunc
def hash_of_chars(text: str, place: cython.Py_ssize_t) -> cython.ulonglong:
    """Return the hash of the two characters from a place on."""
    one: cython.Py_UCS4 = text[place]
    other: cython.Py_UCS4 = text[place + 1]
    return paired(cython.cast(cython.ulonglong, ord(one)), cython.cast(cython.ulonglong, ord(other)))


@cython.cfunc
def hash_of_pair(words: list) -> cython.ulonglong:
    """Return the hash of the longest two neighbours: short words stand in every sentence."""
    first: cython.Py_ssize_t = 0
    most: cython.Py_ssize_t = -1
    place: cython.Py_ssize_t
    for place in range(len(words) - 1):
        if len(words[place]) + len(words[place + 1]) > most:
            first, most = place, len(words[place]) + len(words[place + 1])
    return paired(hash_of(words[first]), hash_of(words[first + 1]))


@cython.final
@cython.cclass
class Slots:
    """Hashes of what phrases need, each with its role: a table of bytes that rules most out, and all hashes to decide.

    `hashes` has each with its role below it, in the first free place from where the hash leads on; 0 is a free place.
    """

    def __init__(self) -> None:
        self.table = bytearray(1 << SLOT_BITS)
        self.hashes, self.count = array("Q", bytes(8 * PLACES)), 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def set(self, role: cython.int, hashed: cython.ulonglong) -> cython.int:
        """Add a hash in a role."""
        if self.is_needed(role, hashed):
            return 0
        self.table[hashed >> SHIFT] |= role
        if 2 * self.count >= len(self.hashes):
            self._spread()
        self.count += 1
        self._place(hashed << 8 | role)
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _place(self, number: cython.ulonglong) -> cython.int:
        mask: cython.ulonglong = len(self.hashes) - 1
        place: cython.ulonglong = (number >> 8) & mask
        while self.hashes[place]:
            place = (place + 1) & mask
        self.hashes[place] = number
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _spread(self) -> cython.int:
        known: cython.ulonglong[::1] = self.hashes
        self.hashes = array("Q", bytes(16 * len(known)))
        i: cython.Py_ssize_t
        for i in range(len(known)):
            if known[i]:
                self._place(known[i])
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def has(self, role: cython.int, hashed: cython.ulonglong) -> cython.int:
        """Return the role if a phrase needs this hash in it, or 0."""
        if self.table[hashed >> SHIFT] & role == 0:
            return 0
        return self.is_needed(role, hashed)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def is_needed(self, role: cython.int, hashed: cython.ulonglong) -> cython.int:
        """Return the same without the table, whose slots several hashes share."""
        number: cython.ulonglong = hashed << 8 | role
        mask: cython.ulonglong = len(self.hashes) - 1
        place: cython.ulonglong = hashed & mask
        while self.hashes[place]:
            if self.hashes[place] == number:
                return role
            place = (place + 1) & mask
        return 0
