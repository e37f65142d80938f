"""Code on a page: the names around it and inside it are a highlighter's, and say nothing of comments or menus."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.columns import Columns
from ..core.page import Block, Element
from ..core.tags import TAG_NUMBERS

# An element of whose text so much is code is named for the box that code stands in.
MOSTLY = 0.5
# What the name of such a box says: its language, its toolbar and its header are the code's.
CODE_BOX, NOTHING = frozenset({"article"}), frozenset[str]()
# Readers write code, too.
READERS = "comments"


def tokens_of(columns: Columns) -> bytearray:
    """For each element 1 if it is a `<code>` or inside a `<pre>` or `<code>`; who wrote the page may name a `<pre>`.

    Highlighters name them for what a compiler calls them: "comment", "tag", "meta", "title". Nothing for a page
    without code.
    """
    return columns.derive("code tokens", _tokens_of)


def _tokens_of(columns: Columns) -> bytearray:
    tags, parents = columns.element_tags, columns.parents
    box, code = TAG_NUMBERS["pre"], TAG_NUMBERS["code"]
    if box not in tags and code not in tags:
        return bytearray()
    inside: set[int] = set()
    tokens = bytearray(len(parents))
    for index, (tag, parent) in enumerate(zip(tags, parents, strict=True)):
        if parent in inside or tag in (box, code):
            inside.add(index)
            tokens[index] = tag != box or parent in inside
    return tokens


def without_highlighters(
    tokens: bytearray,
    groups: list[frozenset[str]],
    elements: Sequence[Element],
    blocks: Sequence[Block],
    block_width: Sequence[int],
    size: Sequence[int],
) -> list[frozenset[str]]:
    """The groups that each element's names speak for, with those left out that a highlighter's names do.

    Elements inside code speak for nothing, and a named box that holds little but code speaks for the article, unless
    it is named for readers' comments. Links that are set as code lead somewhere, and count as text. The other
    arguments are the page's, as `Outline` has them.
    """
    code = [0] * len(elements)
    for block, width in zip(blocks, block_width, strict=True):
        if block.kind == "code" or (tokens[block.element] and not block.link_chars):
            code[block.element] += width
    for index in range(len(elements) - 1, 0, -1):
        code[max(elements[index].parent, 0)] += code[index]
    return [
        NOTHING if tokens[index] else CODE_BOX if _is_box(said, code[index], size[index]) else said
        for index, said in enumerate(groups)
    ]


def _is_box(groups: frozenset[str], code: int, size: int) -> bool:
    return bool(groups) and READERS not in groups and code > MOSTLY * size
