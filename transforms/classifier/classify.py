"""Blocks classified as article or not: the log-odds of each, by learned trees and a rule about containers.

In a symmetric tree all nodes of one level ask the same question, so the number of a leaf is the answers read as
binary digits, and a whole page is classified level by level (see `compiled.trees`). The rule says which element holds
the article, by names, tags and prose. From the log-odds of all blocks follows the text score: how sure the classifier
is that a page's text is the article and whole, a calibrated probability.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import compress
from math import exp, log, log1p
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compiled.container import CAPTION_NAME, Names, Weighed
from ..compiled.trees import TreeArrays
from ..compiled.verdicts import add_rule, find_unlike, probabilities, weigh
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import REASONS, Page, Reason
from ..core.rows import KIND_NAMES, TAG_NUMBERS, TAGS
from ..data import read_data
from ..matching.names import GROUP_BITS
from ..matching.outline import outline_of
from ..matching.wording import normalise
from .features import (
    FEATURES,
    KIND_FEATURES,
    REASON_NUMBERS,
    Table,
    best_cut,
    favour_container,
    feature_table,
    kind_table,
    level,
    reason_numbers,
)

# The reason that a group of names gives to leave text out, the surest first.
NAMED: dict[str, Reason] = {
    "comments": "comments",
    "cookie-notice": "cookie-notice",
    "footer": "navigation",
    "navigation": "navigation",
    "related": "link-list",
    "excerpt": "link-list",
    "sidebar": "navigation",
    "sharing": "sharing",
    "sign-up": "sign-up",
    "advert": "advert",
    "tags": "link-list",
    "byline": "byline",
    "overlay": "other",
    "header": "navigation",
    "disclaimer": "disclaimer",
    "caption": "other",
}
TAGGED: dict[str, Reason] = {
    "nav": "navigation",
    "footer": "navigation",
    "aside": "navigation",
    "menu": "navigation",
    "form": "other",
    "button": "other",
    "dialog": "other",
    "figcaption": "other",
    "figure": "other",
    "legend": "other",
    "address": "byline",
    "time": "byline",
}
# A figure with one of these holds more than a picture.
TEXT_KINDS = frozenset({"table", "code", "quote", "list-item"})
# Content systems write a post's tags and categories into the classes of its <article>.
POST_GROUPS = frozenset({"tags", "byline", "caption", "header"})
# What stands beside an article has these names, or one of these tags.
REGION_GROUPS = ("sidebar", "footer", "header", "byline", "tags")
REGION_TAGS = frozenset({"aside", "footer", "address"})
CONTAINER_TAGS = frozenset({"div", "section", "article", "td", "main"})
# An excerpt is found again by its first characters.
EXCERPT_CHARS = 50
# Share of a standfirst's words that the page's description has.
DESCRIPTION_SHARE = 0.8
# Articles have fewer; each is searched for in the whole page.
MAX_SUMMARIES = 100


def _names() -> Names:
    return Names(
        tagged=array("i", [REASON_NUMBERS[TAGGED[tag]] if tag in TAGGED else 0 for tag in TAGS]),
        named=array("q", [GROUP_BITS[group] for group in NAMED]),
        reasons=array("i", [REASON_NUMBERS[reason] for reason in NAMED.values()]),
        text_kinds=bytearray(kind in TEXT_KINDS for kind in KIND_NAMES),
        containers=bytearray(tag in CONTAINER_TAGS for tag in TAGS),
        title=GROUP_BITS["title"],
        article=GROUP_BITS["article"],
        of_post=sum(GROUP_BITS[group] for group in POST_GROUPS),
        caption_names=GROUP_BITS["caption"],
        excerpt_names=GROUP_BITS["excerpt"],
        notice_names=GROUP_BITS["disclaimer"],
        regions=sum(GROUP_BITS[group] for group in REGION_GROUPS),
        region_tags=bytearray(tag in REGION_TAGS for tag in TAGS),
        tags=TAG_NUMBERS,
        kinds=KIND_NUMBERS,
    )


_NAMES = _names()


class ArticleContainer:
    """The container of a page's article, found by names, tags and prose.

    `body` is the element that holds the article, or None where neither prose nor a name shows one. `removed` has for
    each block the number of the reason for its removal, or 0; without `heeds_marks` no block counts as removed.
    """

    def __init__(self, page: Page, *, heeds_marks: bool = True) -> None:
        # Not the page itself: its cache may hold this object, and a page that holds itself is freed late.
        self._columns, self._description = page.columns, page.description()
        self.outline = outline_of(page)
        self.removed = reason_numbers(page) if heeds_marks else bytearray(len(page.removals))
        self.weighed = Weighed(_NAMES, page.columns, self.outline, self.removed)
        self.body = self.weighed.body if self.weighed.body >= 0 else None

    def named(self, element: int) -> tuple[Reason, int] | None:
        """Return the reason to remove an element's text by a name, and the index of the element with the name or tag.

        This is the element itself or an ancestor. Return None if no such element has such a name or tag.
        """
        giver = self.weighed.speakers[element]
        return (REASONS[self.weighed.reasons[element] - 1], giver) if giver >= 0 else None

    def holds(self, position: int) -> bool:
        """Return True if, by this rule, the block is part of the article."""
        return self.weighed.held[position] == 1

    def held(self) -> Iterable[int]:
        """List the positions of the blocks that are part of the article by this rule."""
        return compress(range(len(self.removed)), self.weighed.held)

    def standfirsts(self) -> set[int]:
        """Find the paragraphs right below the headline that sum the article up, wherever the body begins.

        Their words are those of the page's description, or an element that is named for a standfirst holds them. A
        paragraph whose words the article repeats is an excerpt that the page's template made, so it is left out.
        """
        if not self.weighed.summaries:
            return set()
        description = set(normalise(self._description).split())
        found = [position for position in self.weighed.summaries if self._sums_up(position, description)]
        if len(found) > MAX_SUMMARIES:
            return set()
        return {position for position in found if not _is_said_again(self._columns, position)}

    def _sums_up(self, position: int, description: set[str]) -> bool:
        words = normalise(self._columns.block_text(position)).split()
        if sum(word in description for word in words) >= DESCRIPTION_SHARE * len(words):
            return True
        element = self._columns.elements[position]
        parent = max(self._columns.parents[element], 0)
        return any(self.outline.has_group(index, "standfirst") for index in (element, parent))


def _is_said_again(columns: Columns, position: int) -> bool:
    """Return True where another block has the words that this one begins with."""
    start, end = columns.starts[position], columns.starts[position + 1]
    opening = columns.text[start : min(start + EXCERPT_CHARS, end)]
    return _is_within_a_block(columns, opening, 0, start) or _is_within_a_block(
        columns, opening, end, len(columns.text)
    )


def _is_within_a_block(columns: Columns, words: str, start: int, end: int) -> bool:
    """Return True where one block between these places of the text holds the words, which may not run over two."""
    while (start := columns.text.find(words, start, end)) >= 0:
        block_end = columns.starts[bisect_right(columns.starts, start)]
        if start + len(words) <= block_end:
            return True
        start += 1
    return False


LogOdds = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Leaves = npt.NDArray[np.int32]

TREES = "main_content_trees"
KIND_TREES = "page_kind_trees"
# What the container rule adds to the log-odds of the trees, for or against. The trees see one block and its
# surroundings, the rule the page as a whole; on pages of unseen publishers (docs/accuracy.md) both beat either.
RULE_LOG_ODDS = 1.0
# A standfirst belongs to the article however far from the body's container the page puts it.
STANDFIRST_LOG_ODDS = 3.0
# A paragraph in a small element that is named for a caption; twice that for a notice, and where a style cuts it off
# after some lines. The trees saw few such names.
APART_LOG_ODDS = -2.0
# A text capture has no containers: its kept blocks are article.
TEXT_LOG_ODDS = 1.0


@dataclass(frozen=True)
class Classification:
    """The log-odds of being article of each block of a page, those included that a step had removed before.

    `table` has the features of the blocks, of shape (blocks, features), and `features` their names.
    """

    container: ArticleContainer
    trees: SymmetricTrees
    table: Table
    log_odds: LogOdds
    features: tuple[str, ...] = FEATURES

    @property
    def is_open(self) -> Flags:
        """Return True for each block that no step had removed before: only of these the log-odds decide."""
        flags: Flags = np.frombuffer(self.container.removed, dtype=np.uint8) == 0
        return flags

    def strongest(self, positions: list[int], article: array[int]) -> list[int]:
        """Return for each of these blocks the column of the feature with the largest effect against it.

        Features count only if the block differs in them from the blocks of the `article`. For example, if no block of
        the article is a table cell, the feature "not a table cell" does not explain a removal.
        """
        if not positions:
            return []
        asked = array("i", positions)
        is_unlike = np.empty((len(asked), len(self.features)), dtype=np.bool_)
        values = np.empty((len(self.features), len(asked)), dtype=np.float32)
        find_unlike(self.table.T, article, asked, is_unlike.view(np.uint8), values)
        return self.trees.strongest(values.T, is_unlike)


def classify(page: Page, trees: SymmetricTrees | None = None) -> Classification:
    """Score all blocks of a page with markup, with its removals so far, by what its kind of page is read for.

    `trees` replaces the ones that ship with the package. The result of the shipped trees is cached until a step
    removes another block.
    """
    score = _classify if page.kind == "article" else _classify_kind
    if trees is not None:
        return score(page, trees)
    return page.cached("classification", (page.kind, reason_numbers(page)), lambda: score(page, None))


def _classify(page: Page, trees: SymmetricTrees | None) -> Classification:
    container = ArticleContainer(page)
    table = feature_table(page)
    trees = trees or load_trees(TREES, FEATURES)
    log_odds = trees.log_odds(table)
    weighed = container.weighed
    add_rule(log_odds, weighed.held, list(container.standfirsts()), RULE_LOG_ODDS, STANDFIRST_LOG_ODDS)
    log_odds += APART_LOG_ODDS * np.frombuffer(weighed.apart, dtype=np.uint8)
    return Classification(container, trees, table, log_odds)


def _classify_kind(page: Page, trees: SymmetricTrees | None) -> Classification:
    """Score the blocks of another page than an article, in log-odds that are 0 at the best cut."""
    container = ArticleContainer(page)
    table = table_of_kind(page, container)
    trees = trees or load_trees(KIND_TREES, KIND_FEATURES)
    found = Classification(container, trees, table, trees.log_odds(table), KIND_FEATURES)
    log_odds = favour_container(page, level(page, found.log_odds, found.is_open), found.is_open)
    cut = best_cut(page, probability(log_odds), found.is_open)
    return replace(found, log_odds=log_odds - log(cut / (1 - cut)))


def table_of_kind(page: Page, container: ArticleContainer) -> Table:
    """Return the features of every block of another page than an article; see `kind_table`."""
    return kind_table(page, container.weighed.held, load_trees(TREES, FEATURES).log_odds(feature_table(page)))


def probability(log_odds: LogOdds) -> LogOdds:
    """Return the probability that log-odds stand for."""
    chances: LogOdds = np.empty_like(log_odds)
    probabilities(log_odds, chances)  # numpy would start four loops of its own
    return chances


def without_doubt_of_captions(found: Classification, article: LogOdds) -> LogOdds:
    """Return the probabilities of the blocks, without what the names of captions took from them."""
    named = np.frombuffer(found.container.weighed.apart, dtype=np.uint8) == CAPTION_NAME
    if not named.any():
        return article
    judged: LogOdds = article.copy()
    odds = exp(-APART_LOG_ODDS) * judged[named]
    judged[named] = odds / (odds + 1 - judged[named])
    return judged


def article_log_odds(page: Page) -> LogOdds:
    """Return for each block the log-odds of being article, by its page alone; nan where a step has removed it."""
    if not page.is_text and len(page.blocks):
        found = classify(page)
        return np.where(found.is_open, found.log_odds, np.nan)
    return np.array([TEXT_LOG_ODDS if removal is None else np.nan for removal in page.removals])


@dataclass(frozen=True)
class SymmetricTrees:
    """A sum of symmetric decision trees, as arrays.

    `questions[t, d]` is a column, and digit `d` of tree `t` is 1 where its value exceeds `thresholds[t, d]`.

    `leaves[t]` holds a tree's 2**depth values; a row's score is the sum of its leaves and `bias`, in log-odds.
    """

    questions: npt.NDArray[np.int64]
    thresholds: npt.NDArray[np.float32]
    leaves: npt.NDArray[np.float32]
    bias: float

    @cached_property
    def _arrays(self) -> TreeArrays:
        return TreeArrays(self.questions, self.thresholds, self.leaves)

    def leaf_numbers(self, table: Table) -> Leaves:
        """Return the leaf that each row of `table` falls into, as an index into all leaves. Shape (trees, rows)."""
        found = np.empty((len(self.leaves), len(table)), dtype=np.int32)
        self._arrays.leaf_numbers(np.ascontiguousarray(table.T), found.ravel())
        return found

    def log_odds(self, table: Table) -> npt.NDArray[np.float64]:
        """Return the score of each row of `table`."""
        total = np.zeros(len(table))
        self._arrays.add_leaves(np.ascontiguousarray(table.T), total, self.bias)
        return total

    def strongest(self, table: Table, is_unlike: npt.NDArray[np.bool_]) -> list[int]:
        """Return for each row the column that counts most against it, of those where `is_unlike` is true.

        `is_unlike` has the shape (rows, columns). Where none of these columns counts against the row, all are
        compared. An answer counts as much as the leaf would change with the other answer, all others being the same;
        a column as much as all questions about it.
        """
        return self._arrays.heaviest(np.ascontiguousarray(table.T), is_unlike.view(np.uint8))


def read_trees(document: Mapping[str, Any], columns: tuple[str, ...]) -> SymmetricTrees:
    """Read trees from a document whose questions name columns, for tables with these `columns`.

    Raises ValueError when a column of a question is missing: then the trees were learned from another table.
    """
    missing = sorted(set(document["columns"]) - set(columns))
    if missing:
        raise ValueError(f"the trees ask for evidence {missing[0]!r}, which is not known; learn them again")
    place = np.array([columns.index(column) for column in document["columns"]])
    return SymmetricTrees(
        questions=place[np.array(document["questions"])],
        thresholds=np.array(document["thresholds"], dtype=np.float32),
        leaves=np.array(document["leaves"], dtype=np.float32),
        bias=document["bias"],
    )


@cache
def load_trees(name: str, columns: tuple[str, ...]) -> SymmetricTrees:
    """Load the trees that ship with the package in `data/<name>.json`; see `read_trees`."""
    return read_trees(read_data(name), columns)


DATA = "text_score"
# The evidence, in the order of `evidence`: log-odds of the shares of the kept text that is article and of the article
# that is kept, as far as the probabilities of the blocks say; the share of doubtful text; how much text there is; how
# much of it is running text, and how much of the page's running text it is; in how many stretches it stands.
EVIDENCE = ("precision", "recall", "doubtful", "size", "prose", "share of prose", "stretches")
# Kept blocks below this probability are doubtful.
SURE = 0.85
# Nearer to 0 and 1 a share says no more.
LEAST = 1e-3


def evidence(page: Page, found: Classification, article: LogOdds, threshold: float) -> tuple[float, ...]:
    """Return the evidence that the score is made of, in the order of `EVIDENCE`.

    `article` has the probabilities of the blocks. Empty where no block is kept.
    """
    outline, container = outline_of(page), found.container
    kept, expected, missed, doubtful, kept_prose, all_prose, stretches = weigh(
        article,
        container.removed,
        container.weighed.captions,
        outline.block_width,
        outline.block_prose,
        threshold,
        SURE,
    )
    if not kept:
        return ()
    return (
        _log_odds(expected / kept),
        _log_odds(expected / (expected + missed)) if expected + missed else 0.0,
        doubtful / kept,
        log1p(kept),
        kept_prose / kept,
        kept_prose / all_prose if all_prose else 0.0,
        log1p(stretches),
    )


def text_score(page: Page, found: Classification, article: LogOdds, threshold: float) -> float:
    """Return the probability that the kept text is the article, with little else and little missing.

    That is a tenth at most of either. docs/accuracy.md compares it with pages of unseen publishers. 0 where nothing is
    kept.
    """
    values = evidence(page, found, article, threshold)
    if not values:
        return 0.0
    weights, bias = _weights()
    total = bias + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return round(1 / (1 + exp(-max(min(total, 30.0), -30.0))), 4)


@cache
def _weights() -> tuple[tuple[float, ...], float]:
    document = read_data(DATA)
    return tuple(document["weights"][name] for name in EVIDENCE), document["bias"]


def _log_odds(share: float) -> float:
    share = min(max(share, LEAST), 1 - LEAST)
    return log(share / (1 - share))
