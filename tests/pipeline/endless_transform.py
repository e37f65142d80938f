"""A step of somebody's own that never ends on some pages, and takes the end for a failure of its own."""

from dataclasses import dataclass

from boiloff.transforms import Page, PageTransform


@dataclass
class CountForEver(PageTransform):
    """Counts as long as it is let, where a page says so."""

    def clean(self, page: Page) -> Page:
        while any("for ever" in block.text for block in page.blocks):
            try:
                sum(range(1000))
            except Exception:
                continue
        return page
