"""Main content: which blocks are the article, by all the evidence there is about each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .classifier.causes import Causes
from .classifier.judgement import judge
from .classifier.standing import Weighing
from .classifier.trees import SymmetricTrees
from .compiled.verdicts import decide, removals
from .core.base import PageTransform
from .core.page import Page, Removal
from .site_memory.site_prior import container_priors as container_voices
from .site_memory.site_prior import prior_log_odds as log_odds_of


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
    judged, voices = weighing.judged, weighing.voices
    weighed = judged.container.weighed
    article, gone, scores = decide(weighing.article, judged.container.marks, weighed.captions, threshold, captions)
    causes, speakers = Causes(page, judged), weighed.speakers_of(gone)
    marks, others = removals(gone, scores, speakers, causes.plain(set(speakers)), Removal)
    unexplained = []
    for place in others:
        voice = voices[gone[place]]
        if voice is not None and weighing.by_itself[gone[place]] >= threshold:
            marks[gone[place]] = Removal(*causes.known(voice.container), scores[place])
        else:
            unexplained.append(place)
    positions = [gone[place] for place in unexplained]
    columns = judged.heaviest(positions, article)
    values = judged.table[positions, columns].tolist()
    for place, position, column, value in zip(unexplained, positions, columns, values, strict=True):
        marks[position] = Removal(*causes.weighed(position, column, value), scores[place])
    return page.mark(marks)


def _weigh(page: Page, threshold: float, trees: SymmetricTrees | None = None) -> Weighing:
    """The probability of being article for each block, by what its page shows and what is known of its site."""
    judged, voices = judge(page, trees), container_voices(page)
    by_itself = article = _probability(judged.log_odds)
    if any(voices):
        article = _probability(judged.log_odds + log_odds_of(voices))
        by_all = (article >= threshold)[judged.is_open]
        if not by_all.any() and (by_itself >= threshold)[judged.is_open].any():
            article = by_itself  # a kind of page that memory does not know
    return Weighing(judged, article, by_itself, voices, threshold)


def _probability(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    probability: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-log_odds))
    return probability


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
