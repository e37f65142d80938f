# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Whether bytes are UTF-8, without the text that they mean: a parser takes the bytes."""

from __future__ import annotations

import cython

# The bits of eight bytes that none in ASCII has.
EIGHT_HIGH_BITS = cython.declare(cython.ulonglong, 0x8080808080808080)


def is_utf8(data: bytes) -> bool:
    """Return whether these bytes are UTF-8 in which every character has its one form, as `bytes.decode` demands."""
    if data.isascii():
        return True
    src: cython.const_uchar[::1] = data
    size: cython.Py_ssize_t = len(data)
    eights: cython.const_ulonglong[::1] = memoryview(data)[: size & ~7].cast("Q")
    place: cython.Py_ssize_t
    at: cython.Py_ssize_t = 0
    while at < size:
        # Eight bytes at a time, as long as all are ASCII.
        if not at & 7:
            place = at >> 3
            while place < len(eights) and not eights[place] & EIGHT_HIGH_BITS:
                place += 1
            at = place << 3
            if at == size:
                break
        if src[at] < 128:
            at += 1
        else:
            at = _character_end(src, at, size)
            if at < 0:
                return False
    return True


@cython.cfunc
@cython.inline
def _character_end(src: cython.const_uchar[::1], at: cython.Py_ssize_t, size: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the end of the character beyond ASCII that begins here; -1 where none does."""
    first: cython.int = src[at]
    if first < 0xC2 or first > 0xF4:
        return -1
    end: cython.Py_ssize_t = at + (2 if first < 0xE0 else 3 if first < 0xF0 else 4)
    if end > size:
        return -1
    second: cython.int = src[at + 1]
    # A shorter form would do, a half of a surrogate pair, or beyond Unicode.
    if (first == 0xE0 and second < 0xA0) or (first == 0xED and second > 0x9F):
        return -1
    if (first == 0xF0 and second < 0x90) or (first == 0xF4 and second > 0x8F):
        return -1
    at += 1
    while at < end:
        if src[at] & 0xC0 != 0x80:
            return -1
        at += 1
    return end
