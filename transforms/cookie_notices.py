"""Cookie and consent notices, and the boxes that stand in for embedded media until consent is given."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .matching.boilerplate import Container, mark_widgets


def mark_cookie_notices(page: Page, *, min_score: float) -> Page:
    """Mark consent banners and dialogs.

    A container of a known consent system goes whole; one that is only named for cookies or consent goes if it
    holds no running text or says what such notices say. An article about cookies stays: in its sentences a
    phrase needs company, and its containers are not named for a notice.
    """

    def admits(container: Container) -> bool:
        return container.certain or not container.prose or container.has_phrase()

    return mark_widgets(page, "cookie-notice", "cookie_notices", admits, min_score=min_score, max_prose_share=0.5)


@transform
@dataclass
class RemoveCookieNotices(PageTransform):
    """Take cookie and consent notices out of the article.

    `min_score` is the score, 0 to 1, that words must reach without a container (see `boilerplate.word_removals`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """Mark the cookie notices of a page; see `mark_cookie_notices`."""
        return mark_cookie_notices(page, min_score=self.min_score)
