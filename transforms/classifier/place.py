"""Evidence in a block's place: its containers and what they hold, its neighbours, the article around it."""

from __future__ import annotations

CONTAINER = ("size", "share of prose", "prose", "links", "blocks", "mean size")
# In the order in which `compiled.evidence` writes them.
NAMES = (
    *(f"parent: {name}" for name in CONTAINER),
    *(f"grandparent: {name}" for name in CONTAINER),
    "position", "blocks before", "blocks after", "prose before", "blocks since prose", "blocks until prose",
    "blocks since h1", "blocks since heading", "depth", "in best container", "steps from best container",
    "before best container", "after best container", "same path: blocks", "same path: prose", "same path: links",
    "place in parent", "hidden", "page: blocks", "page: prose", "page: links", "page: share of best container",
)  # fmt: skip

FAR = 60
