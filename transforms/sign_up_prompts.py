"""Prompts to sign up, subscribe, register, pay, donate or install an app."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page
from .matching.boilerplate import Container, mark_widgets

# A form with its small print; a container with more is more than a prompt.
MAX_PROMPT_WIDTH = 1200


def mark_sign_up_prompts(page: Page, *, min_score: float) -> Page:
    """Mark newsletter forms, paywall and registration notices, and calls to donate, join or install an app.

    If a container is only named for such prompts, it must also contain their phrases, because sites also use the name
    "paywall" for the hidden part of a paid article. boiloff keeps articles about newsletters: inside a sentence, a
    phrase alone is not enough.
    """

    def admits(container: Container) -> bool:
        return container.certain or (container.size <= MAX_PROMPT_WIDTH and container.has_phrase())

    return mark_widgets(page, "sign-up", "sign_up_prompts", admits, min_score=min_score, max_prose_share=0.2)


@transform
@dataclass
class RemoveSignUpPrompts(PageTransform):
    """Remove sign-up prompts, paywall notices and donation prompts.

    `min_score` is the score, from 0 to 1, that phrases must reach outside of a known container (see
    `boilerplate.word_removals`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """Mark the sign-up prompts of a page; see `mark_sign_up_prompts`."""
        return mark_sign_up_prompts(page, min_score=self.min_score)
