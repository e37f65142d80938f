"""The features of a page's blocks as one table: a row for each block, a column for each of `FEATURES`.

Pages other than articles have features of their own, of what repeats on them: posts, entries and products, and the
labels that come back in each. Their blocks are cut where the text as a whole is best.
"""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from ..compiled.evidence import Layout
from ..compiled.outline import repeated_items
from ..compiled.verdicts import mark_numbers, write_marks
from ..compiled.word_evidence import write_words
from ..core.columns import KIND_NUMBERS
from ..core.page import KINDS, REASONS, Page, PageKind
from ..core.rows import BLOCK_TAGS, TAG_NUMBERS, TAGS
from ..matching.names import GROUP_BITS, GROUPS
from ..matching.outline import looks_of, outline_of
from ..matching.wording import block_counts, block_keys, block_measures, block_prints, normalise

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


# Two may be alike by chance.
LEAST_ITEMS = 3
REPETITION_FEATURES = (
    "list: items", "list: share of page", "list: prose", "list: links", "list: mean item", "list: blocks in item",
    "place in item", "blocks left in item", "same path: items with it", "same path: different texts",
    "same path: different but for numbers", "same path: share of page", "same path: mean size",
)  # fmt: skip

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def write_repetition(page: Page, out: npt.NDArray[np.float32]) -> None:
    """Write one row for each of `REPETITION_FEATURES`, with a column for each block.

    The list of a block is the largest that it is in. Items of a list are elements that look alike, and so do all
    elements around them; so are those that hold the blocks of one path.
    """
    columns, outline = page.columns, outline_of(page)
    path_of_element = looks_of(columns).paths
    elements, paths = np.array(columns.elements), np.array(path_of_element)
    path = paths[elements]
    count = int(paths.max(initial=0)) + 1
    sizes, prose, links = (np.array(sums, dtype=np.float64) for sums in (outline.size, outline.prose, outline.links))
    widths = np.array(outline.block_width, dtype=np.float64)
    whole = max(float(widths.sum()), 1.0)
    item = np.array(repeated_items(columns.parents, path_of_element, outline.size, LEAST_ITEMS))[elements]
    listed = item >= 0
    held = np.where(listed, item, 0)
    kind = paths[held]
    items = np.bincount(paths, weights=sizes > 0, minlength=count)
    size, prose_in, linked = (np.bincount(paths, weights=sums, minlength=count) for sums in (sizes, prose, links))
    first, last = np.array(outline.first)[held], np.array(outline.last)[held]
    place = np.arange(len(elements))
    blocks = np.maximum(np.bincount(path, minlength=count), 1)
    width = np.bincount(path, weights=widths, minlength=count)
    exact, masked = (np.array(prints) for prints in block_prints(columns))
    with_it = np.unique(item[listed].astype(np.int64) * count + path[listed]) % count
    out[0] = np.where(listed, items[kind], 0)
    out[1] = np.where(listed, size[kind] / whole, 0)
    out[2] = np.where(listed, prose_in[kind] / np.maximum(size[kind], 1), 0)
    out[3] = np.where(listed, linked[kind] / np.maximum(size[kind], 1), 0)
    out[4] = np.where(listed, size[kind] / np.maximum(items[kind], 1), 0)
    out[5] = np.where(listed, last - first + 1, 0)
    out[6] = np.where(listed, place - first, -1)
    out[7] = np.where(listed, last - place, -1)
    out[8] = np.where(listed, np.bincount(with_it, minlength=count)[path] / np.maximum(items[kind], 1), 0)
    out[9] = (_different(path, exact, count) / blocks)[path]
    out[10] = (_different(path, np.where(masked == 0, exact, masked), count) / blocks)[path]
    out[11] = width[path] / whole
    out[12] = (width / blocks)[path]


