"""All evidence of a page as one table: a row for each block, a column for each of `FEATURES`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..outline import outline_of
from ..page import Page
from . import markup, place, words

# What is also read of the blocks before and after.
NEIGHBOURS = (
    "width", "link_density", "ends_sentence", "is_prose", "upper", "tag p", "tag li", "inner tag a",
    "in best container",
    "parent: share of prose", "parent: links", "same path: prose", "inside article",
)  # fmt: skip
OFFSETS = (-2, -1, 1, 2)
BLOCK = (*words.NAMES, *markup.NAMES, *place.NAMES)
FEATURES = (*BLOCK, *(f"block {offset:+d}: {name}" for offset in OFFSETS for name in NEIGHBOURS))
NEIGHBOUR_COLUMNS = [BLOCK.index(name) for name in NEIGHBOURS]


def evidence_table(page: Page) -> npt.NDArray[np.float32]:
    """The evidence of every block of a page with markup, whatever has been marked. Shape (blocks, features)."""
    outline = outline_of(page)
    block = np.hstack([
        np.array(words.word_rows(page), dtype=np.float32),
        markup.markup_columns(page, outline),
        place.place_columns(page, outline).astype(np.float32),
    ])  # fmt: skip
    shared = block[:, NEIGHBOUR_COLUMNS]
    return np.hstack([block, *(_shifted(shared, offset) for offset in OFFSETS)])


def _shifted(columns: npt.NDArray[np.float32], offset: int) -> npt.NDArray[np.float32]:
    """The rows `offset` further on; -1 where there are none."""
    shifted = np.full_like(columns, -1.0)
    if abs(offset) < len(columns):
        if offset > 0:
            shifted[:-offset] = columns[offset:]
        else:
            shifted[-offset:] = columns[:offset]
    return shifted
