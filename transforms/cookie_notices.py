"""Cookie and consent notices, and the boxes that stand in for embedded media until consent is given."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .matching.boilerplate import Container, mark_widgets


def mark_cookie_notices(page: Page, *, min_score: float) -> Page:
    """Mark consent banners and dialogs.

    boiloff removes the whole container of a known consent system. It removes a container that is only named for cookies
    or consent if it has no running text, or if it contains phrases of such notices. It keeps articles about cookies:
    inside a sentence, a phrase alone is not enough.
    """

    def admits(container: Container) -> bool:
        return container.certain or not container.prose or container.has_phrase()

    return mark_widgets(page, "cookie-notice", "cookie_notices", admits, min_score=min_score, max_prose_share=0.5)


@transform
@dataclass
class RemoveCookieNotices(PageTransform):
    """Remove cookie notices and consent notices.

    `min_score` is the score, from 0 to 1, that phrases must reach outside of a known container (see
    `boilerplate.word_removals`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """Mark the cookie notices of a page; see `mark_cookie_notices`."""
        return mark_cookie_notices(page, min_score=self.min_score)
