# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The blocks of markup: the text that is written, its runs and links, and how they are cut into blocks."""

from __future__ import annotations

import cython

from ..core.rows import KIND_NAMES, TAG_NUMBERS
from ..parsing import markup_tables as words

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.arrays import beginning, grown, integers
    from cython.cimports.boiloff.transforms.compiled.element_rows import S_BLOCK, S_KIND, S_LINK, ElementRows, S
else:
    from .arrays import beginning, grown, integers
    from .element_rows import S_BLOCK, S_KIND, S_LINK, ElementRows, S

cython.declare(
    HEADED=cython.int, MAX_CELL_CHARS=cython.int, MAX_SIGN_BYTES=cython.int, FLAGS=cython.int[::1],
    MAX_FRAGMENT_BYTES=cython.int, NUMBER_SIGN=cython.int, TABLE=cython.int, TR=cython.int,
    B_START=cython.int, B_KIND=cython.int, B_TAG=cython.int, B_ELEMENT=cython.int, B_LINK_CHARS=cython.int,
    B_RUN=cython.int, B_LINK=cython.int, B_BYTE=cython.int, B=cython.int,
    R_START=cython.int, R_END=cython.int, R_ELEMENT=cython.int, R_BYTE=cython.int, R=cython.int,
)  # fmt: skip
# A row is data when its cells are short; the cells of a layout table hold whole columns of the page.
MAX_CELL_CHARS = 200
# One character is a permalink's sign, and what makes a picture of it. Some show their target instead: "#costs".
MAX_SIGN_CHARS, MAX_SIGN_BYTES, MAX_FRAGMENT_BYTES = 2, 12, 200
NUMBER_SIGN = ord("#")
FLAGS, HEADED = words.FLAGS, words.HEADED
TABLE, TR = KIND_NAMES.index("table"), TAG_NUMBERS["tr"]
# Columns of blocks, with the first byte of the text, and of runs. The number of row r in column C is at
# r * (how many columns) + C.
B_START, B_KIND, B_TAG, B_ELEMENT, B_LINK_CHARS, B_RUN, B_LINK, B_BYTE, B = range(9)
R_START, R_END, R_ELEMENT, R_BYTE, R = range(5)


