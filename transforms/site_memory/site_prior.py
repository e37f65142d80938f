"""The site prior: what a site's memory says about the blocks of one of its pages, container by container.

The containers give log-odds that the classifier adds to the page's own evidence.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.page import Page
from .container_paths import container_paths, enclosing, tag_of
from .memory import SHORT_CHARS, Container, SiteMemory

LogOdds = npt.NDArray[np.float64]

# The weight of a container's record on the site's other pages, beside the evidence of this page: PRIOR_WEIGHT times
# its mean log-odds for many pages, half of that for HALF_WEIGHT_PAGES pages. Chosen on sixteen sites whose pages were
# scored by trees trained without the site. From 1 to 2 and from 3 to 8 no figure moves by more than .002.
PRIOR_WEIGHT = 1.4
HALF_WEIGHT_PAGES = 3
# These hold everything, boilerplate and article alike, so that their record says nothing about a part.
WHOLE_PAGE = frozenset({"html", "body"})
# Means are cut off at this value.
MAX_LOG_ODDS = 6.0
# A mean nearer to 0 says only that the site's pages disagree about the container: a box below the article, a table of
# contents. Then the page decides alone.
UNDECIDED_LOG_ODDS = 1.2
# Short blocks are compared with the short blocks of their container, if so many articles have some. A date beside the
# paragraphs of an article says nothing that they say.
MIN_SHORT_ARTICLES = 2
# The record of an outer container counts less for an unknown one inside it.
UNKNOWN_INSIDE = 0.5


class Prior(NamedTuple):
    """The log-odds that one container's record adds to a block in it, and the record."""

    log_odds: float
    container: Container


def container_priors(page: Page) -> list[Prior | None]:
    """Look up, for each block, its container in the site's memory, or the nearest one around it.

    Returns:
        One entry for each block. None if the memory knows only the whole page around it, or if rules before main
        content remove all that its container holds. None for every block if the page has no site memory, or one of too
        few articles.
    """
    memory = page.site_memory
    elements = page.columns.elements
    if memory is None or not memory.is_believed:
        return [None] * len(elements)
    paths = container_paths(page)
    is_short = np.diff(page.columns.starts) < SHORT_CHARS
    # A key is the number of the path, doubled, and whether the block is short.
    keys = (2 * np.asarray(paths.numbers)[elements] + is_short).tolist()
    of_key = {key: _prior(paths.distinct[key // 2], key % 2 == 1, memory) for key in set(keys)}
    return [of_key[key] for key in keys]


def _prior(path: str, is_short: bool, memory: SiteMemory) -> Prior | None:
    known, weight = memory.container(path), 1.0
    while known is None and (path := enclosing(path)):
        known, weight = memory.container(path), UNKNOWN_INSIDE
    if known is None or known.marked == 1 or tag_of(path) in WHOLE_PAGE:
        return None
    articles, mean = known.articles, known.log_odds
    is_own_kind = known.short_articles >= MIN_SHORT_ARTICLES and abs(known.short_log_odds) >= UNDECIDED_LOG_ODDS
    if is_short and is_own_kind:
        articles, mean = known.short_articles, known.short_log_odds
    if abs(mean) < UNDECIDED_LOG_ODDS:
        mean = 0.0
    confidence = articles / (articles + HALF_WEIGHT_PAGES)
    mean = min(max(mean, -MAX_LOG_ODDS), MAX_LOG_ODDS)
    return Prior(PRIOR_WEIGHT * weight * confidence * mean, known)


def prior_log_odds(priors: list[Prior | None]) -> LogOdds:
    """Return the log-odds of each block's prior; 0 for a block without one."""
    return np.array([prior.log_odds if prior else 0.0 for prior in priors])
