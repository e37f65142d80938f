"""Text captures (WET, already extracted text) to blocks: by lines and blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from statistics import fmean

from ..core.limits import DEFAULT_LIMITS
from ..core.page import Block, Kind

# Typists and mail programs break lines within these widths, in code points.
MIN_WRAP, MAX_WRAP = 45, 120
# A wrapped line is full: the next line's first word would not have fitted into what is left of the width.
MIN_FULLNESS = 0.75
MIN_WRAPPED_LINES = 3
# A bullet or a number, then a space: one class and one optional sign, so it cannot backtrack.
LIST_MARKER = re.compile(r"(?:[-*•‣◦▪●–]|\d{1,3}[.)])\s")


def text_blocks(text: str, max_chars: int = DEFAULT_LIMITS.max_block_chars) -> Iterator[Block]:
    """One block per line; the lines of a hard-wrapped paragraph are joined into one block.

    A block has `gap` where a blank line stands before it. Lines are split as `str.splitlines` does; tabs between words
    stay, as they stand between the cells of a table row.
    """
    for blank, group in groupby(map(_spaced, text.splitlines()), key=lambda line: not line):
        if blank:
            continue
        lines = list(group)
        joined = [" ".join(lines)] if _is_wrapped(lines) else lines
        pieces = (piece for line in joined for piece in _pieces(line, max_chars))
        for i, line in enumerate(pieces):
            yield Block(line, kind=_kind(line), tag="", gap=i == 0)


def _pieces(line: str, max_chars: int) -> Iterator[str]:
    """The line, in several pieces where it is longer than a block may be."""
    while len(line) > max_chars:
        end = line.rfind(" ", max_chars - MAX_WRAP, max_chars)
        piece, line = (line[:end], line[end + 1 :]) if end > 0 else (line[:max_chars], line[max_chars:])
        yield piece
    yield line


def _spaced(line: str) -> str:
    """The line with its white space evened out."""
    if "\t" not in line:
        return " ".join(line.split())
    cells = (" ".join(cell.split()) for cell in line.split("\t"))
    return "\t".join(cell for cell in cells if cell)


def _is_wrapped(lines: list[str]) -> bool:
    """True where a paragraph was broken into lines of one width: all but the last are about equally full."""
    full = [len(line) for line in lines[:-1]]
    if len(lines) < MIN_WRAPPED_LINES or not MIN_WRAP <= max(full) <= MAX_WRAP:
        return False
    if any(LIST_MARKER.match(line) for line in lines[1:]):
        return False
    return min(full) >= MIN_FULLNESS * max(full) and len(lines[-1]) <= max(full) and fmean(full) >= MIN_WRAP


def _kind(line: str) -> Kind:
    if "\t" in line:
        return "table"
    return "list-item" if LIST_MARKER.match(line) else "paragraph"
