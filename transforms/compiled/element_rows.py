# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The elements of markup: those that are open, and the rows of those inside which text is found."""

from __future__ import annotations

import cython

from ..core.columns import MAX_DEPTH
from ..core.rows import TAG_NUMBERS
from ..parsing import markup_tables as words

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.arrays import beginning, grown, integers
    from cython.cimports.boiloff.transforms.compiled.name_pool import UNKNOWN, NamePool
else:
    from .arrays import beginning, grown, integers
    from .name_pool import UNKNOWN, NamePool

cython.declare(
    IMPLIED=cython.int, HIDES=cython.int, SPOKEN=cython.int, APART=cython.int, DEEPEST=cython.int,
    A=cython.int, DFN=cython.int, TIME=cython.int,
    KEY_OF_WORD=cython.int[::1], FLAGS=cython.int[::1],
    CLASS=cython.int, ID=cython.int, STYLE=cython.int, HIDDEN=cython.int, ARIA_HIDDEN=cython.int, HREF=cython.int,
    E_TAG=cython.int, E_PARENT=cython.int, E_ID=cython.int, E_LIST=cython.int, E_HIDDEN=cython.int,
    E_FIRST=cython.int, E_SPOKEN=cython.int, E_PLACE=cython.int, E=cython.int,
)  # fmt: skip
HIDES, SPOKEN, APART, DEEPEST = 1, 2, 4, MAX_DEPTH
# Styles of an inline element that browsers show apart from the text beside it.
APART_STYLES = (
    b"float:left", b"float:right", b"display:block", b"display:inline-block", b"display:flex", b"display:inline-flex",
    b"display:grid", b"display:table", b"display:list-item",
)  # fmt: skip
FLAGS, IMPLIED, KEY_OF_WORD = words.FLAGS, words.IMPLIED, words.KEY_OF_WORD
A, DFN, TIME = (TAG_NUMBERS[tag] for tag in ("a", "dfn", "time"))
CLASS, ID, STYLE, HIDDEN, ARIA_HIDDEN, HREF = (
    words.KEYS.index(key) for key in "class id style hidden aria-hidden href".split()
)
# Columns of the rows. What is written row by row lies in one array for all columns: the number of row r in column C is
# at r * (how many columns) + C.
E_TAG, E_PARENT, E_ID, E_LIST, E_HIDDEN, E_FIRST, E_SPOKEN, E_PLACE, E = range(9)
# Of the stack of open elements: the tag, where the attributes begin, the row among the elements, and what is handed
# down to those inside: the tag of the block, its kind, the target of the link (-1: none), the first cell of the table
# row (-1: none), and whether white space counts.
S_TAG, S_PLACE, S_ELEMENT, S_BLOCK, S_KIND, S_LINK, S_ROW, S_PRE, S = range(9)


