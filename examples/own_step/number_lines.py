"""Your own cleaning step: it removes lines of numbers."""

from dataclasses import dataclass

from boiloff.transforms import Page, PageTransform, Removal


@dataclass
class RemoveNumberLines(PageTransform):
    """Take out lines that are mostly digits, such as tide tables, exchange rates and results.

    Tables and code are left alone: there, numbers are what the article is about.
    """

    min_share: float = 0.5

    def clean(self, page: Page) -> Page:
        """Return the page with its lines of numbers marked."""
        marks = {}
        for position, block in page.kept():
            share = sum(map(str.isdigit, block.text)) / max(1, len(block.text))
            if share >= self.min_share and block.kind not in ("table", "code"):
                marks[position] = Removal("other", "number-lines", f"{share:.0%} digits", share)
        return page.mark(marks)
