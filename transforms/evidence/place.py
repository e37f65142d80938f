"""Evidence in a block's place: its containers and what they hold, its neighbours, the article around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..outline import Outline
from ..page import Page
from ..parsing.builder import BLOCK_TAGS

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


def place_columns(page: Page, outline: Outline) -> Array:
    """One row for each block, columns as in `NAMES`."""
    count = len(page.blocks)
    elements = np.array([block.element for block in page.blocks])
    parents = containers_of(page)
    parent = np.array([parents[e] for e in elements])
    grandparent = np.array([parents[max(page.elements[p].parent, 0)] for p in parent])
    sizes = _sizes(outline)
    best = best_container(page, outline)
    prose = np.array(outline.block_prose, dtype=np.float64)
    is_prose = prose > 0
    index = np.arange(count)
    steps = _steps_from(page, best)
    signature, paths = _paths(page, outline)
    total = max(prose.sum(), 1.0)
    headings = np.array([block.kind == "heading" for block in page.blocks])
    h1 = np.array([block.tag == "h1" for block in page.blocks])
    first, last = outline.first[best], outline.last[best]
    firsts = np.array(outline.first)
    columns = [
        *sizes[parent].T,
        *sizes[grandparent].T,
        index / count,
        index,
        count - index,
        (np.cumsum(prose) - prose) / total,
        _since(is_prose),
        _since(is_prose[::-1])[::-1],
        _since(h1),
        _since(headings),
        np.array(_depths(page))[elements],
        (index >= first) & (index <= last),
        steps[elements],
        np.maximum(first - index, 0),
        np.maximum(index - last, 0),
        *paths[signature[elements]].T,
        (index - firsts[parent]) / np.maximum(sizes[parent, 4], 1),
        np.array([page.elements[e].hidden for e in elements]),
        np.full(count, count),
        np.full(count, total),
        np.full(count, outline.links[0] / max(outline.size[0], 1)),
        np.full(count, outline.prose[best] / total),
    ]
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def best_container(page: Page, outline: Outline) -> int:
    """The element whose paragraphs speak loudest for it, as in Arc90's readability; 0, the root, if there are none."""
    containers = containers_of(page)
    votes: dict[int, float] = {}
    foreign = _in_foreign(page, outline)
    for block, prose in zip(page.blocks, outline.block_prose, strict=True):
        if not prose:
            continue
        vote = min(prose, MAX_VOTE) * (FOREIGN_VOTE if foreign[block.element] else 1.0)
        parent = containers[block.element]
        grandparent = max(page.elements[parent].parent, 0)
        votes[parent] = votes.get(parent, 0.0) + vote
        votes[grandparent] = votes.get(grandparent, 0.0) + vote / 2
    return max(votes, key=lambda e: (votes[e], e)) if votes else 0


def _in_foreign(page: Page, outline: Outline) -> list[bool]:
    """For each element: whether a name says that it, or what it is in, is no article; wrappers of all do not count."""
    half = outline.prose[0] / 2
    found: list[bool] = []
    for element, groups, prose in zip(page.elements, outline.groups, outline.prose, strict=True):
        inherited = element.parent >= 0 and found[element.parent]
        found.append(inherited or (prose <= half and not FOREIGN.isdisjoint(groups)))
    return found


def containers_of(page: Page) -> list[int]:
    """For each element, the element that holds the block around it: the parent of its nearest block-level element."""
    found: list[int] = []
    for index, element in enumerate(page.elements):
        if element.parent < 0:
            found.append(index)
        elif element.tag in BLOCK_TAGS:
            found.append(element.parent)
        else:
            found.append(found[element.parent])
    return found


def _sizes(outline: Outline) -> Array:
    """For each element, what it holds, columns as in `CONTAINER`."""
    size = np.array(outline.size, dtype=np.float64)
    prose = np.array(outline.prose, dtype=np.float64)
    links = np.array(outline.links, dtype=np.float64)
    blocks = np.array(outline.last) - np.array(outline.first) + 1.0
    safe = np.maximum(size, 1.0)
    total = max(float(prose[0]), 1.0)
    return np.stack([size, prose / total, prose / safe, links / safe, blocks, size / np.maximum(blocks, 1.0)], axis=1)


def _since(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each block, how many blocks back the last flagged one stands (itself: 0), `FAR` at most."""
    index = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, index, -FAR))
    return np.minimum(index - last, FAR)


def _steps_from(page: Page, best: int) -> Array:
    """For each element, how many steps up from the best container one must go to find a common ancestor."""
    on_path: dict[int, int] = {}
    element, step = best, 0
    while element >= 0:
        on_path[element] = step
        element, step = page.elements[element].parent, step + 1
    steps: list[int] = []
    for index, node in enumerate(page.elements):
        steps.append(on_path[index] if index in on_path else steps[node.parent])
    return np.array(steps, dtype=np.float64)


def _depths(page: Page) -> list[int]:
    depths: list[int] = []
    for element in page.elements:
        depths.append(depths[element.parent] + 1 if element.parent >= 0 else 0)
    return depths


def _paths(page: Page, outline: Outline) -> tuple[npt.NDArray[np.int64], Array]:
    """For each element the number of its path signature, and for each signature blocks, mean prose and link share."""
    known: dict[tuple[object, ...], int] = {}
    signature: list[int] = []
    for element in page.elements:
        parent = signature[element.parent] if element.parent >= 0 else -1
        signature.append(known.setdefault((parent, element.tag, element.classes), len(known)))
    sums = np.zeros((len(known), 3))
    for block, prose in zip(page.blocks, outline.block_prose, strict=True):
        row = sums[signature[block.element]]
        row += (1.0, prose, block.link_density)
    sums[:, 1:] /= np.maximum(sums[:, :1], 1.0)
    return np.array(signature), sums
