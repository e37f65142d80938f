"""The markup that a page was read from, and where in it elements and pictures stand: what bodies need beside rows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    Integers = array[int]

# Where a picture may lie that is loaded late, in the order of trust.
SOURCE_KEYS = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-hi-res-src", "data-url", "src")
SET_KEYS = ("data-srcset", "data-lazy-srcset", "srcset")
LANGUAGE_KEYS = ("data-lang", "data-language", "data-code-language")
# The attributes that bodies read of elements.
BODY_ATTRIBUTES = (
    *SOURCE_KEYS, *SET_KEYS, *LANGUAGE_KEYS, "alt", "colspan", "height", "rowspan", "start", "width",
)  # fmt: skip


class Picture(NamedTuple):
    """Where a picture is: its attributes in the markup, the block that it precedes, and the elements around it.

    `element` is the innermost of these that the page has. `around` has the places of further ones, outer ones first:
    each is an element of the page, too, if text follows in it.
    """

    place: int
    block: int
    element: int
    around: Sequence[int] = ()


class Markup(NamedTuple):
    """Markup as a tree was written (see `compiled.scan`), and where the attributes of each element begin in it.

    `pictures` has the values of a `Picture` for each, as the scanner writes them; few pages are asked for these.
    """

    text: bytes = b""
    places: Integers = array("i")
    pictures: Sequence[tuple[int, int, int, Sequence[int]]] = ()

    def moved(self, blocks: Sequence[int]) -> Markup:
        """Return it for a page whose blocks were joined: the block at each position has become the one named here."""
        moved = [(place, blocks[block], element, around) for place, block, element, around in self.pictures]
        return self._replace(pictures=moved)

    def followed_by(self, other: Markup, blocks: int) -> Markup:
        """Return it with that of an article which was appended to the page, behind so many blocks, inside its root."""
        shift, elements = len(self.text), len(self.places) - 1
        moved = [
            (place + shift, block + blocks, element + elements if element else 0, [at + shift for at in around])
            for place, block, element, around in other.pictures
        ]
        places = array("i", [*self.places, *(place + shift for place in other.places[1:])])
        return Markup(self.text + other.text, places, [*self.pictures, *moved])
