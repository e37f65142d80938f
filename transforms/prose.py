"""Where the article's running text stands on a page: what rules about the edges of an article measure from."""

from __future__ import annotations

from dataclasses import replace

from .outline import outline_of
from .page import Page


def before_step(page: Page, step: str) -> Page:
    """The page without the marks of a step's own rules (`step` and `step.…`), so that a second run decides alike."""
    own = {i for i, mark in enumerate(page.removals) if mark is not None and mark.rule.partition(".")[0] == step}
    if not own:
        return page
    return replace(page, removals=tuple(None if i in own else mark for i, mark in enumerate(page.removals)))


def kept_positions(page: Page, start: int = 0) -> list[int]:
    """Positions of the blocks from `start` on that no transform has marked so far."""
    return [i for i, removal in enumerate(page.removals[start:], start) if removal is None]


def kept_prose(page: Page) -> list[int]:
    """Positions of the paragraphs of prose (see `wording.is_prose`) that no transform has marked so far."""
    sizes = outline_of(page).block_prose
    return [i for i, removal in enumerate(page.removals) if removal is None and sizes[i]]
