"""What each element of a page holds: the sums that rules about containers argue with."""

from __future__ import annotations

from .names import groups_of
from .page import Page
from .wording import is_prose, width


class Outline:
    """Sums over the blocks inside each element, one entry per element of the page, in the same order.

    Blocks inside an element stand together in document order, so `first[e]` and `last[e]` (inclusive) are all
    it takes to name them. Sizes are widths (see `wording.width`): `size` of all text, `prose` of running text,
    `links` of text inside links. `groups` is what the element's own names speak for.
    """

    def __init__(self, page: Page) -> None:
        count = len(page.elements)
        self.groups = [groups_of(element) for element in page.elements]
        self.first = [len(page.blocks)] * count
        self.last = [-1] * count
        self.size = [0] * count
        self.prose = [0] * count
        self.links = [0] * count
        self.block_prose = [0] * len(page.blocks)
        for position, block in enumerate(page.blocks):
            self._add_block(position, block.element, width(block.text), block.text, block.link_density)
        for child in range(count - 1, 0, -1):
            self._add_child(child, page.elements[child].parent)

    def _add_block(self, position: int, element: int, size: int, text: str, link_density: float) -> None:
        prose = size if is_prose(text, link_density) else 0
        self.block_prose[position] = prose
        self.first[element] = min(self.first[element], position)
        self.last[element] = position
        self.size[element] += size
        self.prose[element] += prose
        self.links[element] += round(size * link_density)

    def _add_child(self, child: int, parent: int) -> None:
        if parent < 0:
            return
        self.first[parent] = min(self.first[parent], self.first[child])
        self.last[parent] = max(self.last[parent], self.last[child])
        self.size[parent] += self.size[child]
        self.prose[parent] += self.prose[child]
        self.links[parent] += self.links[child]

    def blocks_in(self, element: int) -> range:
        """Positions of the blocks inside an element."""
        return range(self.first[element], self.last[element] + 1)


def outline_of(page: Page) -> Outline:
    """The page's outline, computed once for a page and all its marked copies."""
    known = page.memo.get("outline")
    if known is None or known[0] is not page.blocks:
        known = page.memo["outline"] = (page.blocks, Outline(page))
    outline: Outline = known[1]
    return outline
