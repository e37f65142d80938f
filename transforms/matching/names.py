"""What ids and class names say an element is for: comments, navigation, sharing, the article itself."""

from __future__ import annotations

from array import array
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ..compiled.names import USES, NameReader, meaning
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES, Columns
from ..core.page import Element
from ..core.tags import TAG_NUMBERS
from ..data import read_data
from .tries import build_trie

if TYPE_CHECKING:
    Integers = array[int]

# These name the whole page or what it allows ("comments-open", "has-sidebar"), not what they hold.
UNNAMED_TAGS = frozenset({"html", "body"})
HTML, BODY = TAG_NUMBERS["html"], TAG_NUMBERS["body"]
# Words that make a name tell a state ("has-comments", "comments-open"), or a part of one thing for another.
STATE_WORDS = frozenset(
    "allow allowed closed count counter disabled enabled has hidden is no not off on open opened show status with "
    "without".split()
)
# Names on other attributes than id and class.
NAMING_ATTRIBUTES = frozenset("data-component data-module data-name data-qa data-testid data-type itemprop".split())
# How compiled code reads attributes: a role speaks for groups as an id does, the others may be signs.
USES_OF_ATTRIBUTES = array("B", [USES["read"] if key in NAMING_ATTRIBUTES else 0 for key in KEPT_ATTRIBUTES])
USES_OF_ATTRIBUTES[ATTRIBUTE_NUMBERS["role"]] = USES["speaks"]


@cache
def name_groups() -> dict[str, frozenset[str]]:
    """For each word that may stand in a name, the groups it speaks for (`data/names/groups.json`)."""
    groups: dict[str, set[str]] = {}
    for group, words in read_data("names/groups")["groups"].items():
        for word in words:
            groups.setdefault(word, set()).add(group)
    return {word: frozenset(names) for word, names in groups.items()}


# The number of a group's bit is its place here.
GROUPS = tuple(sorted(frozenset().union(*name_groups().values())))
GROUP_BITS = {group: 1 << number for number, group in enumerate(GROUPS)}


def topics() -> dict[str, list[str]]:
    """The topics of small parts, and the names that tell them (`data/names/small_parts.json`)."""
    found: dict[str, list[str]] = read_data("names/small_parts")["topics"]
    return found


TOPICS = tuple(topics())


class PageNames(NamedTuple):
    """What the names of a page say: a mask of groups for each element, another for each name of the columns' pool, and
    facts about each of these names, as `compiled.names` keeps them.
    """

    element_groups: Integers
    groups: Integers
    facts: Integers


@cache
def reader() -> NameReader:
    """What reads names, with the words of all groups and topics."""
    words: dict[str, int] = {}

    def add(word: str, meant: int) -> None:
        words[word] = words.get(word, 0) | meant

    for word, groups in name_groups().items():
        add(word, meaning(groups=sum(GROUP_BITS[group] for group in groups)))
    for word in STATE_WORDS:
        add(word, meaning(state=True))
    for word in read_data("names/small_parts")["boxes"]:
        add(word, meaning(box=True))
    for number, names in enumerate(topics().values()):
        for name in names:
            add(name, meaning(topics=1 << number))
            add(name.rpartition(" ")[2], meaning(topic_end=True))
    return NameReader(build_trie(words))


def page_names(columns: Columns) -> PageNames:
    """What the names of a page say, read once for a page and all its marked copies."""
    return columns.derive("names", _read)


def _read(columns: Columns) -> PageNames:
    return PageNames(*reader().read(columns, USES_OF_ATTRIBUTES, HTML, BODY))


def element_groups(columns: Columns) -> Integers:
    """For each element the mask of the groups that its id, class names and role speak for (see `GROUPS`).

    Words of a name speak for them, and two words in a row written as one.
    """
    return page_names(columns).element_groups


@lru_cache(maxsize=1 << 12)
def groups_in(mask: int) -> frozenset[str]:
    """The groups of a mask.

    >>> sorted(groups_in(3))
    ['advert', 'article']
    """
    return frozenset(group for group, bit in GROUP_BITS.items() if mask & bit)


def name_words(names: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an id or of class names, lower case, in order; digits and signs separate words.

    What a program made up is left out: a part of a name with a digit before a letter ("5a10fbd", "c6c0h").

    >>> name_words(("relatedPosts", "c-share_bar2"))
    ('related', 'posts', 'c', 'share', 'bar')
    """
    return tuple(chain.from_iterable(map(reader().words_of_name, names)))


def groups_of(element: Element) -> frozenset[str]:
    """The groups that an element's id, class names and role speak for."""
    if element.tag in UNNAMED_TAGS:
        return frozenset()
    roles = [value for key, value in element.attributes if key == "role"]
    return groups_of_names((element.id, *element.classes, *roles))


def groups_of_names(names: tuple[str, ...]) -> frozenset[str]:
    """The groups that names speak for together: the last word of one and the first of the next may be a pair."""
    return groups_in(reader().groups_of_names(names))
