"""The features of a page's blocks as one table: a row for each block, a column for each of `FEATURES`."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from ..compiled.evidence import Layout
from ..compiled.verdicts import mark_numbers, write_marks
from ..compiled.word_evidence import write_words
from ..core.columns import KIND_NUMBERS
from ..core.page import REASONS, Page
from ..core.tags import BLOCK_TAGS, TAG_NUMBERS, TAGS
from ..matching.names import GROUP_BITS, GROUPS
from ..matching.outline import looks_of, outline_of
from ..matching.wording import block_counts, block_keys, block_measures, normalise

Table = npt.NDArray[np.float32]

# Features of a block's own words, in the order in which `compiled.word_evidence` writes them. Digits, upper, quotes and
# bars are shares of the beginning of a text; word length, overlaps and copies are also those of its beginning.
WORD_FEATURES = (
    "width", "is_prose", "same_text", "bold", "word_length", "title_overlap", "description_overlap", "words",
    "link_density", "links", "sentences", "commas", "ends_sentence", "ends_colon", "ends_question", "starts_lower",
    "digits", "upper", "quotes", "bars", "opening_mark", "runs", "line_breaks",
)  # fmt: skip
BOLD_TAGS = frozenset({"strong", "b", "em", "i", "h1", "h2", "h3", "h4"})
IS_BOLD = bytes(tag in BOLD_TAGS for tag in TAGS)

# Features of the elements around a block: their tags and the groups of their names.
BLOCK_LEVEL = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "td", "tr", "blockquote", "pre", "button", "figcaption", "dt", "dd",
    "section", "article", "header", "footer", "form",
)  # fmt: skip
INLINE = ("a", "strong", "b", "em", "i", "span", "time", "small", "label", "font")
REGIONS = (
    "nav", "header", "footer", "aside", "main", "article", "form", "figure", "table", "ul", "ol", "blockquote",
    "section", "a", "dl", "details", "button",
)  # fmt: skip
# The regions and groups of an element are a mask with a bit for each of these.
SURROUNDINGS = tuple(f"<{tag}>" for tag in REGIONS) + GROUPS
REGION_BITS = {tag: 1 << number for number, tag in enumerate(REGIONS)}
MARKUP_FEATURES = (
    *(f"tag {tag}" for tag in BLOCK_LEVEL),
    *(f"inner tag {tag}" for tag in INLINE),
    *(f"inside {name}" for name in SURROUNDINGS),
    *(f"somewhere inside {name}" for name in SURROUNDINGS),
)
FOREIGN = ("comments", "footer", "navigation", "related", "sidebar", "cookie-notice", "overlay", "advert")
FOREIGN_BITS = sum(GROUP_BITS[group] << len(REGIONS) for group in FOREIGN)

# Features of a block's place: what its containers hold, its neighbours, the article around it. In the order in which
# `compiled.evidence` writes them.
CONTAINER = ("size", "share of prose", "prose", "links", "blocks", "mean size")
PLACE_FEATURES = (
    *(f"parent: {name}" for name in CONTAINER),
    *(f"grandparent: {name}" for name in CONTAINER),
    "position", "blocks before", "blocks after", "prose before", "blocks since prose", "blocks until prose",
    "blocks since h1", "blocks since heading", "depth", "in best container", "steps from best container",
    "before best container", "after best container", "same path: blocks", "same path: prose", "same path: links",
    "place in parent", "hidden", "page: blocks", "page: prose", "page: links", "page: share of best container",
)  # fmt: skip
# Distances in blocks count up to this many.
FAR = 60

# The removals of earlier steps count as features of the blocks beside them.
REMOVED_FEATURES = tuple(f"marked {reason}" for reason in REASONS)
BLOCK_FEATURES = (*WORD_FEATURES, *MARKUP_FEATURES, *PLACE_FEATURES, *REMOVED_FEATURES)
# The features that are also read of the blocks before and after.
NEIGHBOUR_FEATURES = (
    "width", "link_density", "ends_sentence", "is_prose", "upper", "tag p", "tag li", "inner tag a",
    "in best container",
    "parent: share of prose", "parent: links", "same path: prose", "inside article", "marked comments",
    "marked sharing", "marked sign-up", "marked advert",
)  # fmt: skip
OFFSETS = (-2, -1, 1, 2)
FEATURES = (*BLOCK_FEATURES, *(f"block {offset:+d}: {name}" for offset in OFFSETS for name in NEIGHBOUR_FEATURES))

FIRST_REMOVED = BLOCK_FEATURES.index(REMOVED_FEATURES[0])
# The numbers of the reasons of removals; 0 stands for a kept block.
REASON_NUMBERS = {reason: number for number, reason in enumerate(REASONS, start=1)}


def _layout() -> Layout:
    feature = {name: number for number, name in enumerate(FEATURES)}
    return Layout(
        tag_rows=array("i", [feature[f"tag {tag}"] if tag in BLOCK_LEVEL else -1 for tag in TAGS]),
        inner_rows=array("i", [feature[f"inner tag {tag}"] if tag in INLINE else -1 for tag in TAGS]),
        region_marks=array("q", [REGION_BITS.get(tag, 0) for tag in TAGS]),
        is_block=bytearray(tag in BLOCK_TAGS for tag in TAGS),
        groups_shift=len(REGIONS),
        foreign=FOREIGN_BITS,
        near=feature[f"inside {SURROUNDINGS[0]}"],
        around=feature[f"somewhere inside {SURROUNDINGS[0]}"],
        place=feature[PLACE_FEATURES[0]],
        neighbours=len(BLOCK_FEATURES),
        shared=array("i", [feature[name] for name in NEIGHBOUR_FEATURES]),
        offsets=array("i", OFFSETS),
        h1=TAG_NUMBERS["h1"],
        heading=KIND_NUMBERS["heading"],
        far=FAR,
    )


_LAYOUT = _layout()


def reason_numbers(page: Page) -> bytearray:
    """Return for each block the number of the reason for its removal (see `REASON_NUMBERS`), 0 where it is kept."""
    return mark_numbers(page.removals, REASON_NUMBERS)


def feature_table(page: Page) -> Table:
    """Return the features of every block of a page with markup, with its removals so far. Shape (blocks, features).

    In memory the values of a feature lie together, as they are computed and as the trees read them. What does not
    depend on removals is computed once for all marked copies of the page. Callers must not write into the table.
    """
    numbers = reason_numbers(page)
    return page.cached("features", numbers, lambda: _with_removals(page, numbers))


def unmarked_table(page: Page) -> Table:
    """Return the features of every block as far as they do not depend on removals. Shape (features, blocks).

    Features of removals and of neighbours have any value. Callers must not write into the table.
    """
    known = page.cache.get("features")
    if known is not None:
        rows: Table = known[1].T
        return rows
    return page.cached("unmarked features", None, lambda: _without_removals(page))


def _with_removals(page: Page, numbers: bytearray) -> Table:
    known = page.cache.get("features")
    # A table is a third of a megabyte: only the second one for a page is a copy.
    table = unmarked_table(page) if known is None else known[1].T.copy()
    page.cache.pop("unmarked features", None)
    table[FIRST_REMOVED : len(BLOCK_FEATURES)] = 0
    write_marks(numbers, FIRST_REMOVED, table)
    _LAYOUT.write_neighbours(table)
    rows: Table = table.T
    return rows


def _without_removals(page: Page) -> Table:
    table = np.zeros((len(FEATURES), len(page.blocks)), dtype=np.float32)
    write_word_features(page, table[: len(WORD_FEATURES)])
    _LAYOUT.write(page.columns, outline_of(page), looks_of(page.columns).paths, table)
    return table


def write_word_features(page: Page, out: npt.NDArray[np.float32]) -> None:
    """Write one row for each of `WORD_FEATURES`, with a column for each block."""
    columns = page.columns
    write_words(
        columns.text,
        columns.starts,
        columns.elements,
        columns.link_chars,
        columns.link_firsts,
        columns.run_firsts,
        columns.element_tags,
        IS_BOLD,
        *block_measures(columns),
        block_counts(columns),
        *block_keys(columns),
        normalise(page.head.title).encode(),
        normalise(page.description()).encode(),
        out,
    )
