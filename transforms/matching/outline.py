"""What each element of a page holds: the sums that rules about containers argue with."""

from __future__ import annotations

from ..core.page import Page
from .code import tokens_of, without_highlighters
from .names import groups_of
from .wording import is_prose, width


class Outline:
    """Sums over the blocks inside each element, one entry per element of the page, in the same order.

    Blocks inside an element stand together in document order, so `first[e]` and `last[e]` (inclusive) are all
    it takes to name them. Sizes are widths (see `wording.width`): `size` of all text, `prose` of running text,
    `links` of text inside links. `groups` is what the element's own names speak for. `block_width` and
    `block_prose` have an entry per block: its width, and again if it is running text, else 0.
    """

    def __init__(self, page: Page) -> None:
        count = len(page.elements)
        self.groups = list(map(groups_of, page.elements))
        self.first = [len(page.blocks)] * count
        self.last = [-1] * count
        self.size = [0] * count
        self.prose = [0] * count
        self.links = [0] * count
        self.block_width: list[int] = []
        self.block_prose: list[int] = []
        self._add_blocks(page)
        self._add_children(page)
        if tokens := tokens_of(page.columns):
            self.groups = without_highlighters(
                tokens, self.groups, page.elements, page.blocks, self.block_width, self.size
            )

    def _add_blocks(self, page: Page) -> None:
        first, last = self.first, self.last
        for position, (text, _, _, element, link_chars, _, _, _) in enumerate(page.blocks):
            size = width(text)
            density = link_chars / len(text) if link_chars else 0.0
            prose = size if is_prose(text, density, size) else 0
            self.block_width.append(size)
            self.block_prose.append(prose)
            if last[element] < 0:
                first[element] = position
            last[element] = position
            self.size[element] += size
            self.prose[element] += prose
            if link_chars:
                self.links[element] += round(size * density)

    def _add_children(self, page: Page) -> None:
        first, last, size, prose, links = self.first, self.last, self.size, self.prose, self.links
        parents = [element.parent for element in page.elements]
        for child in range(len(size) - 1, 0, -1):
            parent = parents[child]
            if parent < 0:
                continue
            if first[child] < first[parent]:
                first[parent] = first[child]
            if last[child] > last[parent]:
                last[parent] = last[child]
            size[parent] += size[child]
            if prose[child]:
                prose[parent] += prose[child]
            if links[child]:
                links[parent] += links[child]

    def blocks_in(self, element: int) -> range:
        """Positions of the blocks inside an element."""
        return range(self.first[element], self.last[element] + 1)


def outline_of(page: Page) -> Outline:
    """The page's outline, computed once for a page and all its marked copies."""
    return page.columns.derive("outline", lambda columns: Outline(page))
