"""What goes wrong with a page while steps are at work on it."""

from __future__ import annotations

import os
import traceback


class StepError(Exception):
    """A step failed on a page. `step` names the transform; the cause is chained.

    `module` is the one that defines the transform. The innermost line of its package that was at work is told; where it
    calls a library, the line that called.
    """

    def __init__(self, step: str, cause: Exception, module: str = "") -> None:
        super().__init__(f"{step} failed: {type(cause).__name__}: {cause}{_place(cause, module)}")
        self.step = step


class TooSlowError(StepError):
    """A page has passed its budget of time. `step` names what was at work."""

    def __init__(self, step: str, seconds: float) -> None:
        Exception.__init__(self, f"{step} was at work when the page had taken {seconds:g} s (limits: seconds_per_page)")
        self.step = step


def _place(cause: Exception, module: str) -> str:
    """` (own_step.py, line 12)`: without the folder, which is another on each worker. `""` where no line is known."""
    package = module.partition(".")[0]
    lines = [
        (os.path.basename(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(cause.__traceback__)
        if str(frame.f_globals.get("__name__")).partition(".")[0] == package
    ]
    return " ({}, line {})".format(*lines[-1]) if lines else ""
