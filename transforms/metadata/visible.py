"""Bylines and dates that only a reader sees: the last resort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise, repeat

from ..compiled.elements import opening_blocks
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..matching.byline_words import closings
from .authors import byline_openers, looks_like_names, opens_byline, signatures, split_at_marks, without_by
from .claims import Claims
from .dates import find_date
from .plain import letters
from .words import words

# A byline or date line stands this near to the headline, counted in blocks, and is this short.
_BEFORE = 4
_AFTER = 14
_LONGEST_LINE = 120
_LONGEST_DATE = 30
# Where more lines say "Written by", they are of other articles, or of comments.
_MOST_BYLINES = 8
# "by" follows a date within so many words ("Uhr", "at noon"), and so many words are names.
_WORDS_OF_DATE, _MOST_WORDS = 3, 5
# One class: linear.
_DIGITS = re.compile(r"\d+")
# Two to four syllables, or a Japanese name with kana; one class, bounded.
_EAST_ASIAN_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,6}")
_CAPTION, _PARAGRAPH = KIND_NUMBERS["caption"], KIND_NUMBERS["paragraph"]


def visible_claims(page: Page, title: str) -> Claims:
    """What short lines near the headline say: "By Ann Roe", "3 May 2024"; and a "Written by" that stands anywhere."""
    columns = page.columns
    near = [position for position in _near_headline(page, title) if columns.kinds[position] != _CAPTION]
    short = [position for position in near if columns.block_length(position) <= _LONGEST_LINE]
    lines = [columns.block_text(position) for position in short]
    authors, is_guess = next(_signed(page, near, short, lines), ((), False))
    dated = [(line, _says_modified(line)) for line in lines if _DIGITS.search(line)]
    return Claims(
        authors=authors,
        is_guess=is_guess,
        published=tuple([("visible", line) for line, is_modified in dated if not is_modified]),
        modified=tuple([("visible:modified", line) for line, is_modified in dated if is_modified]),
    )


def _signed(
    page: Page, near: Sequence[int], short: Sequence[int], lines: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The names that lines sign with, surest first, and whether they are a guess: behind a "by" within a line, which
    may be another language's word.
    """
    columns, language = page.columns, page.head.language
    yield from zip(_bylines(pairwise((*lines, ""))), repeat(False))
    yield from zip(_beside_dates(columns, near, language), repeat(False))
    yield from zip(_after_dates(lines, language), repeat(False))
    yield from zip(_on_date_lines(lines, language), repeat(False))
    yield from zip(_bylines((part, "") for part in _parts(columns, short)), repeat(True))
    yield from ((names, False) for read in (_only_byline, _signature_of_letter) if (names := read(page)))


def _near_headline(page: Page, title: str) -> range:
    """The positions of the blocks around the one that shows the title; else around the main heading, or at the top."""
    columns = page.columns
    mains = columns.tagged(("h1",))
    unlinked = (i for i, links in enumerate(columns.link_chars) if not links)
    said = letters(title)
    shown = (i for i in chain(mains, unlinked) if _says(columns, i, said))
    at = next(chain(shown, mains), 0)
    return range(max(0, at - _BEFORE), min(at + _AFTER, len(columns.kinds)))


def _says(columns: Columns, position: int, said: str) -> bool:
    length = columns.block_length(position)
    if length > 2 * len(said):
        return False
    text = columns.block_text(position)
    if length < len(said) and text.isascii():  # as most labels; letters of other scripts may become more
        return False
    return letters(text) == said


