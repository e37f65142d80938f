"""The kind of a page, by a multinomial logistic regression on its evidence, and the reasons in words.

The evidence is numbers about the declarations of the page, its address and its structure.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log1p
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..classifier.features import BLOCK_FEATURES, unmarked_table
from ..compiled.page_kinds import chances_of, count_labels, counts_of_page, means_of_blocks
from ..core.columns import KIND_NUMBERS
from ..core.page import KINDS, Page, PageKind
from ..core.rows import TAG_NUMBERS
from ..data import read_data
from .declared import (
    LABELLED,
    OTHER_OG_TYPE,
    PERSON,
    PUBLISHED,
    SEVERAL,
    WORD,
    Parts,
    entries_of,
    findings,
    known,
    parts_of,
)
from .reasons import in_words

if TYPE_CHECKING:
    Numbers = array[float]


ROOT = "address: root"
# What names each kind but an article.
NAMING: dict[PageKind, list[str]] = {
    kind: [f"{sort} {kind}" for sort in ("type", "system", "address", "host")] for kind in KINDS if kind != "article"
}
NAMING["discussion"] += ["og:type discussion", "generator discussion", "title discussion"]
NAMING["product"] += ["og:type product", "generator shop"]
NAMING["documentation"] += ["generator documentation", "title documentation"]
NAMING["listing"] += ["og:type listing", "title listing", ROOT]
NAMING["listing"] += ["ends listing"]
NAMING["other"] += [ROOT, "ends other", PERSON, "title other"]
# Names that any designer may give name a kind only together.
LEAST_NAMES = 2
# Without any other, so do lines that many pages of these kinds have: comments have those of discussions, too.
LABELS: Mapping[PageKind, str] = {kind: f"count: labels {kind}" for kind in ("discussion", "other")}
LEAST_LABELS = 3
# A link to "About us" stands on any page, the heading on few.
NEVER_LINKED = LABELLED.index("other")
# Of these the number counts, of all else whether there is any.
NUMBERED = frozenset((
    *(f"{sort} {kind}" for sort in ("system", "names") for kind in KINDS),
    *(f"types {kind}" for kind in SEVERAL), "names person", "names organisation",
))  # fmt: skip
DECLARED = tuple(dict.fromkeys((
    *(name for names in NAMING.values() for name in names if name != ROOT), *sorted(NUMBERED),
    *(f"{sort} article" for sort in ("type", "address", "host", "og:type", "generator")),
    "og:type website", OTHER_OG_TYPE, PUBLISHED, "system wiki", "generator wiki",
)))  # fmt: skip
ADDRESS = ("root", "depth", "words", "number", "date")
COUNTED = (
    "blocks", "text", "times", "code", "tables", "prices", "headings", *(f"labels {kind}" for kind in LABELLED),
)  # fmt: skip
PROSE = ("prose in best container", "share of prose in best container")
# The shape of a page: of these features of its blocks (see `classifier.features`) the mean over its text.
SHAPE = (
    "width", "is_prose", "words", "same_text", "bold", "title_overlap", "link_density", "links", "commas",
    "ends_sentence", "ends_colon", "ends_question", "digits", "upper", "quotes", "opening_mark",
    "tag p", "tag li", "tag div", "tag h3", "tag td", "inner tag a", "inner tag small",
    "inside article", "inside comments", "inside title", "inside overlay", "somewhere inside <section>",
    "somewhere inside <main>", "somewhere inside <article>", "somewhere inside <form>", "somewhere inside <table>",
    "somewhere inside <ol>", "somewhere inside <nav>", "somewhere inside footer", "somewhere inside related",
    "somewhere inside comments", "parent: share of prose", "parent: mean size", "blocks since heading",
    "in best container", "same path: blocks", "same path: prose", "same path: links", "depth",
    "page: share of best container", "page: prose", "page: links",
)  # fmt: skip
FEATURES = (
    *DECLARED,
    *(f"address: {name}" for name in ADDRESS),
    *(f"count: {name}" for name in COUNTED),
    *PROSE,
    *(f"shape: {name}" for name in SHAPE),
)  # fmt: skip
PLACES = {name: place for place, name in enumerate(FEATURES)}
NAMING_PLACES = {kind: [PLACES[name] for name in names] for kind, names in NAMING.items()}
SHAPE_ROWS = array("i", [BLOCK_FEATURES.index(name) for name in SHAPE])
WIDTH = BLOCK_FEATURES.index("width")
ALL_PROSE, BEST_SHARE = (BLOCK_FEATURES.index(name) for name in ("page: prose", "page: share of best container"))

COUNTED_KINDS = array("i", [KIND_NUMBERS[kind] for kind in ("code", "table", "heading")])
# Prices are counted in the first characters of the text: to read all of it would take longest.
PRICED_CHARS = 4_000
DATE = re.compile(r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/|$)|(?:19|20)\d\d-[01]\d-[0-3]\d|/20\d{6}\b")
DIGIT = re.compile(r"\d")
# The most that counts of an address: levels, and words of its last part.
DEEPEST, LONGEST = 6, 10


def evidence_of(page: Page) -> Numbers:
    """Return the evidence of a page with markup, one number for each of `FEATURES`."""
    declared = [0.0] * len(DECLARED)
    parts = parts_of(page.url)
    for feature, read_from in findings(page, parts).items():
        if (place := PLACES.get(feature)) is not None:
            declared[place] = log1p(len(read_from)) if feature in NUMBERED else 1.0
    return array("d", [*declared, *_address(parts, page.url), *_counts(page), *_shape(page)])


def sorts_naming(evidence: Sequence[float], kind: PageKind) -> int:
    """Count the sorts of evidence that name a kind which is not an article: types, systems, the address, and so on."""
    names = evidence[PLACES[f"names {kind}"]] >= log1p(LEAST_NAMES)
    labels = kind in LABELS and evidence[PLACES[LABELS[kind]]] >= log1p(LEAST_LABELS)
    return sum([evidence[place] != 0 for place in NAMING_PLACES[kind]]) + int(names) or int(labels)


def _address(parts: Parts, url: str) -> list[float]:
    host, segments, has_query = parts
    last = segments[-1] if segments else ""
    return [
        bool(host) and not segments and not has_query,
        min(len(segments), DEEPEST),
        min(len(WORD.findall(last)), LONGEST),
        DIGIT.search(last) is not None,
        DATE.search(url) is not None,
    ]


def _counts(page: Page) -> list[float]:
    columns = page.columns
    blocks = len(columns.kinds)
    code, tables, headings, times, prices = counts_of_page(columns, COUNTED_KINDS, TAG_NUMBERS["time"], PRICED_CHARS)
    labels = count_labels(columns, known().labels, len(LABELLED), NEVER_LINKED)
    return [
        *map(log1p, (blocks, len(columns.text), times, code, tables, prices)),
        headings / max(blocks, 1),
        *map(log1p, labels),
    ]


def _shape(page: Page) -> list[float]:
    if not len(page.blocks):
        return [0.0] * (len(PROSE) + len(SHAPE))
    rows = unmarked_table(page)
    width, means = means_of_blocks(rows, WIDTH, SHAPE_ROWS)
    prose = float(rows[ALL_PROSE, 0] * rows[BEST_SHARE, 0])
    return [log1p(prose), prose / max(width, 1.0), *means]


WEIGHTS = "page_kind_weights"
Floats = npt.NDArray[np.float64]
# `KINDS` begins with the article.
ARTICLE, FIRST_OTHER = 0, 1
# A page is an article if its chance of being one reaches this, by how many sorts of evidence name another kind. Without
# any, only a shape that no article has makes a page another: old pages of news are as full of links as listings are.
# With one, of 1,287 articles of publishers not seen in training sixteen are named otherwise, half of them rightly.
# The other kind must also be likelier than an article.
LEAST_CHANCES = (0.025, 0.4)
TEXT, LEAST_CHARS = PLACES["count: text"], 300
# Of kinds almost as likely as the likeliest, one that something names is taken.
ALMOST = 0.9
# Threads, products and documentation are named so well that two sorts outweigh a shape like an article's.
MARKED: frozenset[PageKind] = frozenset({"discussion", "product", "documentation"})
LEAST_CHANCE_OF_MARKED = 0.8
# Beyond so many standard deviations evidence counts no more: pages may have any.
FARTHEST = 3.0
# So many reasons are given, of those that add so much to the log-odds.
MAX_REASONS, LEAST = 4, 0.15


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
    return decide(load_regression().chances(evidence), evidence, page)


def decide(chances: Sequence[float], evidence: Sequence[float], page: Page | None = None) -> tuple[PageKind, float]:
    """Return the kind that these chances give, and its own.

    Something should name another kind than an article; without that its shape must leave hardly a doubt. The entries of
    a listing name it where the page is given.
    """
    if chances[ARTICLE] >= LEAST_CHANCE_OF_MARKED:  # whatever names another kind
        return KINDS[ARTICLE], round(float(chances[ARTICLE]), 4)
    likeliest = max(chances[FIRST_OTHER:])
    near = [number for number in range(FIRST_OTHER, len(KINDS)) if chances[number] >= ALMOST * likeliest]
    other = max(near, key=lambda number: (sorts_naming(evidence, KINDS[number]) > 0, chances[number]))
    sorts = sorts_naming(evidence, KINDS[other])
    if page is not None and not sorts and KINDS[other] == "listing" and chances[ARTICLE] < LEAST_CHANCES[1]:
        sorts = int(entries_of(page) > 0)
    is_marked = sorts > 1 and KINDS[other] in MARKED
    if not sorts and evidence[TEXT] < log1p(LEAST_CHARS):  # so little has no shape
        return KINDS[ARTICLE], round(float(chances[ARTICLE]), 4)
    least = LEAST_CHANCE_OF_MARKED if is_marked else LEAST_CHANCES[min(sorts, 1)]
    is_likelier = is_marked or chances[other] > chances[ARTICLE]
    best = other if is_likelier and chances[ARTICLE] < least else ARTICLE
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
    if kind == "listing" and (entries := entries_of(page)):
        said[f"has {entries:,} entries that look alike, each with a link of its own"] = None
    for place in np.argsort(-shares):
        feature = FEATURES[place]
        if shares[place] < LEAST or len(said) == MAX_REASONS:
            break
        if evidence[place] or feature.startswith(("count", "shape", "prose", "share")):
            said[in_words(feature, float(evidence[place]), found.get(feature, ()))] = None
    return tuple(said)
