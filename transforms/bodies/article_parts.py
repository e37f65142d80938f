"""The parts of a page's article, in order: what Markdown and HTML are written of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from ..core.page import Page
from ..core.rows import KIND_NAMES
from .attributes import Links
from .parts import STRONG, Cell, Holder, Part, Span, with_marks
from .pictures import Pictures
from .structure import Structure
from .tables import TABLE, Table, ancestor, is_header_row

ROW = KIND_NAMES.index("table")
# What is before an item in a text without markup.
BULLET = re.compile(r"[-*•‣◦▪●–]\s+(?=\S)")
NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")


def article_parts(page: Page) -> list[Part]:
    """List the parts of a page's article: its kept blocks, tables made of rows, and pictures among them."""
    if page.is_text and len(page.columns.parents) == 1:
        return list(_text_parts(page))
    base = next((href for rel, href in page.head.links if rel == "base"), "")
    structure = Structure(page, Links(page.url or page.metadata.canonical_url, base))
    pictures = list(Pictures(structure).parts()) if page.markup.pictures and page.kept_positions() else []
    pictures.reverse()
    found: list[Part] = []
    for table, group in groupby(page.kept_positions(), lambda position: _table(structure, position)):
        positions = list(group)
        for part in _table_parts(structure, positions) if table >= 0 else map(structure.part, positions):
            while pictures and pictures[-1][0] <= part.positions[0]:
                found.append(pictures.pop()[1])
            found.append(part)
    return [*found, *(part for _, part in reversed(pictures))]


def _table(structure: Structure, position: int) -> int:
    """Return the table that a block is a row of; -1 for other blocks."""
    columns = structure.page.columns
    if columns.kinds[position] != ROW:
        return -1
    return ancestor(structure, columns.elements[position], TABLE)


def _table_parts(structure: Structure, positions: list[int]) -> Iterator[Part]:
    """Yield a table that is made of these rows."""
    table = Table(structure)
    rows = [table.row(position) for position in positions]
    if is_header_row(structure, positions[0], rows[0]):
        rows[0] = tuple(cell._replace(is_header=True, spans=with_marks(cell.spans, ~STRONG)) for cell in rows[0])
    holders = structure.holders(structure.page.columns.elements[positions[0]], positions[0])
    yield Part("table", tuple(positions), holders, rows=tuple(rows))


def _text_parts(page: Page) -> Iterator[Part]:
    """Yield the parts of a text without markup: paragraphs, items of lists, and tables of lines with tabs."""
    columns = page.columns
    before, number_of_list, is_numbered, start = -2, -2, False, 1
    for kind, group in groupby(page.kept_positions(), lambda position: KIND_NAMES[columns.kinds[position]]):
        positions = list(group)
        texts = [columns.block_text(position) for position in positions]
        if kind == "table":
            rows = tuple(tuple(Cell((Span(cell),)) for cell in text.split("\t")) for text in texts)
            yield Part("table", tuple(positions), rows=rows)
            continue
        for position, text in zip(positions, texts, strict=True):
            number = NUMBER.match(text)
            marker = number or BULLET.match(text) if kind == "list-item" else None
            if marker is None:
                yield Part(kind, (position,), spans=(Span(text),))
                continue
            first = int(number[1]) if number else 1
            if before != position - 1 or bool(number) != is_numbered:
                number_of_list, is_numbered, start = -2 - position, bool(number), first
            before = position
            holders = (
                Holder("ol" if number else "ul", number_of_list, start),
                Holder("li", position),
            )
            yield Part(kind, (position,), holders, (Span(text[marker.end() :]),))
