"""Share buttons, follow-us lines, embed codes and page tools."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS
from .core.page import Page, Removal
from .matching.boilerplate import Container, mark_widgets

# A bar with every network's name spelt out in a sentence of its own stays below this.
MAX_BAR_WIDTH = 600
# An embedded post of a network is a quotation, whatever its class names say.
QUOTING_TAGS = frozenset({"blockquote", "figure", "q"})
# The code that embeds a film or a sound elsewhere is nearly all of a line. Text about such code has it in code.
EMBED_START, EMBED_END = "<iframe ", "</iframe>"
MIN_EMBED = 0.6
CODE = KIND_NUMBERS["code"]


def mark_share_bars(page: Page, *, min_score: float) -> Page:
    """Mark share buttons, calls to follow the site, codes that embed a film, and print, mail and text-size tools.

    boiloff finds them by the names of containers without running text, and by words. The name of a social network
    counts only next to other such names or in a control. boiloff keeps embedded posts, and articles about social
    networks.
    """

    def admits(container: Container) -> bool:
        if container.tag in QUOTING_TAGS:
            return False
        return container.certain or (not container.prose and container.size <= MAX_BAR_WIDTH)

    return mark_widgets(page.mark(_embed_codes(page)), "sharing", "share_bars", admits, min_score=min_score)


def _embed_codes(page: Page) -> dict[int, Removal]:
    """Mark lines that are the code which embeds something of this page on another."""
    columns = page.columns
    text, found = columns.text, []
    at = text.find(EMBED_START)
    while at >= 0:
        position = bisect_right(columns.starts, at) - 1
        start, end = columns.starts[position], columns.starts[position + 1]
        close = text.rfind(EMBED_END, at, end)
        is_long = close - at + len(EMBED_END) >= MIN_EMBED * (end - start)
        if is_long and columns.kinds[position] != CODE and text.find("//", at, close) > 0:
            found.append(position)
        at = text.find(EMBED_START, end)
    return dict.fromkeys(found, Removal("sharing", "share_bars.embeds", "the code that embeds a frame", 0.8))


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
