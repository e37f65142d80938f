"""Several blocks as one, with the runs of all and the element that holds them."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.page import Block, Element, Kind, Run


def join_blocks(blocks: Sequence[Block], elements: Sequence[Element], separator: str, kind: Kind, tag: str) -> Block:
    """The blocks as one of this kind and tag, with `separator`, a single character, between their texts."""
    runs: list[Run] = []
    offset = 0
    for block in blocks:
        runs += [Run(run.start + offset, run.end + offset, run.element) for run in block.runs]
        offset += len(block.text) + len(separator)
    return Block(
        text=separator.join(block.text for block in blocks),
        kind=kind,
        tag=tag,
        element=common_element(runs, elements),
        link_chars=sum(block.link_chars for block in blocks),
        links=tuple(link for block in blocks for link in block.links),
        runs=tuple(runs),
    )


def common_element(runs: Sequence[Run], elements: Sequence[Element]) -> int:
    """The innermost element that holds all runs. Indices grow in document order, so ancestors are smaller."""
    common = runs[0].element
    for run in runs:
        other = run.element
        while common != other:
            if common > other:
                common = elements[common].parent
            else:
                other = elements[other].parent
    return common
