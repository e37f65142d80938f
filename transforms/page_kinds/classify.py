"""The kind of a page, by a multinomial logistic regression on its evidence, and the reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..classifier.explanation import describe
from ..compiled.page_kinds import chances_of
from ..core.page import KINDS, Page, PageKind
from ..data import read_data
from .declared import findings, parts_of
from .evidence import FEATURES, evidence_of, sorts_naming

if TYPE_CHECKING:
    from .evidence import Numbers

WEIGHTS = "page_kind_weights"
Floats = npt.NDArray[np.float64]
# `KINDS` begins with the article.
ARTICLE, FIRST_OTHER = 0, 1
# A page is an article if its chance of being one reaches this, by how many sorts of evidence name another kind. Without
# any, only a shape that no article has makes a page another: old pages of news are as full of links as listings are.
# With one, of 1,270 articles of publishers not seen in training seventeen are named otherwise, half of them rightly.
LEAST_CHANCES = (0.04, 0.4)
# Systems mark threads and products so well that two sorts outweigh a shape like an article's.
MARKED: frozenset[PageKind] = frozenset({"discussion", "product"})
LEAST_CHANCE_OF_MARKED = 0.8
# Beyond so many standard deviations evidence counts no more: pages may have any.
FARTHEST = 3.0
# So many reasons are given, of those that add so much to the log-odds.
MAX_REASONS, LEAST = 4, 0.15
MAX_NAMED = 3

WORDS: Mapping[str, str] = {
    "type": "declares types of {} pages",
    "types": "declares many such types",
    "og:type": "says by og:type that it is {}",
    "generator": "is made by a system for {} pages",
    "system": "has names that systems give to {} pages",
    "names": "has names as {} pages have them",
    "address": "has the address of {} pages",
    "host": "has the host of {} pages",
}
OTHERS: Mapping[str, str] = {
    "published": "has a date of publication",
    "address: root": "is the start of its site",
    "address: depth": "lies {:,.0f} levels deep",
    "address: words": "has {:,.0f} words in the last part of its address",
    "address: number": "has a number in its address",
    "address: date": "has a date in its address",
    "address: file": "is a file by its address",
    "count: blocks": "has {count:,.0f} blocks",
    "count: text": "has {count:,.0f} letters",
    "count: times": "has {count:,.0f} times and dates",
    "count: code": "has {count:,.0f} blocks of code",
    "count: tables": "has {count:,.0f} rows of tables",
    "count: prices": "has {count:,.0f} prices",
    "count: headings": "{:.0%} of its blocks are headings",
    "prose in best container": "has an element with {count:,.0f} letters of prose",
    "share of prose in best container": "has an element whose prose is {:.0%} of the page's text",
}


@dataclass(frozen=True)
class Regression:
    """A multinomial logistic regression: `weights[kind, feature]` for evidence less `means`, divided by `scales`."""

    means: Floats
    scales: Floats
    weights: Floats
    biases: Floats

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Regression:
        """Read weights. Raises ValueError where they were learned from other evidence, or for other kinds."""
        if tuple(document["features"]) != FEATURES or tuple(document["kinds"]) != KINDS:
            raise ValueError("the weights of page kinds are for other evidence; learn them again")
        return cls(*(np.array(document[name], dtype=np.float64) for name in ("means", "scales", "weights", "biases")))

    def standard(self, evidence: Numbers) -> Floats:
        """Return the evidence in standard deviations from its mean."""
        standard: Floats = np.clip((evidence - self.means) / self.scales, -FARTHEST, FARTHEST)
        return standard

    def chances(self, evidence: Numbers) -> list[float]:
        """Return the probability of each of `KINDS`."""
        return chances_of(evidence, self.means, self.scales, self.weights, self.biases, FARTHEST)


@cache
def load_regression() -> Regression:
    """Load the weights that ship with the package."""
    return Regression.read(read_data(WEIGHTS))


def kind_of(page: Page) -> tuple[PageKind, float]:
    """Return the kind of a page and its probability.

    A page whose evidence is weak is an article. A text capture shows no evidence: it is an article with the score 0.
    """
    if page.is_text or not len(page.blocks):
        return "article", 0.0
    evidence = evidence_of(page)
    return decide(load_regression().chances(evidence), evidence)


def decide(chances: Sequence[float], evidence: Sequence[float]) -> tuple[PageKind, float]:
    """Return the kind that these chances give, and its own.

    Something should name another kind than an article; without that its shape must leave hardly a doubt.
    """
    if chances[ARTICLE] >= LEAST_CHANCE_OF_MARKED:  # whatever names another kind
        return KINDS[ARTICLE], round(float(chances[ARTICLE]), 4)
    other = max(range(FIRST_OTHER, len(KINDS)), key=chances.__getitem__)
    sorts = sorts_naming(evidence, KINDS[other])
    is_marked = sorts > 1 and KINDS[other] in MARKED
    least = LEAST_CHANCE_OF_MARKED if is_marked else LEAST_CHANCES[min(sorts, 1)]
    best = other if chances[ARTICLE] < least else ARTICLE
    return KINDS[best], round(float(chances[best]), 4)


def reasons(page: Page, kind: PageKind) -> tuple[str, ...]:
    """Return the evidence that counts most for a page's kind, in words, the strongest first."""
    if page.is_text or not len(page.blocks):
        return ()
    model, evidence = load_regression(), evidence_of(page)
    own = KINDS.index(kind)
    chances = model.chances(evidence)
    rival = max((number for number in range(len(KINDS)) if number != own), key=lambda number: chances[number])
    shares = (model.weights[own] - model.weights[rival]) * model.standard(evidence)
    found = findings(page, parts_of(page.url))
    said: dict[str, None] = {}
    for place in np.argsort(-shares):
        feature = FEATURES[place]
        if shares[place] < LEAST or len(said) == MAX_REASONS:
            break
        if evidence[place] or feature.startswith(("count", "shape", "prose", "share")):
            said[_words(feature, float(evidence[place]), found.get(feature, ()))] = None
    return tuple(said)


def _words(feature: str, value: float, read_from: Iterable[str]) -> str:
    """Describe one piece of evidence."""
    if feature in OTHERS:
        return OTHERS[feature].format(value, count=np.expm1(value))
    sort, _, about = feature.partition(" ")
    if sort == "shape:":
        return f"its text, on average: {describe(about, value)}"
    names = ", ".join(sorted(set(read_from))[:MAX_NAMED])
    return WORDS[sort].format(about) + (f" ({names})" if names else "")
