"""Main content: which containers hold the article, and what inside them is still not of it."""

from __future__ import annotations

from dataclasses import dataclass

from .base import PageTransform
from .outline import Outline, outline_of
from .page import Block, Page, Reason, Removal
from .wording import is_prose, width

# What a container's name says against the text inside it, most telling first, and the reason it gives.
FOREIGN: dict[str, Reason] = {
    "comments": "comments",
    "cookie-notice": "cookie-notice",
    "footer": "navigation",
    "navigation": "navigation",
    "related": "link-list",
    "sidebar": "navigation",
    "sharing": "sharing",
    "sign-up": "sign-up",
    "advert": "advert",
    "tags": "link-list",
    "byline": "byline",
    "overlay": "other",
    "header": "navigation",
    "disclaimer": "disclaimer",
    "caption": "other",
}
FOREIGN_TAGS: dict[str, Reason] = {
    "nav": "navigation",
    "footer": "navigation",
    "aside": "navigation",
    "form": "other",
    "button": "other",
    "dialog": "other",
    "menu": "navigation",
    "figcaption": "other",
    "figure": "other",
    "legend": "other",
    "address": "byline",
    "time": "byline",
}
# A foreign name is not believed of a container that holds this share of the article's prose or more:
# a body wrapped in "share-wrapper" or "has-sidebar" is still the body.
MAX_FOREIGN_SHARE = 0.35


def mark_outside_main_content(page: Page, *, link_density: float) -> Page:
    """Mark what is not the article's body: other containers, foreign parts inside, and lists of links.

    The body is the container whose prose counts most, as in Arc90's readability: each paragraph speaks for its
    parent and, half as much, for its grandparent. Containers beside it whose paragraphs look the same are joined
    (bodies split by adverts), and paragraphs between the headline and the body (the standfirst) stay. Text
    captures have no containers and are left alone, as are pages without a paragraph of prose.
    """
    if page.is_text or not page.blocks:
        return page
    outline = outline_of(page)
    judge = _Judge(page, outline, link_density)
    body = judge.body()
    if body is None:
        return page
    return page.mark({i: removal for i, block in page.kept() if (removal := judge.verdict(i, block, body))})


class _Judge:
    """The page's containers, weighed once."""

    def __init__(self, page: Page, outline: Outline, max_link_density: float) -> None:
        self.page = page
        self.outline = outline
        self.max_link_density = max_link_density
        self.kept_prose = [size if page.removals[i] is None else 0 for i, size in enumerate(outline.block_prose)]
        self.total = sum(self.kept_prose) or 1
        self.foreign = self._foreign()

    def _foreign(self) -> list[tuple[Reason, str] | None]:
        """For each element: the reason its own or an ancestor's name or tag speaks against it, and the words."""
        found: list[tuple[Reason, str] | None] = []
        for index, element in enumerate(self.page.elements):
            inherited = found[element.parent] if element.parent >= 0 else None
            found.append(inherited or self._own_foreign(index))
        return found

    def _own_foreign(self, index: int) -> tuple[Reason, str] | None:
        element = self.page.elements[index]
        prose = sum(self.kept_prose[i] for i in self.outline.blocks_in(index))
        if prose > MAX_FOREIGN_SHARE * self.total:
            return None
        if element.tag in FOREIGN_TAGS:
            return FOREIGN_TAGS[element.tag], f"inside <{element.tag}>"
        if element.tag == "header" and self.outline.prose[index] == 0 and element.parent <= 1:
            return "navigation", "inside <header>"
        groups = self.outline.groups[index]
        if not groups or "title" in groups:
            return None
        for group, reason in FOREIGN.items():
            if group in groups:
                name = " ".join(filter(None, (element.id, *element.classes)))
                return reason, f'inside <{element.tag}> named "{name}"'
        return None

    def body(self) -> int | None:
        """The element that holds the article, or None where the page has no prose."""
        votes: dict[int, float] = {}
        for position, prose in enumerate(self.kept_prose):
            element = self.page.blocks[position].element
            if not prose or self.foreign[element]:
                continue
            share = float(min(prose, 600))
            for ancestor in self._containers(element):
                votes[ancestor] = votes.get(ancestor, 0.0) + share
                share /= 2
        if not votes:
            return None
        best = max(votes, key=lambda e: (votes[e], e))
        return self._joined(best)

    def _containers(self, element: int) -> list[int]:
        """The block-level ancestors that a paragraph speaks for: parent and grandparent of its own element."""
        node = self.page.elements[element]
        found = []
        if node.tag in ("div", "section", "article", "td", "main"):
            found.append(element)
        while node.parent >= 0 and len(found) < 3:
            found.append(node.parent)
            node = self.page.elements[node.parent]
        return found

    def _joined(self, best: int) -> int:
        """Climb while the parent holds much more prose that nothing speaks against: a split body's other parts."""
        inner = self._own_prose(best)
        element = best
        while (element := self.page.elements[element].parent) > 0:
            outer = self._own_prose(element)
            if outer > 1.12 * inner and inner < 0.9 * self.total and outer - inner > 150:
                best, inner = element, outer
        return best

    def _own_prose(self, element: int) -> int:
        return sum(
            self.kept_prose[i] for i in self.outline.blocks_in(element) if not self.foreign[self.page.blocks[i].element]
        )

    def verdict(self, position: int, block: Block, body: int) -> Removal | None:
        """The removal of one block, or None where it belongs to the article."""
        foreign = self.foreign[block.element]
        if foreign:
            return Removal(foreign[0], "main_content.foreign", foreign[1], 0.8)
        inside = position in self.outline.blocks_in(body)
        if not inside:
            if self._is_standfirst(position, block, body):
                return None
            return Removal("navigation", "main_content.outside", "outside the article's container", 0.8)
        if block.kind == "caption":
            return Removal("other", "main_content.caption", "a caption of a picture", 0.6)
        if block.tag == "h1":
            return Removal("other", "main_content.headline", "the headline", 0.9)
        if block.link_density > self.max_link_density and width(block.text) < 160 and not self._in_prose(position):
            percent = round(100 * block.link_density)
            return Removal("link-list", "main_content.links", f"{percent} % of its text is links", 0.7)
        return None

    def _in_prose(self, position: int) -> bool:
        """True between two paragraphs of the same container: a linked list item or heading of the article."""
        before = any(self.kept_prose[max(0, position - 2) : position])
        after = any(self.kept_prose[position + 1 : position + 3])
        return before and after and self.page.blocks[position].kind != "paragraph"

    def _is_standfirst(self, position: int, block: Block, body: int) -> bool:
        first = self.outline.first[body]
        if not first - 12 <= position < first or not is_prose(block.text, block.link_density):
            return False
        between = self.page.blocks[max(0, position - 6) : position]
        return any(other.kind == "heading" and other.tag in ("h1", "h2") for other in between)


@dataclass
class KeepMainContent(PageTransform):
    """Take out what is not the article's body: navigation, headers, footers, sidebars, lists of links.

    `link_density` is the share of a short block's text in links above which it is taken for a link list.
    """

    link_density: float = 0.6

    def clean(self, page: Page) -> Page:
        """See `mark_outside_main_content`."""
        return mark_outside_main_content(page, link_density=self.link_density)
