"""Container paths: elements by what they are on every page of a site, so that sums over pages can be taken.

A path is text: one step for each container from the root to the element, with `/` between them, and a step is tag, id
and classes, as in `html/body/div#main/article.story/div.story-body`. The path of what encloses it is the path without
the last step. What is different on each page is left out of a step: names with digits, names that a program made up,
all names of `<html>` and `<body>`, states ("has-thumbnail"), and what content systems write into the classes of a post
(its tags, its author).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..core.page import Element, Page

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
# Characters that an id or class may not hold in a path. A digit tells a number or a build's hash.
UNUSABLE = re.compile(r"[\d/#.\s]")
# A part of a name between signs, and its humps: "sectionTitle" has two. Single classes, so both are linear.
NAME_PART = re.compile(r"[A-Za-z]+")
HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# Style sheets' tools make names up whose humps are shorter than words: "bdVaJa".
MIN_HUMPS, MIN_HUMP_CHARS = 3, 2.5


def container_paths(page: Page) -> tuple[str, ...]:
    """For each element of the page the path of its container: its own, or that of what it is part of.

    The container of a block is that of its innermost element: the nearest one that is neither text-level nor a plain
    paragraph, heading, list item or table cell. That is the level at which templates are made, whether a box holds one
    line or twenty; a list's items and an article's paragraphs share theirs. Computed once for a page and all its marked
    copies.
    """
    return page.columns.derive("container paths", lambda columns: _paths(columns.element_rows))


def _paths(elements: Iterable[Element]) -> tuple[str, ...]:
    paths: list[str] = []
    for element in elements:
        outer = paths[element.parent] if element.parent >= 0 else ""
        paths.append(_below(outer, element.tag, element.id, element.classes))
    return tuple(paths)


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


@lru_cache(maxsize=1 << 15)
def _below(outer: str, tag: str, identity: str, classes: tuple[str, ...]) -> str:
    """The container path of an element inside `outer`."""
    if tag in TEXT_TAGS or outer.count(SEPARATOR) >= MAX_STEPS - 1:
        return outer
    step = _step(tag, identity, classes)
    if step == tag and (tag in PARAGRAPH_TAGS or tag in ITEM_TAGS) and outer:
        return outer
    return f"{outer}{SEPARATOR}{step}" if outer else step


def _step(tag: str, identity: str, classes: tuple[str, ...]) -> str:
    if tag in UNNAMED_TAGS:
        return tag
    if UNUSABLE.search(tag):  # h1 to h6 have a digit; of unknown tags some hold signs
        tag = "".join(char for char in tag if char.isalnum()) or "unknown"
    is_post = tag in POST_TAGS or not POST_CLASSES.isdisjoint(classes)
    passing = (*STATES, *ABOUT_POST) if is_post else STATES
    names = sorted({name for name in classes if _is_lasting(name) and not name.startswith(passing)})
    own = f"#{identity}" if _is_lasting(identity) else ""
    return (tag + own + "".join(f".{name}" for name in names))[:MAX_STEP_CHARS]


def _is_lasting(name: str) -> bool:
    """True for an id or class that other pages of the site may have as well."""
    if not name or UNUSABLE.search(name) or not name.isprintable():
        return False
    return not any(_is_made_up(part) for part in NAME_PART.findall(name))


def _is_made_up(part: str) -> bool:
    humps = len(HUMP.findall(part))
    return humps >= MIN_HUMPS and len(part) < MIN_HUMP_CHARS * humps
