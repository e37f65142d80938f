"""Find authors in short lines near the headline, as readers recognise bylines ("By Ann Roe"); the last resort."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise, repeat

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.rows import TAG_NUMBERS
from ..matching.headlines import MAX_CLOSING, closes_letter
from .authors import (
    byline_firsts,
    clean_authors,
    is_organisation,
    looks_like_names,
    opens_byline,
    signatures,
    split_at_marks,
    without_by,
)
from .dates import find_date
from .headline_lines import bounds_of_article, start_of_article
from .text_signatures import reporters
from .values import Claims, letters, words
from .visible_dates import LONGEST_LINE, Near, closing_openers, opening_lines

_LONGEST_LEAD = 40
_MARKS_IN_NAMES = str.maketrans("", "", ".-'’")
# A byline is right below the headline within so many blocks.
_RIGHT_BELOW = 6
_LONGEST_FIRST = 16
_DIRECTLY_BELOW = 3
_LONGEST_BYLINE = 60
_BETWEEN_NAMES = re.compile("[/,&]")
# Names in bold stand right above the text, within so many blocks.
_ABOVE_TEXT, _BOLD = 2, frozenset({TAG_NUMBERS["b"], TAG_NUMBERS["strong"]})
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
_CAPTION, _PARAGRAPH, _LIST_ITEM = (KIND_NUMBERS[kind] for kind in ("caption", "paragraph", "list-item"))

# The authors that lines name, and whether they are a guess.
_Authors = tuple[tuple[str, ...], bool]


def byline_below(page: Page, near: Near, declared: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a byline right below the headline, if all are whole and the page shows no declared one there.

    Editors sign in with accounts of their own, and machines declare these. More people than declared count, too.
    """
    columns, firsts = page.columns, byline_firsts()
    last = min(near.headline + 1 + _RIGHT_BELOW, near.positions.stop)
    for position in range(near.headline + 1, last):
        start, end = columns.starts[position], columns.starts[position + 1]
        first = columns.text[start : min(start + _LONGEST_FIRST, end)].partition(" ")[0].casefold()
        if first not in firsts or not _is_line(page, position) or columns.kinds[position] == _CAPTION:
            continue
        line = columns.block_text(position)
        if line.endswith(declared[-1]) and len(line) < len(declared[-1]) + _LONGEST_FIRST:  # as most
            return ()
        if not words("not the author").isdisjoint(_WORD.findall(line[:_LONGEST_LEAD].casefold())):
            continue
        following = columns.block_text(position + 1) if position + 1 < last and _is_line(page, position + 1) else ""
        names = next(_bylines([(line, following)]), ())
        if names and all(map(is_lone_name, names)) and not any(map(is_organisation, names)):
            known, said = frozenset(map(letters, declared)), frozenset(map(letters, names))
            around = [columns.block_text(i) for i in range(near.positions.start, last) if _is_line(page, i)]
            is_shown = any(name in text for text in map(letters, around) for name in known)
            return names if known < said or not is_shown else ()
    return ()


def _is_line(page: Page, position: int) -> bool:
    return page.removals[position] is None and page.columns.block_length(position) <= LONGEST_LINE


def line_claims(page: Page, place: Near) -> Iterator[Claims]:
    """Yield the authors that short lines near the headline name, and those of a "Written by" anywhere."""
    columns = page.columns
    near = [position for position in place.positions if columns.kinds[position] != _CAPTION]
    short = [position for position in near if columns.block_length(position) <= LONGEST_LINE]
    lines = [line for position in short for line in columns.block_text(position).split("\n")]
    for authors, is_guess in _signed(page, place, near, short, lines):
        yield Claims(authors=authors, is_guess=is_guess)


def _signed(
    page: Page, place: Near, near: Sequence[int], short: Sequence[int], lines: Sequence[str]
) -> Iterator[_Authors]:
    """Yield the names that lines sign with, surest first.

    A "by" within a line gives a guess: it may be another language's word.
    """
    columns, language = page.columns, page.head.language
    if names := reporters(page, place):
        yield names, False
    pairs = list(pairwise((*lines, "")))
    yield from zip(_bylines(pair for pair in pairs if not _is_of_others(pair[0])), repeat(False))
    yield from zip(_bylines(pair for pair in pairs if _is_of_others(pair[0])), repeat(True))
    yield from zip(_before_roles(lines), repeat(False))
    yield from zip(_beside_dates(columns, near, language), repeat(False))
    yield from zip(_beside_dates_within(columns, place, language), repeat(False))
    yield from zip(_after_dates(lines, language), repeat(False))
    yield from zip(_on_date_lines(lines, language), repeat(False))
    yield from zip(_bylines((part, "") for part in _parts(columns, short)), repeat(True))
    readers = (_only_byline, _signature_of_letter, _byline_below_text)
    yield from ((names, False) for read in readers if (names := read(page)))
    yield from ((names, False) for names in (*_single_names(page, place), *_joint_names(page, place)))


def _is_of_others(line: str) -> bool:
    """Return True for a line of who reviewed, checked or photographed; an author by another "by" comes first."""
    return line[:_LONGEST_LEAD].partition(" ")[0].casefold() in words("not the author")


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


def _single_names(page: Page, place: Near) -> Iterator[tuple[str, ...]]:
    """Yield the single word after "by" on a line of its own right below the headline: a first name, an account."""
    for position in range(place.headline + 1, min(place.headline + 1 + _DIRECTLY_BELOW, place.positions.stop)):
        parts = page.columns.block_text(position).split() if _is_line(page, position) else []
        is_alone = len(parts) == 2 and page.columns.kinds[position] == _PARAGRAPH
        if is_alone and parts[0].casefold() in words("by") and len(parts[1]) <= _LONGEST_LEAD:
            yield from filter(None, [clean_authors(parts[1:])])


