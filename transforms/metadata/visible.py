"""Find authors and dates in the markup of the visible text: microdata, `rel=author`, `<time>`, ids and class names."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from ..compiled.elements import blocks_of_tag
from ..compiled.roles import MEANINGS, READINGS, ROLES, USES, RoleReader, first_value
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES, KIND_NUMBERS
from ..core.page import Page
from ..core.rows import TAG_NUMBERS, TAGS
from ..matching.names import Trie, build_trie
from ..matching.outline import outline_of
from .authors import signatures, without_by
from .signed_lines import is_lone_name
from .values import NOTHING, Claims, canonical_links, host_and_path, host_of, plain, words
from .visible_dates import before_change

_MOST_ELEMENTS = 20_000
# Co-authors stand this close to each other, counted in elements.
_NEAR = 5
_LONGEST_BYLINE, _MOST_LINES = 150, 6
_LONGEST_LEAD = 40
_LONGEST_TEXT = 400
_MOST_DATES = 6
# Weakest last. The innermost of equal rank contains the text.
_AUTHOR_ROLES = ("person", "author", "byline")
_ITEMPROPS = {
    "author": "author",
    "creator": "author",
    "headline": "headline",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "keywords": "tag",
    "jobtitle": "others",
    "worksfor": "others",
    "affiliation": "others",
}
# The words of class names by what they mean to compiled code.
_CLASS_WORDS = {
    "others": "class of others",
    "entry": "class of an entry",
    "authors": "class of authors",
    "inside": "class inside",
    "dates": "class of dates",
    "names": "class of names",
    "builders": "class of builders",
}
# Words of these topics that mean more than their topic.
_CLASS_WORDS_ALONE = {"fn": "name", "footer": "foot", "widget": "widget"}
# How records name the source of a date, by the role of its element.
_SOURCES = {"published": "microdata:datePublished", "modified": "microdata:dateModified", "date": "class"}
# Letters in a row: linear.
_WORD = re.compile(r"[^\W\d_]+")
# Of more groups of bylines, so many are read.
_MOST_GROUPS = 8
# So many entries of a list with co-authors make it one of works.
_FEWEST_WORKS = 3
_H1, _LIST_ITEM = TAG_NUMBERS["h1"], KIND_NUMBERS["list-item"]


class _RoleText(NamedTuple):
    """An element with a role in the article, and the text of one block in it, which may be an entry of a list."""

    role: str
    element: int
    text: str
    is_entry: bool = False


def markup_claims(page: Page, *, with_authors: bool = True) -> Claims:
    """Return what the markup of the visible text says: microdata, `rel`, `<time>` and class names.

    Elements inside comments, teasers and side bars do not count.
    """
    found = _all_role_texts(page) if with_authors else _role_texts(page, with_authors=False)
    if not found:
        return NOTHING
    dates = [pair for role in ("published", "time", "date") for pair in _dates(page, found, role)]
    changed = (before_change(entry.text) for entry in found if entry.role == "modified")
    dates += [(f"{_SOURCES['modified']}:text", before) for before in changed if before]
    return Claims(
        authors=_authors(found) if with_authors else (),
        tags=tuple([entry.text for entry in found if entry.role == "tag" and entry.text]),
        published=tuple(dates),
        modified=tuple(_dates(page, found, "modified")),
    )


def _all_role_texts(page: Page) -> list[_RoleText]:
    return page.cached("role texts", page.removals, lambda: _role_texts(page, with_authors=True))


def _role_texts(page: Page, *, with_authors: bool) -> list[_RoleText]:
    """List every element with a role, in document order, once for each block with the part of its text in it."""
    columns = page.columns
    headlines = [columns.elements[position] for position in blocks_of_tag(columns, _H1)]
    host = next(filter(None, map(host_of, canonical_links(page.head))), host_of(page.url))
    site = ".".join(host.split(".")[-2:])
    roles = _reader().read(columns, _MOST_ELEMENTS, outline_of(page).prose, headlines, site)
    found = [_RoleText(roles.role(element), element, "") for element in roles.valued()]
    for position, position_before in roles.held_blocks(columns, page.removals):
        text = columns.block_text(position)
        for holder, held in roles.held(columns, position).items():
            role = roles.role(holder)
            if role in _AUTHOR_ROLES:
                before = columns.block_text(position_before) if position_before >= 0 else ""
                if not with_authors or _is_for_others(text, held, before):
                    continue
            found.append(_RoleText(role, holder, plain(held, _LONGEST_TEXT), columns.kinds[position] == _LIST_ITEM))
    return sorted(found, key=lambda entry: entry.element)


def _is_for_others(line: str, names: str, before: str) -> bool:
    """Return whether the words before the names say that they edited, checked or took the picture."""
    lead = line[: max(0, line.find(names, 0, 1000))]
    lead = lead or (before if len(before) <= _LONGEST_LEAD else "")
    return not words("not the author").isdisjoint(_WORD.findall(lead[-_LONGEST_LEAD:].casefold()))


@cache
def _reader() -> RoleReader:
    """Build the reader of roles, with the words of all languages."""
    itemprops = {name: ROLES.index(role) for name, role in _ITEMPROPS.items()}
    uses = array("B", [USES.get(key, 0) for key in KEPT_ATTRIBUTES])
    readings = array("B", [READINGS.get(tag, 0) for tag in TAGS])
    folders = build_trie({f"/{word}/": 1 for word in words("path of authors")})
    return RoleReader(_class_words(), folders, _author_path(), itemprops, uses, readings)


def _class_words() -> Trie:
    """Build the words of class names. A footer may be the entry's own, where blogs sign; hCard calls the name `fn`."""
    known = {word: MEANINGS[meaning] for word, meaning in _CLASS_WORDS_ALONE.items()}
    for meaning, topic in _CLASS_WORDS.items():
        for word in words(topic) - _CLASS_WORDS_ALONE.keys():
            known[word] = known.get(word, 0) | MEANINGS[meaning]
    return build_trie(known)


