"""All evidence of a page as one table: a row for each block, a column for each of `FEATURES`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..core.page import REASONS, Page
from ..matching.outline import outline_of
from . import markup, place, words
from .ancestry import Ancestry

# What is also read of the blocks before and after.
NEIGHBOURS = (
    "width", "link_density", "ends_sentence", "is_prose", "upper", "tag p", "tag li", "inner tag a",
    "in best container",
    "parent: share of prose", "parent: links", "same path: prose", "inside article", "marked comments",
    "marked sharing", "marked sign-up", "marked advert",
)  # fmt: skip
OFFSETS = (-2, -1, 1, 2)
# What earlier steps have marked says something about the blocks beside it.
BLOCK = (*words.NAMES, *markup.NAMES, *place.NAMES, *(f"marked {reason}" for reason in REASONS))
FEATURES = (*BLOCK, *(f"block {offset:+d}: {name}" for offset in OFFSETS for name in NEIGHBOURS))
NEIGHBOUR_COLUMNS = [BLOCK.index(name) for name in NEIGHBOURS]


def evidence_table(page: Page) -> npt.NDArray[np.float32]:
    """The evidence of every block of a page with markup, with what has been marked so far. Shape (blocks, features).

    In memory the values of a feature stand together, as they are computed and as the trees ask for them.
    """
    outline, ancestry = outline_of(page), Ancestry(page.elements)
    own = markup.own_marks(page, outline)
    table = np.full((len(FEATURES), len(page.blocks)), -1.0, dtype=np.float32)
    block = table[: len(BLOCK)]
    words.write_word_columns(page, block[: len(words.NAMES)])
    np.concatenate(
        [
            markup.markup_columns(page, outline, own, ancestry),
            place.place_columns(page, outline, own, ancestry),
            _marks(page),
        ],
        out=block[len(words.NAMES) :],
        casting="same_kind",
    )
    shared = block[NEIGHBOUR_COLUMNS]
    for number, offset in enumerate(OFFSETS):
        beside = table[len(BLOCK) + number * len(NEIGHBOURS) :][: len(NEIGHBOURS)]
        if offset > 0:
            beside[:, :-offset] = shared[:, offset:]
        else:
            beside[:, -offset:] = shared[:, :offset]
    rows: npt.NDArray[np.float32] = table.T
    return rows


def _marks(page: Page) -> npt.NDArray[np.bool_]:
    rows = np.zeros((len(REASONS), len(page.blocks)), dtype=np.bool_)
    for position, removal in enumerate(page.removals):
        if removal is not None:
            rows[REASONS.index(removal.reason), position] = True
    return rows
