"""Bylines and dates that only a reader sees: the last resort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..page import Block, Page
from .authors import looks_like_names, opens_byline, signatures, split_at_marks, without_by
from .claims import Claims
from .dates import find_date
from .words import words

# A byline or date line stands this near to the headline, counted in blocks, and is this short.
_BEFORE = 4
_AFTER = 14
_LONGEST_LINE = 120
_LONGEST_DATE = 30
# Where more lines say "Written by", they are of other articles, or of comments.
_MOST_BYLINES = 8


def visible_claims(page: Page) -> Claims:
    """What short lines near the headline say: "By Ann Roe", "3 May 2024"; and a "Written by" that stands anywhere."""
    near = [block for block in _near_headline(page) if block.kind != "caption"]
    lines = [block.text for block in near if len(block.text) <= _LONGEST_LINE]
    language = page.head.language
    authors = next(_bylines(pairwise((*lines, ""))), ()) or next(_beside_dates(near, language), ())
    return Claims(
        authors=authors or next(_on_date_lines(lines, language), ()) or _only_byline(page),
        published=tuple(("visible", line) for line in lines if not _says_modified(line)),
        modified=tuple(("visible:modified", line) for line in lines if _says_modified(line)),
    )


def _near_headline(page: Page) -> tuple[Block, ...]:
    at = next((i for i, block in enumerate(page.blocks) if block.tag == "h1"), 0)
    return page.blocks[max(0, at - _BEFORE) : at + _AFTER]


def _bylines(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """The names after each "By", on the same line or, where the line ends there, on the one that follows."""
    for line, following in lines:
        rest = without_by(line)
        if rest == line:
            continue
        names = signatures([rest or following])
        if names and all(" " in name and looks_like_names(name) for name in names):
            yield names


def _only_byline(page: Page) -> tuple[str, ...]:
    """The names after "Written by" anywhere on the page, where the page says that of nobody else."""
    texts = [block.text if len(block.text) <= _LONGEST_LINE else "" for _, block in page.kept()]
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
    for line in lines:
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
