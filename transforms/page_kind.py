"""The kind of a page: article, discussion, product, documentation, listing, or another."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .page_kinds.classify import kind_of


@transform
@dataclass
class DetectPageKind(PageTransform):
    """Detect the kind of a page. Later steps keep the text that readers of this kind of page want.

    The kinds are `article`, `discussion`, `product`, `documentation`, `listing`, and `other` (for example the page of a
    service or a company). If the evidence is weak, the page is an article. Without this step, every page is an article.
    """

    def clean(self, page: Page) -> Page:
        """Return the page with `kind` and `kind_score` set; see `kind_of`."""
        kind, score = kind_of(page)
        return page.replaced(kind=kind, kind_score=score)
