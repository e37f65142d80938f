# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Markup to columns: one pass over HTML that a tree was written as, in which every tag is there and every value quoted.

What a parser made of a page is written in a simple grammar, so that one scanner serves them all: each element has a
start tag, `<name key="value">` with one space before each key, and, unless it is void, an end tag; text has `&lt;`,
`&gt;`, `&amp;` and `&nbsp;` for these signs, values have `&quot;` besides. Raw text elements (scripts, styles) are
written as they are. In `explicit` markup every element has an end tag and no text is raw.

Positions in the markup and in the text are bytes of UTF-8; the columns that come out count code points.
"""

from __future__ import annotations

import cython

from ..core.columns import Columns
from ..core.rows import TAG_NUMBERS
from ..parsing import markup_tables as words
from ..parsing.markup_tables import raw_end

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.block_rows import BlockRows
    from cython.cimports.boiloff.transforms.compiled.element_rows import (
        S_BLOCK,
        S_KIND,
        S_LINK,
        S_PRE,
        S_ROW,
        S_TAG,
        ElementRows,
        S,
    )
    from cython.cimports.boiloff.transforms.compiled.markup_text import plain
    from cython.cimports.boiloff.transforms.compiled.name_pool import UNKNOWN, NamePool
    from cython.cimports.boiloff.transforms.compiled.text_writer import TextWriter
else:
    from .block_rows import BlockRows
    from .element_rows import S_BLOCK, S_KIND, S_LINK, S_PRE, S_ROW, S_TAG, ElementRows, S
    from .markup_text import plain
    from .name_pool import UNKNOWN, NamePool
    from .text_writer import TextWriter

cython.declare(
    BLOCK=cython.int, SKIPPED=cython.int, VOID=cython.int, RAW=cython.int, OF_HEAD=cython.int,
    META_PLACES=cython.int[::1], LINK_PLACES=cython.int[::1], SCRIPT_PLACES=cython.int[::1],
    HTML_PLACES=cython.int[::1], TEMPLATE_PLACES=cython.int[::1], FLAGS=cython.int[::1], KIND_OF_TAG=cython.int[::1],
    A=cython.int, BASE=cython.int, BODY=cython.int, BR=cython.int, HTML=cython.int, IMG=cython.int, LINK=cython.int,
    MATH=cython.int, META=cython.int, NOSCRIPT=cython.int, PRE=cython.int, SCRIPT=cython.int, TD=cython.int,
    PICTURED=cython.int, TEMPLATE=cython.int, TH=cython.int, TITLE=cython.int, TR=cython.int, MAX_PICTURES=cython.int,
)  # fmt: skip
BLOCK, SKIPPED, VOID, RAW, OF_HEAD = words.BLOCK, words.SKIPPED, words.VOID, words.RAW, words.OF_HEAD
FLAGS, KIND_OF_TAG = words.FLAGS, words.KIND_OF_TAG
A, BASE, BODY, BR, HTML, IMG, LINK, MATH, META, NOSCRIPT, PRE, SCRIPT, TD, TEMPLATE, TH, TITLE, TR = (
    TAG_NUMBERS[tag]
    for tag in "a base body br html img link math meta noscript pre script td template th title tr".split()
)
# For `BlockRows.space`: a picture is between two texts.
PICTURED = 2
META_PLACES, LINK_PLACES, SCRIPT_PLACES, HTML_PLACES, TEMPLATE_PLACES = (
    words.META_PLACES, words.LINK_PLACES, words.SCRIPT_PLACES, words.HTML_PLACES, words.TEMPLATE_PLACES,
)  # fmt: skip
# Of the attribute that makes a template a shadow root (HTML standard, 4.12.3).
SHADOW_MODES = frozenset({"open", "closed"})
# The type of scripts that hold the source of a formula.
TEX = "math/tex"
# Of a page's `<meta>` and `<link>` so many each are read. Real pages have fewer than a thousand.
MAX_HEAD_ROWS = 5_000
# Pictures that are noted on one page; real articles have fewer than two hundred.
MAX_PICTURES = 2_000


@cython.final
@cython.cclass
class Scanner:
    """Scans one page: its names, elements, blocks and texts, and what its head says."""

    data: bytes
    src: cython.const_uchar[::1]
    explicit: cython.bint
    names: NamePool
    elements: ElementRows
    rows: BlockRows
    texts: TextWriter
    title: object
    language: object
    metas: list
    alternates: list
    scripts: list
    formulas: cython.int  # how many tags begin one
    pictures: list

    def __init__(
        self, data: bytes, explicit: cython.bint, max_blocks: int, max_text_chars: int, max_block_chars: int
    ) -> None:
        self.data, self.src, self.explicit = data, data, explicit
        self.names = NamePool(data)
        self.elements = ElementRows(self.names)
        self.rows = BlockRows(self.elements, len(data), max_blocks, max_text_chars, max_block_chars)
        self.texts = TextWriter(self.rows)
        self.title = self.language = None
        self.metas, self.alternates, self.scripts = [], [], []
        self.formulas = 0
        self.pictures = []

    @cython.cfunc
    def open(self, tag: cython.int, attributes: cython.Py_ssize_t) -> cython.int:
        """Open an element."""
        rows: BlockRows = self.rows
        flags: cython.int = FLAGS[tag] if tag < UNKNOWN else 0
        if flags & BLOCK and rows.o > rows.block_start:
            rows.flush()
        elements: ElementRows = self.elements
        k: cython.int = elements.push(tag, attributes)
        if flags & BLOCK:
            elements.opened[k + S_BLOCK] = tag
            if KIND_OF_TAG[tag] >= 0:
                elements.opened[k + S_KIND] = KIND_OF_TAG[tag]
            if tag == PRE:
                elements.opened[k + S_PRE] = 1
            elif tag == TR:
                elements.opened[k + S_ROW] = rows.cell_count
            elif tag in (TD, TH) and elements.opened[k + S_ROW] >= 0:
                rows.begin_cell()
        elif tag == A:
            elements.opened[k + S_LINK] = elements.href(attributes)
        elif tag == BR:
            # A second <br> in a row ends the paragraph, as old pages use it.
            if elements.opened[k + S_PRE]:
                rows.held += "\n"
            else:
                rows.breaks += 1
                if rows.breaks > 1 and rows.o > rows.block_start:
                    rows.flush()
        elif tag == IMG:
            self.note_picture(attributes)
            rows.space = rows.space or PICTURED
        return 0

    @cython.cfunc
    def note_picture(self, place: cython.Py_ssize_t) -> cython.int:
        """Note a picture: where its attributes begin, the elements around it, and between which texts it is."""
        rows: BlockRows = self.rows
        elements: ElementRows = self.elements
        if len(self.pictures) < MAX_PICTURES:
            follows: cython.int = rows.block_count + (1 if rows.o > rows.block_start else 0)
            self.pictures.append((place, follows, elements.innermost_recorded(), elements.unrecorded()))
        return 0

    @cython.cfunc
    def end_row(self) -> cython.int:
        """End a row of a table. Pictures in it stand behind the one block that its cells may have become."""
        rows: BlockRows = self.rows
        first: cython.int = self.elements.opened[self.elements.depth * S + S_ROW]
        rows.end_row(first)
        rows.cell_count = first
        number: cython.Py_ssize_t = len(self.pictures)
        while number > 0 and self.pictures[number - 1][1] > rows.block_count:
            number -= 1
            self.pictures[number] = (self.pictures[number][0], rows.block_count, *self.pictures[number][2:])
        return 0

    @cython.cfunc
    def close(self) -> cython.int:
        """Close the innermost open element."""
        rows: BlockRows = self.rows
        elements: ElementRows = self.elements
        k: cython.int = elements.depth * S
        tag: cython.int = elements.opened[k + S_TAG]
        if tag < UNKNOWN and FLAGS[tag] & BLOCK:
            if rows.o > rows.block_start:
                rows.flush()
            if tag == TR:
                self.end_row()
        return elements.pop()

    @cython.cfunc
    def tag_end(self, i: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the first byte after the start tag whose attributes begin at i."""
        while self.src[i] == 32:
            i += 2
            while self.src[i] != 61:
                i += 1
            i += 2
            while self.src[i] != 34:
                i += 1
            i += 1
        return i + 1

    @cython.cfunc
    def values(self, i: cython.Py_ssize_t, places: cython.int[::1], count: cython.int) -> list:
        """Return some values of the attributes that begin at i, in the places of their keys; None for none."""
        found: list = [None] * count
        start: cython.Py_ssize_t
        place: cython.int
        while self.src[i] == 32:
            place = places[self.names.key_at(i + 1)]
            start = self.names.name_end + 2
            i = start
            while self.src[i] != 34:
                i += 1
            if place >= 0:
                found[place] = plain(self.data[start:i])
            i += 1
        return found

    @cython.cfunc
    def note(self, tag: cython.int, attributes: cython.Py_ssize_t, i: cython.Py_ssize_t) -> cython.int:
        """Note what an element says of the page: its attributes, or the text that begins at i."""
        if tag == META:
            if len(self.metas) < MAX_HEAD_ROWS:
                self.metas.append(self.values(attributes, META_PLACES, 6))
        elif tag in (LINK, BASE):
            if len(self.alternates) < MAX_HEAD_ROWS:
                rel, href = self.values(attributes, LINK_PLACES, 2)
                self.alternates.append(["base" if tag == BASE else rel, href])
        elif tag == HTML and self.language is None:
            self.language = self.values(attributes, HTML_PLACES, 1)[0] or ""
        elif tag == TITLE and self.title is None:
            self.title = plain(self.data[i : self.data.find(b"<", i)])
        return 0

    @cython.cfunc
    def is_shadow_root(self, attributes: cython.Py_ssize_t) -> cython.bint:
        """Return whether browsers show what a `<template>` contains: a declarative shadow root."""
        return self.values(attributes, TEMPLATE_PLACES, 1)[0] in SHADOW_MODES

    @cython.cfunc
    def scan(self) -> cython.int:
        """Read all tags and texts."""
        src: cython.const_uchar[::1] = self.src
        i: cython.Py_ssize_t = 0
        n: cython.Py_ssize_t = len(src)
        tag: cython.int
        flags: cython.int
        attributes: cython.Py_ssize_t
        start: cython.Py_ssize_t
        end: cython.Py_ssize_t
        skipped: cython.int = 0  # depth inside an element whose text is not read
        templates: cython.int = 0
        in_body: cython.int = 0
        is_void: cython.int
        while i < n:
            start = i
            if src[i] != 60:
                while i < n and src[i] != 60:
                    i += 1
                if in_body == 1 and not skipped:
                    self.texts.write(start, i, 0)
                continue
            if i + 2 >= n:
                return 0
            if src[i + 1] == 33 or src[i + 1] == 63:
                i = self.data.find(b"-->", i + 4) + 3 if src[i + 2] == 45 else self.data.find(b">", i) + 1
                if i <= start + 2:
                    return 0
                continue
            if src[i + 1] == 47:
                tag = self.names.tag_at(i + 2)
                i = self.names.name_end + 1
                if not self.explicit and tag < UNKNOWN and FLAGS[tag] & VOID:
                    continue
                if skipped:
                    skipped -= 1
                    if tag == TEMPLATE:
                        templates -= 1
                elif in_body == 1:
                    self.close()
                    if not self.elements.depth:
                        in_body = 2
                continue
            tag = self.names.tag_at(i + 1)
            attributes = self.names.name_end
            i = self.tag_end(attributes)
            flags = FLAGS[tag] if tag < UNKNOWN else 0
            if tag == MATH or (tag == SCRIPT and self.explicit):
                self.formulas += 1
            is_void = 0 if self.explicit else flags & VOID
            if flags & RAW and not self.explicit:
                end = raw_end(self.data, self.data[self.names.name_start : self.names.name_end], i)
                if tag == SCRIPT and end > i and not templates:
                    text = self.data[i:end].decode("utf-8", "surrogatepass")
                    self.scripts.append([*self.values(attributes, SCRIPT_PLACES, 1), text])
                if tag == NOSCRIPT and in_body == 1 and not skipped and self.data.find(b"<img", i, end) >= 0:
                    self.note_picture(i)
                if in_body == 1 and not skipped and not flags & SKIPPED:
                    self.open(tag, attributes)
                    if end > i:
                        self.texts.write(i, end, 1)
                    self.close()
                i = end + (attributes - start - 1) + 3
                continue
            if flags & OF_HEAD and not templates:
                self.note(tag, attributes, i)
            if tag == TEMPLATE:
                if in_body == 1 and not skipped and self.is_shadow_root(attributes):
                    self.open(tag, attributes)
                    continue
                templates += 1
            if skipped:
                if not is_void:
                    skipped += 1
            elif in_body == 1:
                if flags & SKIPPED:
                    if not is_void:
                        skipped = 1
                else:
                    self.open(tag, attributes)
                    if is_void:
                        self.close()
            elif tag == BODY and in_body == 0:
                in_body = 1
                self.open(tag, attributes)
            elif tag != HTML and not is_void:
                skipped = 1
        while self.elements.depth:
            self.close()
        return 0

    @cython.cfunc
    def has_formulas(self) -> cython.bint:
        """Return whether the page has elements that hold formulas."""
        for script in self.scripts:
            if TEX in (script[0] or ""):
                return True
        return self.formulas > 0

    @cython.cfunc
    def columns(self) -> object:
        """Return the columns of what was scanned."""
        columns = self.rows.columns() | self.elements.columns() | self.names.list_columns()
        return Columns(self.rows.text(), self.names.pool, **columns)


def scan(
    markup: bytes, max_blocks: int, max_text_chars: int, max_block_chars: int, *, explicit: bool = False
) -> tuple[Columns, tuple, int, str, str, bool, tuple]:
    """Scan markup in UTF-8 that a tree was written as.

    Returns the columns; what the head says, as `make_head` takes it; and what was left out beyond the limits: code
    points, how it begins, and beyond which; whether the page has formulas, whose text is not in the columns; and places
    in the markup: where the attributes of each element begin, and of each picture what `core.markup.Picture` has. A
    `<noscript>` with a picture counts as one, and its place is that of its content.
    """
    scanner: Scanner = Scanner(markup, explicit, max_blocks, max_text_chars, max_block_chars)
    scanner.scan()
    head = (scanner.title or "", scanner.language or "", scanner.metas, scanner.alternates, scanner.scripts)
    texts: TextWriter = scanner.texts
    places = scanner.elements.places(), scanner.pictures
    return scanner.columns(), head, texts.left_out, texts.rest, texts.why, scanner.has_formulas(), places
