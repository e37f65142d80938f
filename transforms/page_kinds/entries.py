"""The entries of a listing: teasers that look alike, each with a linked heading, and together most of a page's text."""

from __future__ import annotations

import numpy as np

from ..compiled.outline import repeated_items
from ..core.columns import KIND_NUMBERS
from ..core.page import Page
from ..matching.outline import looks_of, outline_of

# A listing has so many entries at least, with so much of its text; fewer are links to other pages below an article.
LEAST_ENTRIES, LEAST_SHARE = 5, 0.5
# So many of them have a linked heading, and lead to different pages.
NEARLY_ALL = 0.8
HEADING = KIND_NUMBERS["heading"]


def entries_of(page: Page) -> int:
    """Return how many entries a page lists, or 0 if it is not a list of entries.

    The parts of an article, posts of a thread and items of a menu look alike, too; they have no heading that leads to a
    page of its own.
    """
    columns, outline = page.columns, outline_of(page)
    paths = looks_of(columns).paths
    if not len(columns.elements):
        return 0
    item = np.array(repeated_items(columns.parents, paths, outline.size, LEAST_ENTRIES))[np.array(columns.elements)]
    widths = np.array(outline.block_width)
    listed = np.flatnonzero(item >= 0)
    if not len(listed):
        return 0
    look = np.array(paths)[item[listed]]
    sizes = np.bincount(look, weights=widths[listed])
    largest = int(sizes.argmax())
    if sizes[largest] < LEAST_SHARE * widths.sum():
        return 0
    blocks = listed[look == largest]
    entries = len(np.unique(item[blocks]))
    linked = np.array(columns.kinds)[blocks] == HEADING
    linked &= np.array(columns.link_chars)[blocks] > 0
    headed = blocks[linked].tolist()
    targets = {columns.links[columns.link_firsts[block]] for block in headed}
    least = max(LEAST_ENTRIES, NEARLY_ALL * entries)
    return entries if len(np.unique(item[headed])) >= least and len(targets) >= least else 0
