"""The kind of a page: article, discussion, product, documentation, listing, or another."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .page_kinds.classify import kind_of


@transform
@dataclass
class DetectPageKind(PageTransform):
    """Detect the kind of a page: later steps keep what the readers of such a page came for.

    The kinds are `article`, `discussion`, `product`, `documentation`, `listing`, and `other`, such as the page of a
    service or a company. A page whose evidence is weak is an article, and so is every page without this step.
    """

    def clean(self, page: Page) -> Page:
        """Return the page with `kind` and `kind_score` set; see `kind_of`."""
        kind, score = kind_of(page)
        return page.replaced(kind=kind, kind_score=score)
