"""Share buttons, follow-us lines and page tools."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .matching.boilerplate import Container, mark_widgets

# A bar with every network's name spelt out in a sentence of its own stays below this.
MAX_BAR_WIDTH = 600
# An embedded post of a network is a quotation, whatever its class names say.
QUOTING_TAGS = frozenset({"blockquote", "figure", "q"})


def mark_share_bars(page: Page, *, min_score: float) -> Page:
    """Mark share buttons, calls to follow the site, and print, mail and text-size tools.

    boiloff finds them by the names of containers without running text, and by words. The name of a social network
    counts only next to other such names or in a control. boiloff keeps embedded posts, and articles about social
    networks.
    """

    def admits(container: Container) -> bool:
        if container.tag in QUOTING_TAGS:
            return False
        return container.certain or (not container.prose and container.size <= MAX_BAR_WIDTH)

    return mark_widgets(page, "sharing", "share_bars", admits, min_score=min_score)


@transform
@dataclass
class RemoveShareBars(PageTransform):
    """Remove share bars, follow-us lines and page tools.

    `min_score` is the score, from 0 to 1, that phrases must reach outside of a known container (see
    `boilerplate.word_removals`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """Mark the share bars of a page; see `mark_share_bars`."""
        return mark_share_bars(page, min_score=self.min_score)
