"""Code on a page: the names around it and inside it are a highlighter's, and say nothing of comments or menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..compiled import outline as compiled
from ..core.columns import KIND_NUMBERS, Columns
from ..core.tags import TAG_NUMBERS
from .names import GROUP_BITS

if TYPE_CHECKING:
    from array import array

    Integers = array[int]

# An element of whose text so much is code is named for the box that code stands in.
MOSTLY = 0.5
# What the name of such a box says: its language, its toolbar and its header are the code's.
CODE_BOX = "article"
# Readers write code, too.
READERS = "comments"


def tokens_of(columns: Columns) -> bytearray:
    """For each element 1 if it is a `<code>` or inside a `<pre>` or `<code>`; nothing for a page without code.

    Highlighters name them for what a compiler calls them: "comment", "tag", "meta", "title". The name of a `<pre>` may
    be an author's.
    """
    return columns.derive("code tokens", _tokens_of)


def _tokens_of(columns: Columns) -> bytearray:
    return compiled.code_tokens(columns, TAG_NUMBERS["pre"], TAG_NUMBERS["code"])


def without_highlighters(columns: Columns, groups: Integers, widths: Integers, size: Integers) -> Integers:
    """The masks of what each element's names speak for, with that left out which a highlighter's names do.

    Elements inside code speak for nothing, and a named box that holds little but code speaks for the article, unless
    it is named for readers' comments. Links that are set as code lead somewhere, and count as text. `widths` of blocks
    and `size` of elements are as `Outline` has them.
    """
    tokens = tokens_of(columns)
    if not tokens:
        return groups
    kind, readers, box = KIND_NUMBERS["code"], GROUP_BITS[READERS], GROUP_BITS[CODE_BOX]
    return compiled.without_highlighters(columns, tokens, widths, size, groups, kind, readers, box, MOSTLY)
