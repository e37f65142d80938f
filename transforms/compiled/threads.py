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


# What a line has to be a stamp: numbers of a date, or a time of day.
EARLIEST = cython.declare(cython.int, 1990)
LATEST = cython.declare(cython.int, 2050)
HEAD = cython.declare(cython.int, 1)
TAIL = cython.declare(cython.int, 2)


def find_stamps(
    text: str,
    starts: cython.int[::1],
    prose: cython.int[::1],
    least_prose: cython.longlong,
    most_chars: cython.Py_ssize_t,
) -> tuple:
    """Return the blocks whose first or last line is at most so long and has a date or a time of day, and which it is.

    That is 0 where the block is one line, 1 for its first line, 2 for its last. A date is a year with another number,
    or three numbers with a mark between them. Behind them the first block that is looked at: above it is so much
    `prose` at least.
    """
    blocks: list = []
    lines: list = []
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    cut: cython.Py_ssize_t
    above: cython.longlong = 0
    floor: cython.Py_ssize_t = 0
    while floor < len(prose) and above < least_prose:
        above += prose[floor]
        floor += 1
    if above < least_prose:
        floor = len(starts) - 1
    for block in range(floor, len(starts) - 1):
        start, end = starts[block], starts[block + 1]
        cut = text.find("\n", start, min(end, start + most_chars + 1))
        if cut < 0 and end - start <= most_chars:
            if _has_date(text, start, end):
                blocks.append(block)
                lines.append(0)
            continue
        if cut >= 0 and _has_date(text, start, cut):
            blocks.append(block)
            lines.append(HEAD)
            continue
        cut = text.rfind("\n", max(start, end - most_chars - 1), end)
        if cut >= 0 and _has_date(text, cut + 1, end):
            blocks.append(block)
            lines.append(TAIL)
    return blocks, lines, floor


@cython.cfunc
def _has_date(text: str, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.bint:
    """Return whether this stretch of a text has a time of day, a year with another number, or three joined numbers."""
    i: cython.Py_ssize_t
    char: cython.Py_UCS4
    mark: cython.Py_UCS4 = 0  # the sign right before the present number, if a number is right before it
    joined: cython.Py_UCS4 = 0  # that between the two numbers before
    number: cython.int = 0
    digits: cython.int = 0
    years: cython.int = 0
    days: cython.int = 0
    for i in range(start, end + 1):
        char = text[i] if i < end else " "
        if "0" <= char <= "9":
            if digits < 5:
                number = number * 10 + (cython.cast(cython.int, char) - 48)
            digits += 1
            continue
        if digits == 0:
            mark = joined = 0
            continue
        if mark == ":" and digits == 2 and number < 60:
            return True
        if mark and mark == joined and mark in "./-" and digits in (2, 4):
            return True
        years += digits == 4 and EARLIEST <= number < LATEST
        days += digits <= 2 and 1 <= number <= 31
        joined, mark = mark, char
        number = digits = 0
    return years > 0 and days > 0
