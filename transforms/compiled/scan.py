# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Markup to columns: one pass over HTML that a tree was written as, in which every tag is there and every value quoted.

What a parser made of a page is written in a simple grammar, so that one scanner serves them all: each element has a
start tag, `<name key="value">` with one space before each key, and, unless it is void, an end tag; text has `&lt;`,
`&gt;`, `&amp;` and `&nbsp;` for these signs, values have `&quot;` besides. Raw text elements (scripts, styles) are
written as they are. In `explicit` markup every element has an end tag and no text is raw.

Positions in the markup and in the text are bytes of UTF-8; the columns that come out count code points. What is written
row by row lies in one array for all columns: the number of row r in column C is at r * (how many columns) + C.
"""

from __future__ import annotations

from array import array

import cython

from ..core.columns import MAX_DEPTH, Columns
from ..core.rows import KIND_NAMES
from ..core.tags import TAG_NUMBERS, UNKNOWN_TAG
from ..parsing import markup_words as words
from ..parsing.raw_text import raw_end

# Class names that style sheets by convention hide from sight, and those of them that move what they name out of the
# line, to where only a screen reader finds it.
HIDDEN_CLASSES = frozenset(
    "d-none hidden invisible is-hidden screen-reader-only screen-reader-text sr-only u-hidden visually-hidden "
    "visuallyhidden".split()
)
SPOKEN_CLASSES = frozenset("screen-reader-only screen-reader-text sr-only visually-hidden visuallyhidden".split())
HIDING = {name: 1 | (name in SPOKEN_CLASSES) * 2 for name in HIDDEN_CLASSES}
INVISIBLE = str.maketrans("", "", "\u200b\u2060\ufeff")
ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&nbsp;", b"\xc2\xa0"), (b"&amp;", b"&"))

cython.declare(
    BLOCK=cython.int, SKIPPED=cython.int, IMPLIED=cython.int, HEADED=cython.int,
    VOID=cython.int, RAW=cython.int, OF_HEAD=cython.int, HIDES=cython.int, SPOKEN=cython.int, DEEPEST=cython.int,
    MAX_PROBES=cython.int, END_BYTES=cython.int, MAX_VALUE_CHARS=cython.int, MAX_NAME_CHARS=cython.int,
    MAX_CELL_CHARS=cython.int, MAX_SIGN_BYTES=cython.int, UNKNOWN=cython.int, SEED=cython.ulonglong,
    TABLE=cython.int, WORD_SLOTS=cython.int[::1], WORD_TEXT=cython.const_uchar[::1], WORD_STARTS=cython.int[::1],
    META_PLACES=cython.int[::1], LINK_PLACES=cython.int[::1], SCRIPT_PLACES=cython.int[::1],
    HTML_PLACES=cython.int[::1], KEY_OF_WORD=cython.int[::1], FLAGS=cython.int[::1], KIND_OF_TAG=cython.int[::1],
    A=cython.int, BODY=cython.int, BR=cython.int, HTML=cython.int, LINK=cython.int, META=cython.int,
    PRE=cython.int, SCRIPT=cython.int, TD=cython.int, TEMPLATE=cython.int, TH=cython.int,
    TITLE=cython.int, TR=cython.int,
    CLASS=cython.int, ID=cython.int, STYLE=cython.int, HIDDEN=cython.int, ARIA_HIDDEN=cython.int, HREF=cython.int,
    E_TAG=cython.int, E_PARENT=cython.int, E_ID=cython.int, E_LIST=cython.int, E_HIDDEN=cython.int,
    E_FIRST=cython.int, E_SPOKEN=cython.int, E=cython.int,
    B_START=cython.int, B_KIND=cython.int, B_TAG=cython.int, B_ELEMENT=cython.int, B_LINK_CHARS=cython.int,
    B_RUN=cython.int, B_LINK=cython.int, B_BYTE=cython.int, B=cython.int,
    R_START=cython.int, R_END=cython.int, R_ELEMENT=cython.int, R_BYTE=cython.int, R=cython.int,
    N_START=cython.int, N_SIZE=cython.int, N_LIST=cython.int, N_PLACE=cython.int, N_HIDES=cython.int, N=cython.int,
    S_TAG=cython.int, S_PLACE=cython.int, S_ELEMENT=cython.int, S_BLOCK=cython.int, S_KIND=cython.int,
    S_LINK=cython.int, S_ROW=cython.int, S_PRE=cython.int, S=cython.int,
)  # fmt: skip
# Longer values are data, and so are longer names.
MAX_VALUE_CHARS, MAX_NAME_CHARS = 10_000, 200
# A row is data when its cells are short; the cells of a layout table hold whole columns of the page.
MAX_CELL_CHARS = 200
# How much is kept of text that is left out.
MAX_REST_CHARS = 1_000
# One character is a permalink's sign, and what makes a picture of it.
MAX_SIGN_CHARS, MAX_SIGN_BYTES = 2, 12
BLOCK, SKIPPED, IMPLIED, HEADED, VOID, RAW, OF_HEAD = 1, 2, 4, 8, 16, 32, 64
HIDES, SPOKEN = 1, 2
DEEPEST = MAX_DEPTH
# A name that finds no place in so many steps is looked up in a dictionary; of a long one both ends say where to look.
MAX_PROBES, END_BYTES = 32, 8
UNKNOWN = UNKNOWN_TAG
TABLE = KIND_NAMES.index("table")
A, BODY, BR, HTML, LINK, META, PRE, SCRIPT, TD, TEMPLATE, TH, TITLE, TR = (
    TAG_NUMBERS[tag] for tag in "a body br html link meta pre script td template th title tr".split()
)
CLASS, ID, STYLE, HIDDEN, ARIA_HIDDEN, HREF = (
    words.KEYS.index(key) for key in "class id style hidden aria-hidden href".split()
)
SEED, FLAGS, KIND_OF_TAG, KEY_OF_WORD = words.SEED, words.FLAGS, words.KIND_OF_TAG, words.KEY_OF_WORD
WORD_SLOTS, WORD_TEXT, WORD_STARTS = words.WORD_SLOTS, words.WORD_TEXT, words.WORD_STARTS
META_PLACES, LINK_PLACES, SCRIPT_PLACES, HTML_PLACES = (
    words.META_PLACES, words.LINK_PLACES, words.SCRIPT_PLACES, words.HTML_PLACES,
)  # fmt: skip
# Columns of elements, blocks (with the first byte of the text), runs, and names by their number in the pool: where the
# markup has them, their list of class names, their last place among the links, and whether they hide.
E_TAG, E_PARENT, E_ID, E_LIST, E_HIDDEN, E_FIRST, E_SPOKEN, E = range(8)
B_START, B_KIND, B_TAG, B_ELEMENT, B_LINK_CHARS, B_RUN, B_LINK, B_BYTE, B = range(9)
R_START, R_END, R_ELEMENT, R_BYTE, R = range(5)
N_START, N_SIZE, N_LIST, N_PLACE, N_HIDES, N = range(6)
# Of the stack of open elements: the tag, where the attributes begin, the row among the elements, and what is handed
# down to those inside: the tag of the block, its kind, the target of the link (-1: none), the first cell of the table
# row (-1: none), and whether white space counts.
S_TAG, S_PLACE, S_ELEMENT, S_BLOCK, S_KIND, S_LINK, S_ROW, S_PRE, S = range(9)


def _integers(count: int) -> array:
    return array("i", bytes(4 * count))


def _grown(table: cython.int[::1]) -> array:
    """A copy of a table with twice the room."""
    return array("i", bytes(table) + bytes(4 * len(table)))


def _flat(table: cython.int[::1], count: cython.Py_ssize_t) -> array:
    """The first numbers of a table."""
    return array("i", bytes(table[:count]))


@cython.cfunc
@cython.inline
def _white(src: cython.const_uchar[::1], i: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
    """Bytes of the white space at i, which `str.split` knows for such; 0 for none."""
    c: cython.int = src[i]
    if c < 128:
        return 1 if c == 32 or 9 <= c <= 13 or 28 <= c <= 31 else 0
    if i + 2 > end:
        return 0
    d: cython.int = src[i + 1]
    if c == 0xC2:
        return 2 if d == 0x85 or d == 0xA0 else 0
    if i + 3 > end:
        return 0
    e: cython.int = src[i + 2]
    if c == 0xE2:
        if d == 0x80:
            return 3 if e <= 0x8A or e == 0xA8 or e == 0xA9 or e == 0xAF else 0
        return 3 if d == 0x81 and e == 0x9F else 0
    if c == 0xE1:
        return 3 if d == 0x9A and e == 0x80 else 0
    return 3 if c == 0xE3 and d == 0x80 and e == 0x80 else 0


@cython.cfunc
@cython.inline
def _is_invisible(src: cython.const_uchar[::1], i: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
    """Whether a character takes no room at i, so that two copies of a sentence may or may not have it."""
    if i + 3 > end:
        return 0
    c: cython.int = src[i]
    d: cython.int = src[i + 1]
    e: cython.int = src[i + 2]
    if c == 0xE2:
        return 1 if (d == 0x80 and e == 0x8B) or (d == 0x81 and e == 0xA0) else 0
    return 1 if c == 0xEF and d == 0xBB and e == 0xBF else 0


@cython.cfunc
@cython.inline
def _reference(src: cython.const_uchar[::1], i: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
    """The character that a reference at i stands for, and its length: char | length << 8; 0 where there is none."""
    if i + 4 > end:
        return 0
    c: cython.int = src[i + 1]
    d: cython.int = src[i + 2]
    e: cython.int = src[i + 3]
    if d == 116 and e == 59:
        return 60 | 4 << 8 if c == 108 else 62 | 4 << 8 if c == 103 else 0
    if i + 5 > end:
        return 0
    if c == 97 and d == 109 and e == 112 and src[i + 4] == 59:
        return 38 | 5 << 8
    if i + 6 > end or src[i + 5] != 59:
        return 0
    if c == 110 and d == 98 and e == 115 and src[i + 4] == 112:
        return 160 | 6 << 8
    return 34 | 6 << 8 if c == 113 and d == 117 and e == 111 and src[i + 4] == 116 else 0


@cython.cfunc
def _plain(value: bytes) -> str:
    """A text or value without its references."""
    if b"&" in value:
        for entity, sign in ENTITIES:
            value = value.replace(entity, sign)
    return value.decode("utf-8", "surrogatepass")


@cython.final
@cython.cclass
class Scanner:
    """Scans one page. The state of the block that is being collected, the elements that are open, and the columns."""

    # The markup, and where the tag is whose name was read last.
    data: bytes
    src: cython.const_uchar[::1]
    words: cython.const_uchar[::1]  # what texts are read from: the markup, or a part of a text that is written apart
    size: cython.Py_ssize_t
    explicit: cython.int
    name_start: cython.Py_ssize_t
    name_end: cython.Py_ssize_t
    # Names and values: each once in `pool`; `slots` leads from bytes of the markup to its number, and `numbers` from
    # what may be written in several ways.
    pool: list
    numbers: dict
    slots: cython.int[::1]
    names: cython.int[::1]
    pooled: cython.int
    # Lists of class names: where each begins in `list_names`, and whether one of them hides.
    lists: cython.int
    list_firsts: cython.int[::1]
    list_flags: cython.int[::1]
    list_names: cython.int[::1]
    listed: cython.int
    # The columns, and how many rows they have.
    elements: cython.int[::1]
    element_count: cython.int
    attributes: cython.int[::1]  # key and value of each
    attribute_count: cython.int
    blocks: cython.int[::1]
    block_count: cython.int
    runs: cython.int[::1]
    run_count: cython.int
    links: cython.int[::1]
    link_count: cython.int
    text_bytes: bytearray
    out: cython.uchar[::1]
    o: cython.Py_ssize_t  # bytes of text written
    chars: cython.int  # code points of text written
    # The elements that are open, from row 1, how many of them are recorded, and the block that each cell begins with.
    opened: cython.int[::1]
    depth: cython.int
    recorded: cython.int
    cells: cython.int[::1]
    cell_count: cython.int
    # The block that is being collected.
    block_start: cython.Py_ssize_t
    block_chars: cython.int
    first_run: cython.int
    first_link: cython.int
    link_chars: cython.int
    space: cython.int
    breaks: cython.int
    held: str
    # What the page may still hold, and what of it this block may: when it began and now.
    max_blocks: cython.Py_ssize_t
    max_block_chars: cython.Py_ssize_t
    left: cython.Py_ssize_t
    given: cython.Py_ssize_t
    room: cython.Py_ssize_t
    left_out: cython.Py_ssize_t
    limit: str
    why: str
    rest: str
    # What the head says.
    title: object
    language: object
    metas: list
    alternates: list
    scripts: list

    def __init__(self, data: bytes, explicit: bool, max_blocks: int, max_text_chars: int, max_block_chars: int) -> None:
        self.data, self.src, self.words, self.size, self.explicit = data, data, data, len(data), explicit
        self.pool, self.numbers, self.pooled = [""], {"": 0}, 1
        self.slots, self.names = _integers(2048), _integers(1024 * N)
        self.list_firsts, self.list_flags, self.list_names = _integers(512), _integers(512), _integers(1024)
        self.lists, self.listed = 1, 0  # the first list is empty
        self.elements, self.attributes, self.runs = _integers(1024 * E), _integers(1024 * 2), _integers(512 * R)
        self.blocks, self.links = _integers(512 * B), _integers(512)
        self.element_count = self.attribute_count = self.block_count = self.run_count = self.link_count = 0
        # A text is parted from the next by a tag, which takes more bytes than what is written between them.
        self.text_bytes = bytearray(len(data) + 64)
        self.out = self.text_bytes
        self.o = self.chars = 0
        self.opened, self.cells = _integers(64 * S), _integers(64)
        self.opened[S_ELEMENT] = self.opened[S_LINK] = self.opened[S_ROW] = -1
        self.depth = self.recorded = self.cell_count = 0
        self.block_start = self.block_chars = self.first_run = self.first_link = self.link_chars = 0
        self.space = self.breaks = 0
        self.held = ""
        self.max_blocks, self.max_block_chars, self.left = max_blocks, max_block_chars, max_text_chars
        self.given = self.room = min(self.left, self.max_block_chars)
        self.left_out = 0
        self.limit, self.why, self.rest = "beyond max_text_chars", "", ""
        self.title = self.language = None
        self.metas, self.alternates, self.scripts = [], [], []

    # Names: tags and keys, and each other name and value once.

    @cython.cfunc
    def word(self, a: cython.Py_ssize_t, n: cython.Py_ssize_t, h: cython.ulonglong) -> cython.int:
        """The number of the tag or key src[a:a+n] in WORDS; 0 where it is none of them."""
        place: cython.int = cython.cast(cython.int, h & 1023)
        number: cython.int
        j: cython.Py_ssize_t
        start: cython.Py_ssize_t
        while WORD_SLOTS[place]:
            number = WORD_SLOTS[place]
            start = WORD_STARTS[number]
            if WORD_STARTS[number + 1] - start == n:
                j = 0
                while j < n and self.src[a + j] == WORD_TEXT[start + j]:
                    j += 1
                if j == n:
                    return number
            place = (place + 1) & 1023
        return 0

    @cython.cfunc
    def tag_at(self, i: cython.Py_ssize_t) -> cython.int:
        """The number of the tag whose name begins at i; notes where the name begins and ends."""
        src: cython.const_uchar[::1] = self.src
        h: cython.ulonglong = SEED
        self.name_start = i
        while src[i] != 32 and src[i] != 62:
            h = ((h ^ src[i]) * 16777619) & 0x7FFFFFFF
            i += 1
        self.name_end = i
        tag: cython.int = self.word(self.name_start, i - self.name_start, h)
        return tag if 0 < tag < UNKNOWN else UNKNOWN + self.name(self.name_start, i)

    @cython.cfunc
    def slot(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """Where to look first for the name src[a:b]."""
        h: cython.ulonglong = SEED
        i: cython.Py_ssize_t
        middle: cython.Py_ssize_t = a + END_BYTES if b - a > 2 * END_BYTES else b
        for i in range(a, middle):
            h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
        if middle < b:
            h ^= b - a
            for i in range(b - END_BYTES, b):
                h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
        return cython.cast(cython.int, (h ^ (h >> 15)) & (len(self.slots) - 1))

    @cython.cfunc
    def name(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """The number of the name or value src[a:b] in the pool."""
        n: cython.Py_ssize_t = b - a
        if n == 0:
            return 0
        mask: cython.int = cython.cast(cython.int, len(self.slots)) - 1
        place: cython.int = self.slot(a, b)
        probes: cython.int = 0
        number: cython.int
        start: cython.Py_ssize_t
        i: cython.Py_ssize_t
        while probes < MAX_PROBES and self.slots[place]:
            number = self.slots[place]
            if self.names[number * N + N_SIZE] == n:
                start = self.names[number * N + N_START]
                i = 0
                while i < n and self.src[a + i] == self.src[start + i]:
                    i += 1
                if i == n:
                    return number
            probes += 1
            place = (place + 1) & mask
        # Nothing that is written in another way, or cut, equals a short name in ASCII without signs of markup.
        plain: cython.bint = n < MAX_NAME_CHARS and probes < MAX_PROBES
        i = a
        while plain and i < b:
            plain = self.src[i] < 128 and self.src[i] not in (34, 38, 60, 62)
            i += 1
        if plain:
            number = self.add(self.data[a:b].decode("ascii"))
        else:
            number = self.number(_plain(self.data[a:b])[:MAX_VALUE_CHARS])
        if not self.names[number * N + N_SIZE]:
            self.names[number * N + N_START], self.names[number * N + N_SIZE] = a, n
            if probes < MAX_PROBES:
                self.slots[place] = number
            if 2 * self.pooled > mask:
                self.spread()
        return number

    @cython.cfunc
    def spread(self) -> cython.int:
        """Give the slots more room."""
        self.slots = _integers(4 * len(self.slots))
        mask: cython.int = cython.cast(cython.int, len(self.slots)) - 1
        number: cython.int
        place: cython.int
        probes: cython.int
        start: cython.Py_ssize_t
        for number in range(1, self.pooled):
            if self.names[number * N + N_SIZE]:
                start = self.names[number * N + N_START]
                place = self.slot(start, start + self.names[number * N + N_SIZE])
                probes = 0
                while probes < MAX_PROBES and self.slots[place]:
                    probes += 1
                    place = (place + 1) & mask
                if probes < MAX_PROBES:
                    self.slots[place] = number
                else:
                    self.numbers[self.pool[number]] = number
        return 0

    @cython.cfunc
    def add(self, name: str) -> cython.int:
        """The number of a name that is new to the pool."""
        number: cython.int = self.pooled
        self.pool.append(name)
        self.pooled = number + 1
        if self.pooled * N > len(self.names):
            self.names = _grown(self.names)
        return number

    @cython.cfunc
    def number(self, name: str) -> cython.int:
        """The number of a name that may be in the pool, written in another way."""
        found: cython.int = self.numbers.setdefault(name, self.pooled)
        return self.add(name) if found == self.pooled else found

    @cython.cfunc
    def short(self, number: cython.int) -> cython.int:
        """The number of as much of a name as is not too long."""
        if self.names[number * N + N_SIZE] > MAX_NAME_CHARS:
            return self.number(self.pool[number][:MAX_NAME_CHARS])
        return number

    @cython.cfunc
    def class_list(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """The number of the list of class names that the value src[a:b] is."""
        value: cython.int = self.name(a, b)
        if self.names[value * N + N_LIST]:
            return self.names[value * N + N_LIST]
        k: cython.int = self.lists
        if k + 2 >= len(self.list_firsts):
            self.list_firsts, self.list_flags = _grown(self.list_firsts), _grown(self.list_flags)
        first: cython.int = self.listed
        flags: cython.int = 0
        number: cython.int
        start: cython.Py_ssize_t = a
        i: cython.Py_ssize_t = a
        white: cython.int
        if b - a > MAX_VALUE_CHARS:
            b = a + MAX_VALUE_CHARS
            while self.src[b] & 0xC0 == 0x80:
                b -= 1
        while i <= b:
            white = 1
            if i < b:
                white = _white(self.src, i, b)
                if self.src[i] == 38 and _reference(self.src, i, b) & 255 == 160:
                    white = 6
            if not white:
                i += 1
                continue
            if i > start:
                number = self.short(self.name(start, i))
                if not self.names[number * N + N_HIDES]:
                    self.names[number * N + N_HIDES] = 4 | cython.cast(cython.int, HIDING.get(self.pool[number], 0))
                flags |= self.names[number * N + N_HIDES]
                if self.listed == len(self.list_names):
                    self.list_names = _grown(self.list_names)
                self.list_names[self.listed] = number
                self.listed += 1
            i += white
            start = i
        if self.listed == first:
            return 0
        self.list_flags[k] = flags
        self.lists = k + 1
        self.list_firsts[k + 1] = self.listed
        self.names[value * N + N_LIST] = k
        return k

    # Elements: open, closed, and recorded once text is found inside them.

    @cython.cfunc
    def href(self, i: cython.Py_ssize_t) -> cython.int:
        """The target of the link whose attributes begin at i."""
        src: cython.const_uchar[::1] = self.src
        a: cython.Py_ssize_t
        h: cython.ulonglong
        while src[i] == 32:
            h = src[i + 1]
            a = i + 1
            i += 2
            while src[i] != 61:
                h = h << 8 | src[i]
                i += 1
            h = h & 0xFFFFFFFF if i - a == 4 else 0
            i += 2
            a = i
            while src[i] != 34:
                i += 1
            if h == 0x68726566:  # "href"
                return self.name(a, i)
            i += 1
        return 0

    @cython.cfunc
    def element(self, tag: cython.int, i: cython.Py_ssize_t, parent: cython.int, hidden: cython.int) -> cython.int:
        """Record an element whose attributes begin at i: what of them a rule may read."""
        src: cython.const_uchar[::1] = self.src
        e: cython.int = self.element_count * E
        if e + 2 * E > len(self.elements):
            self.elements = _grown(self.elements)
        start: cython.Py_ssize_t
        end: cython.Py_ssize_t
        a: cython.Py_ssize_t
        h: cython.ulonglong
        key: cython.int
        k: cython.int
        self.elements[e + E_TAG], self.elements[e + E_PARENT] = tag, parent
        while src[i] == 32:
            start = i + 1
            h = ((SEED ^ src[start]) * 16777619) & 0x7FFFFFFF
            end = start + 1
            while src[end] != 61:
                h = ((h ^ src[end]) * 16777619) & 0x7FFFFFFF
                end += 1
            a = end + 2
            i = a
            while src[i] != 34:
                i += 1
            key = KEY_OF_WORD[self.word(start, end - start, h)]
            if key == 0:
                pass
            elif key == CLASS:
                if i > a:
                    k = self.class_list(a, i)
                    self.elements[e + E_LIST] = k
                    hidden |= self.list_flags[k] & HIDES
                    self.elements[e + E_SPOKEN] = self.list_flags[k] & SPOKEN
            elif key == ID:
                if i > a:
                    self.elements[e + E_ID] = self.short(self.name(a, i))
            elif key == STYLE:
                if i > a and not hidden:
                    hidden = self.is_hidden_by(self.data[a:i].lower())
            elif key == HIDDEN:
                hidden = 1
            elif key == ARIA_HIDDEN:
                if self.data[a:i] == b"true":
                    hidden = 1
            elif i > a:
                k = self.attribute_count * 2
                if k == len(self.attributes):
                    self.attributes = _grown(self.attributes)
                self.attributes[k], self.attributes[k + 1] = key - 1, self.name(a, i)
                self.attribute_count += 1
            i += 1
        self.elements[e + E_HIDDEN] = hidden
        self.elements[e + E + E_FIRST] = self.attribute_count
        self.element_count += 1
        return hidden

    @cython.cfunc
    def is_hidden_by(self, style: bytes) -> cython.int:
        """Whether a style hides its element. Few have the y of "display" and "visibility"."""
        if b"y" not in style:
            return 0
        compact = style.replace(b" ", b"")
        return 1 if b"display:none" in compact or b"visibility:hidden" in compact else 0

    @cython.cfunc
    def record(self) -> cython.int:
        """The index of the innermost open element, recorded now if it has not been."""
        parent: cython.int = self.opened[self.recorded * S + S_ELEMENT]
        if self.recorded == self.depth:
            return parent
        hidden: cython.int = self.elements[parent * E + E_HIDDEN] if parent >= 0 else 0
        tag: cython.int
        k: cython.int
        while self.recorded < self.depth and self.recorded < DEEPEST:
            self.recorded += 1
            k = self.recorded * S
            tag = self.opened[k + S_TAG]
            if parent < 0 or tag >= UNKNOWN or not FLAGS[tag] & IMPLIED:
                hidden = self.element(tag, self.opened[k + S_PLACE], parent, hidden)
                parent = self.element_count - 1
            self.opened[k + S_ELEMENT] = parent
        return parent

    @cython.cfunc
    def open(self, tag: cython.int, attributes: cython.Py_ssize_t) -> cython.int:
        """Open an element."""
        flags: cython.int = FLAGS[tag] if tag < UNKNOWN else 0
        if flags & BLOCK and self.o > self.block_start:
            self.flush()
        self.depth += 1
        k: cython.int = self.depth * S
        if k + S > len(self.opened):
            self.opened = _grown(self.opened)
        j: cython.int
        for j in range(k + S_BLOCK, k + S):
            self.opened[j] = self.opened[j - S]
        self.opened[k + S_TAG], self.opened[k + S_PLACE] = tag, cython.cast(cython.int, attributes)
        if flags & BLOCK:
            self.opened[k + S_BLOCK] = tag
            if KIND_OF_TAG[tag] >= 0:
                self.opened[k + S_KIND] = KIND_OF_TAG[tag]
            if tag == PRE:
                self.opened[k + S_PRE] = 1
            elif tag == TR:
                self.opened[k + S_ROW] = self.cell_count
            elif tag in (TD, TH) and self.opened[k + S_ROW] >= 0:
                if self.cell_count == len(self.cells):
                    self.cells = _grown(self.cells)
                self.cells[self.cell_count] = self.block_count
                self.cell_count += 1
        elif tag == A:
            self.opened[k + S_LINK] = self.href(attributes)
        elif tag == BR:
            # A second <br> in a row ends the paragraph, as old pages use it.
            if self.opened[k + S_PRE]:
                self.held += "\n"
            else:
                self.breaks += 1
                if self.breaks > 1 and self.o > self.block_start:
                    self.flush()
        return 0

    @cython.cfunc
    def close(self) -> cython.int:
        """Close the innermost open element."""
        k: cython.int = self.depth * S
        tag: cython.int = self.opened[k + S_TAG]
        if tag < UNKNOWN and FLAGS[tag] & BLOCK:
            if self.o > self.block_start:
                self.flush()
            if tag == TR:
                self.end_row(self.opened[k + S_ROW])
                self.cell_count = self.opened[k + S_ROW]
        self.depth -= 1
        if self.recorded > self.depth:
            self.recorded = self.depth
        return 0

    # Text: words with single spaces, as runs of the block that is being collected.

    @cython.cfunc
    def text(self, i: cython.Py_ssize_t, end: cython.Py_ssize_t, raw: cython.int) -> cython.int:
        """Write the text words[i:end], which stands inside the innermost open element; `raw` is without references."""
        src: cython.const_uchar[::1] = self.words
        out: cython.uchar[::1] = self.out
        if self.opened[self.depth * S + S_PRE] or end - i > self.room:
            return self.rare_text(bytes(src[i:end]), raw)
        o: cython.Py_ssize_t = self.o
        at: cython.Py_ssize_t = o
        read: cython.int = 0  # code points
        more: cython.int = 0  # bytes written that go on with a character
        begun: cython.int = 0
        white: cython.int = 0  # white space was the last thing read
        dropped: cython.int = 0
        c: cython.int
        w: cython.int = 0
        size: cython.int
        inner: cython.int = 0
        first: cython.Py_ssize_t
        last: cython.Py_ssize_t
        while i < end:
            c = src[i]
            size = 1
            if c < 128:
                read += 1
                if c == 32 or 9 <= c <= 13 or 28 <= c <= 31:
                    white = 1
                    i += 1
                    continue
                if c == 38 and not raw:
                    w = _reference(src, i, end)
                    if w:
                        c = w & 255
                        size = w >> 8
                        if c == 160:
                            white = 1
                            i += size
                            continue
            elif c >= 0xC0:
                read += 1
                if c == 0xC2 or 0xE1 <= c <= 0xE3 or c == 0xEF:
                    w = _white(src, i, end)
                    if w:
                        white = 1
                        i += w
                        continue
                    if _is_invisible(src, i, end):
                        dropped = 1
                        i += 3
                        continue
            if not begun:
                begun = 1
                inner = self.record()
                if o > self.block_start:
                    w = self.separator(i, end, inner, white)
                    if w:
                        out[o] = w
                        o += 1
            elif white:
                out[o] = 32
                o += 1
            white = 0
            out[o] = c
            o += 1
            i += size
            if 0x80 <= c < 0xC0:
                more += 1
            # What most texts are made of: words in ASCII, with single spaces. `last` keeps all indices in bounds.
            first = i
            last = min(min(end, len(src)) - 1, i + len(out) - o)
            with cython.boundscheck(False):
                while i < last:
                    c = src[i]
                    if not 38 < c < 128 and (c != 32 or not 38 < src[i + 1] < 128):
                        break
                    out[o] = c
                    o += 1
                    i += 1
            read += cython.cast(cython.int, i - first)
        if not begun and not dropped:
            self.space = 1
            return 0
        self.room -= read
        if not begun:
            return 0
        self.run(at, o, cython.cast(cython.int, o - at) - more, inner)
        self.space = white
        self.breaks = 0
        return 0

    @cython.cfunc
    def separator(
        self, i: cython.Py_ssize_t, end: cython.Py_ssize_t, inner: cython.int, white: cython.int
    ) -> cython.int:
        """What stands between the words before and those at i; 0 for nothing."""
        if self.breaks:
            return 10
        if self.space or white:
            return 32
        before: cython.int = self.runs[(self.run_count - 1) * R + R_ELEMENT]
        hidden: cython.int = self.elements[before * E + E_HIDDEN]
        if hidden == self.elements[inner * E + E_HIDDEN] or not self.is_label(before if hidden else inner):
            return 0
        first: str = bytes(self.words[i : min(i + 4, end)]).decode("utf-8", "ignore")[:1]
        last: str = bytes(self.out[max(self.o - 4, 0) : self.o]).decode("utf-8", "ignore")
        return 32 if first.isalnum() and last[len(last) - 1 :].isalnum() else 0

    @cython.cfunc
    def is_label(self, e: cython.int) -> cython.int:
        """Whether a hidden element is a label for screen readers: markup needs no space beside it."""
        while e >= 0 and self.elements[e * E + E_HIDDEN]:
            if self.elements[e * E + E_SPOKEN]:
                return 1
            e = self.elements[e * E + E_PARENT]
        return 0

    @cython.cfunc
    def run(self, at: cython.Py_ssize_t, o: cython.Py_ssize_t, chars: cython.int, inner: cython.int) -> cython.int:
        """Note that the text up to o is a run of an element."""
        k: cython.int = self.run_count * R
        if k == len(self.runs):
            self.runs = _grown(self.runs)
        self.runs[k + R_START] = self.chars - self.block_chars
        self.chars += chars
        self.runs[k + R_END] = self.chars - self.block_chars
        self.runs[k + R_ELEMENT], self.runs[k + R_BYTE] = inner, cython.cast(cython.int, at)
        self.run_count += 1
        link: cython.int = self.opened[self.depth * S + S_LINK]
        if link >= 0:
            self.link_chars += chars
            if self.link_count == len(self.links):
                self.links = _grown(self.links)
            self.links[self.link_count] = link
            self.link_count += 1
        self.o = o
        return 0

    def rare_text(self, data: bytes, raw: bool) -> int:
        """Text in `<pre>`, or more than there may be room for: few, so by Python's own means."""
        text = data.decode("utf-8", "surrogatepass") if raw else _plain(data)
        pre: cython.int = self.opened[self.depth * S + S_PRE]
        if not text or text.isspace():
            self.space = 1
            if pre:
                self.held += text
            return 0
        while text:
            end = len(text)
            if end > self.room:
                # It goes on in further blocks; what the page has no room for is counted and no more.
                if self.o > self.block_start:
                    self.flush()
                if not self.room:
                    self.left_out += len(text)
                    self.why = self.limit
                    if len(self.rest) < MAX_REST_CHARS:
                        self.rest = f"{self.rest} {text[:MAX_REST_CHARS]}"
                    return 0
                if end > self.room:
                    end = text.rfind(" ", max(self.room - MAX_REST_CHARS, 0), self.room) + 1 or self.room
            part, text = text[:end], text[end:]
            if pre:
                self.preformatted(part)
                continue
            self.words = encoded = part.encode("utf-8", "surrogatepass")
            room, self.room = self.room, len(encoded)  # it was measured in code points
            self.text(0, len(encoded), 1)
            self.words = self.data
            self.room = room - (0 if part.isspace() else len(part))
        return 0

    def preformatted(self, text: str) -> None:
        """White space as it stands, but for empty lines before and after the block."""
        if text.isspace():
            self.space = 1
            self.held += text
            return
        self.room -= len(text)
        text = text.translate(INVISIBLE)
        whole = self.held + text if self.o > self.block_start else text.lstrip("\n")
        words = whole.rstrip()
        self.held = whole[len(words) :]
        if not words:
            return
        inner = self.record()
        encoded = words.encode("utf-8", "surrogatepass")
        at, end = self.o, self.o + len(encoded)
        if end > len(self.text_bytes):
            raise IndexError("a text larger than its markup")
        for place, byte in enumerate(encoded, at):
            self.out[place] = byte
        self.run(at, end, len(words), inner)
        self.space = text[len(text) - 1 :].isspace()
        self.breaks = 0

    # Blocks.

    @cython.cfunc
    def common(self, first: cython.int, last: cython.int) -> cython.int:
        """The innermost element that holds these runs. Indices grow in document order, so ancestors are smaller."""
        found: cython.int = self.runs[first * R + R_ELEMENT]
        other: cython.int
        k: cython.int
        for k in range(first + 1, last):
            other = self.runs[k * R + R_ELEMENT]
            while found != other:
                if found > other:
                    found = self.elements[found * E + E_PARENT]
                else:
                    other = self.elements[other * E + E_PARENT]
        return found

    @cython.cfunc
    def flush(self) -> cython.int:
        """End the block that is being collected."""
        k: cython.int = self.depth * S
        tag: cython.int = self.opened[k + S_BLOCK]
        kind: cython.int = self.opened[k + S_KIND]
        b: cython.int = self.block_count * B
        may_hold: cython.bint = self.link_count > self.first_link and self.run_count - self.first_run > 1
        # The sign of a permalink stands in a heading; a pilcrow is known beside any text.
        if may_hold and (FLAGS[tag] & HEADED or (self.out[self.o - 2] == 0xC2 and self.out[self.o - 1] == 0xB6)):
            self.leave_out_permalinks()
        j: cython.int
        value: cython.int
        place: cython.int
        k = self.first_link
        for j in range(self.first_link, self.link_count):
            value = self.links[j]
            place = self.names[value * N + N_PLACE]
            if not self.first_link <= place < k or self.links[place] != value:
                self.names[value * N + N_PLACE] = k
                self.links[k] = value
                k += 1
        self.link_count = k
        if b + 2 * B > len(self.blocks):
            self.blocks = _grown(self.blocks)
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

    def leave_out_permalinks(self) -> None:
        """Take out the signs at either end that link into the page.

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
            size = len(text[:cut].encode("utf-8", "surrogatepass"))
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

    @cython.ccall
    def is_permalink(self, k: cython.int, beside: cython.int) -> bool:
        """Whether a run is a sign that links into the page, and the one beside it is not in the same link."""
        start: cython.Py_ssize_t = self.runs[k * R + R_BYTE]
        end: cython.Py_ssize_t = self.runs[(k + 1) * R + R_BYTE] if k + 1 < self.run_count else self.o
        if end - start > MAX_SIGN_BYTES:
            return False
        sign: str = bytes(self.out[start:end]).decode("utf-8", "surrogatepass")
        sign = sign[: self.runs[k * R + R_END] - self.runs[k * R + R_START]].strip()
        if not 0 < len(sign) <= MAX_SIGN_CHARS or any(map(str.isalnum, sign)):
            return False
        link: cython.int = self.link_around(self.runs[k * R + R_ELEMENT])
        if self.link_around(self.runs[beside * R + R_ELEMENT]) == link:
            return False
        j: cython.int
        for j in range(self.elements[link * E + E_FIRST], self.elements[(link + 1) * E + E_FIRST]):
            if self.attributes[2 * j] == HREF - 1:
                return "#" in self.pool[self.attributes[2 * j + 1]]
        return False

    @cython.cfunc
    def link_around(self, e: cython.int) -> cython.int:
        """The link that an element is or is in; the root where there is none."""
        while e > 0 and self.elements[e * E + E_TAG] != A:
            e = self.elements[e * E + E_PARENT]
        return e

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

    # Markup.

    @cython.cfunc
    def tag_end(self, i: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The first byte after the start tag whose attributes begin at i."""
        src: cython.const_uchar[::1] = self.src
        while src[i] == 32:
            i += 2
            while src[i] != 61:
                i += 1
            i += 2
            while src[i] != 34:
                i += 1
            i += 1
        return i + 1

    @cython.cfunc
    def values(self, i: cython.Py_ssize_t, places: cython.int[::1], count: cython.int) -> list:
        """Some values of the attributes that begin at i, in the places of their keys; None where there is none."""
        src: cython.const_uchar[::1] = self.src
        found: list = [None] * count
        start: cython.Py_ssize_t
        h: cython.ulonglong
        place: cython.int
        while src[i] == 32:
            start = i + 1
            h = ((SEED ^ src[start]) * 16777619) & 0x7FFFFFFF
            i = start + 1
            while src[i] != 61:
                h = ((h ^ src[i]) * 16777619) & 0x7FFFFFFF
                i += 1
            place = places[self.word(start, i - start, h)]
            i += 2
            start = i
            while src[i] != 34:
                i += 1
            if place >= 0:
                found[place] = _plain(self.data[start:i])
            i += 1
        return found

    @cython.cfunc
    def note(self, tag: cython.int, attributes: cython.Py_ssize_t, i: cython.Py_ssize_t) -> cython.int:
        """Note what an element says of the page: its attributes, or the text that begins at i."""
        if tag == META:
            self.metas.append(self.values(attributes, META_PLACES, 5))
        elif tag == LINK:
            self.alternates.append(self.values(attributes, LINK_PLACES, 2))
        elif tag == HTML and self.language is None:
            self.language = self.values(attributes, HTML_PLACES, 1)[0] or ""
        elif tag == TITLE and self.title is None:
            self.title = _plain(self.data[i : self.data.find(b"<", i)])
        return 0

    @cython.cfunc
    def scan(self) -> cython.int:
        """Read all tags and texts."""
        src: cython.const_uchar[::1] = self.src
        i: cython.Py_ssize_t = 0
        n: cython.Py_ssize_t = self.size
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
                    self.text(start, i, 0)
                continue
            if i + 2 >= n:
                return 0
            if src[i + 1] == 33 or src[i + 1] == 63:
                i = self.data.find(b"-->", i + 4) + 3 if src[i + 2] == 45 else self.data.find(b">", i) + 1
                if i <= start + 2:
                    return 0
                continue
            if src[i + 1] == 47:
                tag = self.tag_at(i + 2)
                i = self.name_end + 1
                if not self.explicit and tag < UNKNOWN and FLAGS[tag] & VOID:
                    continue
                if skipped:
                    skipped -= 1
                    if tag == TEMPLATE:
                        templates -= 1
                elif in_body == 1:
                    self.close()
                    if not self.depth:
                        in_body = 2
                continue
            tag = self.tag_at(i + 1)
            attributes = self.name_end
            i = self.tag_end(attributes)
            flags = FLAGS[tag] if tag < UNKNOWN else 0
            is_void = 0 if self.explicit else flags & VOID
            if flags & RAW and not self.explicit:
                end = raw_end(self.data, self.data[self.name_start : self.name_end], i)
                if tag == SCRIPT and end > i and not templates:
                    text = self.data[i:end].decode("utf-8", "surrogatepass")
                    self.scripts.append([*self.values(attributes, SCRIPT_PLACES, 1), text])
                if in_body == 1 and not skipped and not flags & SKIPPED:
                    self.open(tag, attributes)
                    if end > i:
                        self.text(i, end, 1)
                    self.close()
                i = end + (attributes - start - 1) + 3
                continue
            if flags & OF_HEAD and not templates:
                self.note(tag, attributes, i)
            if tag == TEMPLATE:
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
        while self.depth:
            self.close()
        return 0

    def columns(self) -> Columns:
        """The columns of what was scanned."""
        e, b = self.element_count * E, self.block_count * B
        elements, blocks = _flat(self.elements, e + E), _flat(self.blocks, b + B)
        runs, attributes = _flat(self.runs, self.run_count * R), _flat(self.attributes, self.attribute_count * 2)
        return Columns(
            self.text_bytes[: self.o].decode("utf-8", "surrogatepass"),
            self.pool,
            starts=blocks[B_START::B], kinds=blocks[B_KIND:b:B], tags=blocks[B_TAG:b:B],
            elements=blocks[B_ELEMENT:b:B], link_chars=blocks[B_LINK_CHARS:b:B], gaps=_integers(self.block_count),
            run_firsts=blocks[B_RUN::B], run_starts=runs[R_START::R],
            run_ends=runs[R_END::R], run_elements=runs[R_ELEMENT::R],
            link_firsts=blocks[B_LINK::B], links=_flat(self.links, self.link_count),
            element_tags=elements[E_TAG:e:E], parents=elements[E_PARENT:e:E], ids=elements[E_ID:e:E],
            class_lists=elements[E_LIST:e:E], hidden=elements[E_HIDDEN:e:E],
            class_firsts=_flat(self.list_firsts, self.lists + 1), class_names=_flat(self.list_names, self.listed),
            attribute_firsts=elements[E_FIRST::E], attribute_keys=attributes[::2], attribute_values=attributes[1::2],
        )  # fmt: skip


def scan(
    markup: bytes, max_blocks: int, max_text_chars: int, max_block_chars: int, *, explicit: bool = False
) -> tuple[Columns, tuple, int, str, str]:
    """Scan markup in UTF-8 that a tree was written as.

    Returns the columns; what the head says, as `make_head` takes it; and what was left out beyond the limits: code
    points, how it begins, and beyond which.
    """
    scanner: Scanner = Scanner(markup, explicit, max_blocks, max_text_chars, max_block_chars)
    scanner.scan()
    head = (scanner.title or "", scanner.language or "", scanner.metas, scanner.alternates, scanner.scripts)
    return scanner.columns(), head, scanner.left_out, scanner.rest, scanner.why
