"""Evidence in the elements around a block: what their tags are and what their names speak for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..names import name_groups
from ..outline import Outline
from ..page import Page

TAGS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "td", "tr", "blockquote", "pre", "button", "figcaption", "dt", "dd",
    "section", "article", "header", "footer", "form",
)  # fmt: skip
INNER_TAGS = ("a", "strong", "b", "em", "i", "span", "time", "small", "label", "font")
REGIONS = (
    "nav", "header", "footer", "aside", "main", "article", "form", "figure", "table", "ul", "ol", "blockquote",
    "section", "a", "dl", "details", "button",
)  # fmt: skip
GROUPS = tuple(sorted({group for groups in name_groups().values() for group in groups}))
MARKS = tuple(f"<{tag}>" for tag in REGIONS) + GROUPS

NAMES = (
    *(f"tag {tag}" for tag in TAGS),
    *(f"inner tag {tag}" for tag in INNER_TAGS),
    *(f"inside {mark}" for mark in MARKS),
    *(f"somewhere inside {mark}" for mark in MARKS),
)

REGION_BITS = {tag: 1 << i for i, tag in enumerate(REGIONS)}
GROUP_BITS = {group: 1 << (len(REGIONS) + i) for i, group in enumerate(GROUPS)}
# A name on an element that holds this share of the page's prose speaks of the page, not of one part of it.
WHOLE_PAGE_SHARE = 0.5


def markup_columns(page: Page, outline: Outline) -> npt.NDArray[np.float32]:
    """One row of 0 and 1 for each block, columns as in `NAMES`."""
    near, around = _masks(page, outline)
    elements = [block.element for block in page.blocks]
    bits = np.arange(len(MARKS), dtype=np.int64)
    near_bits = (np.array(near, dtype=np.int64)[elements][:, None] >> bits) & 1
    around_bits = (np.array(around, dtype=np.int64)[elements][:, None] >> bits) & 1
    tags = _one_hot([block.tag for block in page.blocks], TAGS)
    inner = _one_hot([page.elements[e].tag for e in elements], INNER_TAGS)
    return np.hstack([tags, inner, near_bits, around_bits]).astype(np.float32)


def _one_hot(values: list[str], known: tuple[str, ...]) -> npt.NDArray[np.int64]:
    codes = {value: i for i, value in enumerate(known)}
    column = np.array([codes.get(value, -1) for value in values], dtype=np.int64)
    matches: npt.NDArray[np.int64] = (column[:, None] == np.arange(len(known))).astype(np.int64)
    return matches


def _masks(page: Page, outline: Outline) -> tuple[list[int], list[int]]:
    """For each element, as bits: marks of itself and its two nearest ancestors, and of all that hold only a part."""
    whole = WHOLE_PAGE_SHARE * (outline.prose[0] or 1)
    own: list[int] = []
    near: list[int] = []
    around: list[int] = []
    for element, groups, prose in zip(page.elements, outline.groups, outline.prose, strict=True):
        mask = REGION_BITS.get(element.tag, 0)
        for group in groups:
            mask |= GROUP_BITS[group]
        parent = element.parent
        own.append(mask)
        if parent < 0:
            near.append(mask)
            around.append(0)
            continue
        grandparent = page.elements[parent].parent
        near.append(mask | own[parent] | (own[grandparent] if grandparent >= 0 else 0))
        around.append(around[parent] | (mask if prose < whole else 0))
    return near, around
