# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The texts of markup: words with single spaces between them, written as runs of the block that is being collected."""

from __future__ import annotations

import cython

from ..parsing.decode import without_invisible

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.block_rows import BlockRows
    from cython.cimports.boiloff.transforms.compiled.element_rows import S_PRE, ElementRows, S
    from cython.cimports.boiloff.transforms.compiled.markup_text import (
        invisible,
        is_joiner,
        may_join,
        plain,
        reference,
        white,
    )
else:
    from .block_rows import BlockRows
    from .element_rows import S_PRE, ElementRows, S
    from .markup_text import invisible, is_joiner, may_join, plain, reference, white

# How much is kept of text that is left out.
MAX_REST_CHARS = 1_000


@cython.final
@cython.cclass
class TextWriter:
    """Writes the texts of one page. What a limit leaves out is counted; the limit and the beginning are kept."""

    def __init__(self, rows: BlockRows) -> None:
        self.rows, self.elements = rows, rows.elements
        self.words = rows.elements.names.data
        self.left_out = 0
        self.why = self.rest = ""

    @cython.cfunc
    def write(self, i: cython.Py_ssize_t, end: cython.Py_ssize_t, raw: cython.int) -> cython.int:
        """Write the text words[i:end], which is inside the innermost open element; `raw` is without references."""
        src: cython.const_uchar[::1] = self.words
        rows: BlockRows = self.rows
        elements: ElementRows = self.elements
        out: cython.uchar[::1] = rows.out
        if elements.opened[elements.depth * S + S_PRE] or end - i > rows.room:
            return self.rare_text(bytes(src[i:end]), raw)
        o: cython.Py_ssize_t = rows.o
        at: cython.Py_ssize_t = o
        read: cython.int = 0  # code points
        more: cython.int = 0  # bytes written that go on with a character
        begun: cython.int = 0
        spaced: cython.int = 0  # white space was the last thing read
        dropped: cython.int = 0
        c: cython.int
        d: cython.int
        e: cython.int
        w: cython.int = 0
        size: cython.int
        inner: cython.int = 0
        first: cython.Py_ssize_t
        while i < end:
            c = src[i]
            size = 1
            if c < 128:
                read += 1
                if c == 32 or 9 <= c <= 13 or 28 <= c <= 31:
                    spaced = 1
                    i += 1
                    continue
                if c == 38 and not raw:
                    w = reference(src, i, end)
                    if w:
                        c = w & 255
                        size = w >> 8
                        if c == 160:
                            spaced = 1
                            i += size
                            continue
            elif c >= 0xC0:
                read += 1
                if c == 0xC2 or 0xE1 <= c <= 0xE3 or c == 0xEF:
                    d = src[i + 1] if i + 1 < end else 0
                    e = src[i + 2] if i + 2 < end else 0
                    w = white(c, d, e)
                    if w:
                        spaced = 1
                        i += w
                        continue
                    w = invisible(c, d, e)
                    if w or (is_joiner(c, d, e) and not self.joins(o, spaced)):
                        dropped = 1
                        i += w or 3
                        continue
            if not begun:
                begun = 1
                inner = elements.record()
                if o > rows.block_start:
                    w = self.separator(i, end, inner, spaced)
                    if w:
                        out[o] = w
                        o += 1
            elif spaced:
                out[o] = 32
                o += 1
            spaced = 0
            out[o] = c
            o += 1
            i += size
            if 0x80 <= c < 0xC0:
                more += 1
            # What most texts are made of: words in ASCII, with single spaces.
            first = i
            while i < end - 1:
                c = src[i]
                if not 38 < c < 128 and (c != 32 or not 38 < src[i + 1] < 128):
                    break
                out[o] = c
                o += 1
                i += 1
            read += cython.cast(cython.int, i - first)
        if not begun and not dropped:
            rows.space = 1
            return 0
        rows.room -= read
        if not begun:
            return 0
        rows.run(at, o, cython.cast(cython.int, o - at) - more, inner)
        rows.space = spaced
        rows.breaks = 0
        return 0

    @cython.cfunc
    def joins(self, o: cython.Py_ssize_t, spaced: cython.int) -> cython.bint:
        """Return whether a joiner has a character before it, which ends at o, that it means something to."""
        rows: BlockRows = self.rows
        if spaced or o <= rows.block_start or (o == rows.o and (rows.space or rows.breaks)):
            return False
        place: cython.Py_ssize_t = o - 1
        while place > rows.block_start and 0x80 <= rows.out[place] < 0xC0:
            place -= 1
        return may_join(rows.out[place], rows.out[place + 1] if place + 1 < o else 0)

    @cython.cfunc
    def separator(
        self, i: cython.Py_ssize_t, end: cython.Py_ssize_t, inner: cython.int, spaced: cython.int
    ) -> cython.int:
        """Return what is between the words before and those at i; 0 for nothing."""
        rows: BlockRows = self.rows
        elements: ElementRows = self.elements
        if rows.breaks:
            return 10
        if rows.space == 1 or spaced:
            return 32
        before: cython.int = rows.last_element()
        hidden: cython.int = elements.is_hidden(before)
        is_label: cython.int = 0
        if hidden != elements.is_hidden(inner):
            is_label = elements.is_label(before if hidden else inner)
        parted: cython.int = elements.parts_words(before, inner)
        if not is_label and not parted and not rows.space:
            return 0
        next_two: str = bytes(self.words[i : min(i + 8, end)]).decode("utf-8", "ignore")[:2]
        text: str = bytes(rows.out[max(rows.o - 8, rows.block_start) : rows.o]).decode("utf-8", "ignore")
        first: str = next_two[:1]
        last: str = text[len(text) - 1 :]
        if not first.isalnum() or not last.isalnum():
            return 0
        if is_label:
            return 32
        is_letter: cython.bint = len(next_two) < 2 or len(text) < 2 or not text[len(text) - 2].isalnum()
        if parted == 3 and is_letter and not rows.space:
            return 0
        if parted == 2 and not rows.space:  # "Java" and "Script" may be two links
            return 32 if first.isupper() and not last.isupper() else 0
        return 32 if first.isdigit() or first.lower() != first.upper() else 0  # scripts without spaces need none

    @cython.cfunc
    def rare_text(self, data: bytes, raw: cython.bint) -> cython.int:
        """Text in `<pre>`, or more than there may be room for: few, so by Python's own means."""
        text = data.decode("utf-8", "surrogatepass") if raw else plain(data)
        pre: cython.int = self.elements.opened[self.elements.depth * S + S_PRE]
        if not text or text.isspace():
            self.rows.space = 1
            if pre:
                self.rows.held += text
            return 0
        while text:
            end = len(text)
            if end > self.rows.room:
                # It goes on in further blocks; what the page has no room for is counted and no more.
                if self.rows.o > self.rows.block_start:
                    self.rows.flush()
                if not self.rows.room:
                    self.left_out += len(text)
                    self.why = self.rows.limit
                    if len(self.rest) < MAX_REST_CHARS:
                        self.rest = f"{self.rest} {text[:MAX_REST_CHARS]}"
                    return 0
                if end > self.rows.room:
                    end = text.rfind(" ", max(self.rows.room - MAX_REST_CHARS, 0), self.rows.room) + 1 or self.rows.room
            part, text = text[:end], text[end:]
            if pre:
                self.preformatted(part)
                continue
            self.words = encoded = part.encode("utf-8", "surrogatepass")
            room, self.rows.room = self.rows.room, len(encoded)  # it was measured in code points
            self.write(0, len(encoded), 1)
            self.words = self.elements.names.data
            self.rows.room = room - (0 if part.isspace() else len(part))
        return 0

    @cython.cfunc
    def preformatted(self, text: str) -> cython.void:
        """White space as it stands, but for empty lines before and after the block."""
        if text.isspace():
            self.rows.space = 1
            self.rows.held += text
            return
        self.rows.room -= len(text)
        text = without_invisible(text)
        whole = self.rows.held + text if self.rows.o > self.rows.block_start else text.lstrip("\n")
        words = whole.rstrip()
        self.rows.held = whole[len(words) :]
        if not words:
            return
        inner = self.elements.record()
        encoded: bytes = words.encode("utf-8", "surrogatepass")
        at: cython.Py_ssize_t = self.rows.o
        end: cython.Py_ssize_t = at + len(encoded)
        if end > len(self.rows.text_bytes):
            raise IndexError("a text larger than its markup")
        place: cython.Py_ssize_t
        for place in range(len(encoded)):
            self.rows.out[at + place] = encoded[place]
        self.rows.run(at, end, len(words), inner)
        self.rows.space = text[len(text) - 1 :].isspace()
        self.rows.breaks = 0
