"""What a transform is: the Beam shell of a step, its name in configurations, and what happens when it fails."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ..._beam_import import BeamTransform
from .page import Page

if TYPE_CHECKING:
    import apache_beam as beam


class PageTransform(BeamTransform):
    """A step on pages: subclasses are dataclasses whose fields are their settings, and define `clean`.

    The same object works in a pipeline (`pages | RemoveCommentWidgets()`) and without one
    (`RemoveCommentWidgets().clean(page)`). The fields are the keys of the configuration, and their defaults
    stand nowhere else.
    """

    def clean(self, page: Page) -> Page:
        """Return the page with this step's marks or values added; blocks are never deleted or changed."""
        raise NotImplementedError(f"{type(self).__name__} has no clean()")

    def expand(self, pages: beam.PCollection[Page]) -> beam.PCollection[Page]:
        """Apply `clean` to each page."""
        import apache_beam as beam

        step = beam.Map(self.clean).with_input_types(Page).with_output_types(Page)
        return pages | type(self).__name__ >> step


Transform = TypeVar("Transform", bound=type[PageTransform])

# The transforms of boiloff by name: what the `type` of a step in a configuration may say. `@transform` fills it.
STEPS: dict[str, type[PageTransform]] = {}


def transform(shell: Transform) -> Transform:
    """Register a transform of boiloff under the name of its class, for configurations and for the reference.

    `boiloff.transforms` imports every module that lies beside it, so a file with a decorated class is all that a new
    transform needs. A transform of another package needs no decorator: configurations name it by its import path.

    Raises ValueError where another class has the name.
    """
    known = STEPS.setdefault(shell.__name__, shell)
    if known.__module__ != shell.__module__:
        raise ValueError(f"{shell.__module__}.{shell.__name__}: {known.__module__} has a transform of this name")
    STEPS[shell.__name__] = shell
    return shell


class StepError(Exception):
    """A step failed on a page. `step` names the transform; the cause is chained.

    `module` is the one that defines the transform. The message names the innermost line of its package that ran, or,
    inside a library, the line that called the library.
    """

    def __init__(self, step: str, cause: Exception, module: str = "") -> None:
        super().__init__(f"{step} failed: {type(cause).__name__}: {cause}{_place(cause, module)}")
        self.step = step


class TooSlowError(StepError):
    """A page has passed its budget of time. `step` names what was at work."""

    def __init__(self, step: str, seconds: float) -> None:
        Exception.__init__(self, f"{step} was at work when the page had taken {seconds:g} s (limits: seconds_per_page)")
        self.step = step


class OutOfTime(BaseException):
    """Raised inside a page's work when its time is up: no `Exception`, so that no step takes it for its own failure.

    `step` is the step at work, if it is known.
    """

    def __init__(self, step: str = "") -> None:
        super().__init__(step)
        self.step = step


def clean_page(page: Page, steps: Sequence[PageTransform], lap: Callable[[str], None] | None = None) -> Page:
    """Run all steps on a page, in order.

    `lap` is called with the name of each step that is done. Raises StepError, which names the step, where one fails,
    and OutOfTime, which names it too, where the page has used up its time.
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


def _place(cause: Exception, module: str) -> str:
    """Name the line that failed: ` (own_step.py, line 12)`, or `""` where no line is known.

    Without the folder, which is another on each worker.
    """
    package = module.partition(".")[0]
    lines = [
        (os.path.basename(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(cause.__traceback__)
        if str(frame.f_globals.get("__name__")).partition(".")[0] == package
    ]
    return " ({}, line {})".format(*lines[-1]) if lines else ""
