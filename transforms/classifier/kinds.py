"""Blocks of pages other than articles: their features, and where to cut so that the text as a whole is best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..core.page import KINDS, Page, PageKind
from ..matching.outline import looks_of, outline_of
from .features import FEATURES, Table, feature_table
from .repetition import REPETITION_FEATURES, write_repetition

HELD = "held by the container rule"
KIND_FEATURES = (*FEATURES, HELD, *(f"page is {kind}" for kind in KINDS), *REPETITION_FEATURES)
FIRST_KIND = KIND_FEATURES.index(f"page is {KINDS[0]}")
FIRST_REPETITION = KIND_FEATURES.index(REPETITION_FEATURES[0])
# What elements that look alike have in common of their log-odds, and the most that one of them counts.
SHARED, SURE = 0.5, 6.0
# Of these kinds the container of the content is kept nearly whole: it adds so much to the log-odds of what it holds.
WHOLE: frozenset[PageKind] = frozenset({"documentation", "listing"})
CONTAINER_LOG_ODDS, NEARLY_ALL = 1.0, 0.9
# Even a block without a letter moves the sums.
LEAST_WIDTH = 5
CUTS: dict[PageKind, float] = {"discussion": 0.45, "product": 0.35, "documentation": 0.3, "other": 0.3}
# Of a listing, whether all is likely or nothing.
MIN_CUT, MAX_CUT = 0.1, 0.4

Numbers = npt.NDArray[np.float64]


def kind_table(page: Page, held: bytearray) -> Table:
    """Return the features of every block of another page than an article. Shape (blocks, features).

    `held` has 1 for each block that the container rule holds. In memory the values of a feature lie together.
    """
    table = np.zeros((len(KIND_FEATURES), len(page.blocks)), dtype=np.float32)
    table[: len(FEATURES)] = feature_table(page).T
    table[len(FEATURES)] = np.frombuffer(held, dtype=np.uint8)
    table[FIRST_KIND + KINDS.index(page.kind)] = 1
    write_repetition(page, table[FIRST_REPETITION:])
    rows: Table = table.T
    return rows


def level(page: Page, log_odds: Numbers, is_open: npt.NDArray[np.bool_]) -> Numbers:
    """Return log-odds that blocks in elements that look alike share by half: what holds for one post holds for all."""
    columns = page.columns
    paths = np.array(looks_of(columns).paths)[np.array(columns.elements)]
    counts = np.maximum(np.bincount(paths, weights=is_open), 1)
    means = np.bincount(paths, weights=np.clip(log_odds, -SURE, SURE) * is_open) / counts
    levelled: Numbers = (1 - SHARED) * log_odds + SHARED * means[paths]
    return levelled


def favour_container(page: Page, log_odds: Numbers, is_open: npt.NDArray[np.bool_]) -> Numbers:
    """Return log-odds that favour what stands beside the content: all of a page of documentation, or all entries.

    That is what the smallest element holds that has nearly all of the text which the log-odds expect to be content.
    """
    if page.kind not in WHOLE:
        return log_odds
    outline = outline_of(page)
    content = np.array(outline.block_width) * is_open / (1.0 + np.exp(-log_odds))
    before = np.concatenate(([0.0], np.cumsum(content)))
    first, end = np.array(outline.first), np.array(outline.last) + 1
    held = np.flatnonzero((first < end) & (before[end] - before[np.minimum(first, end)] >= NEARLY_ALL * before[-1]))
    favoured: Numbers = log_odds.copy()
    if len(held):
        smallest = held[np.argmin((end - first)[held])]
        favoured[first[smallest] : end[smallest]] += CONTAINER_LOG_ODDS
    return favoured


def best_cut(page: Page, chances: Numbers, is_open: npt.NDArray[np.bool_]) -> float:
    """Return the probability from which blocks are kept, so that the text is likely to be best.

    Articles are cut at a half. What readers of other pages came for is less sure: each kind has a cut that gave the
    best text on hosts not seen in training. All entries of a listing may be doubtful, and a fixed cut would leave
    nothing. Its text is best where its F1 is highest, if each block is content with its own probability.
    """
    if page.kind in CUTS:
        return CUTS[page.kind]
    widths = np.array(outline_of(page).block_width, dtype=np.float64)[is_open] + LEAST_WIDTH
    open_chances = chances[is_open]
    if not len(widths):
        return MAX_CUT
    order = np.argsort(-open_chances, kind="stable")
    expected = np.cumsum((widths * open_chances)[order])
    quality = expected / (np.cumsum(widths[order]) + expected[-1])
    return float(np.clip(open_chances[order][np.argmax(quality)], MIN_CUT, MAX_CUT))
