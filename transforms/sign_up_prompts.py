"""Prompts to sign up, subscribe, register, pay, donate or install an app."""

from __future__ import annotations

from dataclasses import dataclass

from .core.base import PageTransform
from .core.page import Page
from .matching.furniture import Sign, furniture, speaks_inside
from .matching.furniture_words import word_removals
from .matching.outline import outline_of

# A form with its small print; a container that holds more is more than a prompt.
MAX_PROMPT_WIDTH = 1200


def mark_sign_up_prompts(page: Page, *, min_score: float) -> Page:
    """Mark newsletter forms, paywall and registration notices, and calls to donate, join or install an app.

    A container that is only named for such things must say them too: sites also name the hidden part of a paid
    article "paywall". An article about newsletters stays: in its sentences a phrase needs company.
    """
    outline = outline_of(page)

    def admits(index: int, sign: Sign) -> bool:
        if sign.certain:
            return True
        return outline.size[index] <= MAX_PROMPT_WIDTH and speaks_inside(page, outline, index, "sign-up")

    page = page.mark(furniture(page, "sign-up", "sign_up_prompts", admits, max_prose_share=0.2))
    return page.mark(word_removals(page, "sign-up", "sign_up_prompts", min_score))


@dataclass
class RemoveSignUpPrompts(PageTransform):
    """Take sign-up, paywall and donation prompts out of the article.

    `min_score` is the evidence, 0 to 1, that words alone must give (see `furniture_words`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """The page with its prompts marked."""
        return mark_sign_up_prompts(page, min_score=self.min_score)
