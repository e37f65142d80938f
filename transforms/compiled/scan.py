# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Markup to columns: one pass over HTML that a tree was written as, in which every tag is there and every value quoted.

What a parser made of a page is written in a simple grammar, so that one scanner serves them all: each element has a
start tag, `<name key="value">` with one space before each key, and, unless it is void, an end tag; text has `&lt;`,
`&gt;`, `&amp;` and `&nbsp;` for these signs, values have `&quot;` besides. Raw text elements (scripts, styles) are
written as they are. In `explicit` markup every element has an end tag and no text is raw.

Positions in the markup and in the text are bytes of UTF-8; the columns that come out count code points.
"""

from __future__ import annotations

import os
import re
from array import array

import cython

from ..core.columns import KEPT_ATTRIBUTES, MAX_DEPTH, Columns
from ..core.rows import KIND_NAMES
from ..core.tags import (
    BLOCK_TAGS,
    HEADED_TAGS,
    IMPLIED_TAGS,
    KINDS,
    RAW_TAGS,
    SKIPPED_TAGS,
    STRUCTURAL_TAGS,
    TAG_NUMBERS,
    TAGS,
    UNKNOWN_TAG,
    VOID_TAGS,
)

# Class names that style sheets by convention hide from sight, and those of them that move what they name out of the
# line, to where only a screen reader finds it.
HIDDEN_CLASSES = frozenset(
    "d-none hidden invisible is-hidden screen-reader-only screen-reader-text sr-only u-hidden visually-hidden "
    "visuallyhidden".split()
)
SPOKEN_CLASSES = frozenset("screen-reader-only screen-reader-text sr-only visually-hidden visuallyhidden".split())
HIDING = {name: 1 | (name in SPOKEN_CLASSES) * 2 for name in HIDDEN_CLASSES}
SCRIPT_SIGN = re.compile(rb"<!--|-->|</?script[\s/>]", re.IGNORECASE)
INVISIBLE = str.maketrans("", "", "\u200b\u2060\ufeff")
ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&nbsp;", b"\xc2\xa0"), (b"&amp;", b"&"))

cython.declare(
    BLOCK=cython.int, SKIPPED=cython.int, STRUCTURAL=cython.int, IMPLIED=cython.int, HEADED=cython.int,
    VOID=cython.int, RAW=cython.int, HIDES=cython.int, SPOKEN=cython.int, DEEPEST=cython.int, MAX_PROBES=cython.int,
    MAX_VALUE_CHARS=cython.int, MAX_NAME_CHARS=cython.int, MAX_CELL_CHARS=cython.int, MAX_SIGN_BYTES=cython.int,
    UNKNOWN=cython.int, SEED=cython.ulonglong, TABLE=cython.int, NAMED=cython.int,
    A=cython.int, BODY=cython.int, BR=cython.int, HTML=cython.int, LINK=cython.int, META=cython.int,
    PLAINTEXT=cython.int, PRE=cython.int, SCRIPT=cython.int, TD=cython.int, TEMPLATE=cython.int, TH=cython.int,
    TITLE=cython.int, TR=cython.int,
    CLASS=cython.int, ID=cython.int, STYLE=cython.int, HIDDEN=cython.int, ARIA_HIDDEN=cython.int, HREF=cython.int,
)  # fmt: skip
# Longer values are data, and so are longer names.
MAX_VALUE_CHARS, MAX_NAME_CHARS = 10_000, 200
# A row is data when its cells are short; the cells of a layout table hold whole columns of the page.
MAX_CELL_CHARS = 200
# How much is kept of text that is left out.
MAX_REST_CHARS = 1_000
# One character is a permalink's sign, and what makes a picture of it.
MAX_SIGN_CHARS, MAX_SIGN_BYTES = 2, 12
BLOCK, SKIPPED, STRUCTURAL, IMPLIED, HEADED, VOID, RAW = 1, 2, 4, 8, 16, 32, 64
HIDES, SPOKEN = 1, 2
DEEPEST = MAX_DEPTH
# A name that finds no place in so many steps is looked up in a dictionary.
MAX_PROBES = 32
UNKNOWN = UNKNOWN_TAG
# Another in every process, so that no page can be made of names that collide.
SEED = int.from_bytes(os.urandom(3), "little")
TABLE = KIND_NAMES.index("table")
NAMED = 1024
A, BODY, BR, HTML, LINK, META, PLAINTEXT, PRE, SCRIPT, TD, TEMPLATE, TH, TITLE, TR = (
    TAG_NUMBERS[tag] for tag in "a body br html link meta plaintext pre script td template th title tr".split()
)
KEYS = ("", *KEPT_ATTRIBUTES, "class", "id", "style", "hidden", "aria-hidden")
CLASS, ID, STYLE, HIDDEN, ARIA_HIDDEN, HREF = map(KEYS.index, ("class", "id", "style", "hidden", "aria-hidden", "href"))
FLAGS = array("i", [
    (tag in BLOCK_TAGS) * 1 | (tag in SKIPPED_TAGS) * 2 | (tag in STRUCTURAL_TAGS) * 4 | (tag in IMPLIED_TAGS) * 8
    | (tag in HEADED_TAGS) * 16 | (tag in VOID_TAGS) * 32 | (tag in RAW_TAGS) * 64
    for tag in TAGS
])  # fmt: skip
KIND_OF_TAG = array("i", [KIND_NAMES.index(KINDS[tag]) if tag in KINDS else -1 for tag in TAGS])


def _hash(word: bytes) -> int:
    h = SEED
    for byte in word:
        h = ((h ^ byte) * 16777619) & 0x7FFFFFFF
    return h


def _word_table(words: tuple[str, ...]) -> tuple[array, bytes, array]:
    """Slots with the number of each word but the first, the words one behind the other, and where each begins."""
    slots, text, starts = array("i", bytes(4 * NAMED)), b"", array("i", [0])
    for number, word in enumerate(words):
        text += word.encode()
        starts.append(len(text))
        place = _hash(word.encode()) & (NAMED - 1)
        while word and slots[place]:
            place = (place + 1) & (NAMED - 1)
        if word:
            slots[place] = number
    return slots, text, starts


TAG_TABLE, KEY_TABLE = _word_table(TAGS), _word_table(KEYS)


def _integers(count: int) -> array:
    return array("i", bytes(4 * count))


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
    # What tags and attributes are by name.
    tag_slots: cython.int[::1]
    tag_text: cython.const_uchar[::1]
    tag_starts: cython.int[::1]
    key_slots: cython.int[::1]
    key_text: cython.const_uchar[::1]
    key_starts: cython.int[::1]
    flags: cython.int[::1]
    kind_of_tag: cython.int[::1]
    # Names and values: each once in `pool`; `slots` leads from its bytes in the markup to its number.
    pool: list
    numbers: dict
    slots: cython.int[::1]
    name_starts: cython.int[::1]
    name_sizes: cython.int[::1]
    name_numbers: cython.int[::1]
    names: cython.int
    hiding: dict
    value_lists: cython.int[::1]
    seen_in: cython.int[::1]
    # Lists of class names.
    lists: cython.int
    list_firsts: cython.int[::1]
    list_flags: cython.int[::1]
    list_names: cython.int[::1]
    listed: cython.int
    # Elements.
    elements: cython.int
    e_tags: cython.int[::1]
    e_parents: cython.int[::1]
    e_ids: cython.int[::1]
    e_lists: cython.int[::1]
    e_hidden: cython.int[::1]
    e_spoken: cython.int[::1]
    e_firsts: cython.int[::1]
    attributes: cython.int
    a_keys: cython.int[::1]
    a_values: cython.int[::1]
    # Blocks, runs, links, and the text of all.
    blocks: cython.int
    b_bytes: cython.int[::1]
    b_starts: cython.int[::1]
    b_kinds: cython.int[::1]
    b_tags: cython.int[::1]
    b_elements: cython.int[::1]
    b_link_chars: cython.int[::1]
    b_runs: cython.int[::1]
    b_links: cython.int[::1]
    runs: cython.int
    r_starts: cython.int[::1]
    r_ends: cython.int[::1]
    r_elements: cython.int[::1]
    r_bytes: cython.int[::1]
    links: cython.int
    l_values: cython.int[::1]
    text_bytes: bytearray
    out: cython.uchar[::1]
    o: cython.Py_ssize_t  # bytes of text written
    chars: cython.int  # code points of text written
    # The elements that are open, and which of them are recorded.
    depth: cython.int
    open_tags: cython.int[::1]
    open_attributes: cython.int[::1]
    recorded: cython.int
    r_open: cython.int[::1]
    block_tags: cython.int[::1]
    block_depth: cython.int
    kinds: cython.int[::1]
    kind_depth: cython.int
    hrefs: cython.int[::1]
    href_depth: cython.int
    pre_depth: cython.int
    rows: cython.int[::1]
    row_depth: cython.int
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
    serial: cython.int
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
    head: list

    def __init__(self, data: bytes, explicit: bool, max_blocks: int, max_text_chars: int, max_block_chars: int) -> None:
        self.data, self.src, self.words, self.size, self.explicit = data, data, data, len(data), explicit
        self.tag_slots, self.tag_text, self.tag_starts = TAG_TABLE
        self.key_slots, self.key_text, self.key_starts = KEY_TABLE
        self.flags, self.kind_of_tag = FLAGS, KIND_OF_TAG
        self.pool, self.numbers, self.hiding = [""], {"": 0}, HIDING
        self.slots = _integers(2048)
        self.name_starts, self.name_sizes, self.name_numbers = _integers(1024), _integers(1024), _integers(1024)
        self.value_lists, self.seen_in = _integers(1024), _integers(1024)
        self.names = 0
        self.list_firsts, self.list_flags, self.list_names = _integers(256), _integers(256), _integers(512)
        self.lists, self.listed = 1, 0  # the first list is empty
        self.e_tags, self.e_parents, self.e_ids, self.e_lists = (_integers(1024) for _ in range(4))
        self.e_hidden, self.e_spoken, self.e_firsts = (_integers(1024) for _ in range(3))
        self.a_keys, self.a_values = _integers(1024), _integers(1024)
        self.elements = self.attributes = 0
        self.b_bytes, self.b_starts, self.b_kinds, self.b_tags = (_integers(512) for _ in range(4))
        self.b_elements, self.b_link_chars, self.b_runs, self.b_links = (_integers(512) for _ in range(4))
        self.r_starts, self.r_ends, self.r_elements, self.r_bytes = (_integers(512) for _ in range(4))
        self.l_values = _integers(512)
        self.blocks = self.runs = self.links = 0
        # A text is parted from the next by a tag, which takes more bytes than what is written between them.
        self.text_bytes = bytearray(len(data) + 64)
        self.out = self.text_bytes
        self.o = self.chars = 0
        self.open_tags, self.open_attributes, self.r_open = _integers(256), _integers(256), _integers(256)
        self.block_tags, self.kinds, self.hrefs, self.rows, self.cells = (_integers(256) for _ in range(5))
        self.depth = self.recorded = self.block_depth = self.href_depth = self.pre_depth = self.row_depth = 0
        self.cell_count, self.kind_depth = 0, 1
        self.block_start = self.block_chars = self.first_run = self.first_link = self.link_chars = 0
        self.space = self.breaks = self.serial = 0
        self.held = ""
        self.max_blocks, self.max_block_chars, self.left = max_blocks, max_block_chars, max_text_chars
        self.given = self.room = min(self.left, self.max_block_chars)
        self.left_out = 0
        self.limit, self.why, self.rest = "beyond max_text_chars", "", ""
        self.head = []

    # Names: tags, keys, and each other name and value once.

    @cython.cfunc
    def known_tag(self, a: cython.Py_ssize_t, n: cython.Py_ssize_t, h: cython.ulonglong) -> cython.int:
        """The number of the tag named src[a:a+n]; 0 where the table has none."""
        place: cython.int = cython.cast(cython.int, h & 1023)
        number: cython.int
        j: cython.Py_ssize_t
        start: cython.Py_ssize_t
        while self.tag_slots[place]:
            number = self.tag_slots[place]
            start = self.tag_starts[number]
            if self.tag_starts[number + 1] - start == n:
                j = 0
                while j < n and self.src[a + j] == self.tag_text[start + j]:
                    j += 1
                if j == n:
                    return number
            place = (place + 1) & 1023
        return 0

    @cython.cfunc
    def known_key(self, a: cython.Py_ssize_t, n: cython.Py_ssize_t, h: cython.ulonglong) -> cython.int:
        """The number of the attribute named src[a:a+n]; 0 for one that is not kept."""
        place: cython.int = cython.cast(cython.int, h & 1023)
        number: cython.int
        j: cython.Py_ssize_t
        start: cython.Py_ssize_t
        while self.key_slots[place]:
            number = self.key_slots[place]
            start = self.key_starts[number]
            if self.key_starts[number + 1] - start == n:
                j = 0
                while j < n and self.src[a + j] == self.key_text[start + j]:
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
        tag: cython.int = self.known_tag(self.name_start, i - self.name_start, h)
        return tag if tag else UNKNOWN + self.name(self.name_start, i)

    @cython.cfunc
    def name(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.int:
        """The number of the name or value src[a:b] in the pool."""
        n: cython.Py_ssize_t = b - a
        if n == 0:
            return 0
        src: cython.const_uchar[::1] = self.src
        h: cython.ulonglong = SEED
        i: cython.Py_ssize_t
        c: cython.int
        simple: cython.int = 1  # ASCII, and no references
        for i in range(a, b):
            c = src[i]
            if c >= 128 or c == 38:
                simple = 0
            h = ((h ^ c) * 16777619) & 0x7FFFFFFF
        mask: cython.int = cython.cast(cython.int, len(self.slots)) - 1
        place: cython.int = cython.cast(cython.int, (h ^ (h >> 15)) & mask)
        probes: cython.int = 0
        w: cython.int
        start: cython.Py_ssize_t
        while self.slots[place]:
            w = self.slots[place] - 1
            if self.name_sizes[w] == n:
                start = self.name_starts[w]
                i = 0
                while i < n and src[a + i] == src[start + i]:
                    i += 1
                if i == n:
                    return self.name_numbers[w]
            probes += 1
            if probes == MAX_PROBES:
                return self.number(_plain(self.data[a:b])[:MAX_VALUE_CHARS])
            place = (place + 1) & mask
        w = self.names
        if w == len(self.name_starts):
            self.name_starts, self.name_sizes = _grown(self.name_starts), _grown(self.name_sizes)
            self.name_numbers = _grown(self.name_numbers)
        self.slots[place] = w + 1
        self.name_starts[w], self.name_sizes[w] = a, n
        if simple and n <= MAX_VALUE_CHARS:
            self.name_numbers[w] = self.number(self.data[a:b].decode("ascii"))
        else:
            self.name_numbers[w] = self.number(_plain(self.data[a:b])[:MAX_VALUE_CHARS])
        self.names = w + 1
        if 2 * self.names > mask:
            self.spread()
        return self.name_numbers[w]

    @cython.cfunc
    def spread(self) -> cython.int:
        """Give the slots more room."""
        old: cython.int = cython.cast(cython.int, len(self.slots))
        self.slots = _integers(4 * old)
        mask: cython.int = 4 * old - 1
        w: cython.int
        place: cython.int
        i: cython.Py_ssize_t
        h: cython.ulonglong
        for w in range(self.names):
            h = SEED
            for i in range(self.name_starts[w], self.name_starts[w] + self.name_sizes[w]):
                h = ((h ^ self.src[i]) * 16777619) & 0x7FFFFFFF
            place = cython.cast(cython.int, (h ^ (h >> 15)) & mask)
            while self.slots[place]:
                place = (place + 1) & mask
            self.slots[place] = w + 1
        return 0

    @cython.cfunc
    def number(self, name: str) -> cython.int:
        """The number of a name in the pool."""
        number: cython.int = cython.cast(cython.int, len(self.pool))
        found: cython.int = self.numbers.setdefault(name, number)
        if found != number:
            return found
        self.pool.append(name)
        if number == len(self.value_lists):
            self.value_lists, self.seen_in = _grown(self.value_lists), _grown(self.seen_in)
        return number

    @cython.cfunc
    def class_list(self, value: cython.int) -> cython.int:
        """The number of the list of class names that an attribute's value is."""
        if self.value_lists[value]:
            return self.value_lists[value]
        k: cython.int = self.lists
        if k + 2 >= len(self.list_firsts):
            self.list_firsts, self.list_flags = _grown(self.list_firsts), _grown(self.list_flags)
        flags: cython.int = 0
        names: list = self.pool[value].split()
        if not names:
            return 0
        self.list_firsts[k] = self.listed
        name: str
        for name in names:
            if len(name) > MAX_NAME_CHARS:
                name = name[:MAX_NAME_CHARS]
            flags |= self.hiding.get(name, 0)
            if self.listed == len(self.list_names):
                self.list_names = _grown(self.list_names)
            self.list_names[self.listed] = self.number(name)
            self.listed += 1
        self.list_flags[k] = flags
        self.lists = k + 1
        self.list_firsts[k + 1] = self.listed
        self.value_lists[value] = k
        return k

    # Elements: open, closed, and recorded once text is found inside them.

    @cython.cfunc
    def href(self, i: cython.Py_ssize_t) -> cython.int:
        """The target of the link whose attributes begin at i."""
        start: cython.Py_ssize_t
        a: cython.Py_ssize_t
        while self.src[i] == 32:
            start = i + 1
            i += 2
            while self.src[i] != 61:
                i += 1
            a = i + 2
            i = a
            while self.src[i] != 34:
                i += 1
            if a - start == 6 and self.src[start] == 104 and self.data[start : a - 2] == b"href":
                return self.name(a, i)
            i += 1
        return 0

    @cython.cfunc
    def element(self, tag: cython.int, i: cython.Py_ssize_t, parent: cython.int, hidden: cython.int) -> cython.int:
        """Record an element whose attributes begin at i: what of them a rule may read."""
        src: cython.const_uchar[::1] = self.src
        e: cython.int = self.elements
        if e + 1 >= len(self.e_tags):
            self.e_tags, self.e_parents, self.e_ids = _grown(self.e_tags), _grown(self.e_parents), _grown(self.e_ids)
            self.e_lists, self.e_hidden = _grown(self.e_lists), _grown(self.e_hidden)
            self.e_spoken, self.e_firsts = _grown(self.e_spoken), _grown(self.e_firsts)
        start: cython.Py_ssize_t
        end: cython.Py_ssize_t
        a: cython.Py_ssize_t
        h: cython.ulonglong
        key: cython.int
        self.e_tags[e], self.e_parents[e], self.e_ids[e], self.e_lists[e], self.e_spoken[e] = tag, parent, 0, 0, 0
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
            key = self.known_key(start, end - start, h)
            if key == CLASS:
                if i > a:
                    self.e_lists[e] = self.class_list(self.name(a, i))
                    hidden |= self.list_flags[self.e_lists[e]] & HIDES
                    self.e_spoken[e] = self.list_flags[self.e_lists[e]] & SPOKEN
            elif key == ID:
                if i > a:
                    self.e_ids[e] = self.name(a, i)
                    if i - a > MAX_NAME_CHARS:
                        self.e_ids[e] = self.number(self.pool[self.e_ids[e]][:MAX_NAME_CHARS])
            elif key == STYLE:
                if i > a and not hidden:
                    compact = self.data[a:i].replace(b" ", b"").lower()
                    hidden = 1 if b"display:none" in compact or b"visibility:hidden" in compact else 0
            elif key == HIDDEN:
                hidden = 1
            elif key == ARIA_HIDDEN:
                if self.data[a:i] == b"true":
                    hidden = 1
            elif key and i > a:
                if self.attributes == len(self.a_keys):
                    self.a_keys, self.a_values = _grown(self.a_keys), _grown(self.a_values)
                self.a_keys[self.attributes], self.a_values[self.attributes] = key - 1, self.name(a, i)
                self.attributes += 1
            i += 1
        self.e_hidden[e] = hidden
        self.elements = e + 1
        self.e_firsts[e + 1] = self.attributes
        return hidden

    @cython.cfunc
    def record(self) -> cython.int:
        """The index of the innermost open element, recorded now if it has not been."""
        k: cython.int = self.recorded
        parent: cython.int = self.r_open[k - 1] if k else -1
        hidden: cython.int = self.e_hidden[parent] if parent >= 0 else 0
        tag: cython.int
        while k < self.depth and k < DEEPEST:
            tag = self.open_tags[k]
            if parent < 0 or tag >= UNKNOWN or not self.flags[tag] & IMPLIED:
                hidden = self.element(tag, self.open_attributes[k], parent, hidden)
                parent = self.elements - 1
            self.r_open[k] = parent
            k += 1
        self.recorded = k
        return parent

    @cython.cfunc
    def open(self, tag: cython.int, attributes: cython.Py_ssize_t) -> cython.int:
        """Open an element."""
        flags: cython.int = self.flags[tag] if tag < UNKNOWN else 0
        if flags & BLOCK:
            if self.o > self.block_start:
                self.flush()
            if self.block_depth == len(self.block_tags):
                self.block_tags = _grown(self.block_tags)
            self.block_tags[self.block_depth] = tag
            self.block_depth += 1
            if flags & STRUCTURAL:
                self.open_structure(tag)
        elif tag == A:
            if self.href_depth == len(self.hrefs):
                self.hrefs = _grown(self.hrefs)
            self.hrefs[self.href_depth] = self.href(attributes)
            self.href_depth += 1
        elif tag == BR:
            # A second <br> in a row ends the paragraph, as old pages use it.
            if self.pre_depth:
                self.held += "\n"
            else:
                self.breaks += 1
                if self.breaks > 1 and self.o > self.block_start:
                    self.flush()
        if self.depth == len(self.open_tags):
            self.open_tags, self.open_attributes = _grown(self.open_tags), _grown(self.open_attributes)
        self.open_tags[self.depth] = tag
        self.open_attributes[self.depth] = cython.cast(cython.int, attributes)
        self.depth += 1
        return 0

    @cython.cfunc
    def open_structure(self, tag: cython.int) -> cython.int:
        """Open an element that says what its text is."""
        if tag == PRE:
            self.pre_depth += 1
        elif tag == TR:
            if self.row_depth == len(self.rows):
                self.rows = _grown(self.rows)
            self.rows[self.row_depth] = self.cell_count
            self.row_depth += 1
        elif self.row_depth and tag in (TD, TH):
            if self.cell_count == len(self.cells):
                self.cells = _grown(self.cells)
            self.cells[self.cell_count] = self.blocks
            self.cell_count += 1
        if self.kind_of_tag[tag] >= 0:
            if self.kind_depth == len(self.kinds):
                self.kinds = _grown(self.kinds)
            self.kinds[self.kind_depth] = self.kind_of_tag[tag]
            self.kind_depth += 1
        return 0

    @cython.cfunc
    def close(self) -> cython.int:
        """Close the innermost open element."""
        self.depth -= 1
        tag: cython.int = self.open_tags[self.depth]
        flags: cython.int = self.flags[tag] if tag < UNKNOWN else 0
        if flags & BLOCK:
            if self.o > self.block_start:
                self.flush()
            self.block_depth -= 1
            if flags & STRUCTURAL:
                if tag == PRE:
                    self.pre_depth -= 1
                elif tag == TR:
                    self.row_depth -= 1
                    self.end_row(self.rows[self.row_depth])
                    self.cell_count = self.rows[self.row_depth]
                if self.kind_of_tag[tag] >= 0:
                    self.kind_depth -= 1
        elif tag == A:
            self.href_depth -= 1
        if self.recorded > self.depth:
            self.recorded -= 1
        return 0

    # Text: words with single spaces, as runs of the block that is being collected.

    @cython.cfunc
    def text(self, i: cython.Py_ssize_t, end: cython.Py_ssize_t, raw: cython.int) -> cython.int:
        """Write the text words[i:end], which stands inside the innermost open element; `raw` is without references."""
        src: cython.const_uchar[::1] = self.words
        out: cython.uchar[::1] = self.out
        if self.pre_depth or end - i > self.room:
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
                inner = self.r_open[self.recorded - 1] if self.recorded == self.depth else self.record()
                if o > self.block_start:
                    c = self.separator(i, end, inner, white)
                    if c:
                        out[o] = c
                        o += 1
                    c = w & 255 if size > 1 else src[i]
            elif white:
                out[o] = 32
                o += 1
            white = 0
            out[o] = c
            o += 1
            if 0x80 <= c < 0xC0:
                more += 1
            i += size
        if not begun:
            if not dropped:
                self.space = 1
            else:
                self.room -= read
            return 0
        self.room -= read
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
        before: cython.int = self.r_elements[self.runs - 1]
        if self.e_hidden[before] == self.e_hidden[inner] or not self.is_label(
            before if self.e_hidden[before] else inner
        ):
            return 0
        first: str = bytes(self.words[i : min(i + 4, end)]).decode("utf-8", "ignore")[:1]
        last: str = bytes(self.out[max(self.o - 4, 0) : self.o]).decode("utf-8", "ignore")
        return 32 if first.isalnum() and last[len(last) - 1 :].isalnum() else 0

    @cython.cfunc
    def is_label(self, e: cython.int) -> cython.int:
        """Whether a hidden element is a label for screen readers: markup needs no space beside it."""
        while e >= 0 and self.e_hidden[e]:
            if self.e_spoken[e]:
                return 1
            e = self.e_parents[e]
        return 0

    @cython.cfunc
    def run(self, at: cython.Py_ssize_t, o: cython.Py_ssize_t, chars: cython.int, inner: cython.int) -> cython.int:
        """Note that the text up to o is a run of an element."""
        k: cython.int = self.runs
        if k == len(self.r_starts):
            self.r_starts, self.r_ends = _grown(self.r_starts), _grown(self.r_ends)
            self.r_elements, self.r_bytes = _grown(self.r_elements), _grown(self.r_bytes)
        self.r_starts[k] = self.chars - self.block_chars
        self.chars += chars
        self.r_ends[k] = self.chars - self.block_chars
        self.r_elements[k] = inner
        self.r_bytes[k] = cython.cast(cython.int, at)
        self.runs = k + 1
        if self.href_depth:
            self.link_chars += chars
            if self.links == len(self.l_values):
                self.l_values = _grown(self.l_values)
            self.l_values[self.links] = self.hrefs[self.href_depth - 1]
            self.links += 1
        self.o = o
        return 0

    def rare_text(self, data: bytes, raw: bool) -> int:
        """Text in `<pre>`, or more than there may be room for: few, so by Python's own means."""
        text = data.decode("utf-8", "surrogatepass") if raw else _plain(data)
        if not text or text.isspace():
            self.space = 1
            if self.pre_depth:
                self.held += text
            return 0
        while text:
            end = len(text)
            if end > self.room:
                # It goes on in further blocks; what the page has no room for is counted and no more.
                if self.o > self.block_start:
                    self.flush()
                if not self.room:
                    self.leave_out(text)
                    return 0
                if end > self.room:
                    end = text.rfind(" ", max(self.room - MAX_REST_CHARS, 0), self.room) + 1 or self.room
            part, text = text[:end], text[end:]
            if self.pre_depth:
                self.preformatted(part)
            else:
                encoded = part.encode("utf-8", "surrogatepass")
                room, self.room = self.room, len(encoded)  # it was measured in code points
                self.words = encoded
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
        inner = self.r_open[self.recorded - 1] if self.recorded == self.depth else self.record()
        encoded = words.encode("utf-8", "surrogatepass")
        at, end = self.o, self.o + len(encoded)
        if end > len(self.text_bytes):
            raise IndexError("a text larger than its markup")
        for place, byte in enumerate(encoded, at):
            self.out[place] = byte
        self.run(at, end, len(words), inner)
        self.space = text[len(text) - 1 :].isspace()
        self.breaks = 0

    def leave_out(self, text: str) -> None:
        """Count a text that is no part of the page's blocks."""
        self.left_out += len(text)
        self.why = self.limit
        if len(self.rest) < MAX_REST_CHARS:
            self.rest = f"{self.rest} {text[:MAX_REST_CHARS]}"

    # Blocks.

    @cython.cfunc
    def common(self, first: cython.int, last: cython.int) -> cython.int:
        """The innermost element that holds these runs. Indices grow in document order, so ancestors are smaller."""
        found: cython.int = self.r_elements[first]
        other: cython.int
        k: cython.int
        for k in range(first, last):
            other = self.r_elements[k]
            while found != other:
                if found > other:
                    found = self.e_parents[found]
                else:
                    other = self.e_parents[other]
        return found

    @cython.cfunc
    def flush(self) -> cython.int:
        """End the block that is being collected."""
        tag: cython.int = self.block_tags[self.block_depth - 1]
        b: cython.int = self.blocks
        may_hold: cython.bint = self.links > self.first_link and self.runs - self.first_run > 1
        # The sign of a permalink stands in a heading; a pilcrow is known beside any text.
        if may_hold and (self.flags[tag] & HEADED or (self.out[self.o - 2] == 0xC2 and self.out[self.o - 1] == 0xB6)):
            self.leave_out_permalinks()
        self.serial += 1
        k: cython.int = self.first_link
        j: cython.int
        value: cython.int
        for j in range(self.first_link, self.links):
            value = self.l_values[j]
            if self.seen_in[value] != self.serial:
                self.seen_in[value] = self.serial
                self.l_values[k] = value
                k += 1
        self.links = k
        if b + 1 >= len(self.b_starts):
            self.b_bytes, self.b_starts, self.b_kinds = (
                _grown(self.b_bytes),
                _grown(self.b_starts),
                _grown(self.b_kinds),
            )
            self.b_tags, self.b_elements = _grown(self.b_tags), _grown(self.b_elements)
            self.b_link_chars, self.b_runs = _grown(self.b_link_chars), _grown(self.b_runs)
            self.b_links = _grown(self.b_links)
        self.b_bytes[b] = cython.cast(cython.int, self.block_start)
        self.b_starts[b], self.b_runs[b], self.b_links[b] = self.block_chars, self.first_run, self.first_link
        self.b_kinds[b], self.b_tags[b] = self.kinds[self.kind_depth - 1], tag
        self.b_elements[b] = self.common(self.first_run, self.runs)
        self.b_link_chars[b] = self.link_chars
        self.blocks = b + 1
        self.begin_block()
        if self.held:
            self.held = ""
        self.link_chars = self.breaks = self.space = 0
        self.left -= self.given - self.room
        if self.blocks >= self.max_blocks and self.left:
            self.left, self.limit = 0, "beyond max_blocks"
        self.given = self.room = self.left if self.left < self.max_block_chars else self.max_block_chars
        return 0

    @cython.cfunc
    def begin_block(self) -> cython.int:
        """Begin the next block where the last has ended."""
        self.block_start, self.block_chars, self.first_run, self.first_link = self.o, self.chars, self.runs, self.links
        self.b_bytes[self.blocks] = cython.cast(cython.int, self.o)
        self.b_starts[self.blocks], self.b_runs[self.blocks], self.b_links[self.blocks] = (
            self.chars,
            self.runs,
            self.links,
        )
        return 0

    @cython.cfunc
    def link_around(self, e: cython.int) -> cython.int:
        """The link that an element is or is in; the root where there is none."""
        while e > 0 and self.e_tags[e] != A:
            e = self.e_parents[e]
        return e

    def leave_out_permalinks(self) -> None:
        """Take out the signs at either end that link into the page.

        A sign that is part of a longer link stays ("C#"), and so does one that is all of the block.
        """
        if self.runs - self.first_run > 1 and self.is_permalink(self.first_run, self.first_run + 1):
            text = bytes(self.out[self.block_start : self.o]).decode("utf-8", "surrogatepass")
            cut = self.r_ends[self.first_run]
            self.link_chars -= cut - self.r_starts[self.first_run]
            rest = text[cut:].lstrip()
            cut = len(text) - len(rest)
            size = len(text[:cut].encode("utf-8", "surrogatepass"))
            for place in range(self.block_start, self.o - size):
                self.out[place] = self.out[place + size]
            self.o -= size
            self.chars -= cut
            for k in range(self.first_run, self.runs - 1):
                self.r_starts[k] = max(self.r_starts[k + 1] - cut, 0)
                self.r_ends[k] = self.r_ends[k + 1] - cut
                self.r_elements[k] = self.r_elements[k + 1]
                self.r_bytes[k] = max(self.r_bytes[k + 1] - size, self.block_start)
            for k in range(self.first_link, self.links - 1):
                self.l_values[k] = self.l_values[k + 1]
            self.runs -= 1
            self.links -= 1
        if self.runs - self.first_run > 1 and self.is_permalink(self.runs - 1, self.runs - 2):
            self.link_chars -= self.r_ends[self.runs - 1] - self.r_starts[self.runs - 1]
            self.o = self.r_bytes[self.runs - 1]
            self.chars = self.block_chars + self.r_starts[self.runs - 1]
            self.runs -= 1
            self.links -= 1

    @cython.ccall
    def is_permalink(self, k: cython.int, beside: cython.int) -> bool:
        """Whether a run is a sign that links into the page, and the one beside it is not in the same link."""
        end: cython.Py_ssize_t = self.r_bytes[k + 1] if k + 1 < self.runs else self.o
        if end - self.r_bytes[k] > MAX_SIGN_BYTES:
            return False
        sign: str = bytes(self.out[self.r_bytes[k] : end]).decode("utf-8", "surrogatepass")
        sign = sign[: self.r_ends[k] - self.r_starts[k]].strip()
        if not 0 < len(sign) <= MAX_SIGN_CHARS or any(map(str.isalnum, sign)):
            return False
        link: cython.int = self.link_around(self.r_elements[k])
        if self.link_around(self.r_elements[beside]) == link:
            return False
        for j in range(self.e_firsts[link], self.e_firsts[link + 1]):
            if self.a_keys[j] == HREF - 1:
                return "#" in self.pool[self.a_values[j]]
        return False

    @cython.cfunc
    def end_row(self, first: cython.int) -> cython.int:
        """Join the cells of a data row into one block, tab between them."""
        if self.cell_count - first < 2 or self.cells[first] == self.blocks:
            return 0
        k: cython.int
        end: cython.int
        for k in range(first, self.cell_count):
            end = self.cells[k + 1] if k + 1 < self.cell_count else self.blocks
            if end - self.cells[k] > 1:
                return 0
        b: cython.int = self.cells[first]
        for k in range(b, self.blocks):
            if self.b_starts[k + 1] - self.b_starts[k] > MAX_CELL_CHARS or self.b_kinds[k] == TABLE:
                return 0
        tabs: cython.int = self.blocks - b - 1
        if self.o + tabs > len(self.out):
            raise IndexError("a text larger than its markup")
        # Tabs go between the texts, which make room for them, the last text first.
        chars: cython.int = 0
        shift: cython.int = tabs
        i: cython.Py_ssize_t = self.o
        r: cython.int = self.runs
        k = self.blocks - 1
        while k >= b:
            while i > self.b_bytes[k]:
                i -= 1
                self.out[i + shift] = self.out[i]
            if k > b:
                self.out[i + shift - 1] = 9
            while r > self.b_runs[k]:
                r -= 1
                self.r_starts[r] += self.b_starts[k] - self.b_starts[b] + shift
                self.r_ends[r] += self.b_starts[k] - self.b_starts[b] + shift
                self.r_bytes[r] += shift
            chars += self.b_link_chars[k]
            shift -= 1
            k -= 1
        self.o += tabs
        self.chars += tabs
        self.b_kinds[b], self.b_tags[b], self.b_link_chars[b] = TABLE, TR, chars
        self.b_elements[b] = self.common(self.b_runs[b], self.runs)
        self.blocks = b + 1
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

    def values(self, i: int) -> dict[str, str]:
        """The attributes that begin at i."""
        found = {}
        while self.src[i] == 32:
            equals = self.data.index(b"=", i + 2)
            end = self.data.index(b'"', equals + 2)
            found[self.data[i + 1 : equals].decode()] = _plain(self.data[equals + 2 : end])
            i = end + 1
        return found

    def raw_end(self, tag: int, i: int) -> int:
        """Where the end tag of a raw text begins."""
        if tag == PLAINTEXT:
            end = self.data.rfind(b"</plaintext>")
        else:
            end = self.data.find(b"</" + self.data[self.name_start : self.name_end] + b">", i)
            if tag == SCRIPT and end > i and self.data.find(b"<!--", i, end) >= 0:
                end = self.script_end(i)
        return end if end >= i else self.size

    def script_end(self, i: int) -> int:
        """The end of a script with a comment, inside which a script's own end tag may stand."""
        escaped = double = False
        for sign in SCRIPT_SIGN.finditer(self.data, i):
            what = sign.group().lower()
            if what == b"<!--":
                escaped = True
            elif what == b"-->":
                escaped = double = False
            elif what[1:2] != b"/":
                double = escaped
            elif double:
                double = False
            elif sign.group() == b"</script>":
                return sign.start()
        return self.size

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
                if not self.explicit and tag < UNKNOWN and self.flags[tag] & VOID:
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
            flags = self.flags[tag] if tag < UNKNOWN else 0
            is_void = 0 if self.explicit else flags & VOID
            if flags & RAW and not self.explicit:
                end = self.raw_end(tag, i)
                if tag == SCRIPT and end > i and not templates:
                    self.head.append((tag, self.values(attributes), self.data[i:end]))
                if in_body == 1 and not skipped and not flags & SKIPPED:
                    self.open(tag, attributes)
                    if end > i:
                        self.text(i, end, 1)
                    self.close()
                i = end + (attributes - start - 1) + 3
                continue
            if not templates:
                if tag in (META, LINK, HTML):
                    self.head.append((tag, self.values(attributes), b""))
                elif tag == TITLE:
                    self.head.append((tag, {}, self.data[i : self.data.find(b"<", i)]))
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
        e, b, r = self.elements, self.blocks, self.runs
        return Columns(
            self.text_bytes[: self.o].decode("utf-8", "surrogatepass"),
            self.pool,
            starts=_first(self.b_starts, b + 1), kinds=_first(self.b_kinds, b), tags=_first(self.b_tags, b),
            elements=_first(self.b_elements, b), link_chars=_first(self.b_link_chars, b), gaps=_integers(b),
            run_firsts=_first(self.b_runs, b + 1), run_starts=_first(self.r_starts, r),
            run_ends=_first(self.r_ends, r), run_elements=_first(self.r_elements, r),
            link_firsts=_first(self.b_links, b + 1), links=_first(self.l_values, self.links),
            element_tags=_first(self.e_tags, e), parents=_first(self.e_parents, e), ids=_first(self.e_ids, e),
            class_lists=_first(self.e_lists, e), hidden=_first(self.e_hidden, e),
            class_firsts=_first(self.list_firsts, self.lists + 1), class_names=_first(self.list_names, self.listed),
            attribute_firsts=_first(self.e_firsts, e + 1), attribute_keys=_first(self.a_keys, self.attributes),
            attribute_values=_first(self.a_values, self.attributes),
        )  # fmt: skip


def _grown(column: cython.int[::1]) -> array:
    """A copy of a column with twice the room."""
    count = len(column)
    grown = array("i", bytes(column))
    grown.frombytes(bytes(4 * count))
    return grown


def _first(column: cython.int[::1], count: cython.Py_ssize_t) -> array:
    """The first numbers of a column."""
    return array("i", bytes(column[:count]))


def scan(
    markup: bytes,
    max_blocks: int,
    max_text_chars: int,
    max_block_chars: int,
    *,
    explicit: bool = False,
) -> tuple[Columns, list[tuple[str, dict[str, str], str]], int, str, str]:
    """Scan markup in UTF-8 that a tree was written as.

    Returns the columns; the `<html>`, `<meta>`, `<link>`, `<title>` and `<script>` elements in order, each with its
    attributes and text; and what was left out beyond the limits: code points, how it begins, and beyond which.
    """
    scanner: Scanner = Scanner(markup, explicit, max_blocks, max_text_chars, max_block_chars)
    scanner.scan()
    head = [
        (TAGS[tag], values, text.decode("utf-8", "surrogatepass") if tag == SCRIPT else _plain(text))
        for tag, values, text in scanner.head
    ]
    return scanner.columns(), head, scanner.left_out, scanner.rest, scanner.why
