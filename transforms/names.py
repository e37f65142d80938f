"""What ids and class names say an element is for: comments, navigation, sharing, the article itself."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from .page import Element

# A word inside a name: a run of lower-case letters with an optional capital before it, or a run of capitals.
# Both alternatives are single-class runs over disjoint starts, so matching is linear.
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A digit before a letter tells a part of a name that a program made up ("5a10fbd", "c6c0h"), whatever words are in it.
NAME_PART = re.compile(r"[A-Za-z0-9]+")
MADE_UP = re.compile(r"[0-9][A-Za-z]")
# These name the whole page or what it allows ("comments-open", "has-sidebar"), not what they hold.
UNNAMED_TAGS = frozenset({"html", "body"})


@cache
def name_groups() -> dict[str, frozenset[str]]:
    """For each word that may stand in a name, the groups it speaks for (`data/name_groups.json`)."""
    text = (resources.files(__package__) / "data" / "name_groups.json").read_text("utf-8")
    groups: dict[str, set[str]] = {}
    for group, words in json.loads(text)["groups"].items():
        for word in words:
            groups.setdefault(word, set()).add(group)
    return {word: frozenset(names) for word, names in groups.items()}


@lru_cache(maxsize=1 << 16)
def name_words(names: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an id or of class names, lower case, in order; digits and signs separate words.

    >>> name_words(("relatedPosts", "c-share_bar2"))
    ('related', 'posts', 'c', 'share', 'bar')
    """
    parts = (part for name in names for part in NAME_PART.findall(name))
    return tuple(word.lower() for part in parts if not MADE_UP.search(part) for word in NAME_WORD.findall(part))


def groups_of(element: Element) -> frozenset[str]:
    """The groups that an element's id, class names and role speak for."""
    if element.tag in UNNAMED_TAGS:
        return frozenset()
    names = (element.id, *element.classes) if element.id else element.classes
    role = element.attribute("role") if element.attributes else ""
    if role:
        names = (*names, role)
    return _groups_of_names(names) if names else frozenset()


@lru_cache(maxsize=1 << 16)
def _groups_of_names(names: tuple[str, ...]) -> frozenset[str]:
    words = name_words(names)
    known = name_groups()
    pairs = (first + second for first, second in pairwise(words))
    found = [known[word] for word in (*words, *pairs) if word in known]
    return frozenset().union(*found)
