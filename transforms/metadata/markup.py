"""What the markup of visible text says: microdata, rel=author, time elements, telling class names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import NamedTuple

from ..core.page import Block, Element, Page, Run
from ..matching.outline import outline_of
from .authors import signatures
from .claims import NOTHING, Claims
from .plain import plain
from .words import words

_MOST_ELEMENTS = 20_000
_MOST_RUNS = 200
_MOST_AROUND = 1000
# Co-authors stand this close to each other, counted in elements.
_NEAR = 5
_LONGEST_BYLINE = 150
_LONGEST_LEAD = 40
_LONGEST_ADDRESS = 300

# Weakest last. The innermost of equal rank holds the text.
_AUTHOR_ROLES = ("person", "author", "byline")
_WHOLE = ("html", "body", "main", "article")
_ITEMPROPS = {
    "author": "author",
    "creator": "author",
    "headline": "headline",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "keywords": "tag",
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
    roles = _roles(page.elements[:_MOST_ELEMENTS], _around_headline(page))
    if not any(roles):
        return []
    holders = _holders(page.elements, roles)
    found = [
        Marked(role, i, "")
        for i, role in enumerate(roles)
        if role and role != "others" and _has_value(page.elements[i])
    ]
    before = ""
    for _, block in page.kept():
        if [run for run in block.runs if holders[run.element]]:
            for holder, text in _held(block, holders, page.elements).items():
                if roles[holder] not in _AUTHOR_ROLES or not _is_for_others(block.text, text, before):
                    found.append(Marked(roles[holder], holder, plain(text, 400)))
        before = block.text
    return sorted(found, key=lambda marked: marked.element)


def _has_value(element: Element) -> bool:
    return any(value and key in ("datetime", "content") for key, value in element.attributes)


def _is_for_others(line: str, names: str, before: str) -> bool:
    """Whether what leads to the names says that they edited, checked or took the picture."""
    lead = line[: max(0, line.find(names, 0, 1000))]
    lead = lead or (before if len(before) <= _LONGEST_LEAD else "")
    return not words("not the author").isdisjoint(_WORD.findall(lead[-_LONGEST_LEAD:].casefold()))


def _held(block: Block, holders: Sequence[tuple[int, ...]], elements: Sequence[Element]) -> dict[int, str]:
    """The text that each holder has in a block, without labels for screen readers.

    Alike neighbours without a mark get one: two people.
    """
    texts: dict[int, str] = {}
    before: dict[int, Run] = {}
    runs = block.runs[:_MOST_RUNS]
    for run in [run for run in runs if not elements[run.element].hidden] or runs:
        for holder in holders[run.element]:
            last = before.get(holder)
            gap = block.text[last.end : run.start] if last else ""
            if last and not gap.strip() and last.element != run.element:
                alike = _alike(elements[last.element], elements[run.element])
                gap = "; " if alike else gap or _seam(block.text, run.start)
            texts[holder] = texts.get(holder, "") + gap + block.text[run.start : run.end]
            before[holder] = run
    return texts


def _seam(text: str, at: int) -> str:
    """A mark where two elements meet without a space, and a word with a capital begins: "Ann RoeReporter"."""
    return ", " if text[:at][-1:].islower() and text[at : at + 1].isupper() else ""


def _alike(one: Element, other: Element) -> bool:
    """Whether two neighbours are made as entries of a list are; a first and a last name are not."""
    return one.tag == other.tag and one.classes == other.classes and bool(one.classes or one.tag == "a")


def _around_headline(page: Page) -> frozenset[int]:
    """The elements that hold the headline or most of the prose, whatever their classes say.

    `has-sidebar` is no side bar, and some blogs call all their parts `widget`.
    """
    prose = outline_of(page).prose
    around = {0, *(index for index, held in enumerate(prose) if 2 * held > prose[0])}
    for block in page.blocks:
        if block.tag == "h1" and len(around) < _MOST_AROUND:
            element = block.element
            while element >= 0 and element not in around:
                around.add(element)
                element = page.elements[element].parent
    return frozenset(around)


def _roles(elements: Sequence[Element], around: frozenset[int]) -> list[str]:
    """The role of each element; "" for most. Nothing inside another part of the page has one."""
    roles: list[str] = []
    for i, element in enumerate(elements):
        _, parent, _, classes, attributes, _ = element
        inherited = roles[parent] if parent >= 0 else ""
        role = ""
        if inherited == "others":
            role = "others"
        elif classes or attributes:
            role = _role(element)
            if role == "name":
                role = "person" if inherited in _AUTHOR_ROLES else ""
            elif role in ("others", "byline") and (element.tag in _WHOLE or (role == "others" and i in around)):
                role = ""
        roles.append(role)
    return roles


def _holders(elements: Sequence[Element], roles: Sequence[str]) -> list[tuple[int, ...]]:
    """For each element, the elements with a role that it is in; at most three, innermost last."""
    holders: list[tuple[int, ...]] = []
    for i, (element, role) in enumerate(zip(elements, chain(roles, repeat("")), strict=False)):
        outer = holders[element.parent] if element.parent >= 0 else ()
        holders.append((*outer[-2:], i) if role and role != "others" else outer)
    return holders


def _role(element: Element) -> str:
    for key, value in element.attributes:
        if key == "itemprop":
            known = value.casefold().split()
            if found := next((_ITEMPROPS[name] for name in known if name in _ITEMPROPS), ""):
                return found
            if "name" in known:
                return "name"
        elif key == "rel":
            known = value.casefold().split()
            if "author" in known:
                return "author"
            if "tag" in known:
                return "tag"
        elif key == "href" and element.tag == "a" and _author_path().search(value, 0, _LONGEST_ADDRESS):
            return "author"
    if element.tag == "time":
        return "time"
    return _role_of_classes(element.classes) if element.classes else ""


@cache
def _author_path() -> re.Pattern[str]:
    """A folder for authors with something in it: `/authors/ann-roe` is a person, `/authors` a list.

    Alternatives of fixed length between two slashes: each slash is tried once.
    """
    return re.compile("/(?:" + "|".join(sorted(words("path of authors"))) + ")/[^/?#]", re.IGNORECASE)


# Letters in a row: linear.
_WORD = re.compile(r"[^\W\d_]+")
# Where one word of a class name ends and the next begins. Single characters: linear.
_PART = re.compile(r"[A-Z]?[a-z]+")


@lru_cache(maxsize=8192)
def _role_of_classes(names: tuple[str, ...]) -> str:
    for name in names[:12]:
        if role := _role_of_class(name):
            return role
    return ""


@lru_cache(maxsize=8192)
def _role_of_class(name: str) -> str:
    """The role that a class name's words tell; the last word counts most: `author-photo` is a photo."""
    parts = [part.casefold() for part in _PART.findall(name[:80])]
    if not parts:
        return ""
    if not words("class of others").isdisjoint(parts) and not _is_foot_of_entry(parts):
        return "others"
    if parts == ["fn"]:
        return "name"
    if not words("class of authors").isdisjoint(parts) and words("class inside").isdisjoint(parts):
        return "byline"
    return "date" if parts[-1] in words("class of dates") else ""


