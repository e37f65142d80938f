# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Which pages have room for what makes a tree costly: one pass over the bytes, which tells one tag from another only by
how it begins. Nearly all pages have none, and need no look at their tags one by one (`tags.py`).
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


def may_be_costly(html: bytes, limits: Limits) -> bool:
    """Whether a page has so many bytes, tags or formatting tags that are never closed, or a tag so long, that a tree of
    it may take seconds.
    """
    size: cython.Py_ssize_t = len(html)
    if size > SAFE_BYTES:
        return True
    src: cython.const_uchar[::1] = html
    most_tags: cython.Py_ssize_t = min(SAFE_TAGS, limits.max_tags, 40 * limits.max_depth)
    most_bytes: cython.Py_ssize_t = MOST_TAG_BYTES
    tags: cython.Py_ssize_t = 0
    formatting: cython.Py_ssize_t = 0
    maybe_formatting: cython.Py_ssize_t = 0
    last: cython.Py_ssize_t = size
    at: cython.Py_ssize_t
    long_tags: list = []
    # A check at each byte costs a fifth of the time. No index can be wrong: `at + 2` stays below the size.
    with cython.boundscheck(False):
        for at in range(size - 2):
            if src[at] != 60:
                continue
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
    if size - last > most_bytes:
        long_tags.append(last)
    if min(maybe_formatting * (tags - maybe_formatting), formatting * (tags - formatting)) > SAFE_REOPENED:
        return True
    return any(TagReader(html, limits).is_long(start) for start in long_tags)


@cython.cfunc
@cython.inline
def _may_format(c: cython.int, d: cython.int) -> cython.bint:
    """Whether these are the first two bytes of a formatting tag with attributes, or of one with a longer name."""
    c |= 32
    if d <= 47:
        return (c == 98 or c == 105 or c == 115 or c == 117) and (d == 47 or d == 32 or (9 <= d <= 13 and d != 11))
    pair: cython.int = c << 8 | d | 32
    return pair in (0x6269, 0x636F, 0x656D, 0x666F, 0x6E6F, 0x736D, 0x7374, 0x7474)


@cython.cfunc
def _formats(src: cython.const_uchar[::1], at: cython.Py_ssize_t) -> cython.bint:
    """Whether the name that begins here is that of a formatting tag with attributes."""
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
    """Where a page has had more "<" than is bearable, whatever follows them: each is a node for a while."""
    left: cython.Py_ssize_t = MAX_SIGNS
    if html.count(b"<") <= left:
        return len(html)
    src: cython.const_uchar[::1] = html
    at: cython.Py_ssize_t = 0
    while src[at] != 60 or left:
        left -= 1 if src[at] == 60 else 0
        at += 1
    return at