def _different(path: Places, prints: npt.NDArray[np.uint64], count: int) -> Places:
    """Return for each path how many different texts its blocks have."""
    _, texts = np.unique(prints, return_inverse=True)
    pairs = np.unique(path.astype(np.int64) * (len(prints) + 1) + texts)
    return np.bincount(pairs // (len(prints) + 1), minlength=count)


HELD, AS_ARTICLE = "held by the container rule", "log-odds of being article"
KIND_FEATURES = (*FEATURES, HELD, AS_ARTICLE, *(f"page is {kind}" for kind in KINDS), *REPETITION_FEATURES)
FIRST_KIND = KIND_FEATURES.index(f"page is {KINDS[0]}")
FIRST_REPETITION = KIND_FEATURES.index(REPETITION_FEATURES[0])
# What elements that look alike have in common of their log-odds, and the most that one of them counts.
SHARED, SURE = 0.5, 6.0
# Of these kinds the container of the content is kept nearly whole: it adds so much to the log-odds of what it holds.
WHOLE: frozenset[PageKind] = frozenset({"documentation", "listing"})
CONTAINER_LOG_ODDS, NEARLY_ALL = 1.0, 0.9
# Even a block without a letter moves the sums.
LEAST_WIDTH = 5
CUTS: dict[PageKind, float] = {"discussion": 0.45, "product": 0.35, "documentation": 0.3, "other": 0.3}
# Of a listing, whether all is likely or nothing.
MIN_CUT, MAX_CUT = 0.1, 0.4


def kind_table(page: Page, held: bytearray, as_article: Numbers) -> Table:
    """Return the features of every block of another page than an article. Shape (blocks, features).

    `held` has 1 for each block that the container rule holds, and `as_article` the log-odds that the trees of articles
    give it. In memory the values of a feature lie together.
    """
    table = np.zeros((len(KIND_FEATURES), len(page.blocks)), dtype=np.float32)
    table[: len(FEATURES)] = feature_table(page).T
    table[len(FEATURES)] = np.frombuffer(held, dtype=np.uint8)
    table[len(FEATURES) + 1] = as_article
    table[FIRST_KIND + KINDS.index(page.kind)] = 1
    write_repetition(page, table[FIRST_REPETITION:])
    rows: Table = table.T
    return rows


def level(page: Page, log_odds: Numbers, is_open: npt.NDArray[np.bool_]) -> Numbers:
    """Return log-odds that blocks in elements that look alike share by half: what holds for one post holds for all."""
    columns = page.columns
    paths = np.array(looks_of(columns).paths)[np.array(columns.elements)]
    counts = np.maximum(np.bincount(paths, weights=is_open), 1)
    means = np.bincount(paths, weights=np.clip(log_odds, -SURE, SURE) * is_open) / counts
    levelled: Numbers = (1 - SHARED) * log_odds + SHARED * means[paths]
    return levelled


def favour_container(page: Page, log_odds: Numbers, is_open: npt.NDArray[np.bool_]) -> Numbers:
    """Return log-odds that favour what stands beside the content: all of a page of documentation, or all entries.

    That is what the smallest element holds that has nearly all of the text which the log-odds expect to be content.
    """
    if page.kind not in WHOLE:
        return log_odds
    outline = outline_of(page)
    content = np.array(outline.block_width) * is_open / (1.0 + np.exp(-log_odds))
    before = np.concatenate(([0.0], np.cumsum(content)))
    first, end = np.array(outline.first), np.array(outline.last) + 1
    held = np.flatnonzero((first < end) & (before[end] - before[np.minimum(first, end)] >= NEARLY_ALL * before[-1]))
    favoured: Numbers = log_odds.copy()
    if len(held):
        smallest = held[np.argmin((end - first)[held])]
        favoured[first[smallest] : end[smallest]] += CONTAINER_LOG_ODDS
    return favoured


def best_cut(page: Page, chances: Numbers, is_open: npt.NDArray[np.bool_]) -> float:
    """Return the probability from which blocks are kept, so that the text is likely to be best.

    Articles are cut at a half. What readers of other pages came for is less sure: each kind has a cut that gave the
    best text on hosts not seen in training. All entries of a listing may be doubtful, and a fixed cut would leave
    nothing. Its text is best where its F1 is highest, if each block is content with its own probability.
    """
    if page.kind in CUTS:
        return CUTS[page.kind]
    widths = np.array(outline_of(page).block_width, dtype=np.float64)[is_open] + LEAST_WIDTH
    open_chances = chances[is_open]
    if not len(widths):
        return MAX_CUT
    order = np.argsort(-open_chances, kind="stable")
    expected = np.cumsum((widths * open_chances)[order])
    quality = expected / (np.cumsum(widths[order]) + expected[-1])
    return float(np.clip(open_chances[order][np.argmax(quality)], MIN_CUT, MAX_CUT))
