# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Arrays of integers that grow as rows come."""

from __future__ import annotations

from array import array

import cython


@cython.cfunc
def integers(count: cython.Py_ssize_t) -> object:
    """Return an array of so many zeros."""
    return array("i", bytes(4 * count))


@cython.cfunc
def grown(table: cython.int[::1]) -> object:
    """Return a copy of an array with twice the room."""
    return array("i", bytes(table) + bytes(4 * len(table)))


@cython.cfunc
def beginning(table: cython.int[::1], count: cython.Py_ssize_t) -> object:
    """Return the first numbers of an array."""
    return array("i", bytes(table[:count]))
