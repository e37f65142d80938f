"""Find authors and dates in the visible text: by its markup, else by how readers recognise bylines and dates.

Markup claims come from microdata, `rel=author`, `<time>` and class names. Line claims come from short lines near the
headline ("By Ann Roe", "3 May 2024"); they are the last resort.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, repeat
from typing import NamedTuple

from ..compiled.elements import blocks_of_tag
from ..compiled.roles import MEANINGS, READINGS, ROLES, USES, RoleReader, first_value
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES, KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.rows import TAG_NUMBERS, TAGS
from ..matching.headlines import MAX_CLOSING, closes_letter
from ..matching.names import Trie, build_trie
from ..matching.outline import outline_of
from .authors import (
    is_organisation,
    looks_like_names,
    opens_byline,
    signatures,
    split_at_marks,
    without_by,
)
from .dates import find_date
from .values import NOTHING, Claims, plain, words
from .visible_dates import LONGEST_LINE, before_change, closing_openers, opening_lines

_MOST_ELEMENTS = 20_000
# Co-authors stand this close to each other, counted in elements.
_NEAR = 5
_LONGEST_BYLINE = 150
_LONGEST_LEAD = 40
_LONGEST_TEXT = 400
_MOST_DATES = 6
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
# How records name the source of a date, by the role of its element.
_SOURCES = {"published": "microdata:datePublished", "modified": "microdata:dateModified", "date": "class"}
# Letters in a row: linear.
_WORD = re.compile(r"[^\W\d_]+")

_LONGEST_DATE = 30
# What parts a name and a date on one line.
_BEFORE_DATE = frozenset("|•·–—-,/")
# Where more lines say "Written by", they are of other articles, or of comments.
_MOST_BYLINES = 8
# "by" follows a date within so many words ("Uhr", "at noon"), and so many words are names.
_WORDS_OF_DATE, _MOST_WORDS = 3, 5
# The first word of a line within a block. One bounded class, disjoint from the sign before it.
_LINE_OPENING = re.compile(rf"\n([^\n ]{{0,{MAX_CLOSING}}})")
# One class: linear.
_DIGITS = re.compile(r"\d+")
# Two to four syllables, or a Japanese name with kana; one class, bounded.
_EAST_ASIAN_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,6}")
_H1, _CAPTION, _PARAGRAPH = TAG_NUMBERS["h1"], KIND_NUMBERS["caption"], KIND_NUMBERS["paragraph"]
_LIST_ITEM = KIND_NUMBERS["list-item"]

# The authors that lines name, and whether they are a guess.
_Authors = tuple[tuple[str, ...], bool]


class _RoleText(NamedTuple):
    """An element with a role in the article, and the text of one block in it."""

    role: str
    element: int
    text: str


def markup_claims(page: Page, *, with_authors: bool = True) -> Claims:
    """Return what the markup of the visible text says: microdata, `rel`, `<time>` and class names.

    Elements inside comments, teasers and side bars do not count.
    """
    found = _role_texts(page, with_authors=with_authors)
    if not found:
        return NOTHING
    dates = [pair for role in ("published", "time", "date") for pair in _dates(page, found, role)]
    changed = (before_change(text) for role, _, text in found if role == "modified")
    dates += [(f"{_SOURCES['modified']}:text", before) for before in changed if before]
    return Claims(
        authors=_authors(found) if with_authors else (),
        tags=tuple([text for role, _, text in found if role == "tag" and text]),
        published=tuple(dates),
        modified=tuple(_dates(page, found, "modified")),
    )


def _role_texts(page: Page, *, with_authors: bool) -> list[_RoleText]:
    """List every element with a role, in document order, once for each block with the part of its text in it."""
    columns = page.columns
    headlines = [columns.elements[position] for position in blocks_of_tag(columns, _H1)]
    roles = _reader().read(columns, _MOST_ELEMENTS, outline_of(page).prose, headlines)
    found = [_RoleText(roles.role(element), element, "") for element in roles.valued()]
    for position, position_before in roles.held_blocks(columns, page.removals):
        text = columns.block_text(position)
        for holder, held in roles.held(columns, position).items():
            role = roles.role(holder)
            if role in _AUTHOR_ROLES:
                before = columns.block_text(position_before) if position_before >= 0 else ""
                if not with_authors or _is_for_others(text, held, before):
                    continue
            found.append(_RoleText(role, holder, plain(held, _LONGEST_TEXT)))
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
    known = {"fn": MEANINGS["name"]}
    for meaning, topic in _CLASS_WORDS.items():
        for word in words(topic):
            known[word] = known.get(word, 0) | MEANINGS["foot" if word == "footer" else meaning]
    return build_trie(known)


@cache
def _author_path() -> re.Pattern[str]:
    """Compile a folder of authors with an entry: `/authors/ann-roe` is a person, `/authors` a list.

    Alternatives of fixed length between two slashes: each slash is tried once.
    """
    return re.compile("/(?:" + "|".join(sorted(words("path of authors"))) + ")/[^/?#]", re.IGNORECASE)


def _authors(found: Sequence[_RoleText]) -> tuple[str, ...]:
    """Return the texts of the strongest role that has any: the first, and those close behind it."""
    for wanted in _AUTHOR_ROLES:
        names: list[str] = []
        last = 0
        for role, element, text in found:
            if role == wanted and 0 < len(text) <= _LONGEST_BYLINE and (not names or element - last <= _NEAR):
                names.append(text)
                last = element
        if names and (signed := signatures(names)):
            return signed
    return ()


def _dates(page: Page, found: Sequence[_RoleText], wanted: str) -> Iterator[tuple[str, str]]:
    source = _SOURCES.get(wanted, wanted)
    for _, element, text in [entry for entry in found if entry.role == wanted][:_MOST_DATES]:
        for name in ("datetime", "content", "title"):
            if value := first_value(page.columns, element, ATTRIBUTE_NUMBERS[name]):
                yield f"{source}:{name}", value
        if text:
            yield f"{source}:text", text


def line_claims(page: Page, near: Sequence[int]) -> Claims:
    """Return the authors that short lines near the headline name, and those of a "Written by" that stands anywhere."""
    columns = page.columns
    near = [position for position in near if columns.kinds[position] != _CAPTION]
    short = [position for position in near if columns.block_length(position) <= LONGEST_LINE]
    lines = [columns.block_text(position) for position in short]
    authors, is_guess = next(_signed(page, near, short, lines), ((), False))
    return Claims(authors=authors, is_guess=is_guess)


def _signed(page: Page, near: Sequence[int], short: Sequence[int], lines: Sequence[str]) -> Iterator[_Authors]:
    """Yield the names that lines sign with, surest first.

    A "by" within a line gives a guess: it may be another language's word.
    """
    columns, language = page.columns, page.head.language
    yield from zip(_bylines(pairwise((*lines, ""))), repeat(False))
    yield from zip(_before_roles(lines), repeat(False))
    yield from zip(_beside_dates(columns, near, language), repeat(False))
    yield from zip(_after_dates(lines, language), repeat(False))
    yield from zip(_on_date_lines(lines, language), repeat(False))
    yield from zip(_bylines((part, "") for part in _parts(columns, short)), repeat(True))
    yield from ((names, False) for read in (_only_byline, _signature_of_letter) if (names := read(page)))


def _bylines(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Yield the names after each "By": on the same line or, if the line ends there, on the next."""
    for line, following in lines:
        rest = without_by(line)
        if rest == line:
            continue
        names = signatures([rest or following])
        whole = list(map(_is_whole_name, names))
        known = any(whole) and all(map(max, whole, map(is_organisation, names)))
        if known or (len(names) == 1 and _is_before_date(names[0], rest)):
            yield names


