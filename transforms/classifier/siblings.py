"""Blocks that stand side by side on a page stay together: entries of a list, their parts, and headings of sections.

The trees score each block by itself, so of twenty equal entries some may be just below the threshold. Readers see one
list, of which all or nothing is content.
"""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from ..compiled.outline import repeated_items
from ..compiled.siblings import Siblings
from ..core.columns import KIND_NUMBERS
from ..core.page import Page, PageKind
from ..core.rows import TAG_NUMBERS, TAGS
from ..matching.outline import looks_of, outline_of
from ..matching.wording import normalise

LogOdds = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

# What most of a list is kept for, its other blocks need so much of the threshold.
CHANCE = 0.4
# On an article only these are entries of one list; cards of other tags are as often teasers or promotions.
ENTRY_TAGS = frozenset({"li", "tr", "dt", "dd"})
ENTRIES = bytearray(tag in ENTRY_TAGS for tag in TAGS)
ALL_ENTRIES = bytearray([1]) * len(TAGS)
ARTICLE_TAG = TAG_NUMBERS["article"]
HEADING = KIND_NUMBERS["heading"]
# A longer heading is as often a caption or a standfirst.
MAX_HEADING_CHARS = 120
# A list with so much of a page's likely text is what the page is read for. So many alike are a list. Text is likely
# from `LIKELY` on, so that a menu is no list; from `MEAN` on, a whole list is near the threshold.
LIST_SHARE, LIST_ITEMS, LIKELY, MEAN = 0.4, 4, 0.1, 0.3
# Such a list is lost if less than this share of it is kept: of a thread even if most of it is, its posts are one text.
MAX_KEPT: dict[PageKind, float] = {"discussion": 0.8, "listing": 0.33, "other": 0.33}


def keep_together(page: Page, article: LogOdds, removed: bytearray, threshold: float) -> None:
    """Raise probabilities to the threshold, of blocks that belong to what is kept.

    These are the rest of a list of which most is kept, the headings of kept sections, and on a page that is read for
    its list, all of a list that is near the threshold. `removed` has a number for each block that a step has removed.
    """
    if page.kind in MAX_KEPT:
        _keep_largest_list(page, article, removed, threshold)
    columns, is_article = page.columns, page.kind == "article"
    siblings = Siblings(columns, outline_of(page), looks_of(columns).paths, ARTICLE_TAG)
    chance = CHANCE * threshold
    siblings.keep_alike(article, removed, threshold, chance, ENTRIES if is_article else ALL_ENTRIES)
    found = siblings.headings(article, removed, threshold, chance, HEADING, MAX_HEADING_CHARS, not is_article)
    title = normalise(page.head.title) if found else ""
    left_out = -1
    for position in found:
        key = normalise(columns.block_text(position))
        if not key or key in title or position + 1 == left_out:
            left_out = position
        else:
            article[position] = threshold


def _keep_largest_list(page: Page, article: LogOdds, removed: bytearray, threshold: float) -> None:
    """Keep the largest list of a page, if it is near the threshold and lost.

    Posts of a thread are in each other, so only their own looks count; the entries of a listing have the same path.
    """
    columns, outline = page.columns, outline_of(page)
    is_thread = page.kind == "discussion"
    looks = _numbered(looks_of(columns).looks) if is_thread else looks_of(columns).paths
    item = np.array(repeated_items(columns.parents, looks, outline.size, LIST_ITEMS))[np.array(columns.elements)]
    widths = np.array(outline.block_prose if is_thread else outline.block_width)
    likely = widths * (np.frombuffer(removed, dtype=np.uint8) == 0) * (article >= LIKELY)
    lists = np.where(item >= 0, np.array(looks)[item], 0)
    sizes = np.bincount(lists, weights=likely * (item >= 0), minlength=1)
    largest = int(sizes.argmax())
    if sizes[largest] < max(LIST_SHARE * likely.sum(), 1):
        return
    own = likely * ((lists == largest) & (item >= 0))
    kept, mean = (float((own * share).sum()) / sizes[largest] for share in (article >= threshold, article))
    if kept < MAX_KEPT[page.kind] and mean >= MEAN:
        near = (own > 0) & (article >= CHANCE * threshold)
        article[near] = np.maximum(article[near], threshold)


def _numbered(looks: array[int]) -> array[int]:
    """Return the same looks, numbered from 0 on without a gap."""
    numbers: Numbers = np.unique(np.array(looks), return_inverse=True)[1]
    return array("i", numbers.tolist())
