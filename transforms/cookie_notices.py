"""Cookie and consent notices, and the boxes that stand in for embedded media until consent is given."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform
from .core.page import Page
from .matching.furniture import Sign, furniture, speaks_inside
from .matching.furniture_words import word_removals
from .matching.outline import outline_of


def mark_cookie_notices(page: Page, *, min_score: float) -> Page:
    """Mark consent banners and dialogs.

    A container of a known consent system goes whole; one that is only named for cookies or consent goes if it
    holds no running text or says what such notices say. An article about cookies stays: in its sentences a
    phrase needs company, and its containers are not named for a notice.
    """
    outline = outline_of(page)

    def admits(index: int, sign: Sign) -> bool:
        return sign.certain or not outline.prose[index] or speaks_inside(page, outline, index, "cookie-notice")

    page = page.mark(furniture(page, "cookie-notice", "cookie_notices", admits, max_prose_share=0.5))
    return page.mark(word_removals(page, "cookie-notice", "cookie_notices", min_score))


@dataclass
class RemoveCookieNotices(PageTransform):
    """Take cookie and consent notices out of the article.

    `min_score` is the evidence, 0 to 1, that words alone must give (see `furniture_words`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """The page with its cookie notices marked."""
        return mark_cookie_notices(page, min_score=self.min_score)