def _joint_names(page: Page, place: Near) -> Iterator[tuple[str, ...]]:
    """Yield several whole names in bold right above the text: "Ann Roe/Bo Li". One alone may be a heading."""
    columns, start = page.columns, start_of_article(page)
    for position in range(max(place.headline + 1, start - _ABOVE_TEXT), start + 1):
        runs = columns.run_elements[columns.run_firsts[position] : columns.run_firsts[position + 1]]
        if columns.kinds[position] == _PARAGRAPH and _is_line(page, position) and runs:
            if any(columns.element_tags[element] not in _BOLD for element in runs):
                continue
            line = columns.block_text(position)
            names = clean_authors(line.split("/"))
            said = len(_BETWEEN_NAMES.sub(" ", line).split()) - sum(len(name.split()) for name in names)
            if 1 < len(names) > said and all(map(is_lone_name, names)):
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
    opening = []
    for position, after in opening_lines(page):
        line, _, following = columns.block_text(position).partition("\n")
        if opens_byline(line):
            opening.append((line, following.partition("\n")[0] or _short_text(columns, after)))
    found = set(_bylines(opening)) if len(opening) <= _MOST_BYLINES else set()
    return found.pop() if len(found) == 1 else ()


def _byline_below_text(page: Page) -> tuple[str, ...]:
    """Return the names of a line among or right below the article's paragraphs that is nothing but "by" and names.

    If several such lines name different people, they belong to other articles.
    """
    columns, firsts = page.columns, byline_firsts()
    first, last = bounds_of_article(page)
    found: set[tuple[str, ...]] = set()
    is_all = True
    for position in range(first + 1, min(last + 3, len(page.removals))):
        if columns.kinds[position] != _PARAGRAPH or columns.block_length(position) > _LONGEST_BYLINE:
            continue
        line = columns.block_text(position)
        if (
            line.partition(" ")[0].casefold() not in firsts
            or page.removals[position] is not None
            or _is_of_others(line)
        ):
            continue
        if names := next(_bylines([(line, "")]), ()):
            found.add(names)
            others = len(_BETWEEN_NAMES.sub(" ", without_by(line)).split()) - sum(len(name.split()) for name in names)
            is_all = is_all and others < len(names) and all(map(is_lone_name, names))
    return found.pop() if is_all and len(found) == 1 else ()


def _short_text(columns: Columns, position: int) -> str:
    """Return the text of a block if it is a line; `""` for a longer one, and for position -1."""
    is_line = position >= 0 and columns.block_length(position) <= LONGEST_LINE
    return columns.block_text(position) if is_line else ""


def _beside_dates(columns: Columns, near: Sequence[int], language: str) -> Iterator[tuple[str, ...]]:
    """Yield names on a line of their own beside a line that is a date: many blogs sign so, without a "By"."""
    said = [position for position in near if any(map(str.isalnum, columns.block_text(position)[:_LONGEST_DATE]))]
    days = [(position, _shows_date(columns, position, language)) for position in said]
    for (one, is_day), (other, is_other_day) in pairwise(days):
        for position, is_beside in ((one, is_other_day), (other, is_day)):
            if is_beside and columns.kinds[position] == _PARAGRAPH and is_lone_name(columns.block_text(position)):
                yield (" ".join(columns.block_text(position).split()),)


def _beside_dates_within(columns: Columns, place: Near, language: str) -> Iterator[tuple[str, ...]]:
    """Yield the name in an element of its own, and a date in another, that are a line by the headline."""
    for position in range(place.positions.start, min(place.headline + 1 + _DIRECTLY_BELOW, place.positions.stop)):
        if columns.kinds[position] != _PARAGRAPH or columns.block_length(position) > LONGEST_LINE:
            continue
        parts = list(_parts(columns, [position]))
        if len(parts) == 2 and "\n" not in columns.block_text(position):
            for name, day in (parts, parts[::-1]):
                if is_lone_name(name) and _is_date(day, language):
                    yield (name,)


def _shows_date(columns: Columns, position: int, language: str) -> bool:
    return columns.block_length(position) <= _LONGEST_DATE and _is_date(columns.block_text(position), language)


def _on_date_lines(lines: Iterable[str], language: str) -> Iterator[tuple[str, ...]]:
    """Yield names that a mark sets off from a date on the same line: "3 May 2024 • Ann Roe in Harbours"."""
    for line in filter(_DIGITS.search, lines):
        parts = split_at_marks(line)
        if len(parts) > 1 and any(_is_date(part, language) for part in parts):
            yield from (names for part in parts if (names := signatures([part])) and is_lone_name(*names[:1]))


def _is_date(text: str, language: str) -> bool:
    return len(text) <= _LONGEST_DATE and bool(find_date(text, language))


def is_lone_name(text: str) -> bool:
    """Return whether a text is two or three words that all start with a capital."""
    parts = text.split()
    return (
        2 <= len(parts) <= 3
        and all(part[0].isupper() and part.translate(_MARKS_IN_NAMES).isalpha() for part in parts)
        and (text.isupper() or not any(part.isupper() and len(part) < 4 and part[-1] != "." for part in parts))
        and not any(part.casefold() in words("nobody") | words("role") | words("ends a byline") for part in parts)
    )
