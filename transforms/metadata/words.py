"""The word lists of this package, read once from the data files beside the code."""

from __future__ import annotations

from functools import cache

from ..data import phrases, topics


@cache
def words(topic: str) -> frozenset[str]:
    """The words of a topic in all languages, case folded. Raises KeyError for a topic that has no list."""
    return frozenset(word.casefold() for word in phrases("phrases/metadata", topic))


def months(language: str) -> dict[str, int]:
    """Month numbers by case-folded name.

    For a language that has a table, that table comes first; the names of all others follow as far as languages
    agree on them: "listopad" is October in Croatian and November in Polish, so it is known in those only.
    """
    known = language.casefold()[:2]
    return _months_of(known if known in _month_tables() else "")


@cache
def _months_of(language: str) -> dict[str, int]:
    return _agreed_months() | _month_tables().get(language, {})


@cache
def _month_tables() -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = {}
    for month, languages in topics("phrases/months").items():
        for language, names in languages.items():
            tables.setdefault(language, {}).update(dict.fromkeys(names, int(month)))
    return tables


@cache
def _agreed_months() -> dict[str, int]:
    found: dict[str, int] = {}
    disputed: set[str] = set()
    for table in _month_tables().values():
        for name, number in table.items():
            if found.setdefault(name, number) != number:
                disputed.add(name)
    return {name: number for name, number in found.items() if name not in disputed}
