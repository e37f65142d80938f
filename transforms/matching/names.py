"""What ids and class names say an element is for: comments, navigation, sharing, the article itself."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain
from operator import add

from ..core.page import Element
from ..data import read_data

# A word inside a name: a run of lower-case letters with an optional capital before it, or a run of capitals.
# Both alternatives are single-class runs over disjoint starts, so matching is linear.
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A digit before a letter tells a part of a name that a program made up ("5a10fbd", "c6c0h"), whatever words are in it.
NAME_PART = re.compile(r"[A-Za-z0-9]+")
MADE_UP = re.compile(r"[0-9][A-Za-z]")
# These name the whole page or what it allows ("comments-open", "has-sidebar"), not what they hold.
UNNAMED_TAGS = frozenset({"html", "body"})
NO_GROUPS: frozenset[str] = frozenset()


@cache
def name_groups() -> dict[str, frozenset[str]]:
    """For each word that may stand in a name, the groups it speaks for (`data/name_groups.json`)."""
    groups: dict[str, set[str]] = {}
    for group, words in read_data("name_groups")["groups"].items():
        for word in words:
            groups.setdefault(word, set()).add(group)
    return {word: frozenset(names) for word, names in groups.items()}


def name_words(names: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an id or of class names, lower case, in order; digits and signs separate words.

    >>> name_words(("relatedPosts", "c-share_bar2"))
    ('related', 'posts', 'c', 'share', 'bar')
    """
    return tuple(chain.from_iterable(map(words_of_name, names)))


@lru_cache(maxsize=1 << 16)
def words_of_name(name: str) -> tuple[str, ...]:
    """The words of one name. Most names on a page stand on others too, in other company."""
    if MADE_UP.search(name):
        name = " ".join(part for part in NAME_PART.findall(name) if not MADE_UP.search(part))
    return tuple(" ".join(NAME_WORD.findall(name)).lower().split())


def _groups_of_words(words: tuple[str, ...]) -> frozenset[str]:
    """The groups that words, or two words in a row written as one, speak for."""
    known = name_groups()
    spoken = [*words, *map(add, words, words[1:])]
    if known.keys().isdisjoint(spoken):
        return NO_GROUPS
    return NO_GROUPS.union(*(known[word] for word in spoken if word in known))


def groups_of(element: Element) -> frozenset[str]:
    """The groups that an element's id, class names and role speak for."""
    tag, _, identity, names, attributes, _ = element
    if tag in UNNAMED_TAGS:
        return NO_GROUPS
    if identity:
        names = (identity, *names)
    for key, value in attributes:
        if key == "role":
            names = (*names, value)
    return groups_of_names(names) if names else NO_GROUPS


@lru_cache(maxsize=1 << 16)
def groups_of_name(name: str) -> frozenset[str]:
    """The groups that one name speaks for."""
    return _groups_of_words(words_of_name(name))


@lru_cache(maxsize=1 << 16)
def groups_of_names(names: tuple[str, ...]) -> frozenset[str]:
    """The groups that names speak for together: the last word of one and the first of the next may be a pair."""
    return groups_of_name(names[0]) if len(names) == 1 else _groups_of_words(name_words(names))
