"""Code that a highlighter has set in rows of its own, without `<pre>`: the rows become one block again.

White space at the beginning of rows is not kept: outside `<pre>` it says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..core.columns import Columns
from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import Block
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
    elements, listings = columns.element_rows, _listings(columns)
    joined: list[Block] = []
    for (listing, _), group in groupby(columns.block_rows, lambda block: _place(block, columns, listings)):
        rows = list(group)
        fits = sum(len(row.text) + 1 for row in rows) <= limits.max_block_chars
        joined += [join_blocks(rows, elements, "\n", "code", "pre")] if listing and fits and len(rows) > 1 else rows
    return columns.with_blocks(joined)


def _listings(columns: Columns) -> list[int]:
    """For each element the number of the listing, or of the column of line numbers, that it is part of; 0 for none."""
    lists = [frozenset(columns.classes(number)) for number in range(len(columns.class_firsts) - 1)]
    boxes, numbers, toolbars = (
        {number for number, names in enumerate(lists) if not names.isdisjoint(known)}
        for known in (BOXES, NUMBERS, TOOLBARS)
    )
    listings: list[int] = []
    for number, (parent, names) in enumerate(zip(columns.parents, columns.class_lists, strict=True), start=1):
        listing = listings[parent] if parent >= 0 else 0
        if names in (numbers if listing else boxes):
            listing = number
        elif listing and names in toolbars:
            listing = 0
        listings.append(listing)
    return listings


def _place(block: Block, columns: Columns, listings: Sequence[int]) -> tuple[int, int]:
    """Which listing a block is a row of, and whether it is hidden: what is shown and what is not stay apart."""
    return 0 if block.kind == "code" else listings[block.element], columns.hidden[block.element]
