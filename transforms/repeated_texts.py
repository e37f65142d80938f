"""Texts that come back on the pages of a site, by its memory."""

from __future__ import annotations

from .core.page import Page, Reason, Removal
from .matching.disclaimer_words import statement_of
from .site_memory.memory import SiteMemory, Template
from .site_memory.site_prior import repeated_texts

RULE = "site_memory"


def mark_repeated_texts(page: Page) -> Page:
    """Mark what the page's site memory knows to be a template: a text that most articles with the same box carry.

    Short texts inside the article stay (headings and rubrics come back too), and so does everything on a page without
    site memory, or of which nothing would be left. The score is the share of articles that carry the text.
    """
    memory = page.site_memory
    if memory is None or not memory.is_believed:
        return page
    marked = page.mark(
        {
            position: Removal(_reason(page, position), RULE, _evidence(template, memory), round(template.share, 4))
            for position, template in repeated_texts(page, memory)
        }
    )
    return marked if next(marked.kept(), None) else page


def _reason(page: Page, position: int) -> Reason:
    return "disclaimer" if statement_of(page.blocks[position].text) is not None else "repeated"


def _evidence(template: Template, memory: SiteMemory) -> str:
    """How often the text was seen, where, and when last, as the ledger tells it."""
    masked = ", with other numbers" if template.is_masked else ""
    seen = f", last seen {template.last_seen}" if template.last_seen else ""
    return f"on {template.articles} of {template.of} articles of {memory.site}{masked}{seen}"
