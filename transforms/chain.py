"""One step after the other on one page."""

from __future__ import annotations

from collections.abc import Sequence

from .base import PageTransform
from .page import Page


class StepError(Exception):
    """A step failed on a page. `step` names the transform; the cause is chained."""

    def __init__(self, step: str, cause: Exception) -> None:
        super().__init__(f"{step} failed: {type(cause).__name__}: {cause}")
        self.step = step


def clean_page(page: Page, steps: Sequence[PageTransform]) -> Page:
    """The page after all steps, in order. A step that fails raises `StepError`, which names it."""
    for step in steps:
        try:
            cleaned: object = step.clean(page)
            if not isinstance(cleaned, Page):
                raise TypeError(f"clean() returned {cleaned!r:.40}, not a page")
        except Exception as error:
            raise StepError(type(step).__name__, error) from error
        page = cleaned
    return page
