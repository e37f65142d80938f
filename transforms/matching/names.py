"""What ids and class names say an element is for, and the tries that compiled code looks words up in."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ..compiled.names import USES, NameReader, meaning
from ..compiled.tries import lay_out
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES, Columns
from ..core.page import Element
from ..core.rows import TAG_NUMBERS
from ..data import read_data

if TYPE_CHECKING:
    Integers = array[int]

# These name the whole page or what it allows ("comments-open", "has-sidebar"), not what they hold.
UNNAMED_TAGS = frozenset({"html", "body"})
HTML, BODY = TAG_NUMBERS["html"], TAG_NUMBERS["body"]
HEADING_TAGS = frozenset(TAG_NUMBERS[f"h{level}"] for level in range(2, 7))
# Words that make a name one of a state ("has-comments", "comments-open"), or a part of one thing for another.
STATE_WORDS = frozenset(
    "allow allowed closed count counter disabled enabled has hidden is no not off on open opened show status with "
    "without".split()
)
# Content systems write the tags, categories and authors of a post into the classes of its element, behind such
# beginnings (WordPress's post_class(), Ghost's {{post_class}}, Blogger's labels). They name its subject, not a part of
# the page, where the tag, another class or a post's number shows the element to be a post.
POST_TAG = TAG_NUMBERS["article"]
POST_CLASSES = frozenset("h-entry hentry node post status-publish type-post".split())
SUBJECTS = ("author-", "category-", "cat-", "format-", "label-", "post_format-", "series-", "status-", "tag-", "tax-",
            "term-", "topic-", "type-")  # fmt: skip
# That a post has tags, categories and authors is true of it, whatever they are.
OF_POSTS = ("article", "tags", "byline", "caption", "header")
# A heading that is named a header is one, and "adv-heading" is advanced.
NOT_OF_HEADINGS = frozenset({"advert", "header"})
# Names on other attributes than id and class.
NAMING_ATTRIBUTES = frozenset("data-component data-module data-name data-qa data-testid data-type itemprop".split())
# How compiled code reads attributes: a role counts for groups as an id does, the others may be signs.
USES_OF_ATTRIBUTES = array("B", [USES["read"] if key in NAMING_ATTRIBUTES else 0 for key in KEPT_ATTRIBUTES])
USES_OF_ATTRIBUTES[ATTRIBUTE_NUMBERS["role"]] = USES["speaks"]

# Characters that a word may have: ASCII.
CHARS = 128
MAX_NODES = 1 << 16


@cache
def name_groups() -> dict[str, frozenset[str]]:
    """Read for each word of names the groups that it stands for (`data/names/groups.json`)."""
    groups: dict[str, set[str]] = {}
    for group, words in read_data("names/groups")["groups"].items():
        for word in words:
            groups.setdefault(word, set()).add(group)
    return {word: frozenset(names) for word, names in groups.items()}


# The number of a group's bit is its place here.
GROUPS = tuple(sorted(frozenset().union(*name_groups().values())))
GROUP_BITS = {group: 1 << number for number, group in enumerate(GROUPS)}


def topics() -> dict[str, list[str]]:
    """Read the topics of small parts, and the names of each topic (`data/names/small_parts.json`)."""
    found: dict[str, list[str]] = read_data("names/small_parts")["topics"]
    return found


TOPICS = tuple(topics())


class PageNames(NamedTuple):
    """The names of a page as numbers, written by `compiled.names`.

    `element_groups` has a mask of groups for each element, `groups` one for each name of the columns' pool, and `facts`
    has facts about each of these names.
    """

    element_groups: Integers
    groups: Integers
    facts: Integers


@cache
def reader() -> NameReader:
    """Make the reader of names, with the words of all groups and topics."""
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
    harmless = sum(GROUP_BITS[group] for group in OF_POSTS)
    unheaded = sum(GROUP_BITS[group] for group in NOT_OF_HEADINGS)
    headings = bytearray(number in HEADING_TAGS for number in range(max(HEADING_TAGS) + 1))
    return NameReader(build_trie(words), POST_CLASSES, SUBJECTS, POST_TAG, harmless, headings, unheaded)


def page_names(columns: Columns) -> PageNames:
    """Read the names of a page, once for a page and all its marked copies."""
    return columns.derive("names", _read)


def _read(columns: Columns) -> PageNames:
    return PageNames(*reader().read(columns, USES_OF_ATTRIBUTES, HTML, BODY))


def element_groups(columns: Columns) -> Integers:
    """Return for each element the mask of the groups of its id, class names and role (see `GROUPS`).

    Words of a name count, and two words in a row written as one.
    """
    return page_names(columns).element_groups


@lru_cache(maxsize=1 << 12)
def groups_in(mask: int) -> frozenset[str]:
    """Return the groups of a mask.

    >>> sorted(groups_in(3))
    ['advert', 'article']
    """
    return frozenset(group for group, bit in GROUP_BITS.items() if mask & bit)


def name_words(names: tuple[str, ...]) -> tuple[str, ...]:
    """List the words of ids or class names, lower case, in order; digits and signs separate words.

    What a program made up is left out: a part of a name with a digit before a letter ("5a10fbd", "c6c0h").

    >>> name_words(("relatedPosts", "c-share_bar2"))
    ('related', 'posts', 'c', 'share', 'bar')
    """
    return tuple(chain.from_iterable(map(reader().words_of_name, names)))


def groups_of(element: Element) -> frozenset[str]:
    """Return the groups of an element's id, class names and role.

    The class names of a heading do not speak for `NOT_OF_HEADINGS`, and its id often has the words of its text.
    """
    if element.tag in UNNAMED_TAGS:
        return frozenset()
    roles = [value for key, value in element.attributes if key == "role"]
    if TAG_NUMBERS.get(element.tag) in HEADING_TAGS:
        return groups_of_names((*element.classes, *roles)) - NOT_OF_HEADINGS
    return groups_of_names((element.id, *element.classes, *roles))


def groups_of_names(names: tuple[str, ...]) -> frozenset[str]:
    """Return the groups of several names: the last word of one and the first of the next may be a pair."""
    return groups_in(reader().groups_of_names(names))


class Trie(NamedTuple):
    """A double-array trie (Aoe, "An efficient digital search algorithm by using a double-array structure", 1989).

    From a node a character leads to `node_after = offsets[node] + symbols[character]`, where `parents[node_after]` is
    the node; else it leads nowhere. The root is 0, and its own parent; symbol 0 stands for all characters that no word
    has. `meanings` has for each node what the word that ends there stands for, 0 where none ends. It is a few kilobytes
    that stay in a processor's cache, where a table of all nodes and characters takes hundreds.
    """

    symbols: Integers
    offsets: Integers
    parents: Integers
    meanings: Integers


def build_trie(words: Mapping[str, int]) -> Trie:
    """Build the trie of these words. Raises ValueError for an empty word, one that is not ASCII, and too many words."""
    chars = sorted(set("".join(words)))
    if not all(words) or (chars and chars[-1] >= chr(CHARS)):
        raise ValueError("a word of a trie is ASCII, and not empty")
    numbers = {char: number for number, char in enumerate(chars, start=1)}
    symbols = array("B", [numbers.get(chr(code), 0) for code in range(CHARS)])
    ordered = sorted(words)
    meanings = [words[word] for word in ordered]
    # A node has room behind all others, whatever words go on with.
    room = min(MAX_NODES, (len(chars) + 1) * (len("".join(words)) + 2))
    return Trie(symbols, *lay_out([word.encode() for word in ordered], meanings, symbols, len(chars), room))
