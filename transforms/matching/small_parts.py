"""Small parts of a page that their names tell: calls to action, affiliate notices, feedback, captions, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from ..core.page import Element, Page
from ..data import read_data
from .furniture import body_holders
from .names import UNNAMED_TAGS, words_of_name
from .outline import outline_of

# A part that holds more is more than a part.
MAX_WIDTH = 400
# Parts of one topic that hold more of the page's prose between them are what the page is made of.
MAX_PROSE_SHARE = 0.2
# A longer name is a path through a template, or a sentence.
MAX_NAME_WORDS = 5
HELD_APART = frozenset({"code", "table"})


def small_parts(page: Page, topic: str) -> dict[int, str]:
    """The blocks inside small elements that are named for a topic of `data/small_parts.json`, with the name.

    A name tells the topic if it ends with words of it, or goes on with words for a box only. Elements that hold the
    page's main heading, code or a table are left alone, and so are all of a topic that hold much of the page's prose.
    """
    if page.is_text:
        return {}
    outline, holders = outline_of(page), body_holders(page)
    found: dict[int, str] = {}
    for index, name in _named(page).get(topic, ()):
        inside = outline.blocks_in(index)
        if (
            index in holders
            or outline.size[index] > MAX_WIDTH
            or any(page.blocks[i].kind in HELD_APART for i in inside)
        ):
            continue
        found.update((i, name) for i in inside if i not in found)
    prose = outline.block_prose
    return found if sum(prose[i] for i in found) <= MAX_PROSE_SHARE * sum(prose) else {}


def _named(page: Page) -> dict[str, list[tuple[int, str]]]:
    """The elements that a name gives a topic, with the name, by topic; computed once for a page."""
    return page.columns.derive("small parts", lambda columns: _by_topic(columns.element_rows))


def _by_topic(elements: Sequence[Element]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for index, (tag, _, identity, classes, _, _) in enumerate(elements):
        if tag in UNNAMED_TAGS or not (identity or classes):
            continue
        for name in (identity, *classes):
            for topic in topics_of(name):
                found.setdefault(topic, []).append((index, name))
    return found


@lru_cache(maxsize=1 << 16)
def topics_of(name: str) -> frozenset[str]:
    """The topics that a name tells.

    >>> sorted(topics_of("blog-cta-box"))
    ['calls']
    """
    words = words_of_name(name)
    if not words or len(words) > MAX_NAME_WORDS:
        return frozenset()
    boxes, topics = _names()
    found: set[str] = set()
    for end in range(len(words), 0, -1):
        said = f" {' '.join(words[:end])}"
        found.update(topic for topic, names in topics.items() if said.endswith(names))
        if words[end - 1] not in boxes:
            break
    return frozenset(found)


@cache
def _names() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    content = read_data("small_parts")
    topics: dict[str, list[str]] = content["topics"]
    return frozenset(content["boxes"]), {topic: tuple(f" {name}" for name in names) for topic, names in topics.items()}
