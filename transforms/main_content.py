"""Main content: which blocks are the article, by a score of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .classifier.classify import SymmetricTrees, classify, probability, text_score, without_doubt_of_captions
from .classifier.explanation import RemovalGrounds, Scores
from .classifier.regions import appended_articles, regions_beside_post, removals_of
from .classifier.siblings import keep_together
from .compiled.verdicts import decide, reaching, removals, values_at
from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .matching.disclaimer_words import statement_of
from .matching.wording import MIN_PROSE_WIDTH

if TYPE_CHECKING:
    from .site_memory.repeated_texts import Prior

# Verses and lists are articles without a paragraph; fewer lines are as often a menu. A container with more notices
# holds more than a notice.
MIN_WIDTH_IN_LINES = 300
MAX_NOTICES = 3
# Share of the threshold that counts as near where nothing reaches it.
NEAR = 0.5
MAX_NEAR = 0.5
# A page may have a sidebar and a footer beside a short post; without the one the other holds most.
MAX_ROUNDS = 3
NO_ARTICLE = Removal("other", "main_content", "its container has most prose of the page, but no article", 0.5)


def mark_outside_main_content(
    page: Page, *, threshold: float, captions: bool, trees: SymmetricTrees | None = None
) -> Page:
    """Mark the blocks that do not belong to the article.

    Learned trees score each block by its features (`classifier.features.FEATURES`: its words, the elements around it,
    the contents of its containers, its place on the page). A rule about containers adds to the score, and so does the
    site memory, if the page has one. The function marks a block if its probability is below `threshold`. It marks
    captions unless `captions` is true. The reason in the ledger follows from the names around the block; the evidence
    is the feature with the largest effect. Text captures have no elements, so the function does not change them.
    `trees` replaces the trees of the package.
    """
    if page.is_text or not page.blocks:
        return page
    page, scores = _score(page, threshold, trees)
    found, weighed = scores.classification, scores.classification.container.weighed
    asked = captions and page.kind == "article"
    judged = without_doubt_of_captions(found, scores.article) if asked else scores.article
    article, removed, chances = decide(judged, found.container.removed, weighed.captions, threshold, captions)
    grounds, elements = RemovalGrounds(page, found), weighed.speakers_of(removed)
    marks, others = removals(removed, chances, elements, grounds.by_element(set(elements)), Removal)
    by_feature = []
    for place in others:
        prior = scores.priors[removed[place]]
        if prior is not None and scores.by_itself[removed[place]] >= threshold:
            marks[removed[place]] = Removal(*grounds.by_site(prior), chances[place])
        else:
            by_feature.append(place)
    positions = [removed[place] for place in by_feature]
    columns = found.strongest(positions, article)
    values = values_at(found.table.T, positions, columns)
    for place, position, column, value in zip(by_feature, positions, columns, values, strict=True):
        marks[position] = Removal(*grounds.by_feature(position, column, value), chances[place])
    score = text_score(page, found, scores.article, threshold)
    return page.mark(marks).replaced(text_score=score)


def _score(page: Page, threshold: float, trees: SymmetricTrees | None = None) -> tuple[Page, Scores]:
    """Score each block: the probability of being article, by its page and by the other pages of its site.

    Return the page, too, with what was set aside before it was scored. A container with most prose may hold no article,
    but a sidebar, a notice or a text about the site. Then the page is scored once more without that container. Where
    nothing reaches the threshold there either, those blocks of the new container stay that come near it: a short
    article on a large page is like the texts around it. They may be a few words if nothing else would be left.
    """
    if page.kind == "article":
        page = page.mark(appended_articles(page))
    first = _score_once(page, threshold, trees)
    post, scores = _beside_regions(page, first, threshold, trees)
    if post is not page:
        reaching = _with_article(post, scores, threshold)
        if reaching is not None:
            return post, reaching
        if not any(post.removals[i] is None for i in _reaching(first, threshold)):
            return post, _lifted(scores, list(scores.classification.container.held()), threshold)
    if _has_article(page, first, threshold):
        return page, first
    others = _without_container(page, first)
    second = _score_once(others, threshold, trees) if others is not page else first
    found = _with_article(others, second, threshold)
    if found is None and threshold <= MAX_NEAR and not _reaching(first, threshold):
        found = _near(second, threshold)
    return (page, first) if found is None else (others, found)


def _beside_regions(page: Page, first: Scores, threshold: float, trees: SymmetricTrees | None) -> tuple[Page, Scores]:
    """Set regions beside a short post aside, as long as there are any and the first scores keep something of them."""
    scores = first
    for round_ in range(MAX_ROUNDS if page.kind == "article" else 0):
        regions = regions_beside_post(page, scores.classification.container)
        marks = removals_of(page, regions) if regions else {}
        if not marks or (round_ == 0 and marks.keys().isdisjoint(_reaching(first, threshold))):
            break
        page = page.mark(marks)
        scores = _score_once(page, threshold, trees)
    return page, scores


def _with_article(page: Page, scores: Scores, threshold: float) -> Scores | None:
    """Return the scores if an article reaches the threshold, or comes near it where nothing does; else None.

    A threshold above `MAX_NEAR` asks for more certainty than that.
    """
    if _has_article(page, scores, threshold):
        return scores
    if threshold > MAX_NEAR or not _has_article(page, scores, threshold * NEAR):
        return None
    return _near(scores, threshold)


def _near(scores: Scores, threshold: float) -> Scores:
    """Keep those blocks of the container that come near the threshold."""
    holds = scores.classification.container.holds
    return _lifted(scores, [i for i in _reaching(scores, threshold * NEAR) if holds(i)], threshold)


def _lifted(scores: Scores, positions: list[int], threshold: float) -> Scores:
    """Raise the probabilities of some blocks to the threshold."""
    lifted = scores.article.copy()
    lifted[positions] = np.maximum(lifted[positions], threshold)
    return replace(scores, article=lifted)


def _reaching(scores: Scores, threshold: float) -> list[int]:
    """List the open blocks that reach the threshold."""
    return reaching(scores.article, scores.classification.container.removed, threshold)


def _has_article(page: Page, scores: Scores, threshold: float) -> bool:
    """Return True where the blocks that reach the threshold have a paragraph besides notices, or many lines."""
    widths, found = scores.classification.container.outline.block_width, _reaching(scores, threshold)
    paragraphs = [i for i in found if widths[i] >= MIN_PROSE_WIDTH]
    if len(paragraphs) > MAX_NOTICES:
        return True
    if sum([widths[i] for i in found if widths[i] < MIN_PROSE_WIDTH]) >= MIN_WIDTH_IN_LINES:
        return True
    return any(statement_of(page.columns.block_text(i)) is None for i in paragraphs)


def _without_container(page: Page, scores: Scores) -> Page:
    """Return the page with the blocks of the article's container marked, or the page itself where it has none."""
    container = scores.classification.container
    if container.body is None:
        return page
    outline = container.outline
    inside = range(outline.first[container.body], outline.last[container.body] + 1)
    return page.mark(dict.fromkeys(inside, NO_ARTICLE))


