"""One step after the other on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .base import PageTransform
from .page import Page
from .step_error import StepError as StepError
from .time_budget import OutOfTime


def clean_page(page: Page, steps: Sequence[PageTransform], lap: Callable[[str], None] | None = None) -> Page:
    """The page after all steps, in order. A step that fails raises `StepError`, which names it; so does `OutOfTime`.

    `lap` is told the name of each step that is done.
    """
    for step in steps:
        try:
            cleaned: object = step.clean(page)
            if not isinstance(cleaned, Page):
                raise TypeError(f"clean() returned {cleaned!r:.40}, not a page")
        except OutOfTime:
            raise OutOfTime(type(step).__name__) from None
        except Exception as error:
            raise StepError(type(step).__name__, error, type(step).__module__) from error
        page = cleaned
        if lap is not None:
            lap(type(step).__name__)
    return page
