"""Code that a highlighter has set in rows of its own, without `<pre>`: the rows become one block again.

White space at the beginning of rows is not kept: outside `<pre>` it says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..core.columns import Columns
from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import Block, Element
from .joining import join_blocks

# Class names that highlighters give the box around a listing: theirs alone, so that no box of the page's own has them.
BOXES = frozenset("blob-wrapper codecolorer crayon-main dp-highlighter geshifilter mw-geshi syntaxhighlighter".split())
# And the column of line numbers in it.
NUMBERS = frozenset("blob-num crayon-nums gutter".split())
# And what is there to press.
TOOLBARS = frozenset(["bar", "toolbar"])


def with_listings(columns: Columns, limits: Limits = DEFAULT_LIMITS) -> Columns:
    """The columns of a page, with the blocks of each listing joined line by line.

    Line numbers are a block of their own where they stand in a column. What is in a `<pre>` is one already; toolbars,
    and listings beyond `max_block_chars`, are left as they are.
    """
    if BOXES.isdisjoint(columns.pool):
        return columns
    elements = columns.element_rows
    places = _columns(elements)
    joined: list[Block] = []
    for (column, _), group in groupby(columns.block_rows, lambda block: _place(block, elements, places)):
        rows = list(group)
        fits = sum(len(row.text) + 1 for row in rows) <= limits.max_block_chars
        joined += [join_blocks(rows, elements, "\n", "code", "pre")] if column and fits and len(rows) > 1 else rows
    return Columns.from_rows(joined, elements)


def _columns(elements: Sequence[Element]) -> list[int]:
    """For each element the number of the listing, or of the column of line numbers, that it is part of; 0 for none."""
    columns: list[int] = []
    for number, (_, parent, _, classes, *_) in enumerate(elements, start=1):
        column = columns[parent] if parent >= 0 else 0
        if classes and not (NUMBERS if column else BOXES).isdisjoint(classes):
            column = number
        elif column and not TOOLBARS.isdisjoint(classes):
            column = 0
        columns.append(column)
    return columns


def _place(block: Block, elements: Sequence[Element], columns: Sequence[int]) -> tuple[int, bool]:
    """Which column a block is a row of, and whether it is hidden: what is shown and what is not stay apart."""
    return 0 if block.kind == "code" else columns[block.element], elements[block.element].hidden
