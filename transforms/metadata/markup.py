"""What the markup of visible text says: microdata, rel=author, time elements, telling class names."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ..compiled.elements import blocks_of_tag
from ..compiled.roles import MEANINGS, READINGS, ROLES, USES, RoleReader, first_value
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES
from ..core.page import Page
from ..core.tags import TAG_NUMBERS, TAGS
from ..matching.names import Trie, build_trie
from ..matching.outline import outline_of
from .authors import signatures
from .claims import NOTHING, Claims
from .plain import plain
from .words import words

_MOST_ELEMENTS = 20_000
# Co-authors stand this close to each other, counted in elements.
_NEAR = 5
_LONGEST_BYLINE = 150
_LONGEST_LEAD = 40
_LONGEST_TEXT = 400

# Weakest last. The innermost of equal rank holds the text.
_AUTHOR_ROLES = ("person", "author", "byline")
_ITEMPROPS = {
    "author": "author",
    "creator": "author",
    "headline": "headline",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "keywords": "tag",
}
# The words of class names by what they mean to compiled code.
_CLASS_WORDS = {
    "others": "class of others",
    "entry": "class of an entry",
    "authors": "class of authors",
    "inside": "class inside",
    "dates": "class of dates",
}


class Marked(NamedTuple):
    """An element that says what its text is: its `role` in the article, and the text in it."""

    role: str
    element: int
    text: str


def markup_claims(page: Page) -> Claims:
    """What microdata, `rel`, `<time>` and class names of the visible text say.

    Elements inside comments, teasers and side bars carry the same marks, and are passed over.
    """
    marked = _marked(page)
    if not marked:
        return NOTHING
    return Claims(
        titles=tuple(m.text for m in marked if m.role == "headline" and m.text)[:1],
        authors=_authors(marked),
        tags=tuple(m.text for m in marked if m.role == "tag" and m.text),
        published=(*_dates(page, marked, "published"), *_dates(page, marked, "time"), *_dates(page, marked, "date")),
        modified=tuple(_dates(page, marked, "modified")),
    )


def _marked(page: Page) -> list[Marked]:
    """Every element with a role, in document order, once for each block with the part of its text in it."""
    columns = page.columns
    headlines = [columns.elements[position] for position in blocks_of_tag(columns, TAG_NUMBERS["h1"])]
    roles = _reader().read(columns, _MOST_ELEMENTS, outline_of(page).prose, headlines)
    found = [Marked(roles.role(element), element, "") for element in roles.valued()]
    for position, position_before in roles.held_blocks(columns, page.removals):
        text = columns.block_text(position)
        before = columns.block_text(position_before) if position_before >= 0 else ""
        for holder, held in roles.held(columns, position).items():
            role = roles.role(holder)
            if role not in _AUTHOR_ROLES or not _is_for_others(text, held, before):
                found.append(Marked(role, holder, plain(held, _LONGEST_TEXT)))
    return sorted(found, key=lambda marked: marked.element)


def _is_for_others(line: str, names: str, before: str) -> bool:
    """Whether what leads to the names says that they edited, checked or took the picture."""
    lead = line[: max(0, line.find(names, 0, 1000))]
    lead = lead or (before if len(before) <= _LONGEST_LEAD else "")
    return not words("not the author").isdisjoint(_WORD.findall(lead[-_LONGEST_LEAD:].casefold()))


@cache
def _reader() -> RoleReader:
    """What finds roles, with the words of all languages."""
    itemprops = {name: ROLES.index(role) for name, role in _ITEMPROPS.items()}
    uses = array("B", [USES.get(key, 0) for key in KEPT_ATTRIBUTES])
    readings = array("B", [READINGS.get(tag, 0) for tag in TAGS])
    folders = build_trie({f"/{word}/": 1 for word in words("path of authors")})
    return RoleReader(_class_words(), folders, _author_path(), itemprops, uses, readings)


def _class_words() -> Trie:
    """The words of class names. A footer may be the entry's own, where blogs sign; `fn` is the name in an hCard."""
    known = {"fn": MEANINGS["name"]}
    for meaning, topic in _CLASS_WORDS.items():
        for word in words(topic):
            known[word] = known.get(word, 0) | MEANINGS["foot" if word == "footer" else meaning]
    return build_trie(known)


@cache
def _author_path() -> re.Pattern[str]:
    """A folder for authors with something in it: `/authors/ann-roe` is a person, `/authors` a list.

    Alternatives of fixed length between two slashes: each slash is tried once.
    """
    return re.compile("/(?:" + "|".join(sorted(words("path of authors"))) + ")/[^/?#]", re.IGNORECASE)


# Letters in a row: linear.
_WORD = re.compile(r"[^\W\d_]+")


def _authors(marked: Sequence[Marked]) -> tuple[str, ...]:
    """The texts of the strongest role that has any, the first and those close behind it."""
    for role in _AUTHOR_ROLES:
        names: list[str] = []
        last = 0
        for m in marked:
            if m.role == role and 0 < len(m.text) <= _LONGEST_BYLINE and (not names or m.element - last <= _NEAR):
                names.append(m.text)
                last = m.element
        if names and (found := signatures(names)):
            return found
    return ()


def _dates(page: Page, marked: Sequence[Marked], role: str) -> Iterator[tuple[str, str]]:
    for m in [m for m in marked if m.role == role][:6]:
        for name in ("datetime", "content", "title"):
            if value := first_value(page.columns, m.element, ATTRIBUTE_NUMBERS[name]):
                yield f"{_SOURCE.get(role, role)}:{name}", value
        if m.text:
            yield f"{_SOURCE.get(role, role)}:text", m.text


_SOURCE = {"published": "microdata:datePublished", "modified": "microdata:dateModified", "date": "class"}
