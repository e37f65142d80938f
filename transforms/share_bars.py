"""Share buttons, follow-us lines and page tools."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform
from .core.page import Page
from .matching.furniture import Sign, furniture
from .matching.furniture_words import word_removals
from .matching.outline import outline_of

# A bar with every network's name spelt out in a sentence of its own stays below this.
MAX_BAR_WIDTH = 600
# An embedded post of a network is a quotation, whatever its class names say.
QUOTING_TAGS = frozenset({"blockquote", "figure", "q"})


def mark_share_bars(page: Page, *, min_score: float) -> Page:
    """Mark share buttons, calls to follow the site, and print, mail and text-size tools.

    Found by the names of containers that hold no running text, and by words: a network's name counts only among
    others or in a control. Embedded posts stay, and so does what an article says of networks.
    """
    outline = outline_of(page)

    def admits(index: int, sign: Sign) -> bool:
        if page.elements[index].tag in QUOTING_TAGS:
            return False
        return sign.certain or (not outline.prose[index] and outline.size[index] <= MAX_BAR_WIDTH)

    page = page.mark(furniture(page, "sharing", "share_bars", admits))
    return page.mark(word_removals(page, "sharing", "share_bars", min_score))


@dataclass
class RemoveShareBars(PageTransform):
    """Take share bars, follow-us lines and page tools out of the article.

    `min_score` is the evidence, 0 to 1, that words alone must give (see `furniture_words`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """The page with its share bars marked."""
        return mark_share_bars(page, min_score=self.min_score)
