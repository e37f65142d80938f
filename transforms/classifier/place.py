"""Evidence in a block's place: its containers and what they hold, its neighbours, the article around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..core.page import Page
from ..core.tags import BLOCK_TAGS
from ..matching.looks import looks_of
from ..matching.outline import Outline
from .ancestry import Ancestry, Integers
from .markup import GROUP_BITS

Array = npt.NDArray[np.float64]

CONTAINER = ("size", "share of prose", "prose", "links", "blocks", "mean size")
NAMES = (
    *(f"parent: {name}" for name in CONTAINER),
    *(f"grandparent: {name}" for name in CONTAINER),
    "position", "blocks before", "blocks after", "prose before", "blocks since prose", "blocks until prose",
    "blocks since h1", "blocks since heading", "depth", "in best container", "steps from best container",
    "before best container", "after best container", "same path: blocks", "same path: prose", "same path: links",
    "place in parent", "hidden", "page: blocks", "page: prose", "page: links", "page: share of best container",
)  # fmt: skip

# A paragraph speaks for its parent and, with half the weight, for its grandparent; longer ones do not speak louder.
MAX_VOTE = 600
FAR = 60
FOREIGN = frozenset({"comments", "footer", "navigation", "related", "sidebar", "cookie-notice", "overlay", "advert"})
FOREIGN_VOTE = 0.2


FOREIGN_BITS = sum(GROUP_BITS[group] for group in FOREIGN)


def place_columns(page: Page, outline: Outline, own: Integers, ancestry: Ancestry) -> Array:
    """One row for each of `NAMES`, a column for each block. `own` are the elements' marks (`markup.own_marks`)."""
    count = len(page.blocks)
    _, kinds, tags, inner, *_ = zip(*page.blocks, strict=True)
    elements = np.array(inner)
    containers = containers_of(page, ancestry)
    parent = containers[elements]
    grandparent = containers[ancestry.parents[parent]]
    held = _held(outline)
    prose = np.array(outline.block_prose, dtype=np.float64)
    best = best_container(page, outline, containers, _in_foreign(outline, own, ancestry))
    first, last = outline.first[best], outline.last[best]
    is_prose = prose > 0
    index = np.arange(count)
    total = max(prose.sum(), 1.0)
    table = np.empty((len(NAMES), count))
    rows = [
        *held[:, parent],
        *held[:, grandparent],
        index / count,
        index,
        count - index,
        (np.cumsum(prose) - prose) / total,
        _since(is_prose),
        _since(is_prose[::-1])[::-1],
        _since(np.fromiter(map("h1".__eq__, tags), np.bool_)),
        _since(np.fromiter(map("heading".__eq__, kinds), np.bool_)),
        ancestry.depths()[elements],
        (index >= first) & (index <= last),
        ancestry.steps_from(best)[elements],
        np.maximum(first - index, 0),
        np.maximum(index - last, 0),
        *_along_paths(page, outline, elements),
        (index - np.array(outline.first)[parent]) / np.maximum(held[4, parent], 1),
        np.array([page.elements[element].hidden for element in inner]),
        count,
        total,
        outline.links[0] / max(outline.size[0], 1),
        outline.prose[best] / total,
    ]
    for number, row in enumerate(rows):
        table[number] = row
    return table


def best_container(page: Page, outline: Outline, containers: Integers, foreign: npt.NDArray[np.bool_]) -> int:
    """The element whose paragraphs speak loudest for it, as in Arc90's readability; 0, the root, if there are none."""
    votes: dict[int, float] = {}
    for block, prose in zip(page.blocks, outline.block_prose, strict=True):
        if not prose:
            continue
        vote = min(prose, MAX_VOTE) * (FOREIGN_VOTE if foreign[block.element] else 1.0)
        parent = int(containers[block.element])
        grandparent = max(page.elements[parent].parent, 0)
        votes[parent] = votes.get(parent, 0.0) + vote
        votes[grandparent] = votes.get(grandparent, 0.0) + vote / 2
    return max(votes, key=lambda e: (votes[e], e)) if votes else 0


def _in_foreign(outline: Outline, own: Integers, ancestry: Ancestry) -> npt.NDArray[np.bool_]:
    """For each element: whether a name says that it, or what it is in, is no article; wrappers of all do not count."""
    foreign = ((own & FOREIGN_BITS) != 0) & (np.array(outline.prose) <= outline.prose[0] / 2)
    return ancestry.carry(np.maximum, foreign.astype(np.int64)) > 0


def containers_of(page: Page, ancestry: Ancestry) -> Integers:
    """For each element, the element that holds the block around it: the parent of its nearest block-level element.

    Of an element and its ancestors the nearest has the highest number.
    """
    is_block = np.array([element.tag in BLOCK_TAGS for element in page.elements]) | ancestry.is_root
    return ancestry.parents[ancestry.carry(np.maximum, np.where(is_block, np.arange(len(is_block)), -1))]


def _held(outline: Outline) -> Array:
    """For each element, what it holds, rows as in `CONTAINER`."""
    size, prose, links, first, last = np.array(
        [outline.size, outline.prose, outline.links, outline.first, outline.last], dtype=np.float64
    )
    blocks = last - first + 1.0
    safe = np.maximum(size, 1.0)
    total = max(float(prose[0]), 1.0)
    return np.stack([size, prose / total, prose / safe, links / safe, blocks, size / np.maximum(blocks, 1.0)])


def _since(flags: npt.NDArray[np.bool_]) -> Integers:
    """For each block, how many blocks back the last flagged one stands (itself: 0), `FAR` at most."""
    index = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, index, -FAR))
    return np.minimum(index - last, FAR)


def _along_paths(page: Page, outline: Outline, elements: Integers) -> tuple[Array, Array, Array]:
    """For each block: of all blocks whose path has the same tags and classes, number, mean prose and link share.

    Numbers in class names do not count: rows alternate between two ("bg1", "bg2"), and items carry their own.
    """
    path = np.array(looks_of(page.columns).paths)[elements]
    blocks = np.bincount(path)
    prose = np.bincount(path, weights=outline.block_prose)
    links = np.bincount(path, weights=[block.link_density if block.link_chars else 0.0 for block in page.blocks])
    counts = np.maximum(blocks, 1)
    return blocks[path].astype(np.float64), (prose / counts)[path], (links / counts)[path]
