# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""What rules about threads ask of a whole page: which short blocks hold a time, which elements stand side by side."""

from array import array

import cython


def find_times(text: str, starts: cython.int[::1], most_chars: cython.Py_ssize_t) -> list:
    """Return the blocks of at most so many characters in which two digits follow a digit and a colon, as in "9:15"."""
    found: list = []
    block: cython.Py_ssize_t = 0
    count: cython.Py_ssize_t = len(starts) - 1
    place: cython.Py_ssize_t = text.find(":")
    while place >= 0 and block < count:
        while block < count and starts[block + 1] <= place:
            block += 1
        if block == count:
            break
        if (
            starts[block + 1] - starts[block] <= most_chars
            and starts[block] < place
            and place + 2 < starts[block + 1]
            and text[place - 1].isdecimal()
            and text[place + 1].isdecimal()
            and text[place + 2].isdecimal()
        ):
            found.append(block)
            place = text.find(":", starts[block + 1])
            block += 1
        else:
            place = text.find(":", place + 1)
    return found


def children_by_parent(parents: cython.int[::1]) -> tuple:
    """Return all elements, those of one parent together and in document order, and where those of each begin.

    The children of the element `e` are those from `firsts[e + 1]` to `firsts[e + 2]`: roots have the parent -1.
    """
    count: cython.Py_ssize_t = len(parents)
    firsts_made = array("i", bytes(4 * (count + 2)))
    children_made = array("i", bytes(4 * count))
    firsts: cython.int[::1] = firsts_made
    children: cython.int[::1] = children_made
    element: cython.Py_ssize_t
    parent: cython.Py_ssize_t
    for element in range(count):
        firsts[parents[element] + 2] += 1
    for element in range(count + 1):
        firsts[element + 1] += firsts[element]
    # While children are put in their places, each parent's first moves behind its last: to the next one's.
    for element in range(count):
        parent = parents[element] + 1
        children[firsts[parent]] = element
        firsts[parent] += 1
    for element in range(count + 1, 0, -1):
        firsts[element] = firsts[element - 1]
    firsts[0] = 0
    return firsts_made, children_made
