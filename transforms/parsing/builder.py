"""From a stream of tags and text to blocks: the one place where blocks are made.

Parsers differ in how they walk a tree; all of them call `open`, `text` and `close` here, so that a page has
the same blocks whichever of them read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, TypeVar

from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import Block, Element, Kind, Run
from ..core.tags import BLOCK_TAGS, IMPLIED_TAGS, KINDS, STRUCTURAL_TAGS
from .elements import MAX_VALUE_CHARS, Attributes, make_element, new
from .inline import are_parted, may_have_permalink, without_permalinks
from .joining import common_element, join_blocks

# Deeper elements are not told apart: real pages stay below 100, hostile ones nest 100,000 deep.
MAX_DEPTH = 256
# A row is data when its cells are short; the cells of a layout table hold whole columns of the page.
MAX_CELL_CHARS = 200
# How much is told of text that is left out.
TOLD_CHARS = 1_000

# Characters that take no room and that two copies of a sentence may or may not have.
INVISIBLE = str.maketrans("", "", "\u200b\u2060\ufeff")
INVISIBLE_HINT = re.compile("[\u200b\u2060\ufeff]")


Node = TypeVar("Node")


class BlockBuilder(Generic[Node]):
    """Collects elements and blocks from calls in document order. `blocks` and `elements` hold the result.

    Text beyond a limit is counted (`left_out`, in code points) and no more: `why` says which limit, `rest` how the
    text begins.

    An element is recorded, and `attributes_of` its node asked for, only once text is found inside it: many of a
    page's elements hold none.
    """

    def __init__(self, attributes_of: Callable[[Node], Attributes], limits: Limits = DEFAULT_LIMITS) -> None:
        self.elements: list[Element] = []
        self.blocks: list[Block] = []
        self.left_out = 0
        self.why = ""
        self.rest = ""
        self._limits = limits
        self._limit = "beyond max_text_chars"
        self._left = limits.max_text_chars  # what the page may still hold, when this block began
        self._given = self._room = min(self._left, limits.max_block_chars)  # what of it this block may, then and now
        self._attributes_of = attributes_of
        self._stack: list[tuple[str, Node, Attributes | None]] = []  # the elements that are open
        self._recorded: list[int] = []  # their indices in `elements`, as far out as they have been recorded
        self._block_tags: list[str] = []  # the block-level ones among them
        self._kinds: list[Kind] = ["paragraph"]  # and what each tag that says so makes of a block
        self._hrefs: list[str] = []  # targets of the links that are open
        self._pre_depth = 0
        self._rows: list[list[int]] = []  # for each open <tr>: where its cells begin in `blocks`
        self._texts: list[str] = []  # the block being collected
        self._runs: list[Run] = []
        self._length = 0
        self._link_chars = 0
        self._links: list[str] = []
        self._space = False  # white space waits to be written before the next word
        self._breaks = 0  # <br> seen since the last word
        self._held = ""  # in <pre>: white space since the last word

    def open(self, tag: str, node: Node) -> None:
        """An element starts."""
        attributes = None
        if tag in BLOCK_TAGS:
            if self._texts:
                self._flush()
            self._block_tags.append(tag)
            if tag in STRUCTURAL_TAGS:
                self._open_structure(tag)
        elif tag == "a":
            attributes = self._attributes_of(node)
            self._hrefs.append((attributes.get("href") or "")[:MAX_VALUE_CHARS])
        elif tag == "br":
            self._break()
        self._stack.append((tag, node, attributes))

    def close(self) -> Node | None:
        """The innermost open element ends. Its node, from which the parser goes on; None for the outermost."""
        stack = self._stack
        tag, node, _ = stack.pop()
        if tag in BLOCK_TAGS:
            if self._texts:
                self._flush()
            self._block_tags.pop()
            if tag in STRUCTURAL_TAGS:
                self._close_structure(tag)
        elif tag == "a":
            self._hrefs.pop()
        if len(self._recorded) > len(stack):
            self._recorded.pop()
        return node if stack else None

    def text(self, data: str) -> None:
        """Text inside the innermost open element."""
        if not data or data.isspace():
            self._space = True
            if self._pre_depth:
                self._held += data
            return
        if len(data) > self._room:
            self._overflow(data)
            return
        self._room -= len(data)
        if not data.isascii() and INVISIBLE_HINT.search(data) is not None:
            data = data.translate(INVISIBLE)
        words = self._preformatted(data) if self._pre_depth else " ".join(data.split())
        if not words:
            return
        recorded = self._recorded
        innermost = recorded[-1] if len(recorded) == len(self._stack) else self._record()
        start = self._length
        if start and not self._pre_depth:
            words = self._separator(data, innermost) + words
        end = self._length = start + len(words)
        self._texts.append(words)
        self._runs.append(new(Run, (start, end, innermost)))
        if self._hrefs:
            self._link_chars += end - start
            self._links.append(self._hrefs[-1])
        self._space = data[-1].isspace()
        self._breaks = 0

    def _overflow(self, data: str) -> None:
        """Text that is more than there is room for: it goes on in further blocks, then it is counted and no more."""
        while data:
            if self._texts:
                self._flush()
            if not self._room:
                self.leave_out(data, self._limit)
                return
            end = len(data)
            if end > self._room:
                end = data.rfind(" ", self._room - TOLD_CHARS, self._room) + 1 or self._room
            self.text(data[:end])
            data = data[end:]

    def leave_out(self, data: str, why: str) -> None:
        """Count a text that is no part of the page's blocks."""
        self.left_out += len(data)
        self.why = why
        if len(self.rest) < TOLD_CHARS:
            self.rest = f"{self.rest} {data[:TOLD_CHARS]}"

    def _separator(self, data: str, innermost: int) -> str:
        if self._breaks:
            return "\n"
        if self._space or data[0].isspace():
            return " "
        meet = data[0].isalnum() and self._texts[-1][-1].isalnum()
        return " " if meet and are_parted(self._runs[-1].element, innermost, self.elements) else ""

    def _preformatted(self, data: str) -> str:
        """White space as it stands, but for empty lines before and after the block."""
        text = self._held + data if self._texts else data.lstrip("\n")
        words = text.rstrip()
        self._held = text[len(words) :]
        return words

    def _open_structure(self, tag: str) -> None:
        if tag == "pre":
            self._pre_depth += 1
        elif tag == "tr":
            self._rows.append([])
        elif self._rows and tag in ("td", "th"):
            self._rows[-1].append(len(self.blocks))
        if tag in KINDS:
            self._kinds.append(KINDS[tag])

    def _close_structure(self, tag: str) -> None:
        if tag == "pre":
            self._pre_depth -= 1
        elif tag == "tr":
            self._end_row(self._rows.pop())
        if tag in KINDS:
            self._kinds.pop()

    def _break(self) -> None:
        """A second <br> in a row ends the paragraph, as old pages use it."""
        if self._pre_depth:
            self._held += "\n"
            return
        self._breaks += 1
        if self._breaks > 1 and self._texts:
            self._flush()

    def _record(self) -> int:
        """Index of the innermost open element, recorded now if it has not been."""
        recorded, elements = self._recorded, self.elements
        parent = recorded[-1] if recorded else -1
        hidden = parent >= 0 and elements[parent].hidden
        for tag, node, attributes in self._stack[len(recorded) : MAX_DEPTH]:
            if tag not in IMPLIED_TAGS or parent < 0:
                element = make_element(tag, attributes or self._attributes_of(node), parent, hidden)
                parent, hidden = len(elements), element.hidden
                elements.append(element)
            recorded.append(parent)
        return parent

    def _flush(self) -> None:
        """End the block that is being collected."""
        text, runs, links = "".join(self._texts), tuple(self._runs), self._links
        if links and may_have_permalink(self._block_tags[-1], text):
            text, runs, links, taken = without_permalinks(text, runs, links, self.elements)
            self._link_chars -= taken
        targets = tuple(dict.fromkeys(links))
        element = runs[0].element if len(runs) == 1 else common_element(runs, self.elements)
        row = (text, self._kinds[-1], self._block_tags[-1], element, self._link_chars, targets, runs, False)
        self.blocks.append(new(Block, row))
        self._texts, self._runs, self._links = [], [], []
        self._length = self._link_chars = self._breaks = 0
        self._space = False
        self._held = ""
        self._left -= self._given - self._room
        if len(self.blocks) >= self._limits.max_blocks and self._left:
            self._left, self._limit = 0, "beyond max_blocks"
        self._given = self._room = min(self._left, self._limits.max_block_chars)

    def _end_row(self, cells: list[int]) -> None:
        """Join the cells of a data row into one block, tab between them."""
        if len(cells) < 2 or cells[0] == len(self.blocks):
            return
        ends = [*cells[1:], len(self.blocks)]
        if any(end - start > 1 for start, end in zip(cells, ends, strict=True)):
            return
        row = self.blocks[cells[0] :]
        if any(len(block.text) > MAX_CELL_CHARS or block.kind == "table" for block in row):
            return
        del self.blocks[cells[0] :]
        self.blocks.append(join_blocks(row, self.elements, "\t", "table", "tr"))