def _is_foot_of_entry(parts: Sequence[str]) -> bool:
    """Whether a footer is the entry's own: blogs sign there. hCard's `fn` is the name in it."""
    others = words("class of others").intersection(parts)
    return others == {"footer"} and not words("class of an entry").isdisjoint(parts)


def _authors(marked: Sequence[Marked]) -> tuple[str, ...]:
    """The texts of the strongest role that has any, the first and those close behind it."""
    for role in _AUTHOR_ROLES:
        names: list[str] = []
        last = 0
        for m in marked:
            if m.role == role and 0 < len(m.text) <= _LONGEST_BYLINE and (not names or m.element - last <= _NEAR):
                names.append(m.text)
                last = m.element
        if found := signatures(names):
            return found
    return ()


def _dates(page: Page, marked: Sequence[Marked], role: str) -> Iterator[tuple[str, str]]:
    for m in [m for m in marked if m.role == role][:6]:
        element = page.elements[m.element]
        for name in ("datetime", "content", "title"):
            if value := element.attribute(name):
                yield f"{_SOURCE.get(role, role)}:{name}", value
        if m.text:
            yield f"{_SOURCE.get(role, role)}:text", m.text


_SOURCE = {"published": "microdata:datePublished", "modified": "microdata:dateModified", "date": "class"}
