"""Remembering what a function of one text gave, without letting what pages say fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

# Longer texts are not met again.
LONGEST = 2_000

Result = TypeVar("Result")


def remembered(maxsize: int) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """Like `lru_cache`, for functions of one text; what a long text gives is not kept."""

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        known = lru_cache(maxsize=maxsize)(function)

        @wraps(function)
        def call(text: str) -> Result:
            return known(text) if len(text) <= LONGEST else function(text)

        return call

    return decorate
