# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Text and values as they stand in markup: white space, characters without width, references."""

from __future__ import annotations

import cython

ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&nbsp;", b"\xc2\xa0"), (b"&amp;", b"&"))


@cython.cfunc
@cython.exceptval(check=False)
def white(c: cython.int, d: cython.int, e: cython.int) -> cython.int:
    """Return how many bytes the white space has that begins with the bytes c, d and e; 0 for other characters.

    White space is what `str.split` takes for it. Behind the end of a text bytes are 0.
    """
    if c < 128:
        return 1 if c == 32 or 9 <= c <= 13 or 28 <= c <= 31 else 0
    if c == 0xC2:
        return 2 if d == 0x85 or d == 0xA0 else 0
    if c == 0xE2:
        if d == 0x80:
            return 3 if 0x80 <= e <= 0x8A or e == 0xA8 or e == 0xA9 or e == 0xAF else 0
        return 3 if d == 0x81 and e == 0x9F else 0
    if c == 0xE1:
        return 3 if d == 0x9A and e == 0x80 else 0
    return 3 if c == 0xE3 and d == 0x80 and e == 0x80 else 0


@cython.cfunc
@cython.exceptval(check=False)
def invisible(c: cython.int, d: cython.int, e: cython.int) -> cython.int:
    """Return how many bytes the character has that begins with these bytes, if it takes no room; 0 for others.

    Such are soft hyphens, zero-width spaces, marks of direction, word joiners, invisible operators of formulas and byte
    order marks. Of two copies of a sentence one may have them. Joiners do not count among them; see `joiner`.
    """
    if c == 0xC2:
        return 2 if d == 0xAD else 0
    if c == 0xE2:
        if d == 0x80:
            return 3 if e == 0x8B or e == 0x8E or e == 0x8F else 0
        return 3 if d == 0x81 and 0xA0 <= e <= 0xA4 else 0
    return 3 if c == 0xEF and d == 0xBB and e == 0xBF else 0


@cython.cfunc
@cython.exceptval(check=False)
def is_joiner(c: cython.int, d: cython.int, e: cython.int) -> cython.bint:
    """Return whether a character joins its neighbours, or keeps them apart (U+200C, U+200D)."""
    return c == 0xE2 and d == 0x80 and (e == 0x8C or e == 0x8D)


@cython.cfunc
@cython.exceptval(check=False)
def may_join(lead: cython.int, second: cython.int) -> cython.bint:
    """Return whether a joiner means something after the character that begins with these bytes.

    It does after letters of scripts whose letters join (Hebrew to the Indic scripts, Khmer, Javanese) and after
    emoji. After Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters it does not.
    """
    if lead < 0xD6 or 0xE3 <= lead <= 0xE9 or 0xEB <= lead <= 0xED:
        return False
    if lead == 0xE2:
        return second >= 0x84
    return lead != 0xEA or second < 0xB0


@cython.cfunc
def reference(src: cython.const_uchar[::1], i: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
    """Return the character of the reference at i and the reference's length: char | length << 8; 0 for none."""
    if i + 4 > end:
        return 0
    c: cython.int = src[i + 1]
    d: cython.int = src[i + 2]
    e: cython.int = src[i + 3]
    if d == 116 and e == 59:
        return 60 | 4 << 8 if c == 108 else 62 | 4 << 8 if c == 103 else 0
    if i + 5 > end:
        return 0
    if c == 97 and d == 109 and e == 112 and src[i + 4] == 59:
        return 38 | 5 << 8
    if i + 6 > end or src[i + 5] != 59:
        return 0
    if c == 110 and d == 98 and e == 115 and src[i + 4] == 112:
        return 160 | 6 << 8
    return 34 | 6 << 8 if c == 113 and d == 117 and e == 111 and src[i + 4] == 116 else 0


@cython.cfunc
def plain(value: bytes) -> str:
    """Return a text or value without its references."""
    if b"&" in value:
        for entity, sign in ENTITIES:
            value = value.replace(entity, sign)
    return value.decode("utf-8", "surrogatepass")
