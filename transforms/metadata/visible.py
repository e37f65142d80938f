"""Bylines and dates that only a reader sees: the last resort."""

from __future__ import annotations

from collections.abc import Iterator

from ..page import Block, Page
from .authors import looks_like_names, signatures, without_by
from .claims import Claims
from .words import words

# A byline or date line stands this near to the headline, counted in blocks, and is this short.
_BEFORE = 4
_AFTER = 14
_LONGEST_LINE = 120


def visible_claims(page: Page) -> Claims:
    """What short lines near the headline say: "By Ann Roe", "3 May 2024"."""
    lines = [block.text for block in _near_headline(page) if len(block.text) <= _LONGEST_LINE]
    return Claims(
        authors=next(_bylines(lines), ()),
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


def _says_modified(line: str) -> bool:
    return not words("modified").isdisjoint(line.casefold().replace(":", " ").split())
