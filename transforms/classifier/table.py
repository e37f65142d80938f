"""All evidence of a page as one table: a row for each block, a column for each of `FEATURES`."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from ..compiled.evidence import Layout
from ..compiled.verdicts import mark_numbers, write_marks
from ..core.columns import KIND_NUMBERS
from ..core.page import REASONS, Page
from ..core.tags import BLOCK_TAGS, TAG_NUMBERS, TAGS
from ..matching.looks import looks_of
from ..matching.outline import outline_of
from . import markup, place, words

Table = npt.NDArray[np.float32]

# What is also read of the blocks before and after.
NEIGHBOURS = (
    "width", "link_density", "ends_sentence", "is_prose", "upper", "tag p", "tag li", "inner tag a",
    "in best container",
    "parent: share of prose", "parent: links", "same path: prose", "inside article", "marked comments",
    "marked sharing", "marked sign-up", "marked advert",
)  # fmt: skip
OFFSETS = (-2, -1, 1, 2)
# What earlier steps have marked says something about the blocks beside it.
MARKED = tuple(f"marked {reason}" for reason in REASONS)
BLOCK = (*words.NAMES, *markup.NAMES, *place.NAMES, *MARKED)
FEATURES = (*BLOCK, *(f"block {offset:+d}: {name}" for offset in OFFSETS for name in NEIGHBOURS))

FIRST_MARKED = BLOCK.index(MARKED[0])
# The numbers that marks have by their reason; 0 is no mark.
REASON_NUMBERS = {reason: number for number, reason in enumerate(REASONS, start=1)}


def _layout() -> Layout:
    feature = {name: number for number, name in enumerate(FEATURES)}
    return Layout(
        tag_rows=array("i", [feature[f"tag {tag}"] if tag in markup.TAGS else -1 for tag in TAGS]),
        inner_rows=array("i", [feature[f"inner tag {tag}"] if tag in markup.INNER_TAGS else -1 for tag in TAGS]),
        region_marks=array("q", [markup.REGION_BITS.get(tag, 0) for tag in TAGS]),
        is_block=bytearray(tag in BLOCK_TAGS for tag in TAGS),
        groups_shift=len(markup.REGIONS),
        foreign=markup.FOREIGN_BITS,
        near=feature[f"inside {markup.MARKS[0]}"],
        around=feature[f"somewhere inside {markup.MARKS[0]}"],
        place=feature[place.NAMES[0]],
        neighbours=len(BLOCK),
        shared=array("i", [feature[name] for name in NEIGHBOURS]),
        offsets=array("i", OFFSETS),
        h1=TAG_NUMBERS["h1"],
        heading=KIND_NUMBERS["heading"],
        far=place.FAR,
    )


_LAYOUT = _layout()


def marks_of(page: Page) -> bytearray:
    """For each block the number of its mark's reason (see `REASON_NUMBERS`), 0 where no step has marked it."""
    return mark_numbers(page.removals, REASON_NUMBERS)


def evidence_table(page: Page) -> Table:
    """The evidence of every block of a page with markup, with what has been marked so far. Shape (blocks, features).

    In memory the values of a feature stand together, as they are computed and as the trees ask for them. What the page
    shows without its marks is computed once for all its marked copies; nobody may write into the table.
    """
    marks = marks_of(page)
    known: tuple[bytearray, Table] | None = page.memo.get("evidence")
    if known is None or known[0] != marks:
        known = page.memo["evidence"] = marks, _marked(_unmarked(page) if known is None else known[1].copy(), marks)
    rows: Table = known[1].T
    return rows


def _marked(table: Table, marks: bytearray) -> Table:
    """The table with these marks and no others."""
    table[FIRST_MARKED : len(BLOCK)] = 0
    write_marks(marks, FIRST_MARKED, table)
    _LAYOUT.write_neighbours(table)
    return table


def _unmarked(page: Page) -> Table:
    outline = outline_of(page)
    table = np.zeros((len(FEATURES), len(page.blocks)), dtype=np.float32)
    words.write_word_columns(page, table[: len(words.NAMES)])
    _LAYOUT.write(page.columns, outline, looks_of(page.columns).paths, table)
    return table