def _bylines(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """The names after each "By", on the same line or, where the line ends there, on the one that follows."""
    for line, following in lines:
        rest = without_by(line)
        if rest == line:
            continue
        names = signatures([rest or following])
        if names and all(_is_whole_name(name) for name in names):
            yield names


def _parts(columns: Columns, short: Iterable[int]) -> Iterator[str]:
    """The text of each element in lines that have several: the source, the writer, the date."""
    for position in short:
        runs = range(columns.run_firsts[position], columns.run_firsts[position + 1])
        if len(runs) > 1:
            text = columns.block_text(position)
            yield from (text[columns.run_starts[run] : columns.run_ends[run]].strip() for run in runs)


def _is_whole_name(name: str) -> bool:
    """Several words that begin as names do, or the few signs of a name in Chinese, Japanese or Korean script."""
    return looks_like_names(name) if " " in name else _EAST_ASIAN_NAME.fullmatch(name) is not None


def _after_dates(lines: Iterable[str], language: str) -> Iterator[tuple[str, ...]]:
    """The names after a "by" that follows the date on its line: "Posted on 3 May 2024 at 10:15 by Ann"."""
    for line in filter(_DIGITS.search, lines):
        after = _DIGITS.split(line)[-1].split()
        rests = [" ".join(after[position:]) for position in range(min(_WORDS_OF_DATE, len(after)))]
        name = next((name for rest in rests if (name := without_by(rest)) != rest), "")
        if len(name.split()) <= _MOST_WORDS and looks_like_names(name) and find_date(line, language):
            yield from filter(None, [signatures([name])])


def _signature_of_letter(page: Page) -> tuple[str, ...]:
    """The name on the line after "Yours faithfully", where the page has one such line."""
    columns, kept = page.columns, page.kept_positions()
    text, starts = columns.text, columns.starts
    ends = [text[max(starts[i], starts[i + 1] - _LONGEST_LINE) : starts[i + 1]] for i in kept]
    lines = "\n".join(ends).split("\n")
    closing = closings(lines[:-1])
    signed = lines[closing[0] + 1] if len(closing) == 1 else ""
    names = signatures([signed.partition(",")[0]]) if len(signed) <= _LONGEST_LINE else ()
    return names if all(_is_whole_name(name) for name in names) else ()


def _only_byline(page: Page) -> tuple[str, ...]:
    """The names after "Written by" anywhere on the page, where the page says that of nobody else."""
    columns = page.columns
    pairs = opening_blocks(columns, page.removals, _LONGEST_LINE, byline_openers())
    lines = ((columns.block_text(position), _short_text(columns, after)) for position, after in pairs)
    opening = [(line, following) for line, following in lines if opens_byline(line)]
    found = set(_bylines(opening)) if len(opening) <= _MOST_BYLINES else set()
    return found.pop() if len(found) == 1 else ()


def _short_text(columns: Columns, position: int) -> str:
    """The text of a block if it is a line; `""` for a longer one, and for none."""
    is_line = position >= 0 and columns.block_length(position) <= _LONGEST_LINE
    return columns.block_text(position) if is_line else ""


def _beside_dates(columns: Columns, near: Sequence[int], language: str) -> Iterator[tuple[str, ...]]:
    """A name on a line of its own, before or after a line that is a date: how many blogs sign without a "By"."""
    days = [(position, _shows_date(columns, position, language)) for position in near]
    for (one, is_day), (other, is_other_day) in pairwise(days):
        for position, is_beside in ((one, is_other_day), (other, is_day)):
            if is_beside and columns.kinds[position] == _PARAGRAPH and _is_lone_name(columns.block_text(position)):
                yield (" ".join(columns.block_text(position).split()),)


def _shows_date(columns: Columns, position: int, language: str) -> bool:
    return columns.block_length(position) <= _LONGEST_DATE and _is_date(columns.block_text(position), language)


def _on_date_lines(lines: Iterable[str], language: str) -> Iterator[tuple[str, ...]]:
    """A name that a mark sets off from a date on the same line: "3 May 2024 • Ann Roe in Harbours"."""
    for line in filter(_DIGITS.search, lines):
        parts = split_at_marks(line)
        if len(parts) > 1 and any(_is_date(part, language) for part in parts):
            yield from (names for part in parts if (names := signatures([part])) and _is_lone_name(*names[:1]))


def _is_date(text: str, language: str) -> bool:
    return len(text) <= _LONGEST_DATE and bool(find_date(text, language))


def _is_lone_name(text: str) -> bool:
    """Two or three words that all start with a capital."""
    parts = text.split()
    return (
        2 <= len(parts) <= 3
        and all(part[0].isupper() and part.replace(".", "").replace("-", "").isalpha() for part in parts)
        and (text.isupper() or not any(part.isupper() and len(part) < 4 for part in parts))
        and not any(part.casefold() in words("nobody") | words("role") | words("ends a byline") for part in parts)
    )


def _says_modified(line: str) -> bool:
    return not words("modified").isdisjoint(line.casefold().replace(":", " ").split())