@cache
def _author_path() -> re.Pattern[str]:
    """Compile a folder of authors with an entry: `/authors/ann-roe` is a person, `/authors` a list.

    Alternatives of fixed length between two slashes: each slash is tried once.
    """
    return re.compile("/(?:" + "|".join(sorted(words("path of authors"))) + ")/[^/?#]", re.IGNORECASE)


def names_author(url: str) -> bool:
    """Return True for the address of an author's profile: `/authors/ann-roe`."""
    path = host_and_path(url)[1]
    found = _author_path().search(f"/{path}") if path else None
    return found is not None and "/" not in path[found.end() - 1 :]


def _authors(found: Sequence[_RoleText]) -> tuple[str, ...]:
    """Return the names of the strongest role that has any: the first, and those close behind it."""
    for wanted in _AUTHOR_ROLES:
        entries = [entry for entry in found if entry.role == wanted]
        groups = _close_together(entries)
        if groups and (names := signatures(groups[0])) and not _are_works(entries):
            return names
    return ()


def _are_works(entries: Sequence[_RoleText]) -> bool:
    """Return True for entries of a list with several people in each: a researcher's papers, with all who wrote them."""
    several = {entry.text for entry in entries if entry.is_entry and len(signatures([entry.text])) > 1}
    return len(several) >= _FEWEST_WORKS


def later_claims(page: Page) -> Claims:
    """Return the authors that markup further down names, if all places there name the same people."""
    for wanted in _AUTHOR_ROLES:
        entries = [entry for entry in _all_role_texts(page) if entry.role == wanted]
        groups = [] if _are_works(entries) else _close_together(entries)
        found = {names for texts in groups[:_MOST_GROUPS] if (names := signatures(texts))}
        if len(found) == 1 and all(map(is_lone_name, names := found.pop())):
            return Claims(authors=names)
    return NOTHING


def _close_together(found: Iterable[_RoleText]) -> list[list[str]]:
    """Divide texts that may be bylines into groups of neighbours.

    An element with many lines that are not all names is a table or a part of the page; it may begin with a byline.
    """
    groups: list[list[str]] = []
    last = -_NEAR
    for element, entries in groupby(found, key=lambda entry: entry.element):
        texts = [entry.text for entry in entries if 0 < len(entry.text) <= _LONGEST_BYLINE]
        if len(texts) > _MOST_LINES and not all(map(is_lone_name, texts)):
            texts = [text for text in texts[:1] if without_by(text) != text]
        if not texts:
            continue
        if not groups or element - last > _NEAR:
            groups.append([])
        groups[-1] += texts
        last = element
    return groups


def _dates(page: Page, found: Sequence[_RoleText], wanted: str) -> Iterator[tuple[str, str]]:
    source = _SOURCES.get(wanted, wanted)
    for _, element, text, _ in [entry for entry in found if entry.role == wanted][:_MOST_DATES]:
        for name in ("datetime", "content", "title"):
            if value := first_value(page.columns, element, ATTRIBUTE_NUMBERS[name]):
                yield f"{source}:{name}", value
        if text:
            yield f"{source}:text", text
