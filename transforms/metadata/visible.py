"""Bylines and dates that only a reader sees: the last resort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise, repeat

from ..core.columns import Columns
from ..core.page import Block, Page
from ..matching.byline_words import closes_letter
from .authors import looks_like_names, opens_byline, signatures, split_at_marks, without_by
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


def visible_claims(page: Page, title: str) -> Claims:
    """What short lines near the headline say: "By Ann Roe", "3 May 2024"; and a "Written by" that stands anywhere."""
    near = [block for block in _near_headline(page, title) if block.kind != "caption"]
    lines = [block.text for block in near if len(block.text) <= _LONGEST_LINE]
    authors, is_guess = next(_signed(page, near, lines), ((), False))
    return Claims(
        authors=authors,
        is_guess=is_guess,
        published=tuple(("visible", line) for line in lines if not _says_modified(line)),
        modified=tuple(("visible:modified", line) for line in lines if _says_modified(line)),
    )


def _signed(page: Page, near: Sequence[Block], lines: Sequence[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The names that lines sign with, surest first, and whether they are a guess: behind a "by" within a line, which
    may be another language's word.
    """
    language = page.head.language
    yield from zip(_bylines(pairwise((*lines, ""))), repeat(False))
    yield from zip(_beside_dates(near, language), repeat(False))
    yield from zip(_after_dates(lines, language), repeat(False))
    yield from zip(_on_date_lines(lines, language), repeat(False))
    yield from zip(_bylines((part, "") for part in _parts(near)), repeat(True))
    yield from ((names, False) for names in (_only_byline(page), _signature_of_letter(page)) if names)


def _near_headline(page: Page, title: str) -> tuple[Block, ...]:
    """The blocks around the one that shows the title; else around the main heading, or at the top."""
    columns = page.columns
    mains = columns.tagged(("h1",))
    unlinked = (i for i, links in enumerate(columns.link_chars) if not links)
    said = letters(title)
    shown = (i for i in chain(mains, unlinked) if _says(columns, i, said))
    at = next(chain(shown, mains), 0)
    return page.blocks[max(0, at - _BEFORE) : at + _AFTER]


def _says(columns: Columns, position: int, said: str) -> bool:
    return columns.block_length(position) <= 2 * len(said) and letters(columns.block_text(position)) == said


def _bylines(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """The names after each "By", on the same line or, where the line ends there, on the one that follows."""
    for line, following in lines:
        rest = without_by(line)
        if rest == line:
            continue
        names = signatures([rest or following])
        if names and all(_is_whole_name(name) for name in names):
            yield names


def _parts(blocks: Iterable[Block]) -> Iterator[str]:
    """The text of each element in lines that have several: the source, the writer, the date."""
    for block in blocks:
        if len(block.text) <= _LONGEST_LINE and len(block.runs) > 1:
            yield from (block.text[run.start : run.end].strip() for run in block.runs)


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
    texts = [line for i in kept for line in columns.block_text(i)[-_LONGEST_LINE:].split("\n")]
    ends = [below for line, below in pairwise(texts) if closes_letter(line)]
    names = signatures([ends[0].partition(",")[0]]) if len(ends) == 1 and len(ends[0]) <= _LONGEST_LINE else ()
    return names if all(_is_whole_name(name) for name in names) else ()


def _only_byline(page: Page) -> tuple[str, ...]:
    """The names after "Written by" anywhere on the page, where the page says that of nobody else."""
    columns, kept = page.columns, page.kept_positions()
    texts = [columns.block_text(i) if columns.block_length(i) <= _LONGEST_LINE else "" for i in kept]
    opening = [(line, following) for line, following in pairwise((*texts, "")) if opens_byline(line)]
    found = set(_bylines(opening)) if len(opening) <= _MOST_BYLINES else set()
    return found.pop() if len(found) == 1 else ()


def _beside_dates(blocks: Sequence[Block], language: str) -> Iterator[tuple[str, ...]]:
    """A name on a line of its own, before or after a line that is a date: how many blogs sign without a "By"."""
    for one, other in pairwise(blocks):
        for name, day in ((one, other), (other, one)):
            if name.kind == "paragraph" and _is_lone_name(name.text) and _is_date(day.text, language):
                yield (" ".join(name.text.split()),)


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
