# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Whether bytes are UTF-8, without the text that they mean: a parser takes the bytes."""

from __future__ import annotations

import cython


def is_utf8(data: bytes) -> bool:
    """Whether these bytes are UTF-8 in which every character has its one form, as `bytes.decode` demands."""
    if data.isascii():
        return True
    src: cython.const_uchar[::1] = data
    size: cython.Py_ssize_t = len(data)
    at: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    i: cython.Py_ssize_t
    high: cython.uchar
    while at < size:
        if at + 32 <= size:
            high = 0
            # With a check at each byte the C compiler makes no vectors of this. No index can be wrong: see the `if`.
            with cython.boundscheck(False):
                for i in range(at, at + 32):
                    high |= src[i]
            if high < 128:
                at += 32
                continue
        end = min(at + 32, size)
        while at < end:
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
    """The end of the character beyond ASCII that begins here; -1 where none does."""
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
