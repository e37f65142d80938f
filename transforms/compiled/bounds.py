# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Which pages have room for what makes a tree costly: one pass over the bytes, which knows a tag only by how it
begins. Nearly all pages have none, and need no look at their tags one by one (`tags.py`).
"""

from __future__ import annotations

from array import array

import cython

from ..core.limits import Limits
from ..parsing.markup_tables import FORMATTING_TAGS
from .tags import TagReader

# Below these, trees are built in half a second whatever the markup is.
SAFE_BYTES = 1_000_000
SAFE_TAGS = 20_000
SAFE_REOPENED = 200_000
MAX_SIGNS = 1_000_000
# This many bytes without a "<" may be one tag with so many attributes that they take seconds.
MOST_TAG_BYTES = 30_000
# The names as numbers, whose bytes are the letters.
FORMATTING_NAMES = array("Q", [int.from_bytes(name, "big") for name in sorted(FORMATTING_TAGS)])
# Eight bytes in a number: "<" each, 1 each, the high bit of each.
EIGHT_SIGNS = cython.declare(cython.ulonglong, 0x3C3C3C3C3C3C3C3C)
EIGHT_ONES = cython.declare(cython.ulonglong, 0x0101010101010101)
EIGHT_HIGH_BITS = cython.declare(cython.ulonglong, 0x8080808080808080)


def may_be_costly(html: bytes, limits: Limits) -> bool:
    """Return whether a page has so many bytes, tags or formatting tags that are never closed, or a tag so long, that a
    tree of it may take seconds.
    """
    size: cython.Py_ssize_t = len(html)
    if size > SAFE_BYTES:
        return True
    src: cython.const_uchar[::1] = html
    eights: cython.const_ulonglong[::1] = memoryview(html)[: size & ~7].cast("Q")
    most_tags: cython.Py_ssize_t = min(SAFE_TAGS, limits.max_tags, 40 * limits.max_depth)
    most_bytes: cython.Py_ssize_t = MOST_TAG_BYTES
    tags: cython.Py_ssize_t = 0
    formatting: cython.Py_ssize_t = 0
    maybe_formatting: cython.Py_ssize_t = 0
    last: cython.Py_ssize_t = size
    at: cython.Py_ssize_t = _next_sign(src, eights, 0)
    long_tags: list = []
    while at < size - 2:
        if at - last > most_bytes:
            long_tags.append(last)
        last = at
        tags += 1
        if tags > most_tags:
            return True
        if _may_format(src[at + 1], src[at + 2]):
            maybe_formatting += 1
            formatting += _formats(src, at + 1)
        elif src[at + 2] == 11:
            formatting += _formats(src, at + 1)
        at = _next_sign(src, eights, at + 1)
    if size - last > most_bytes:
        long_tags.append(last)
    if min(maybe_formatting * (tags - maybe_formatting), formatting * (tags - formatting)) > SAFE_REOPENED:
        return True
    return any(TagReader(html, limits).is_long(start) for start in long_tags)


@cython.cfunc
@cython.inline
def _next_sign(
    src: cython.const_uchar[::1], eights: cython.const_ulonglong[::1], at: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return where the next "<" is, from here on; `eights` are the bytes of the page, eight in a number."""
    place: cython.Py_ssize_t
    unlike: cython.ulonglong
    while at < len(src):
        if not at & 7:
            place = at >> 3
            while place < len(eights):
                # Only a byte of 0 borrows from the next where 1 is taken from each, and has its high bit set then.
                unlike = eights[place] ^ EIGHT_SIGNS
                if (unlike - EIGHT_ONES) & ~unlike & EIGHT_HIGH_BITS:
                    break
                place += 1
            at = place << 3
            if at == len(src):
                break
        if src[at] == 60:
            return at
        at += 1
    return len(src)


@cython.cfunc
@cython.inline
def _may_format(c: cython.int, d: cython.int) -> cython.bint:
    """Return whether a formatting tag with attributes begins with these two bytes, or one with a longer name."""
    c |= 32
    if d <= 47:
        return (c == 98 or c == 105 or c == 115 or c == 117) and (d == 47 or d == 32 or (9 <= d <= 13 and d != 11))
    pair: cython.int = c << 8 | d | 32
    return pair in (0x6269, 0x636F, 0x656D, 0x666F, 0x6E6F, 0x736D, 0x7374, 0x7474)


@cython.cfunc
def _formats(src: cython.const_uchar[::1], at: cython.Py_ssize_t) -> cython.bint:
    """Return whether the name that begins here is that of a formatting tag with attributes."""
    names: cython.ulonglong[::1] = FORMATTING_NAMES
    name: cython.ulonglong = 0
    i: cython.Py_ssize_t
    end: cython.Py_ssize_t = min(at + 7, len(src))
    while at < end and 97 <= src[at] | 32 <= 122:
        name = name << 8 | (src[at] | 32)
        at += 1
    if at == len(src) or not (src[at] == 47 or src[at] == 32 or 9 <= src[at] <= 13):
        return False
    is_one: cython.bint = False
    for i in range(len(names)):
        is_one |= names[i] == name
    return is_one


def end_of_signs(html: bytes) -> int:
    """Return where a page has had more "<" than is bearable, whatever follows them: each is a node for a while."""
    left: cython.Py_ssize_t = MAX_SIGNS
    if html.count(b"<") <= left:
        return len(html)
    src: cython.const_uchar[::1] = html
    at: cython.Py_ssize_t = 0
    while src[at] != 60 or left:
        left -= 1 if src[at] == 60 else 0
        at += 1
    return at
