"""Evidence of a page's kind, as numbers: what names it, its address, and its shape."""

from __future__ import annotations

import re
from array import array
from math import log1p
from typing import TYPE_CHECKING

from ..classifier.features import BLOCK_FEATURES, unmarked_table
from ..compiled.page_kinds import counts_of_page, means_of_blocks
from ..core.columns import KIND_NUMBERS
from ..core.page import KINDS, Page, PageKind
from ..core.tags import TAG_NUMBERS
from .declared import OTHER_OG_TYPE, PUBLISHED, SEVERAL, WORD, Parts, findings, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    Numbers = array[float]

ROOT = "address: root"
# What names each kind but an article.
NAMING: dict[PageKind, list[str]] = {
    kind: [f"{sort} {kind}" for sort in ("type", "system", "address", "host")] for kind in KINDS if kind != "article"
}
NAMING["discussion"] += ["og:type discussion", "generator discussion"]
NAMING["product"] += ["og:type product", "generator shop"]
NAMING["documentation"] += ["generator documentation"]
NAMING["listing"] += ["og:type listing", ROOT]
NAMING["other"] += [ROOT]
# Names that any designer may give name a kind only together.
LEAST_NAMES = 2
# Of these the number counts, of all else whether there is any.
NUMBERED = frozenset((
    *(f"{sort} {kind}" for sort in ("system", "names") for kind in KINDS),
    *(f"types {kind}" for kind in SEVERAL),
))  # fmt: skip
DECLARED = tuple(dict.fromkeys((
    *(name for names in NAMING.values() for name in names if name != ROOT), *sorted(NUMBERED),
    *(f"{sort} article" for sort in ("type", "address", "host", "og:type", "generator")),
    "og:type website", OTHER_OG_TYPE, PUBLISHED,
)))  # fmt: skip
ADDRESS = ("root", "depth", "words", "number", "date", "file")
COUNTED = ("blocks", "text", "times", "code", "tables", "prices", "headings")
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
    return sum([evidence[place] != 0 for place in NAMING_PLACES[kind]]) + int(names)


def _address(parts: Parts, url: str) -> list[float]:
    host, segments, has_query = parts
    last = segments[-1] if segments else ""
    return [
        bool(host) and not segments and not has_query,
        min(len(segments), DEEPEST),
        min(len(WORD.findall(last)), LONGEST),
        DIGIT.search(last) is not None,
        DATE.search(url) is not None,
        "." in last,
    ]


def _counts(page: Page) -> list[float]:
    columns = page.columns
    blocks = len(columns.kinds)
    code, tables, headings, times, prices = counts_of_page(columns, COUNTED_KINDS, TAG_NUMBERS["time"], PRICED_CHARS)
    return [*map(log1p, (blocks, len(columns.text), times, code, tables, prices)), headings / max(blocks, 1)]


def _shape(page: Page) -> list[float]:
    if not len(page.blocks):
        return [0.0] * (len(PROSE) + len(SHAPE))
    rows = unmarked_table(page)
    width, means = means_of_blocks(rows, WIDTH, SHAPE_ROWS)
    prose = float(rows[ALL_PROSE, 0] * rows[BEST_SHARE, 0])
    return [log1p(prose), prose / max(width, 1.0), *means]
