"""Evidence in the elements around a block: what their tags are and what their names speak for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..core.page import Page
from ..matching.names import GROUPS
from ..matching.outline import Outline
from .ancestry import Ancestry, Integers

TAGS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "td", "tr", "blockquote", "pre", "button", "figcaption", "dt", "dd",
    "section", "article", "header", "footer", "form",
)  # fmt: skip
INNER_TAGS = ("a", "strong", "b", "em", "i", "span", "time", "small", "label", "font")
REGIONS = (
    "nav", "header", "footer", "aside", "main", "article", "form", "figure", "table", "ul", "ol", "blockquote",
    "section", "a", "dl", "details", "button",
)  # fmt: skip
MARKS = tuple(f"<{tag}>" for tag in REGIONS) + GROUPS

NAMES = (
    *(f"tag {tag}" for tag in TAGS),
    *(f"inner tag {tag}" for tag in INNER_TAGS),
    *(f"inside {mark}" for mark in MARKS),
    *(f"somewhere inside {mark}" for mark in MARKS),
)

TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
INNER_TAG_NUMBERS = {tag: number for number, tag in enumerate(INNER_TAGS)}
REGION_BITS = {tag: 1 << i for i, tag in enumerate(REGIONS)}
GROUP_BITS = {group: 1 << (len(REGIONS) + i) for i, group in enumerate(GROUPS)}
# A name on an element that holds this share of the page's prose speaks of the page, not of one part of it.
WHOLE_PAGE_SHARE = 0.5


def own_marks(page: Page, outline: Outline) -> Integers:
    """For each element what its own tag and names say, a bit for each of `MARKS`."""
    marks = [
        REGION_BITS.get(element.tag, 0) | (_bits(groups) if groups else 0)
        for element, groups in zip(page.elements, outline.groups, strict=True)
    ]
    return np.array(marks, dtype=np.int64)


@lru_cache(maxsize=1 << 12)
def _bits(groups: frozenset[str]) -> int:
    return sum(GROUP_BITS[group] for group in groups)


def markup_columns(page: Page, outline: Outline, own: Integers, ancestry: Ancestry) -> npt.NDArray[np.bool_]:
    """One row for each of `NAMES`, a column for each block."""
    _, _, tags, inner, *_ = zip(*page.blocks, strict=True)
    elements = np.array(inner)
    parents = ancestry.parents
    near = own | own[parents] | own[parents[parents]]
    whole = WHOLE_PAGE_SHARE * (outline.prose[0] or 1)
    of_part = (np.array(outline.prose) < whole) & ~ancestry.is_root
    around = ancestry.carry(np.bitwise_or, np.where(of_part, own, 0))
    bits = (1 << np.arange(len(MARKS), dtype=np.int64))[:, None]
    return np.concatenate([
        _one_hot(tags, TAG_NUMBERS),
        _one_hot([page.elements[element].tag for element in inner], INNER_TAG_NUMBERS),
        (near[elements] & bits) != 0,
        (around[elements] & bits) != 0,
    ])  # fmt: skip


def _one_hot(values: Sequence[str], numbers: dict[str, int]) -> npt.NDArray[np.bool_]:
    row = np.array([numbers.get(value, -1) for value in values], dtype=np.int64)
    matches: npt.NDArray[np.bool_] = row == np.arange(len(numbers))[:, None]
    return matches