@cython.final
@cython.cclass
class ElementRows:
    """The elements of one page."""

    def __init__(self, names: NamePool) -> None:
        self.names = names
        self.elements, self.attributes = integers(1024 * E), integers(1024 * 2)
        self.element_count = self.attribute_count = 0
        self.opened = integers(64 * S)
        self.opened[S_ELEMENT] = self.opened[S_LINK] = self.opened[S_ROW] = -1
        self.depth = self.recorded = 0

    @cython.cfunc
    def push(self, tag: cython.int, attributes: cython.Py_ssize_t) -> cython.int:
        """Open an element whose attributes begin here; return its place in the stack."""
        self.depth += 1
        k: cython.int = self.depth * S
        if k + S > len(self.opened):
            self.opened = grown(self.opened)
        j: cython.int
        for j in range(k + S_BLOCK, k + S):
            self.opened[j] = self.opened[j - S]
        self.opened[k + S_TAG], self.opened[k + S_PLACE] = tag, cython.cast(cython.int, attributes)
        return k

    @cython.cfunc
    def pop(self) -> cython.int:
        """Close the innermost open element."""
        self.depth -= 1
        if self.recorded > self.depth:
            self.recorded = self.depth
        return 0

    @cython.cfunc
    def href(self, i: cython.Py_ssize_t) -> cython.int:
        """Return the target of the link whose attributes begin at i."""
        names: NamePool = self.names
        a: cython.Py_ssize_t
        h: cython.ulonglong
        while names.src[i] == 32:
            h = names.src[i + 1]
            a = i + 1
            i += 2
            while names.src[i] != 61:
                h = h << 8 | names.src[i]
                i += 1
            h = h & 0xFFFFFFFF if i - a == 4 else 0
            i += 2
            a = i
            while names.src[i] != 34:
                i += 1
            if h == 0x68726566:  # "href"
                return names.name(a, i)
            i += 1
        return 0

    @cython.cfunc
    def element(self, tag: cython.int, i: cython.Py_ssize_t, parent: cython.int, hidden: cython.int) -> cython.int:
        """Record an element whose attributes begin at i: what of them a rule may read."""
        names: NamePool = self.names
        e: cython.int = self.element_count * E
        if e + 2 * E > len(self.elements):
            self.elements = grown(self.elements)
        a: cython.Py_ssize_t
        key: cython.int
        k: cython.int
        self.elements[e + E_TAG], self.elements[e + E_PARENT] = tag, parent
        self.elements[e + E_PLACE] = cython.cast(cython.int, i)
        while names.src[i] == 32:
            key = KEY_OF_WORD[names.key_at(i + 1)]
            a = names.name_end + 2
            i = a
            while names.src[i] != 34:
                i += 1
            if key == 0:
                pass
            elif key == CLASS:
                if i > a:
                    k = names.class_list(a, i)
                    self.elements[e + E_LIST] = k
                    hidden |= names.list_flags[k] & HIDES
                    self.elements[e + E_SPOKEN] |= names.list_flags[k] & SPOKEN
            elif key == ID:
                if i > a:
                    self.elements[e + E_ID] = names.short(names.name(a, i))
            elif key == STYLE:
                if i > a and not hidden:
                    k = self.read_style(names.data[a:i].lower())
                    hidden = k & HIDES
                    self.elements[e + E_SPOKEN] |= k & APART
            elif key == HIDDEN:
                hidden = 1
            elif key == ARIA_HIDDEN:
                if names.data[a:i] == b"true":
                    hidden = 1
            elif i > a:
                k = self.attribute_count * 2
                if k == len(self.attributes):
                    self.attributes = grown(self.attributes)
                self.attributes[k], self.attributes[k + 1] = key - 1, names.name(a, i)
                self.attribute_count += 1
            i += 1
        self.elements[e + E_HIDDEN] = hidden
        self.elements[e + E + E_FIRST] = self.attribute_count
        self.element_count += 1
        return hidden

    @cython.cfunc
    def read_style(self, style: bytes) -> cython.int:
        """Return whether a style hides its element, or sets it apart from the text beside it.

        Few have the y of "display" and "visibility", or an f.
        """
        if b"y" not in style and b"float" not in style:
            return 0
        compact = style.replace(b" ", b"")
        if b"display:none" in compact or b"visibility:hidden" in compact:
            return HIDES
        for known in APART_STYLES:
            if known in compact:
                return APART
        return 0

    @cython.cfunc
    def record(self) -> cython.int:
        """Return the index of the innermost open element, recorded now if it has not been."""
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
    def is_label(self, e: cython.int) -> cython.int:
        """Return whether a hidden element is a label for screen readers: markup needs no space beside it."""
        while e >= 0 and self.elements[e * E + E_HIDDEN]:
            if self.elements[e * E + E_SPOKEN] & SPOKEN:
                return 1
            e = self.elements[e * E + E_PARENT]
        return 0

    @cython.cfunc
    def link_around(self, e: cython.int) -> cython.int:
        """Return the link that an element is or is in; the root where there is none."""
        while e > 0 and self.elements[e * E + E_TAG] != A:
            e = self.elements[e * E + E_PARENT]
        return e

    @cython.cfunc
    def is_hidden(self, e: cython.int) -> cython.int:
        """Return whether an element is hidden."""
        return self.elements[e * E + E_HIDDEN]

    @cython.cfunc
    def around_both(self, one: cython.int, other: cython.int) -> cython.int:
        """Return the innermost element that holds two. Rows are in document order: ancestors have smaller ones."""
        while one != other:
            if one > other:
                one = self.elements[one * E + E_PARENT]
            else:
                other = self.elements[other * E + E_PARENT]
        return one

    @cython.cfunc
    def parts_words(self, one: cython.int, other: cython.int) -> cython.int:
        """Return whether browsers show the words in two elements apart where no white space is between them.

        1 for a time beside a text; 2 for two links, or a term and what explains it: only if a capital follows; 3 for
        what a style sets apart: not beside a single letter, which begins a paragraph.
        """
        common: cython.int = self.around_both(one, other)
        links: cython.int = 0
        terms: cython.int = 0
        tag: cython.int
        while one != common:
            tag = self.elements[one * E + E_TAG]
            if tag == TIME:
                return 1
            if self.elements[one * E + E_SPOKEN] & APART:
                return 3
            links |= tag == A
            terms |= tag == DFN
            one = self.elements[one * E + E_PARENT]
        while other != common:
            tag = self.elements[other * E + E_TAG]
            if tag == TIME:
                return 1
            if self.elements[other * E + E_SPOKEN] & APART:
                return 3
            if links and tag == A:
                return 2
            other = self.elements[other * E + E_PARENT]
        return 2 * terms

    @cython.cfunc
    def fragment(self, link: cython.int) -> str:
        """Return a link's target from "#" on, or ""."""
        j: cython.int
        for j in range(self.elements[link * E + E_FIRST], self.elements[(link + 1) * E + E_FIRST]):
            if self.attributes[2 * j] == HREF - 1:
                target: str = self.names.pool[self.attributes[2 * j + 1]]
                return target[target.find("#") :] if "#" in target else ""
        return ""

    @cython.cfunc
    def places(self) -> object:
        """Return where the attributes of each element begin in the markup."""
        return beginning(self.elements, self.element_count * E)[E_PLACE::E]

    @cython.cfunc
    def unrecorded(self) -> list:
        """List where the attributes begin of the elements around the innermost one that are not recorded."""
        found: list = []
        level: cython.int
        for level in range(self.recorded + 1, min(self.depth, DEEPEST + 1)):
            found.append(self.opened[level * S + S_PLACE])
        return found

    @cython.cfunc
    def innermost_recorded(self) -> cython.int:
        """Return the innermost open element that is recorded; -1 for none."""
        return self.opened[self.recorded * S + S_ELEMENT]

    @cython.cfunc
    def columns(self) -> dict:
        """Return the columns of the elements and their attributes."""
        e: cython.Py_ssize_t = self.element_count * E
        elements = beginning(self.elements, e + E)
        attributes = beginning(self.attributes, self.attribute_count * 2)
        return {
            "element_tags": elements[E_TAG:e:E],
            "parents": elements[E_PARENT:e:E],
            "ids": elements[E_ID:e:E],
            "class_lists": elements[E_LIST:e:E],
            "hidden": elements[E_HIDDEN:e:E],
            "attribute_firsts": elements[E_FIRST::E],
            "attribute_keys": attributes[::2],
            "attribute_values": attributes[1::2],
        }
