# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Sums over the blocks inside each element of a page, and what code leaves of what its elements' names speak for.

`columns` are a page's (see `core.columns.Columns`).
"""

from __future__ import annotations

from array import array

import cython


def sums(columns: object, widths: cython.int[::1], prose: cython.int[::1]) -> tuple:
    """Return for each element its first and last block, and the sums of widths, prose and linked text."""
    parents: cython.int[::1] = columns.parents
    elements: cython.int[::1] = columns.elements
    link_chars: cython.int[::1] = columns.link_chars
    starts: cython.int[::1] = columns.starts
    count: cython.Py_ssize_t = len(parents)
    blocks: cython.Py_ssize_t = len(elements)
    firsts = array("i", [blocks]) * count
    lasts = array("i", [-1]) * count
    sizes = array("q", [0]) * count
    proses = array("q", [0]) * count
    linked = array("q", [0]) * count
    first: cython.int[::1] = firsts
    last: cython.int[::1] = lasts
    size: cython.longlong[::1] = sizes
    prose_in: cython.longlong[::1] = proses
    links: cython.longlong[::1] = linked
    block: cython.int
    element: cython.int
    parent: cython.int
    for block in range(blocks):
        element = elements[block]
        if last[element] < 0:
            first[element] = block
        last[element] = block
        size[element] += widths[block]
        prose_in[element] += prose[block]
        if link_chars[block]:
            links[element] += _linked_width(widths[block], link_chars[block], starts[block + 1] - starts[block])
    for element in range(count - 1, 0, -1):
        parent = parents[element]
        if parent < 0:
            continue
        first[parent] = min(first[parent], first[element])
        last[parent] = max(last[parent], last[element])
        size[parent] += size[element]
        prose_in[parent] += prose_in[element]
        links[parent] += links[element]
    return firsts, lasts, sizes, proses, linked


@cython.cfunc
def _linked_width(width: cython.longlong, linked: cython.double, length: cython.double) -> cython.longlong:
    """Return the share of a block's width that is inside links, rounded as Python does: halves to the even number."""
    share: cython.double = width * (linked / length)
    whole: cython.longlong = cython.cast(cython.longlong, share)
    rest: cython.double = share - whole
    return whole + 1 if rest > 0.5 or (rest == 0.5 and whole % 2 == 1) else whole


def code_tokens(columns: object, box: cython.int, code: cython.int) -> bytearray:
    """Return for each element 1 if it is `code`, or inside a `box` or `code`; nothing for a page that has neither."""
    tags: cython.int[::1] = columns.element_tags
    parents: cython.int[::1] = columns.parents
    count: cython.Py_ssize_t = len(tags)
    has_code: cython.bint = False
    element: cython.int
    tag: cython.int
    for element in range(count):
        if tags[element] == box or tags[element] == code:
            has_code = True
            break
    if not has_code:
        return bytearray()
    inside = bytearray(count)
    tokens = bytearray(count)
    is_inside: cython.uchar[::1] = inside
    is_token: cython.uchar[::1] = tokens
    for element in range(count):
        tag = tags[element]
        if parents[element] >= 0 and is_inside[parents[element]]:
            is_inside[element] = is_token[element] = 1
        elif tag in (box, code):
            is_inside[element] = 1
            is_token[element] = tag == code
    return tokens


def without_highlighters(
    columns: object,
    tokens: cython.uchar[::1],
    widths: cython.int[::1],
    size: cython.longlong[::1],
    groups: cython.longlong[::1],
    kind: cython.int,
    readers: cython.longlong,
    box: cython.longlong,
    mostly: cython.double,
) -> array:
    """Return the masks of `groups`, one for each element, without what a highlighter's names say.

    What `tokens` flags says nothing; what says something, but nothing of `readers`, and of whose `size` more than a
    share of `mostly` is code, says `box`. Code are blocks of this `kind`, and unlinked ones whose element is a token.
    """
    parents: cython.int[::1] = columns.parents
    elements: cython.int[::1] = columns.elements
    kinds: cython.int[::1] = columns.kinds
    link_chars: cython.int[::1] = columns.link_chars
    count: cython.Py_ssize_t = len(parents)
    left = array("q", groups)
    left_of: cython.longlong[::1] = left
    held: cython.longlong[::1] = array("q", [0]) * count
    block: cython.int
    element: cython.int
    for block in range(len(elements)):
        element = elements[block]
        if kinds[block] == kind or (tokens[element] and not link_chars[block]):
            held[element] += widths[block]
    for element in range(count - 1, 0, -1):
        held[max(parents[element], 0)] += held[element]
    for element in range(count):
        if tokens[element]:
            left_of[element] = 0
        elif groups[element] and not groups[element] & readers and held[element] > mostly * size[element]:
            left_of[element] = box
    return left


def with_any(masks: cython.longlong[::1], bits: cython.longlong) -> list:
    """Return the places whose mask has any of these bits, ascending."""
    found: list = []
    place: cython.int
    for place in range(len(masks)):
        if masks[place] & bits:
            found.append(place)
    return found
