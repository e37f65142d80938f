# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Phrases that may stand anywhere in a long text: those whose hashes the text has are looked for one by one."""

from array import array

import cython

from ..matching.wording import FIRST_UNSPACED

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.slots import (
        BASIS,
        MASK,
        PAIR,
        PRIME,
        TWO_CHARS,
        WORD,
        Slots,
        hash_of,
        hash_of_chars,
        hash_of_pair,
        paired,
    )
else:
    from .slots import (
        BASIS,
        MASK,
        PAIR,
        PRIME,
        TWO_CHARS,
        WORD,
        Slots,
        hash_of,
        hash_of_chars,
        hash_of_pair,
        paired,
    )

UNSPACED_FROM = cython.declare(cython.int, ord(FIRST_UNSPACED))


@cython.final
@cython.cclass
class PartTable:
    """Phrases that may stand anywhere in a text, in the order that they are found in.

    `parts` has for each what is in the text; a part begins with a space, between words, or has no space, and is looked
    for in the text without any (`compact`). `found` has what is found then. `opens` is 1 for those that may only stand
    at its beginning.
    """

    parts: list
    opens: bytearray
    found: list
    slots: Slots
    # The last need, by the hash of what a phrase needs and its role; and for each need the one before it with the same
    # hash, or -1: a list for each hash would be thousands of objects. The phrase at a place has the needs 2 * place (of
    # words) and 2 * place + 1 (of characters).
    needed: dict
    before: cython.int[::1]

    def __init__(self, parts: list, opens: bytearray, found: list) -> None:
        self.parts = parts
        self.opens = opens
        self.found = found
        self.slots = Slots()
        self.needed = {}
        self.before = array("i", bytes(8 * len(parts)))
        place: cython.int
        part: str
        for place in range(len(parts)):
            part = parts[place]
            if part.startswith(" "):
                words = part.split()
                if not part.endswith(" "):
                    words.pop()
                if len(words) > 1:
                    self._need(PAIR, hash_of_pair(words), place)
                else:
                    self._need(WORD, hash_of(words[0]), place)
            else:
                self._need(WORD, hash_of(part[:2]), place)
                if len(part) > 1:
                    self._need(TWO_CHARS, hash_of_chars(part, 0), place)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _need(self, role: cython.int, hashed: cython.ulonglong, place: cython.int) -> cython.int:
        self.slots.set(role, hashed)
        number: cython.int = 2 * place + (role == TWO_CHARS)
        key = hashed << 8 | role
        self.before[number] = self.needed.get(key, -1)
        self.needed[key] = number
        return 0

    def find(self, key: str) -> list:
        """Return what is found in a key: first between its words, then without its spaces."""
        data: bytes = key.encode()
        places: set = set()
        i: cython.Py_ssize_t
        byte: cython.int
        word: cython.ulonglong = BASIS
        last: cython.ulonglong = 0
        char: cython.Py_UCS4
        for i in range(len(data) + 1):
            byte = data[i] if i < len(data) else 0x20
            if byte != 0x20:
                word = ((word ^ byte) * PRIME) & MASK
                continue
            self._collect(WORD, word, places)
            self._collect(PAIR, paired(last, word), places)
            last = word
            word = BASIS
        found: list = self._found(places, f" {key} ") if places else []
        if len(data) > len(key):
            for char in key:
                if cython.cast(cython.int, ord(char)) >= UNSPACED_FROM:
                    return found + self._found_in_compact(key.replace(" ", ""))
        return found

    @cython.cfunc
    def _found_in_compact(self, compact: str) -> list:
        places: set = set()
        i: cython.Py_ssize_t
        for i in range(len(compact) - 1):
            self._collect(TWO_CHARS, hash_of_chars(compact, i), places)
        return self._found(places, compact) if places else []

    @cython.cfunc
    def _collect(self, role: cython.int, hashed: cython.ulonglong, places: set) -> cython.void:
        number: cython.int
        if self.slots.has(role, hashed):
            number = self.needed[hashed << 8 | role]
            while number >= 0:
                places.add(number >> 1)
                number = self.before[number]

    @cython.cfunc
    def _found(self, places: set, text: str) -> list:
        found: list = []
        part: str
        for place in sorted(places):
            part = self.parts[place]
            if text.startswith(part) if self.opens[place] else part in text:
                found.append(self.found[place])
        return found
