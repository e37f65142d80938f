"""The elements that are open where a page is read: which of them an end tag closes for certain.

Whoever builds a tree closes elements for many reasons, and some end tags it passes over. What is known here is only
what the HTML standard leaves no doubt about, and where more than one element is closed at once, their own end tags are
put into the page. So a tree may be taken for deeper than it is, never for much shallower.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..core.tags import BLOCK_TAGS

FORMATTING_TAGS = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
# Inside a drawing or a formula elements are closed by other rules.
FOREIGN_TAGS = frozenset(b"svg math".split())
# An end tag does not reach out of these.
BARRIERS = frozenset(b"applet annotation-xml desc foreignobject marquee object select svg math table template".split())
LIST_BARRIERS = BARRIERS | {b"ol", b"ul"}
# An end tag of an element that is not special does not reach through these.
BLOCK_NAMES = frozenset(tag.encode() for tag in BLOCK_TAGS)
SPECIAL_TAGS = BARRIERS | BLOCK_NAMES
# The start tag of an item closes its fellow, through these but through no other special element.
ITEM_FELLOWS = {b"li": frozenset([b"li"])} | dict.fromkeys([b"dd", b"dt"], frozenset([b"dd", b"dt"]))
ITEM_PASSES = frozenset([b"address", b"div"])
# Only one of each is ever open: the next is passed over, or closes it.
LONE_TAGS = frozenset([b"a", b"form"])
# How far an end tag looks for its element.
MAX_STEPS = 32
# As many equal formatting elements stay open; the others are forgotten.
MAX_EQUAL = 3


class Element(NamedTuple):
    """An open element: its name, the whole tag of a formatting element, and whether it is left in the page."""

    name: bytes
    tag: bytes
    stays: bool


class OpenElements:
    """The elements that are open, innermost last.

    `foreign` of them are drawings and formulas, `active` are formatting elements that would be opened again.
    """

    def __init__(self) -> None:
        self.foreign = 0
        self.active = 0
        self._elements: list[Element] = []
        self._formatting: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._elements)

    def push(self, element: Element) -> None:
        """An element is opened."""
        if element.tag:
            count = self._formatting.get(element.tag, 0)
            self._formatting[element.tag] = count + 1
            self.active += count < MAX_EQUAL
        self.foreign += element.name in FOREIGN_TAGS
        self._elements.append(element)

    def closed_by_end(self, name: bytes) -> int:
        """Where the element stands that an end tag closes, -1 where there is none for certain."""
        barriers = BARRIERS if name in SPECIAL_TAGS else SPECIAL_TAGS
        if name == b"li":
            barriers = LIST_BARRIERS
        for depth, other in self._nearest():
            if other == name:
                return depth
            if other in barriers:
                break
        return -1

    def closed_by_item(self, name: bytes) -> int:
        """Where the item stands that the start tag of another closes, -1 where there is none for certain."""
        fellows = ITEM_FELLOWS[name]
        for depth, other in self._nearest():
            if other in fellows:
                return depth
            if other in SPECIAL_TAGS and other not in ITEM_PASSES:
                break
        return -1

    def close(self, depth: int) -> tuple[Element, bytes]:
        """Close an element and what is open inside it: the element, and the end tags of what was inside it."""
        closed = self._elements[depth]
        if closed.name == b"form":  # the elements inside stay open
            del self._elements[depth]
            return closed, b""
        inside = self._elements[depth + 1 :]
        del self._elements[depth:]
        for element in (closed, *inside):
            self.foreign -= element.name in FOREIGN_TAGS
            if element.tag:
                self._formatting[element.tag] -= 1
                self.active -= self._formatting[element.tag] < MAX_EQUAL
        said = (element.name for element in reversed(inside) if element.stays and element.name not in LONE_TAGS)
        return closed, b"".join(b"</%b>" % name for name in said)

    def _nearest(self) -> Iterator[tuple[int, bytes]]:
        last = len(self._elements) - 1
        for depth in range(last, max(-1, last - MAX_STEPS), -1):
            yield depth, self._elements[depth].name