@cython.final
@cython.cclass
class BlockRows:
    """The blocks of one page, and the state of the one that is being collected."""

    def __init__(
        self,
        elements: ElementRows,
        size: cython.Py_ssize_t,
        max_blocks: cython.Py_ssize_t,
        max_text_chars: cython.Py_ssize_t,
        max_block_chars: cython.Py_ssize_t,
    ) -> None:
        self.elements = elements
        self.blocks, self.runs, self.links = integers(512 * B), integers(512 * R), integers(512)
        self.block_count = self.run_count = self.link_count = 0
        # A text is parted from the next by a tag, which takes more bytes than what is written between them.
        self.text_bytes = bytearray(size + 64)
        self.out = self.text_bytes
        self.o = self.chars = 0
        self.cells = integers(64)
        self.cell_count = 0
        self.block_start = self.block_chars = self.first_run = self.first_link = self.link_chars = 0
        self.space = self.breaks = 0
        self.held = ""
        self.max_blocks, self.max_block_chars, self.left = max_blocks, max_block_chars, max_text_chars
        self.given = self.room = min(self.left, self.max_block_chars)
        self.limit = "beyond max_text_chars"

    @cython.cfunc
    def run(self, at: cython.Py_ssize_t, o: cython.Py_ssize_t, chars: cython.int, inner: cython.int) -> cython.int:
        """Note that the text up to o is a run of an element."""
        k: cython.int = self.run_count * R
        if k == len(self.runs):
            self.runs = grown(self.runs)
        self.runs[k + R_START] = self.chars - self.block_chars
        self.chars += chars
        self.runs[k + R_END] = self.chars - self.block_chars
        self.runs[k + R_ELEMENT], self.runs[k + R_BYTE] = inner, cython.cast(cython.int, at)
        self.run_count += 1
        link: cython.int = self.elements.opened[self.elements.depth * S + S_LINK]
        if link >= 0:
            self.link_chars += chars
            if self.link_count == len(self.links):
                self.links = grown(self.links)
            self.links[self.link_count] = link
            self.link_count += 1
        self.o = o
        return 0

    @cython.cfunc
    def common(self, first: cython.int, last: cython.int) -> cython.int:
        """Return the innermost element that holds these runs."""
        found: cython.int = self.runs[first * R + R_ELEMENT]
        k: cython.int
        for k in range(first + 1, last):
            found = self.elements.around_both(found, self.runs[k * R + R_ELEMENT])
        return found

    @cython.cfunc
    def flush(self) -> cython.int:
        """End the block that is being collected."""
        k: cython.int = self.elements.depth * S
        tag: cython.int = self.elements.opened[k + S_BLOCK]
        kind: cython.int = self.elements.opened[k + S_KIND]
        b: cython.int = self.block_count * B
        may_hold: cython.bint = self.link_count > self.first_link and self.run_count - self.first_run > 1
        # The sign of a permalink stands in a heading; a pilcrow is known beside any text.
        if may_hold and (FLAGS[tag] & HEADED or (self.out[self.o - 2] == 0xC2 and self.out[self.o - 1] == 0xB6)):
            self.leave_out_permalinks()
        self.link_count = self.elements.names.without_repeats(self.links, self.first_link, self.link_count)
        if b + 2 * B > len(self.blocks):
            self.blocks = grown(self.blocks)
        self.blocks[b + B_KIND], self.blocks[b + B_TAG] = kind, tag
        self.blocks[b + B_ELEMENT] = self.common(self.first_run, self.run_count)
        self.blocks[b + B_LINK_CHARS] = self.link_chars
        self.block_count += 1
        self.begin_block()
        self.held = ""
        self.link_chars = self.breaks = self.space = 0
        self.left -= self.given - self.room
        if self.block_count >= self.max_blocks and self.left:
            self.left, self.limit = 0, "beyond max_blocks"
        self.given = self.room = self.left if self.left < self.max_block_chars else self.max_block_chars
        return 0

    @cython.cfunc
    def begin_block(self) -> cython.int:
        """Begin the next block where the last has ended."""
        b: cython.int = self.block_count * B
        self.block_start, self.block_chars = self.o, self.chars
        self.first_run, self.first_link = self.run_count, self.link_count
        self.blocks[b + B_BYTE], self.blocks[b + B_START] = cython.cast(cython.int, self.o), self.chars
        self.blocks[b + B_RUN], self.blocks[b + B_LINK] = self.run_count, self.link_count
        return 0

    @cython.cfunc
    def leave_out_permalinks(self) -> cython.void:
        """Take out the signs and fragments at either end that link into the page.

        A sign that is part of a longer link stays ("C#"), and so does one that is all of the block.
        """
        k: cython.int
        place: cython.Py_ssize_t
        first: cython.int = self.first_run * R
        last: cython.int = (self.run_count - 1) * R
        if last > first and self.is_permalink(self.first_run, self.first_run + 1):
            text = bytes(self.out[self.block_start : self.o]).decode("utf-8", "surrogatepass")
            self.link_chars -= self.runs[first + R_END] - self.runs[first + R_START]
            cut = len(text) - len(text[self.runs[first + R_END] :].lstrip())
            size: cython.Py_ssize_t = len(text[:cut].encode("utf-8", "surrogatepass"))
            for place in range(self.block_start, self.o - size):
                self.out[place] = self.out[place + size]
            self.o -= size
            self.chars -= cut
            for k in range(first, last, R):
                self.runs[k + R_START] = max(self.runs[k + R + R_START] - cut, 0)
                self.runs[k + R_END] = self.runs[k + R + R_END] - cut
                self.runs[k + R_ELEMENT] = self.runs[k + R + R_ELEMENT]
                self.runs[k + R_BYTE] = max(self.runs[k + R + R_BYTE] - size, self.block_start)
            for k in range(self.first_link, self.link_count - 1):
                self.links[k] = self.links[k + 1]
            self.run_count -= 1
            self.link_count -= 1
            last -= R
        if last > first and self.is_permalink(self.run_count - 1, self.run_count - 2):
            self.link_chars -= self.runs[last + R_END] - self.runs[last + R_START]
            self.o = self.runs[last + R_BYTE]
            self.chars = self.block_chars + self.runs[last + R_START]
            self.run_count -= 1
            self.link_count -= 1

    @cython.cfunc
    def is_permalink(self, k: cython.int, beside: cython.int) -> cython.bint:
        """Return whether a run is a sign or a fragment that links into the page, and the one beside it is not in the
        same link.
        """
        start: cython.Py_ssize_t = self.runs[k * R + R_BYTE]
        end: cython.Py_ssize_t = self.runs[(k + 1) * R + R_BYTE] if k + 1 < self.run_count else self.o
        is_fragment: cython.bint = end - start > 1 and self.out[start] == NUMBER_SIGN
        if end - start > (MAX_FRAGMENT_BYTES if is_fragment else MAX_SIGN_BYTES):
            return False
        sign: str = bytes(self.out[start:end]).decode("utf-8", "surrogatepass")
        sign = sign[: self.runs[k * R + R_END] - self.runs[k * R + R_START]].strip()
        is_sign: cython.bint = 0 < len(sign) <= MAX_SIGN_CHARS and not any(map(str.isalnum, sign))
        if not is_sign and not is_fragment:
            return False
        link: cython.int = self.elements.link_around(self.runs[k * R + R_ELEMENT])
        if self.elements.link_around(self.runs[beside * R + R_ELEMENT]) == link:
            return False
        fragment: str = self.elements.fragment(link)
        return fragment != "" and (is_sign or fragment == sign)

    @cython.cfunc
    def end_row(self, first: cython.int) -> cython.int:
        """Join the cells of a data row into one block, tab between them."""
        if self.cell_count - first < 2 or self.cells[first] == self.block_count:
            return 0
        k: cython.int
        end: cython.int
        for k in range(first, self.cell_count):
            end = self.cells[k + 1] if k + 1 < self.cell_count else self.block_count
            if end - self.cells[k] > 1:
                return 0
        b: cython.int = self.cells[first] * B
        k = b
        while k < self.block_count * B:
            if self.blocks[k + B + B_START] - self.blocks[k + B_START] > MAX_CELL_CHARS:
                return 0
            if self.blocks[k + B_KIND] == TABLE:
                return 0
            k += B
        tabs: cython.int = self.block_count - self.cells[first] - 1
        if self.o + tabs > len(self.out):
            raise IndexError("a text larger than its markup")
        # Tabs go between the texts, which make room for them, the last text first.
        chars: cython.int = 0
        before: cython.int
        shift: cython.int = tabs
        i: cython.Py_ssize_t = self.o
        r: cython.int = self.run_count
        while k > b:
            k -= B
            while i > self.blocks[k + B_BYTE]:
                i -= 1
                self.out[i + shift] = self.out[i]
            if k > b:
                self.out[i + shift - 1] = 9
            before = self.blocks[k + B_START] - self.blocks[b + B_START] + shift
            while r > self.blocks[k + B_RUN]:
                r -= 1
                self.runs[r * R + R_START] += before
                self.runs[r * R + R_END] += before
                self.runs[r * R + R_BYTE] += shift
            chars += self.blocks[k + B_LINK_CHARS]
            shift -= 1
        self.o += tabs
        self.chars += tabs
        self.blocks[b + B_KIND], self.blocks[b + B_TAG], self.blocks[b + B_LINK_CHARS] = TABLE, TR, chars
        self.blocks[b + B_ELEMENT] = self.common(self.blocks[b + B_RUN], self.run_count)
        self.block_count = self.cells[first] + 1
        return self.begin_block()

    @cython.cfunc
    def begin_cell(self) -> cython.int:
        """Note that a cell of a table begins with the next block."""
        if self.cell_count == len(self.cells):
            self.cells = grown(self.cells)
        self.cells[self.cell_count] = self.block_count
        self.cell_count += 1
        return 0

    @cython.cfunc
    def last_element(self) -> cython.int:
        """Return the element of the last run."""
        return self.runs[(self.run_count - 1) * R + R_ELEMENT]

    @cython.cfunc
    def text(self) -> str:
        """Return the text of all blocks."""
        return self.text_bytes[: self.o].decode("utf-8", "surrogatepass")

    @cython.cfunc
    def columns(self) -> dict:
        """Return the columns of the blocks, their runs and their links."""
        b: cython.Py_ssize_t = self.block_count * B
        blocks, runs = beginning(self.blocks, b + B), beginning(self.runs, self.run_count * R)
        return {
            "starts": blocks[B_START::B],
            "kinds": blocks[B_KIND:b:B],
            "tags": blocks[B_TAG:b:B],
            "elements": blocks[B_ELEMENT:b:B],
            "link_chars": blocks[B_LINK_CHARS:b:B],
            "gaps": integers(self.block_count),
            "run_firsts": blocks[B_RUN::B],
            "run_starts": runs[R_START::R],
            "run_ends": runs[R_END::R],
            "run_elements": runs[R_ELEMENT::R],
            "link_firsts": blocks[B_LINK::B],
            "links": beginning(self.links, self.link_count),
        }
