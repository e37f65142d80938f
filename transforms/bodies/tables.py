"""The cells of a table, the empty ones included, which rows of text do not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..core.rows import TAG_NUMBERS
from .attributes import attributes_at
from .parts import STRONG, Cell
from .structure import Structure

TABLE, THEAD, TR, TD, TH = (TAG_NUMBERS[tag] for tag in ("table", "thead", "tr", "td", "th"))
# In written markup only a quotation mark ends a value. No part can be matched by another: linear.
TAG = re.compile(rb"<(/?)(table|tr|td|th)((?: [^\s=>\"]+=\"[^\"]*\")*)>")
# No cell reaches further, and longer rows lose their empty cells.
MAX_CELLS = 200


class WrittenCell(NamedTuple):
    """A cell as the markup has it: where its attributes begin, and how far it reaches."""

    place: int
    is_header: bool
    width: int
    height: int


class Table:
    """Collects the rows of one table, and knows which cells of earlier rows reach into the next."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._reaching: dict[int, int] = {}

    def row(self, position: int) -> tuple[Cell, ...]:
        """Return the cells of the next row, which is one block."""
        columns = self._structure.page.columns
        filled = dict(self._filled(position))
        row = ancestor(self._structure, next(iter(filled)), TR) if filled else -1
        written = list(self._written(row))
        places = self._structure.page.markup.places
        known = {places[element]: element for element in filled} if written else {}
        if known.keys() <= {cell.place for cell in written}:
            cells = [(cell, *filled.get(known.get(cell.place, -1), (0, 0))) for cell in written]
        else:
            tags = columns.element_tags
            cells = [(WrittenCell(0, tags[element] == TH, 1, 1), *ends) for element, ends in filled.items()]
        return self._laid_out(position, cells)

    def _filled(self, position: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield for each cell with text its element, and where its text begins and ends in that of the row."""
        columns = self._structure.page.columns
        start = 0
        run, last = columns.run_firsts[position], columns.run_firsts[position + 1]
        for text in columns.block_text(position).split("\t"):
            while run < last - 1 and columns.run_starts[run] < start:
                run += 1
            element = columns.run_elements[run]
            cell = ancestor(self._structure, element, TD, TH)
            yield cell, (start, start + len(text))
            start += len(text) + 1

    def _written(self, row: int) -> Iterator[WrittenCell]:
        """Yield the cells that a row has in the markup."""
        markup = self._structure.page.markup
        if not 0 <= row < len(markup.places):
            return
        depth, count = 0, 0
        for tag in TAG.finditer(markup.text, markup.places[row]):
            is_end, name = tag[1] == b"/", tag[2]
            if name == b"table":
                depth += -1 if is_end else 1
            elif not depth and name == b"tr":
                return
            elif not depth and not is_end:
                attributes = attributes_at(markup.text, tag.start(3))
                yield WrittenCell(
                    tag.start(3), name == b"th", *map(_reach, (attributes.get("colspan"), attributes.get("rowspan")))
                )
                count += 1
            if depth < 0 or count == MAX_CELLS:
                return

    def _laid_out(self, position: int, cells: list[tuple[WrittenCell, int, int]]) -> tuple[Cell, ...]:
        """Return a row with a cell in each column, also where one of an earlier row reaches."""
        row: list[Cell] = []
        reaching = self._reaching

        def pass_reaching() -> None:
            while reaching.get(len(row), 0) > 0 and len(row) < MAX_CELLS:
                reaching[len(row)] -= 1
                row.append(Cell())

        for cell, start, end in cells:
            pass_reaching()
            first = len(row)
            width = max(min(cell.width, MAX_CELLS - first), 1)
            row.append(Cell(self._structure.spans(position, start, end) if end else (), cell.is_header, width))
            row += [Cell(is_header=cell.is_header, width=0)] * (width - 1)
            if cell.height > 1:
                reaching.update(dict.fromkeys(range(first, len(row)), cell.height - 1))
        pass_reaching()
        return tuple(row)


def ancestor(structure: Structure, element: int, *tags: int) -> int:
    """Return the innermost of an element and those around it that has one of these tags; -1 for none."""
    columns = structure.page.columns
    while element >= 0 and columns.element_tags[element] not in tags:
        element = columns.parents[element]
    return element


def is_header_row(structure: Structure, position: int, row: tuple[Cell, ...]) -> bool:
    """Return whether a row names the columns of its table: it is in its head, or has only headers, or all in bold."""
    if ancestor(structure, structure.page.columns.elements[position], THEAD) >= 0:
        return True
    filled = [cell for cell in row if cell.spans]
    return all(cell.is_header for cell in filled) or (
        len(filled) == len(row) > 1 and all(span.marks & STRONG for cell in row for span in cell.spans)
    )


def _reach(said: str | None) -> int:
    return min(int(said), MAX_CELLS) if said and said.isdecimal() and len(said) < 5 and int(said) else 1
