"""Features of what repeats on a page: its posts, entries and products, and the labels that come back in each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..compiled.outline import repeated_items
from ..core.page import Page
from ..matching.outline import looks_of, outline_of
from ..matching.wording import block_prints

# Two may be alike by chance.
LEAST_ITEMS = 3
REPETITION_FEATURES = (
    "list: items", "list: share of page", "list: prose", "list: links", "list: mean item", "list: blocks in item",
    "place in item", "blocks left in item", "same path: items with it", "same path: different texts",
    "same path: different but for numbers", "same path: share of page", "same path: mean size",
)  # fmt: skip

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def write_repetition(page: Page, out: npt.NDArray[np.float32]) -> None:
    """Write one row for each of `REPETITION_FEATURES`, with a column for each block.

    The list of a block is the largest that it is in. Items of a list are elements that look alike, and so do all
    elements around them; so are those that hold the blocks of one path.
    """
    columns, outline = page.columns, outline_of(page)
    path_of_element = looks_of(columns).paths
    elements, paths = np.array(columns.elements), np.array(path_of_element)
    path = paths[elements]
    count = int(paths.max(initial=0)) + 1
    sizes, prose, links = (np.array(sums, dtype=np.float64) for sums in (outline.size, outline.prose, outline.links))
    widths = np.array(outline.block_width, dtype=np.float64)
    whole = max(float(widths.sum()), 1.0)
    item = np.array(repeated_items(columns.parents, path_of_element, outline.size, LEAST_ITEMS))[elements]
    listed = item >= 0
    held = np.where(listed, item, 0)
    kind = paths[held]
    items = np.bincount(paths, weights=sizes > 0, minlength=count)
    size, prose_in, linked = (np.bincount(paths, weights=sums, minlength=count) for sums in (sizes, prose, links))
    first, last = np.array(outline.first)[held], np.array(outline.last)[held]
    place = np.arange(len(elements))
    blocks = np.maximum(np.bincount(path, minlength=count), 1)
    width = np.bincount(path, weights=widths, minlength=count)
    exact, masked = (np.array(prints) for prints in block_prints(columns))
    with_it = np.unique(item[listed].astype(np.int64) * count + path[listed]) % count
    out[0] = np.where(listed, items[kind], 0)
    out[1] = np.where(listed, size[kind] / whole, 0)
    out[2] = np.where(listed, prose_in[kind] / np.maximum(size[kind], 1), 0)
    out[3] = np.where(listed, linked[kind] / np.maximum(size[kind], 1), 0)
    out[4] = np.where(listed, size[kind] / np.maximum(items[kind], 1), 0)
    out[5] = np.where(listed, last - first + 1, 0)
    out[6] = np.where(listed, place - first, -1)
    out[7] = np.where(listed, last - place, -1)
    out[8] = np.where(listed, np.bincount(with_it, minlength=count)[path] / np.maximum(items[kind], 1), 0)
    out[9] = (_different(path, exact, count) / blocks)[path]
    out[10] = (_different(path, np.where(masked == 0, exact, masked), count) / blocks)[path]
    out[11] = width[path] / whole
    out[12] = (width / blocks)[path]


def _different(path: Places, prints: npt.NDArray[np.uint64], count: int) -> Places:
    """Return for each path how many different texts its blocks have."""
    _, texts = np.unique(prints, return_inverse=True)
    pairs = np.unique(path.astype(np.int64) * (len(prints) + 1) + texts)
    return np.bincount(pairs // (len(prints) + 1), minlength=count)
