"""Bylines and dates that only a reader sees: the last resort."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..page import Block, Page
from .authors import looks_like_names, signatures, without_by
from .claims import Claims
from .dates import find_date
from .words import words

# A byline or date line stands this near to the headline, counted in blocks, and is this short.
_BEFORE = 4
_AFTER = 14
_LONGEST_LINE = 120
_LONGEST_DATE = 30


def visible_claims(page: Page) -> Claims:
    """What short lines near the headline say: "By Ann Roe", "3 May 2024"."""
    near = _near_headline(page)
    lines = [block.text for block in near if len(block.text) <= _LONGEST_LINE]
    return Claims(
        authors=next(_bylines(lines), ()) or next(_beside_dates(near, page.head.language), ()),
        published=tuple(("visible", line) for line in lines if not _says_modified(line)),
        modified=tuple(("visible:modified", line) for line in lines if _says_modified(line)),
    )


def _near_headline(page: Page) -> tuple[Block, ...]:
    at = next((i for i, block in enumerate(page.blocks) if block.tag == "h1"), 0)
    return page.blocks[max(0, at - _BEFORE) : at + _AFTER]


def _bylines(lines: list[str]) -> Iterator[tuple[str, ...]]:
    """The names after each "By", on the same line or, where the line ends there, on the next."""
    for line, following in zip(lines, (*lines[1:], ""), strict=False):
        rest = without_by(line)
        if rest == line:
            continue
        names = signatures([rest or following])
        if names and all(" " in name and looks_like_names(name) for name in names):
            yield names


def _beside_dates(blocks: tuple[Block, ...], language: str) -> Iterator[tuple[str, ...]]:
    """A name on a line of its own, before or after a line that is a date: how many blogs sign without a "By"."""
    for one, other in pairwise(blocks):
        for name, day in ((one, other), (other, one)):
            if _is_lone_name(name) and len(day.text) <= _LONGEST_DATE and find_date(day.text, language):
                yield (" ".join(name.text.split()),)


def _is_lone_name(block: Block) -> bool:
    """Two or three words that all start with a capital, in a paragraph that is not a link list or a menu."""
    parts = block.text.split()
    return (
        block.kind == "paragraph"
        and 2 <= len(parts) <= 3
        and all(part[0].isupper() and part.replace(".", "").replace("-", "").isalpha() for part in parts)
        and (block.text.isupper() or not any(part.isupper() and len(part) < 4 for part in parts))
        and not any(part.casefold() in words("nobody") | words("role") | words("ends a byline") for part in parts)
    )


def _says_modified(line: str) -> bool:
    return not words("modified").isdisjoint(line.casefold().replace(":", " ").split())
