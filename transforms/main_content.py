"""Main content: which blocks are the article, by all the evidence there is about each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .classifier.causes import Causes
from .classifier.container import is_picture_caption
from .classifier.judgement import judge
from .classifier.standing import Weighing
from .classifier.trees import SymmetricTrees
from .core.base import PageTransform
from .core.page import Page, Removal
from .site_memory.voices import container_voices, log_odds_of


def mark_outside_main_content(
    page: Page, *, threshold: float, captions: bool, trees: SymmetricTrees | None = None
) -> Page:
    """Mark the blocks that are not the article.

    Learned trees weigh the evidence about each block (`classifier.table.FEATURES`: its words, the elements around it,
    what their containers hold, its place among the others), a rule about containers adds its voice, and so does what
    is known of a block's container from other pages, where the page has a site memory. A block whose probability of
    being article is below `threshold` goes, and so do captions unless they are wanted. The ledger has the reason that
    names around the block give, and what weighed most. Text captures have no elements and are left alone. `trees`
    replaces the ones that ship with the package.
    """
    if page.is_text or not page.blocks:
        return page
    weighing = _weigh(page, threshold, trees)
    judged, article, voices = weighing.judged, weighing.article, weighing.voices
    by_itself = _probability(judged.log_odds) >= threshold
    causes = Causes(page, judged)
    removals = {}
    unexplained = []
    for row, position in enumerate(judged.positions):
        if article[row] >= threshold and (captions or not is_picture_caption(page.blocks[position])):
            continue
        cause, voice = causes.plain(position), voices[position]
        if cause is None and voice is not None and by_itself[row]:
            cause = causes.known(voice.container)
        if cause is None:
            unexplained.append(row)
        else:
            removals[position] = Removal(*cause, _score(article[row]))
    columns = judged.heaviest(unexplained, article >= threshold)
    for row, column in zip(unexplained, columns, strict=True):
        removals[judged.positions[row]] = Removal(*causes.weighed(row, column), _score(article[row]))
    return page.mark(removals)


def _weigh(page: Page, threshold: float, trees: SymmetricTrees | None = None) -> Weighing:
    """The probability of being article for each block, by what its page shows and what is known of its site."""
    judged, voices = judge(page, trees), container_voices(page)
    by_itself = _probability(judged.log_odds)
    article = _probability(np.add(judged.log_odds, log_odds_of(voices)[judged.positions]))
    if (by_itself >= threshold).any() and not (article >= threshold).any():  # a kind of page that memory does not know
        article = by_itself
    return Weighing(judged, article, voices, threshold)


def _probability(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    probability: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-log_odds))
    return probability


def _score(article: float) -> float:
    return round(float(1 - article), 4)


@dataclass
class KeepMainContent(PageTransform):
    """Take out what is not the article: navigation, headers, footers, sidebars, teasers, headline, captions.

    `threshold` is the probability of being article below which a block goes: 0.5 serves most uses, 0.7 gives cleaner
    and 0.3 fuller text. `captions` keeps those of the article's own pictures.
    """

    threshold: float = 0.5
    captions: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold is a probability, 0 to 1, not {self.threshold!r}")

    def clean(self, page: Page) -> Page:
        """See `mark_outside_main_content`."""
        return mark_outside_main_content(page, threshold=self.threshold, captions=self.captions)

    def weigh(self, page: Page) -> Weighing | None:
        """How `clean` weighs the unmarked blocks of this page, whether they are kept or not. None for text captures."""
        return None if page.is_text or not page.blocks else _weigh(page, self.threshold)
