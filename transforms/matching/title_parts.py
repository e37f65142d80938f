"""The parts of a title: the headline, the site's name, the section, with the marks that set them off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .wording import normalise

# What sets a headline off from a site's name, a section or a breadcrumb. Single characters with at most one space
# on each side, so it cannot backtrack.
MARK = re.compile(r"\s[-–—/~<]\s|\s?[|›»>•·｜_:：\n]\s?")
MAX_PARTS = 12


def beginnings(text: str) -> Iterator[str]:
    """What stands before each mark, normalised, shortest first.

    >>> list(beginnings("Late ferry: who pays? | The Gazette"))
    ['late ferry', 'late ferry who pays']
    """
    return (normalise(text[: mark.start()]) for mark in _marks(text))


def endings(text: str) -> Iterator[str]:
    """What stands after each mark, normalised, longest first."""
    return (normalise(text[mark.end() :]) for mark in _marks(text))


def _marks(text: str) -> list[re.Match[str]]:
    return [match for _, match in zip(range(MAX_PARTS), MARK.finditer(text), strict=False)]
