"""Container paths name elements in the same way on every page of a site, so that sums over pages are possible.

A path is text: one step for each container from the root to the element, with `/` between them, and a step is tag, id
and classes, as in `html/body/div#main/article.story/div.story-body`. Without its last step it is the path of the
element around. A step leaves out names that differ from page to page: names with digits, names that a program made up,
all names of `<html>` and `<body>`, states ("has-thumbnail"), and the classes of a post that content systems write about
its subject (its tags, its author).
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
from ..matching.names import SUBJECTS, build_trie

if TYPE_CHECKING:
    Integers = array[int]

SEPARATOR = "/"
# Text-level elements are parts of a sentence, and so never containers.
TEXT_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rb ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)
# One paragraph each. Such an element with an id or class has a path of its own, but too few articles have a paragraph
# of the kind for a share: `box_of` looks past it.
PARAGRAPH_TAGS = frozenset(
    "address blockquote button caption dt figcaption h1 h2 h3 h4 h5 h6 label legend p pre summary".split()
)
# Parts of a list or table. With an id or class they are boxes of their own: a widget in a list of widgets, a column of
# a page whose layout is a table.
ITEM_TAGS = frozenset("dd li tbody td tfoot th thead tr".split())
UNNAMED_TAGS = frozenset({"html", "body"})
# Only nested threads and hostile pages go deeper.
MAX_STEPS = 24
MAX_STEP_CHARS = 100
# Around these the classes that name a post's subject are left out.
POST_TAGS, POST_CLASSES = frozenset({"article"}), frozenset({"hentry", "h-entry"})
# States differ from article to article and do not name the purpose of an element.
STATES = ("has-", "is-", "no-", "with-", "without-")


def _kinds() -> Integers:
    """Return the kind of each tag for a path, by the tag's number."""
    kinds = array("B", bytes(len(TAGS)))
    tags = {"text": TEXT_TAGS, "plain": PARAGRAPH_TAGS | ITEM_TAGS, "unnamed": UNNAMED_TAGS, "post": POST_TAGS}
    for kind, names in tags.items():
        for name in names:
            kinds[TAG_NUMBERS[name]] |= KINDS[kind]
    return kinds


@cache
def reader() -> PathReader:
    """Build the reader of a page's paths."""
    about_post = dict.fromkeys(SUBJECTS, BEGINNINGS["about post"])
    beginnings = build_trie(about_post | dict.fromkeys(STATES, BEGINNINGS["state"]))
    return PathReader(_kinds(), TAGS, beginnings, POST_CLASSES, MAX_STEPS, MAX_STEP_CHARS)


class ContainerPaths(Sequence[str]):
    """The path of each element's container: `distinct[numbers[element]]`."""

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
    """Return the path of each element's container: the element itself, or the one that it is a part of.

    The container of a block is that of its innermost element: the nearest element that is neither text-level nor a
    plain paragraph, heading, list item or table cell. Templates are made at that level, whether a box holds one line or
    twenty; a list's items share one container, and so do an article's paragraphs. Cached with the page's columns.
    """
    return page.columns.derive("container paths", ContainerPaths)


def enclosing(path: str) -> str:
    """Return the path of the container around this one, or `""`.

    >>> enclosing("html/body/div#main")
    'html/body'
    """
    return path.rpartition(SEPARATOR)[0]


@lru_cache(maxsize=1 << 14)
def box_of(path: str) -> str:
    """Return the innermost box of a path: its element, unless that is a single paragraph, or else the one around.

    >>> box_of("html/body/div.story/p.lead")
    'html/body/div.story'
    """
    while tag_of(path) in PARAGRAPH_TAGS and enclosing(path):
        path = enclosing(path)
    return path


def tag_of(path: str) -> str:
    """Return the tag of the last step.

    >>> tag_of("html/body/div#main.wide")
    'div'
    """
    return path.rpartition(SEPARATOR)[2].partition("#")[0].partition(".")[0]
