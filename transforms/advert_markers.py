"""Adverts and the lines that announce them."""

from __future__ import annotations

from dataclasses import dataclass

from .base import PageTransform
from .clues.furniture import Sign, furniture, speaks_inside
from .clues.furniture_words import word_removals
from .clues.outline import outline_of
from .page import Page

# The text of a placeholder or a product box; what is longer has to say that it is an advert.
MAX_BOX_WIDTH = 400


def mark_advert_markers(page: Page, *, min_score: float) -> Page:
    """Mark adverts, the labels that stand around them, and "story continues below" lines.

    A container of an advert system goes whole; one that is only named for adverts goes if it holds no running text, or
    carries a marker. An article about advertising stays: a marker is a line of its own.
    """
    outline = outline_of(page)

    def admits(index: int, sign: Sign) -> bool:
        if sign.certain or (not outline.prose[index] and outline.size[index] <= MAX_BOX_WIDTH):
            return True
        return speaks_inside(page, outline, index, "advert")

    page = page.mark(furniture(page, "advert", "advert_markers", admits, max_prose_share=0.2))
    return page.mark(word_removals(page, "advert", "advert_markers", min_score))


@dataclass
class RemoveAdvertMarkers(PageTransform):
    """Take adverts and their markers out of the article.

    `min_score` is the evidence, 0 to 1, that words alone must give (see `furniture_words`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """The page with its adverts marked."""
        return mark_advert_markers(page, min_score=self.min_score)
