# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Small questions about a page's elements and blocks, each one walk over numbers.

`columns` are a page's (see `core.columns.Columns`).
"""

from __future__ import annotations

import cython

# An opening word, or a colon, is among so many characters.
OPENING = cython.declare(cython.Py_ssize_t, 30)


def holders(columns: object, elements: list, itemprop: cython.int, names: frozenset) -> set:
    """Return these elements, those whose first `itemprop` is one of `names`, and all elements that these are in."""
    parents: cython.int[::1] = columns.parents
    firsts: cython.int[::1] = columns.attribute_firsts
    keys: cython.int[::1] = columns.attribute_keys
    values: cython.int[::1] = columns.attribute_values
    pool: list = columns.pool
    inner: list = list(elements)
    found: set = set()
    element: cython.Py_ssize_t
    place: cython.Py_ssize_t
    for element in range(len(parents)):
        for place in range(firsts[element], firsts[element + 1]):
            if keys[place] == itemprop:
                if pool[values[place]] in names:
                    inner.append(element)
                break
    for element in inner:
        while element >= 0 and element not in found:
            found.add(element)
            element = parents[element]
    return found


def blocks_of_tag(columns: object, tag: cython.int) -> list:
    """Return the positions of the blocks with this tag."""
    tags: cython.int[::1] = columns.tags
    found: list = []
    block: cython.Py_ssize_t
    for block in range(len(tags)):
        if tags[block] == tag:
            found.append(block)
    return found


def unlinked_blocks(
    columns: object, most: cython.Py_ssize_t, shortest: cython.Py_ssize_t, longest: cython.Py_ssize_t
) -> list:
    """Return those of the first `most` blocks that have no link, and so many characters at least and at most."""
    starts: cython.int[::1] = columns.starts
    link_chars: cython.int[::1] = columns.link_chars
    found: list = []
    block: cython.Py_ssize_t
    for block in range(min(most, len(link_chars))):
        if link_chars[block] == 0 and shortest <= starts[block + 1] - starts[block] <= longest:
            found.append(block)
    return found


def numbered_blocks(
    columns: object, removals: tuple, first: cython.Py_ssize_t, stop: cython.Py_ssize_t, longest: cython.Py_ssize_t
) -> list:
    """Return the kept blocks from `first` to before `stop` that have a digit among their first `longest` characters."""
    text: str = columns.text
    starts: cython.int[::1] = columns.starts
    found: list = []
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    at: cython.Py_ssize_t
    for block in range(first, stop):
        if removals[block] is not None:
            continue
        start = starts[block]
        for at in range(start, min(cython.cast(cython.Py_ssize_t, starts[block + 1]), start + longest)):
            if text[at].isdecimal():
                found.append(block)
                break
    return found


def opening_blocks(columns: object, removals: tuple, longest: cython.Py_ssize_t, words: frozenset) -> list:
    """Return the kept blocks no longer than `longest` that open with one of these case-folded words, or have a colon
    near their beginning; each with the block that is kept after it, or -1.
    """
    text: str = columns.text
    starts: cython.int[::1] = columns.starts
    found: list = []
    opening: cython.Py_ssize_t = -1
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    at: cython.Py_ssize_t
    space: cython.Py_ssize_t
    has_colon: cython.bint
    for block in range(len(starts) - 1):
        if removals[block] is not None:
            continue
        if opening >= 0:
            found.append((opening, block))
            opening = -1
        start = starts[block]
        end = min(cython.cast(cython.Py_ssize_t, starts[block + 1]), start + OPENING)
        if starts[block + 1] - start > longest:
            continue
        space = end
        has_colon = False
        for at in range(start, end):
            if text[at] == " " and space == end:
                space = at
            elif text[at] == ":" or text[at] == "：":
                has_colon = True
                break
        if has_colon or text[start:space].casefold() in words:
            opening = block
    if opening >= 0:
        found.append((opening, -1))
    return found


def hidden_roots(columns: object) -> list:
    """Return the hidden elements that are in no hidden element."""
    hidden: cython.int[::1] = columns.hidden
    parents: cython.int[::1] = columns.parents
    found: list = []
    element: cython.Py_ssize_t
    for element in range(len(hidden)):
        if hidden[element] and (parents[element] < 0 or not hidden[parents[element]]):
            found.append(element)
    return found
