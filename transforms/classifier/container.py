"""The article's container, found by rule: whose paragraphs speak for it, and what inside it is named otherwise."""

from __future__ import annotations

from itertools import accumulate

from ..core.page import Block, Page, Reason
from ..matching.outline import outline_of
from ..matching.wording import is_prose, normalise

# What an element's name says that its text is, most telling first.
NAMED: dict[str, Reason] = {
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
TAGGED: dict[str, Reason] = {
    "nav": "navigation",
    "footer": "navigation",
    "aside": "navigation",
    "menu": "navigation",
    "form": "other",
    "button": "other",
    "dialog": "other",
    "figcaption": "other",
    "figure": "other",
    "legend": "other",
    "address": "byline",
    "time": "byline",
}
# A figure with one of these is no picture.
TEXT_KINDS = frozenset({"table", "code", "quote", "list-item"})
# Content systems write a post's tags and categories into the classes of its <article>.
POST_GROUPS = frozenset({"tags", "byline", "caption", "header"})
CONTAINER_TAGS = frozenset({"div", "section", "article", "td", "main"})
# A name on an element that holds this share of the page's prose is the name of a wrapper: a body inside
# "share-wrapper" or "has-sidebar" is still the body.
MAX_NAMED_SHARE = 0.35
# And where all elements with such a name hold this share between them, as teasers do on a page that lists stories,
# leaving them out would leave nothing.
MAX_GROUP_SHARE = 0.7
# Longer paragraphs do not speak louder, and each ancestor hears half of what the one below it heard.
MAX_VOTE = 600
ANCESTORS = 3
# The parts of a split body are joined when the parent holds this much more prose, in relation and in letters, ...
JOIN_RATIO, JOIN_WIDTH = 1.12, 150
# ... unless the part found already holds nearly all the page has.
ENOUGH_SHARE = 0.9
LINK_LIST_DENSITY = 0.6
LINK_LIST_WIDTH = 160
STANDFIRST_BLOCKS, HEADLINE_BLOCKS = 12, 6
MIN_STANDFIRST_WIDTH, MAX_STANDFIRST_WIDTH = 50, 600
MAX_STANDFIRST_LINK_DENSITY = 0.3
# So much of an excerpt is enough to find it again.
EXCERPT_CHARS = 50
# Share of a standfirst's words that the page's description has.
DESCRIPTION_SHARE = 0.8


def is_picture_caption(block: Block) -> bool:
    """True for the caption of a figure; a table's own belongs to the table."""
    return block.kind == "caption" and block.tag != "caption"


class ArticleContainer:
    """A page's containers, weighed once.

    `body` is the element that holds the article, or None where neither prose nor a name tells. `named` has, for each
    element, the reason that its own or an ancestor's name or tag gives to leave its text out, and the index of the one
    that says so; None where nothing speaks against it.
    """

    def __init__(self, page: Page) -> None:
        # Not the page itself: its memo may keep what was found, and a page that holds itself is freed late.
        self._blocks, self._elements, self._description = page.blocks, page.elements, page.description()
        self._is_kept = [removal is None for removal in page.removals]
        self.outline = outline_of(page)
        kept = [prose if kept else 0 for prose, kept in zip(self.outline.block_prose, self._is_kept, strict=True)]
        self._prose = kept
        self._total = sum(kept)
        self._prose_before = [0, *accumulate(kept)]
        self._unbelieved = self._groups_of_the_page()
        self.named = self._named()
        own = (0 if self.named[block.element] else prose for block, prose in zip(self._blocks, kept, strict=True))
        self._own_before = [0, *accumulate(own)]
        self.body = self._find_body()

    def _groups_of_the_page(self) -> set[str]:
        """Groups whose elements hold most of the page's prose between them: what they name is what the page is."""
        held: dict[str, int] = {}
        ends: dict[str, int] = {}
        for index, groups in enumerate(map(self.outline.group_names, range(len(self._elements)))):
            prose = self._inside(self._prose_before, index) if groups else 0
            if not prose or prose > MAX_NAMED_SHARE * self._total:
                continue
            for group in groups:
                if self.outline.first[index] > ends.get(group, -1):
                    ends[group] = self.outline.last[index]
                    held[group] = held.get(group, 0) + prose
        return {group for group, prose in held.items() if prose > MAX_GROUP_SHARE * self._total}

    def _named(self) -> list[tuple[Reason, int] | None]:
        found: list[tuple[Reason, int] | None] = []
        for index, element in enumerate(self._elements):
            groups = self.outline.groups[index]
            inherited = found[element.parent] if element.parent >= 0 else None
            if inherited is None and (groups or element.tag in TAGGED):
                reason = self._own_reason(index)
                inherited = (reason, index) if reason else None
            found.append(inherited)
        return found

    def _own_reason(self, index: int) -> Reason | None:
        tag = self._elements[index].tag
        groups = self.outline.group_names(index)
        if self._inside(self._prose_before, index) > MAX_NAMED_SHARE * self._total:
            return None
        if tag in TAGGED:
            return None if tag == "figure" and self._holds_text(index) else TAGGED[tag]
        if "title" in groups:
            return None
        if tag == "article":
            groups = groups - POST_GROUPS
        return next(
            (reason for group, reason in NAMED.items() if group in groups and group not in self._unbelieved), None
        )

    def _holds_text(self, figure: int) -> bool:
        """True for a figure that is no picture: content systems wrap tables, code and quotes in one."""
        return any(self._blocks[i].kind in TEXT_KINDS for i in self.outline.blocks_in(figure))

    def _inside(self, sums: list[int], element: int) -> int:
        """Of running sums over the blocks, what falls to those inside an element."""
        return sums[self.outline.last[element] + 1] - sums[self.outline.first[element]]

    def _find_body(self) -> int | None:
        votes: dict[int, float] = {}
        for block, prose in zip(self._blocks, self._prose, strict=True):
            if not prose or self.named[block.element]:
                continue
            vote = float(min(prose, MAX_VOTE))
            for element in self._hearers(block.element):
                votes[element] = votes.get(element, 0.0) + vote
                vote /= 2
        if not votes:
            return self._declared_body()
        return self._joined(max(votes, key=lambda element: (votes[element], element)))

    def _declared_body(self) -> int | None:
        """On a page without prose: of the elements that are named for an article, the one that holds most text."""
        found: dict[int, int] = {}
        for index, element in enumerate(self._elements):
            if self.named[index] or (element.tag != "article" and not self.outline.has_group(index, "article")):
                continue
            blocks = [self._blocks[i] for i in self.outline.blocks_in(index) if self._is_kept[i]]
            found[index] = sum(len(b.text) - b.link_chars for b in blocks if not self.named[b.element])
        return max(found, key=lambda index: (found[index], index), default=None)

    def _hearers(self, element: int) -> list[int]:
        """The containers that a paragraph speaks for, nearest first."""
        elements = self._elements
        found = [element] if elements[element].tag in CONTAINER_TAGS else []
        while elements[element].parent >= 0 and len(found) < ANCESTORS:
            element = elements[element].parent
            found.append(element)
        return found

    def _joined(self, body: int) -> int:
        """Climb while the parent holds more prose that nothing speaks against: the other parts of a split body."""
        inner = self._inside(self._own_before, body)
        element = body
        while (element := self._elements[element].parent) > 0:
            outer = self._inside(self._own_before, element)
            if outer > JOIN_RATIO * inner and inner < ENOUGH_SHARE * self._total and outer - inner > JOIN_WIDTH:
                body, inner = element, outer
        return body

    def holds(self, position: int) -> bool:
        """True where the rule takes the block for part of the article."""
        block = self._blocks[position]
        if self.body is None or self.named[block.element] or is_picture_caption(block) or block.tag == "h1":
            return False
        if position not in self.outline.blocks_in(self.body):
            return self._is_standfirst(position, block)
        is_list = block.link_density > LINK_LIST_DENSITY and self.outline.block_width[position] < LINK_LIST_WIDTH
        return not is_list or self._among_prose(position, block)

    def _among_prose(self, position: int, block: Block) -> bool:
        """True for a linked heading or list item between two paragraphs: it belongs to them."""
        before = any(self._prose[max(0, position - 2) : position])
        after = any(self._prose[position + 1 : position + 3])
        return before and after and block.kind != "paragraph"

    def _is_standfirst(self, position: int, block: Block) -> bool:
        first = self.outline.first[self.body or 0]
        if not first - STANDFIRST_BLOCKS <= position < first or not is_prose(block.text, block.link_density):
            return False
        before = self._blocks[max(0, position - HEADLINE_BLOCKS) : position]
        return any(other.tag in ("h1", "h2") for other in before)

    def standfirsts(self) -> set[int]:
        """Positions of paragraphs right below the headline that sum the article up, wherever the body begins.

        Such a one says what the page's description says, or stands in an element that is named for it. One whose words
        the article says again is an excerpt that the page's template made.
        """
        description = set(normalise(self._description).split())
        headlines = [i for i, block in enumerate(self._blocks) if block.tag == "h1"]
        found = {
            position
            for headline in headlines
            for position in range(headline + 1, min(headline + 1 + HEADLINE_BLOCKS, len(self._blocks)))
            if self._sums_up(position, description)
        }
        return {position for position in found if not self._is_said_again(position)}

    def _is_said_again(self, position: int) -> bool:
        opening = self._blocks[position].text[:EXCERPT_CHARS]
        return any(opening in block.text for i, block in enumerate(self._blocks) if i != position)

    def _sums_up(self, position: int, description: set[str]) -> bool:
        block = self._blocks[position]
        if block.kind not in ("paragraph", "heading") or block.link_density > MAX_STANDFIRST_LINK_DENSITY:
            return False
        if not MIN_STANDFIRST_WIDTH <= self.outline.block_width[position] <= MAX_STANDFIRST_WIDTH:
            return False
        words = normalise(block.text).split()
        if sum(word in description for word in words) >= DESCRIPTION_SHARE * len(words):
            return True
        parent = max(self._elements[block.element].parent, 0)
        return any(self.outline.has_group(element, "standfirst") for element in (block.element, parent))
