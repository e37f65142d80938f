"""Recognise the names of organisations among those that sign articles: agencies, publishers, universities, firms."""

from __future__ import annotations

import re
from functools import cache

from .values import words

# What parts the words of a name, or two names on one line. Single characters: linear.
_BETWEEN = re.compile(r"[\s/,;|()]+")
_FIRST_UNSPACED = "\u2e80"
# An acronym has so many capitals.
_ACRONYM = re.compile(r"[A-ZÄÖÜČİ]{3,6}")


def is_organisation(name: str) -> bool:
    """Return True for the name of a news agency, and for a name with a word that no person has in theirs.

    >>> is_organisation("Harbour News Agency"), is_organisation("dpa"), is_organisation("Ann Roe")
    (True, True, False)
    """
    said = name.casefold()
    if said in words("agency") or (said.startswith("the ") and " " in said):
        return True
    if name[-1:] > _FIRST_UNSPACED:
        return name.endswith(_ends())
    parts = _BETWEEN.split(said)
    if len(parts) > 1 and not words("word of an organisation").isdisjoint(parts):
        return True
    return any(_ACRONYM.fullmatch(part) and part.casefold() in words("agency") for part in _BETWEEN.split(name))


def is_staff(name: str) -> bool:
    """Return True for the sign of an editorial office: "Redaktion", "Staff Writer"."""
    return name.casefold() in words("staff")


@cache
def _ends() -> tuple[str, ...]:
    return tuple(words("end of an organisation") | words("agency"))
