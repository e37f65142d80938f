"""Why a block was judged to be no article, in words for the ledger."""

from __future__ import annotations

from ..core.page import Element, Page, Reason
from ..site_memory.memory import Container
from .container import LINK_LIST_DENSITY, is_picture_caption
from .judgement import Judgement
from .table import FEATURES
from .telling import told

RULE, SITE_RULE = "main_content", "main_content.site"
# Above this share of its text a container is known for what most of it is.
MOSTLY = 0.5

Cause = tuple[Reason, str, str]


class Causes:
    """Reason, rule and evidence for the blocks of one page that main content takes away."""

    def __init__(self, page: Page, judgement: Judgement) -> None:
        self.page = page
        self.judgement = judgement
        self._start_tags: dict[int, str] = {}  # few elements are asked for, many times, and their names may be long

    def plain(self, position: int) -> Cause | None:
        """For a caption, and for what is inside an element whose name or tag says what it is."""
        block = self.page.blocks[position]
        if is_picture_caption(block):
            return "other", RULE, "a caption"
        named = self.judgement.container.named[block.element]
        return (named[0], RULE, f"inside {self._described(named[1])}") if named else None

    def known(self, known: Container) -> Cause:
        """For a block that would pass by what its page shows, had the site's other pages not told otherwise."""
        memory = self.page.site_memory
        site, sampled = (memory.site, memory.sampled) if memory else ("", 0)
        reason: Reason = "link-list" if known.linked > MOSTLY else "other"
        where = f"inside <{known.path.rpartition('/')[2]}>, mostly no article"
        seen = f", last seen {known.last_seen}" if known.last_seen else ""
        return reason, SITE_RULE, f"{where} on the {known.articles} of {sampled} articles of {site} that have it{seen}"

    def weighed(self, row: int, column: int) -> Cause:
        """For a block that nothing plain speaks against: its links, its place, and the evidence that weighed most."""
        judgement = self.judgement
        position, container = judgement.positions[row], judgement.container
        block = self.page.blocks[position]
        most = told(FEATURES[column], float(judgement.table[position, column]))
        weighed = f"weighed most: {most}"
        if block.link_density > LINK_LIST_DENSITY:
            links = f"{block.link_density:.0%} of its text is links"
            return "link-list", RULE, links if FEATURES[column] == "link_density" else f"{links}; {weighed}"
        body = container.body
        if body is not None and position not in container.outline.blocks_in(body):
            return "navigation", RULE, f"outside {self._described(body)}, which holds the article; {weighed}"
        return "other", RULE, f"unlike the article around it; {weighed}"

    def _described(self, index: int) -> str:
        """An element as its start tag with id and classes, as people know it from the page's source."""
        if index not in self._start_tags:
            self._start_tags[index] = start_tag(self.page.elements[index])
        return self._start_tags[index]


def start_tag(element: Element) -> str:
    """An element's tag, id and classes as HTML writes them.

    >>> start_tag(Element("div", id="main", classes=("story", "wide")))
    '<div id="main" class="story wide">'
    """
    identity = f' id="{element.id}"' if element.id else ""
    classes = f' class="{" ".join(element.classes)}"' if element.classes else ""
    return f"<{element.tag}{identity}{classes}>"
