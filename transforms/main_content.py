"""Main content: which blocks are the article, by all the evidence there is about each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .article_container import LINK_LIST_DENSITY, ArticleContainer
from .base import PageTransform
from .evidence.table import FEATURES, evidence_table
from .page import Page, Reason, Removal
from .trees import SymmetricTrees, Table, load_trees

TREES = "main_content_trees"
# What the container rule adds to the trees' log-odds, for or against. The trees see one block and its surroundings,
# the rule the page as a whole; on pages of unseen publishers (docs/accuracy.md) both together beat either.
RULE_LOG_ODDS = 1.0


def mark_outside_main_content(
    page: Page, *, threshold: float, captions: bool, trees: SymmetricTrees | None = None
) -> Page:
    """Mark the blocks that are not the article.

    Learned trees weigh the evidence about each block (`evidence.table.FEATURES`: its words, the elements around it,
    what their containers hold, its place among the others), and a rule about containers adds its voice; a block whose
    probability of being article is below `threshold` goes, and so do captions unless they are wanted. The ledger has
    the reason that names around the block give, and what weighed most. Text captures have no elements and are left
    alone. `trees` replaces the ones that ship with the package.
    """
    if page.is_text or not page.blocks:
        return page
    trees = trees or load_trees(TREES, FEATURES)
    table = evidence_table(page)
    container = ArticleContainer(page)
    voices = np.array([RULE_LOG_ODDS if container.holds(i) else -RULE_LOG_ODDS for i in range(len(page.blocks))])
    article = 1.0 / (1.0 + np.exp(-trees.log_odds(table) - voices))
    doomed = [
        position
        for position, block in page.kept()
        if article[position] < threshold or (block.kind == "caption" and not captions)
    ]
    causes = _causes(container, doomed, table, trees)
    return page.mark({
        position: Removal(reason, "main_content", evidence, round(float(1 - article[position]), 4))
        for position, (reason, evidence) in zip(doomed, causes, strict=True)
    })  # fmt: skip


def _causes(
    container: ArticleContainer, doomed: list[int], table: Table, trees: SymmetricTrees
) -> Iterator[tuple[Reason, str]]:
    """For each block that goes, a reason and words for it: what names say, where it stands, what weighed most."""
    page, body = container.page, container.body
    body_blocks = container.outline.blocks_in(body) if body is not None else range(0)
    for position, column in zip(doomed, trees.heaviest(table[doomed]), strict=True):
        block = page.blocks[position]
        named = container.named[block.element]
        weighed = f"weighed most: {FEATURES[column]}"
        if block.kind == "caption":
            yield "other", "a caption"
        elif named:
            yield named[0], f"inside {_described(page, named[1])}"
        elif block.link_density > LINK_LIST_DENSITY:
            yield "link-list", f"{block.link_density:.0%} of its text is links; {weighed}"
        elif body is not None and position not in body_blocks:
            yield "navigation", f"outside {_described(page, body)}, which holds the article; {weighed}"
        else:
            yield "other", f"unlike the article around it; {weighed}"


def _described(page: Page, index: int) -> str:
    """An element as its start tag with id and classes, as people know it from the page's source."""
    element = page.elements[index]
    identity = f' id="{element.id}"' if element.id else ""
    classes = f' class="{" ".join(element.classes)}"' if element.classes else ""
    return f"<{element.tag}{identity}{classes}>"


@dataclass
class KeepMainContent(PageTransform):
    """Take out what is not the article: navigation, headers, footers, sidebars, teasers, headline, captions.

    `threshold` is the probability of being article below which a block goes: 0.5 serves most uses, 0.7 gives cleaner
    and 0.3 fuller text. `captions` keeps those of the article's own pictures.
    """

    threshold: float = 0.5
    captions: bool = False

    def clean(self, page: Page) -> Page:
        """See `mark_outside_main_content`."""
        return mark_outside_main_content(page, threshold=self.threshold, captions=self.captions)
