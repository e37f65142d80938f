"""All evidence of a page as one table: a row for each block, a column for each of `FEATURES`."""

from __future__ import annotations

from typing import get_args

import numpy as np
import numpy.typing as npt

from ..outline import outline_of
from ..page import Page, Reason
from . import markup, place, words

# What is also read of the blocks before and after.
NEIGHBOURS = (
    "width", "link_density", "ends_sentence", "is_prose", "upper", "tag p", "tag li", "inner tag a",
    "in best container",
    "parent: share of prose", "parent: links", "same path: prose", "inside article", "marked comments",
    "marked sharing", "marked sign-up", "marked advert",
)  # fmt: skip
OFFSETS = (-2, -1, 1, 2)
# What earlier steps have marked says something about the blocks beside it.
REASONS: tuple[Reason, ...] = get_args(Reason)
BLOCK = (*words.NAMES, *markup.NAMES, *place.NAMES, *(f"marked {reason}" for reason in REASONS))
FEATURES = (*BLOCK, *(f"block {offset:+d}: {name}" for offset in OFFSETS for name in NEIGHBOURS))
NEIGHBOUR_COLUMNS = [BLOCK.index(name) for name in NEIGHBOURS]


def evidence_table(page: Page) -> npt.NDArray[np.float32]:
    """The evidence of every block of a page with markup, with what has been marked so far. Shape (blocks, features)."""
    outline = outline_of(page)
    block = np.hstack([
        np.array(words.word_rows(page, outline), dtype=np.float32),
        markup.markup_columns(page, outline),
        place.place_columns(page, outline).astype(np.float32),
        _marks(page),
    ])  # fmt: skip
    shared = block[:, NEIGHBOUR_COLUMNS]
    return np.hstack([block, *(_shifted(shared, offset) for offset in OFFSETS)])


def _marks(page: Page) -> npt.NDArray[np.float32]:
    columns = np.zeros((len(page.blocks), len(REASONS)), dtype=np.float32)
    for position, removal in enumerate(page.removals):
        if removal is not None:
            columns[position, REASONS.index(removal.reason)] = 1.0
    return columns


def _shifted(columns: npt.NDArray[np.float32], offset: int) -> npt.NDArray[np.float32]:
    """The rows `offset` further on; -1 where there are none."""
    shifted = np.full_like(columns, -1.0)
    if abs(offset) < len(columns):
        if offset > 0:
            shifted[:-offset] = columns[offset:]
        else:
            shifted[-offset:] = columns[:offset]
    return shifted