def _score_once(page: Page, threshold: float, trees: SymmetricTrees | None) -> Scores:
    found, priors = classify(page, trees), _priors(page)
    by_itself = article = probability(found.log_odds)
    if any(priors):
        from .site_memory.repeated_texts import prior_log_odds

        article = probability(found.log_odds + prior_log_odds(priors))
        by_all = (article >= threshold)[found.is_open]
        if not by_all.any() and (by_itself >= threshold)[found.is_open].any():
            article = by_itself  # the memory does not know this kind of page
    found.container.weighed.keep_lists(article, threshold, page.columns)
    if page.kind == "article":
        found.container.weighed.keep_headings(article, threshold)
    keep_together(page, article, found.container.removed, threshold)
    return Scores(found, article, by_itself, priors, threshold)


def _priors(page: Page) -> list[Prior | None]:
    """Look up each block's container in the site's memory, whose modules a page without one does not need."""
    if page.site_memory is None:
        return [None] * len(page.blocks)
    from .site_memory.repeated_texts import container_priors

    return container_priors(page)


@transform
@dataclass
class KeepMainContent(PageTransform):
    """Remove all blocks outside the article: navigation, headers, footers, sidebars, teasers, headline, captions.

    `threshold` is a probability. The step removes blocks that belong to the article with a lower probability. 0.5 is
    right for most uses; 0.7 gives cleaner text, and 0.3 fuller text. With `captions`, the step keeps the captions of
    the article's own pictures.
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
        return None if page.is_text or not page.blocks else _score(page, self.threshold)[1]
