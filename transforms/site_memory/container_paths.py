"""Container paths: elements by what they are on every page of a site, so that sums over pages can be taken.

A path is text: one step for each container from the root to the element, with `/` between them, and a step is tag, id
and classes, as in `html/body/div#main/article.story/div.story-body`. The path of what encloses it is the path without
the last step. What is different on each page is left out of a step: names with digits, names that a program made up,
all names of `<html>` and `<body>`, states ("has-thumbnail"), and what content systems write into the classes of a post
(its tags, its author).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, overload

from ..compiled.paths import BEGINNINGS, KINDS, PathReader
from ..core.columns import Columns
from ..core.page import Page
from ..core.tags import TAG_NUMBERS, TAGS
from ..matching.names import build_trie

if TYPE_CHECKING:
    Integers = array[int]

SEPARATOR = "/"
# Text-level elements are never containers: they are parts of a sentence.
TEXT_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rb ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)
# One paragraph each. With an id or class of its own such an element is told apart from its neighbours, but articles
# that have a paragraph of the kind are too few to be counted against: `box_of` looks past it.
PARAGRAPH_TAGS = frozenset(
    "address blockquote button caption dt figcaption h1 h2 h3 h4 h5 h6 label legend p pre summary".split()
)
# Parts of a list or table. With an id or class they are boxes of their own: a widget in a list of widgets, a column of
# a page that is laid out as a table.
ITEM_TAGS = frozenset("dd li tbody td tfoot th thead tr".split())
UNNAMED_TAGS = frozenset({"html", "body"})
# Nested threads and hostile pages go deeper; the containers of a page's parts lie within.
MAX_STEPS = 24
MAX_STEP_CHARS = 100
# What content systems write into a post's classes about its subject, as WordPress's post_class() does.
POST_TAGS, POST_CLASSES = frozenset({"article"}), frozenset({"hentry", "h-entry"})
ABOUT_POST = ("author-", "category-", "cat-", "format-", "label-", "post_format-", "series-", "status-", "tag-", "tax-",
              "term-", "topic-", "type-")  # fmt: skip
# What is so of one article and not of another, rather than what an element is for.
STATES = ("has-", "is-", "no-", "with-", "without-")


def _kinds() -> Integers:
    """What an element is to a path, by its tag's number."""
    kinds = array("B", bytes(len(TAGS)))
    tags = {"text": TEXT_TAGS, "plain": PARAGRAPH_TAGS | ITEM_TAGS, "unnamed": UNNAMED_TAGS, "post": POST_TAGS}
    for kind, names in tags.items():
        for name in names:
            kinds[TAG_NUMBERS[name]] |= KINDS[kind]
    return kinds


@cache
def reader() -> PathReader:
    """What writes the paths of a page."""
    about_post = dict.fromkeys(ABOUT_POST, BEGINNINGS["about post"])
    beginnings = build_trie(about_post | dict.fromkeys(STATES, BEGINNINGS["state"]))
    return PathReader(_kinds(), TAGS, beginnings, POST_CLASSES, MAX_STEPS, MAX_STEP_CHARS)


class ContainerPaths(Sequence[str]):
    """For each element of a page the path of its container: `distinct[numbers[element]]`."""

    __slots__ = ("distinct", "numbers")

    def __init__(self, columns: Columns) -> None:
        self.numbers, self.distinct = reader().read(columns)

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, element: int) -> str: ...
    @overload
    def __getitem__(self, element: slice) -> list[str]: ...
    def __getitem__(self, element: int | slice) -> str | list[str]:
        if isinstance(element, slice):
            return [self.distinct[number] for number in self.numbers[element]]
        return self.distinct[self.numbers[element]]

    def __iter__(self) -> Iterator[str]:
        return map(self.distinct.__getitem__, self.numbers)


def container_paths(page: Page) -> ContainerPaths:
    """For each element of the page the path of its container: its own, or that of what it is part of.

    The container of a block is that of its innermost element: the nearest one that is neither text-level nor a plain
    paragraph, heading, list item or table cell. That is the level at which templates are made, whether a box holds one
    line or twenty; a list's items and an article's paragraphs share theirs. Computed once for a page and all its marked
    copies.
    """
    return page.columns.derive("container paths", ContainerPaths)


def enclosing(path: str) -> str:
    """The path of the container around this one, or `""`.

    >>> enclosing("html/body/div#main")
    'html/body'
    """
    return path.rpartition(SEPARATOR)[0]


@lru_cache(maxsize=1 << 14)
def box_of(path: str) -> str:
    """The innermost box of a path: what it names, unless that is a single paragraph, then what holds that.

    >>> box_of("html/body/div.story/p.lead")
    'html/body/div.story'
    """
    while tag_of(path) in PARAGRAPH_TAGS and enclosing(path):
        path = enclosing(path)
    return path


def tag_of(path: str) -> str:
    """The tag of the last step.

    >>> tag_of("html/body/div#main.wide")
    'div'
    """
    return path.rpartition(SEPARATOR)[2].partition("#")[0].partition(".")[0]
