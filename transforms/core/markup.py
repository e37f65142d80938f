"""The markup that a page was read from, and where in it things stand: kept only for bodies that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from array import array

    Integers = array[int]


class Picture(NamedTuple):
    """Where a picture stands: its attributes in the markup, the block that it precedes, and the elements around it.

    `element` is the innermost of these that the page has. `around` has the places of further ones, outer ones first:
    each becomes an element of the page if text follows in it.
    """

    place: int
    block: int
    element: int
    around: tuple[int, ...] = ()


class Markup(NamedTuple):
    """Markup as a tree was written (see `compiled.scan`), and where the attributes of each element begin in it."""

    text: bytes
    places: Integers
    pictures: tuple[Picture, ...] = ()
