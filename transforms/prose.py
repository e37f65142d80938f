"""Where the article's running text stands on a page: what rules about the edges of an article measure from."""

from __future__ import annotations

from .outline import outline_of
from .page import Page


def kept_positions(page: Page, start: int = 0) -> list[int]:
    """Positions of the blocks from `start` on that no transform has marked so far."""
    return [i for i, removal in enumerate(page.removals[start:], start) if removal is None]


def kept_prose(page: Page) -> list[int]:
    """Positions of the paragraphs of prose (see `wording.is_prose`) that no transform has marked so far."""
    sizes = outline_of(page).block_prose
    return [i for i, removal in enumerate(page.removals) if removal is None and sizes[i]]
