"""What goes wrong with a page while steps are at work on it."""

from __future__ import annotations


class StepError(Exception):
    """A step failed on a page. `step` names the transform; the cause is chained."""

    def __init__(self, step: str, cause: Exception) -> None:
        super().__init__(f"{step} failed: {type(cause).__name__}: {cause}")
        self.step = step


class TooSlowError(StepError):
    """A page has passed its budget of time. `step` names what was at work."""

    def __init__(self, step: str, seconds: float) -> None:
        Exception.__init__(self, f"{step} was at work when the page had taken {seconds:g} s (limits: seconds_per_page)")
        self.step = step