def _is_before_date(name: str, rest: str) -> bool:
    """Return True for a single name before a mark and a date: "Odile | 4 February"."""
    behind = rest[len(name) :].lstrip()
    is_date = behind[:1] in _BEFORE_DATE and _DIGITS.search(behind) is not None and len(behind) <= _LONGEST_DATE
    return is_date and rest.startswith(name) and name[:1].isupper() and " " not in name


def _before_roles(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the name before the "reporter" that East Asian lines have behind it."""
    for line in lines:
        parts = [part for part in line[:_LONGEST_LEAD].split() if "@" not in part]
        is_named = len(parts) == 2 and parts[1] in words("after a name")
        if is_named and _is_whole_name(parts[0]) and not is_organisation(parts[0]):
            yield (parts[0],)


def _parts(columns: Columns, short: Iterable[int]) -> Iterator[str]:
    """Yield the text of each element in lines that have several: the source, the writer, the date.

    An item of a list that names a writer is as often about a book or a paper.
    """
    for position in short:
        if columns.kinds[position] == _LIST_ITEM:
            continue
        runs = range(columns.run_firsts[position], columns.run_firsts[position + 1])
        if len(runs) > 1:
            text = columns.block_text(position)
            yield from (text[columns.run_starts[run] : columns.run_ends[run]].strip() for run in runs)


def _is_whole_name(name: str) -> bool:
    """Return whether a name is several words that look like names, or the few signs of an East Asian name."""
    return looks_like_names(name) if " " in name else _EAST_ASIAN_NAME.fullmatch(name) is not None


def _after_dates(lines: Iterable[str], language: str) -> Iterator[tuple[str, ...]]:
    """Yield the names after a "by" that follows the date on its line: "Posted on 3 May 2024 at 10:15 by Ann"."""
    for line in filter(_DIGITS.search, lines):
        after = _DIGITS.split(line)[-1].split()
        rests = [" ".join(after[position:]) for position in range(min(_WORDS_OF_DATE, len(after)))]
        name = next((name for rest in rests if (name := without_by(rest)) != rest), "")
        if len(name.split()) <= _MOST_WORDS and looks_like_names(name) and find_date(line, language):
            yield from filter(None, [signatures([name])])


def _signature_of_letter(page: Page) -> tuple[str, ...]:
    """Return the name on the line after "Yours faithfully", if the page has one such line."""
    columns, after = page.columns, _kept_after(page)
    found: list[str] = []
    for position, start in _closing_lines(page):
        line, is_divided, rest = columns.text[start : columns.starts[position + 1]].partition("\n")
        if closes_letter(line):
            found.append(rest.partition("\n")[0] if is_divided else _short_text(columns, after(position)))
    names = signatures([found[0].partition(",")[0]]) if len(found) == 1 and len(found[0]) <= LONGEST_LINE else ()
    return names if all(_is_whole_name(name) for name in names) else ()


def _closing_lines(page: Page) -> Iterator[tuple[int, int]]:
    """Yield the blocks of lines that may close a letter, and where these lines start."""
    columns = page.columns
    for position, _ in opening_lines(page):
        yield position, columns.starts[position]
    openers = closing_openers()
    for line in _LINE_OPENING.finditer(columns.text):
        if line[1].casefold() in openers:
            start = line.start(1)
            position = bisect_right(columns.starts, start) - 1
            if page.removals[position] is None:
                yield position, start


def _kept_after(page: Page) -> Callable[[int], int]:
    last = len(page.removals)
    return lambda position: next((i for i in range(position + 1, last) if page.removals[i] is None), -1)


def _only_byline(page: Page) -> tuple[str, ...]:
    """Return the names after "Written by" anywhere on the page, if all such lines name the same people."""
    columns = page.columns
    lines = ((columns.block_text(position), after) for position, after in opening_lines(page))
    opening = [(line, _short_text(columns, after)) for line, after in lines if opens_byline(line)]
    found = set(_bylines(opening)) if len(opening) <= _MOST_BYLINES else set()
    return found.pop() if len(found) == 1 else ()


def _short_text(columns: Columns, position: int) -> str:
    """Return the text of a block if it is a line; `""` for a longer one, and for position -1."""
    is_line = position >= 0 and columns.block_length(position) <= LONGEST_LINE
    return columns.block_text(position) if is_line else ""


def _beside_dates(columns: Columns, near: Sequence[int], language: str) -> Iterator[tuple[str, ...]]:
    """Yield names on a line of their own beside a line that is a date: many blogs sign so, without a "By"."""
    days = [(position, _shows_date(columns, position, language)) for position in near]
    for (one, is_day), (other, is_other_day) in pairwise(days):
        for position, is_beside in ((one, is_other_day), (other, is_day)):
            if is_beside and columns.kinds[position] == _PARAGRAPH and _is_lone_name(columns.block_text(position)):
                yield (" ".join(columns.block_text(position).split()),)


def _shows_date(columns: Columns, position: int, language: str) -> bool:
    return columns.block_length(position) <= _LONGEST_DATE and _is_date(columns.block_text(position), language)


def _on_date_lines(lines: Iterable[str], language: str) -> Iterator[tuple[str, ...]]:
    """Yield names that a mark sets off from a date on the same line: "3 May 2024 • Ann Roe in Harbours"."""
    for line in filter(_DIGITS.search, lines):
        parts = split_at_marks(line)
        if len(parts) > 1 and any(_is_date(part, language) for part in parts):
            yield from (names for part in parts if (names := signatures([part])) and _is_lone_name(*names[:1]))


def _is_date(text: str, language: str) -> bool:
    return len(text) <= _LONGEST_DATE and bool(find_date(text, language))


def _is_lone_name(text: str) -> bool:
    """Return whether a text is two or three words that all start with a capital."""
    parts = text.split()
    return (
        2 <= len(parts) <= 3
        and all(part[0].isupper() and part.replace(".", "").replace("-", "").isalpha() for part in parts)
        and (text.isupper() or not any(part.isupper() and len(part) < 4 for part in parts))
        and not any(part.casefold() in words("nobody") | words("role") | words("ends a byline") for part in parts)
    )
