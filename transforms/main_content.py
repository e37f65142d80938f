"""Main content: which blocks are the article, by a score of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .classifier.classify import SymmetricTrees, classify
from .classifier.explanation import RemovalGrounds, Scores
from .compiled.verdicts import decide, removals
from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .site_memory.site_prior import container_priors, prior_log_odds


def mark_outside_main_content(
    page: Page, *, threshold: float, captions: bool, trees: SymmetricTrees | None = None
) -> Page:
    """Mark the blocks that are not the article.

    Learned trees score each block by its features (`classifier.features.FEATURES`: its words, the elements around it,
    what its containers hold, its place among the others). To this a rule about containers adds its share, and so do
    the other pages of the site, where the page has a site memory. A block whose probability of being article is below
    `threshold` goes, and so do captions unless they are wanted. The ledger has the reason that names around the block
    give, and the feature that counts most. Text captures have no elements and are left alone. `trees` replaces the
    ones that ship with the package.
    """
    if page.is_text or not page.blocks:
        return page
    scores = _score(page, threshold, trees)
    found, weighed = scores.classification, scores.classification.container.weighed
    article, removed, chances = decide(scores.article, found.container.removed, weighed.captions, threshold, captions)
    grounds, elements = RemovalGrounds(page, found), weighed.speakers_of(removed)
    marks, others = removals(removed, chances, elements, grounds.by_element(set(elements)), Removal)
    by_feature = []
    for place in others:
        prior = scores.priors[removed[place]]
        if prior is not None and scores.by_itself[removed[place]] >= threshold:
            marks[removed[place]] = Removal(*grounds.by_site(prior.container), chances[place])
        else:
            by_feature.append(place)
    positions = [removed[place] for place in by_feature]
    columns = found.strongest(positions, article)
    values = found.table[positions, columns].tolist()
    for place, position, column, value in zip(by_feature, positions, columns, values, strict=True):
        marks[position] = Removal(*grounds.by_feature(position, column, value), chances[place])
    return page.mark(marks)


def _score(page: Page, threshold: float, trees: SymmetricTrees | None = None) -> Scores:
    """Score each block: the probability of being article, by its page and by the other pages of its site."""
    found, priors = classify(page, trees), container_priors(page)
    by_itself = article = _probability(found.log_odds)
    if any(priors):
        article = _probability(found.log_odds + prior_log_odds(priors))
        by_all = (article >= threshold)[found.is_open]
        if not by_all.any() and (by_itself >= threshold)[found.is_open].any():
            article = by_itself  # the memory does not know this kind of page
    found.container.weighed.keep_lists(article, threshold)
    return Scores(found, article, by_itself, priors, threshold)


def _probability(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    probability: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-log_odds))
    return probability


@transform
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
        """Mark the blocks that are not the article; see `mark_outside_main_content`."""
        return mark_outside_main_content(page, threshold=self.threshold, captions=self.captions)

    def score(self, page: Page) -> Scores | None:
        """Score the unmarked blocks of a page as `clean` does, whether they are kept or not. None for text captures."""
        return None if page.is_text or not page.blocks else _score(page, self.threshold)
