"""The metadata of an article: title, authors, dates, tags, site name and canonical address."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .metadata.extract import extract_metadata


@transform
@dataclass
class ExtractMetadata(PageTransform):
    """Fill in the page's metadata: title, authors, dates, tags, site name and canonical address."""

    def clean(self, page: Page) -> Page:
        """Return the page with `metadata` set; see `extract_metadata`."""
        return page.replaced(metadata=extract_metadata(page))
