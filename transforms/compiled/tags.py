# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The tags of a page one by one, as the HTML standard's tokenizer sees them, and how much tree they make.

Tree builders close elements for many reasons, and pass over some end tags. What is known here is only what the HTML
standard leaves no doubt about, and where more than one element is closed at once, their own end tags are put into the
page. So a tree may be taken for deeper than it is, never for much shallower. Elements that close each other wherever
they stand (paragraphs, rows, cells) are not counted: between two that are counted stand a few of them at most. Not
foreseen are formatting tags between the cells of a table, which are opened again behind it.
"""

from __future__ import annotations

import cython

from ..core.limits import Limits

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled import tag_names as bits
    from cython.cimports.boiloff.transforms.compiled.arrays import grown, integers
    from cython.cimports.boiloff.transforms.compiled.open_elements import PASSED, UNFORMATTED, OpenElements
    from cython.cimports.boiloff.transforms.compiled.tag_names import TagNames
    from cython.cimports.boiloff.transforms.compiled.tag_syntax import CDATA, NOTHING, OTHER, TAG, RawTexts, TagSyntax
else:
    from . import tag_names as bits
    from .arrays import grown, integers
    from .open_elements import PASSED, UNFORMATTED, OpenElements
    from .tag_names import TagNames
    from .tag_syntax import CDATA, NOTHING, OTHER, TAG, RawTexts, TagSyntax

cython.declare(
    MAX_NAMES=cython.int, SAFE_ATTRIBUTE_BYTES=cython.Py_ssize_t, MAX_ROOT_TAGS=cython.int, MAX_PASSED=cython.int,
    MAX_REOPENED=cython.longlong,
)  # fmt: skip
MAX_NAMES = 10_000
# So many hold no more different names of attributes than are bearable.
SAFE_ATTRIBUTE_BYTES = 300_000
MAX_ROOT_TAGS = 100
# Tags that are taken out cost no tree, only the time to read them.
MAX_PASSED = 200_000
# How often formatting elements may be opened again on a page: each time costs some 400 bytes.
MAX_REOPENED = 150_000
REOPENED = "too many formatting tags are never closed"


@cython.final
@cython.cclass
class Edits:
    """Edits of a page's bytes, in its order: each is behind those before it, or inside the tag that was read last."""

    src: cython.const_uchar[::1]
    count: cython.Py_ssize_t
    starts: cython.int[::1]
    ends: cython.int[::1]
    texts: list

    def __init__(self, html: bytes) -> None:
        self.src = html
        self.count = 0
        self.starts, self.ends, self.texts = integers(64), integers(64), []

    @cython.cfunc
    def replace(
        self, tag: cython.Py_ssize_t, start: cython.Py_ssize_t, end: cython.Py_ssize_t, text: bytes
    ) -> cython.void:
        """Put `text` in the place of a part of the last tag, which begins at `tag`; edits inside that part go with it.

        A "<" before the tag is text. Where nothing is put between it and what follows, they would become a tag.
        """
        if start == end and not text:
            return
        if not text and start == tag and start and self.src[start - 1] == 60:
            start -= 1
            text = b"&lt;"
        at: cython.Py_ssize_t = self.count
        while at and self.ends[at - 1] > start:
            at -= 1
        later: list = [(self.starts[i], self.ends[i], self.texts[i]) for i in range(at, self.count)]
        self.count = at
        del self.texts[at:]
        self._append(start, end, text)
        for a, b, t in later:
            if a >= end:
                self._append(a, b, t)

    @cython.cfunc
    def _append(self, start: cython.Py_ssize_t, end: cython.Py_ssize_t, text: bytes) -> cython.void:
        """Note an edit behind all others."""
        if self.count == len(self.starts):
            self.starts, self.ends = grown(self.starts), grown(self.ends)
        self.starts[self.count], self.ends[self.count] = start, end
        self.texts.append(text)
        self.count += 1

    @cython.cfunc
    def made(self, html: bytes) -> bytes:
        """Return the beginning of the page with the edits made."""
        if not self.count:
            return html
        parts: list = []
        at: cython.Py_ssize_t = 0
        i: cython.Py_ssize_t
        for i in range(self.count):
            parts.append(html[at : self.starts[i]])
            parts.append(self.texts[i])
            at = self.ends[i]
        parts.append(html[at:])
        return b"".join(parts)


@cython.final
@cython.cclass
class TagReader:
    """Reads markup up to `end`, where `why` says what stopped it; `edited` gives it with too deep tags taken out."""

    end = cython.declare(cython.Py_ssize_t, visibility="readonly")
    why = cython.declare(str, visibility="readonly")
    html: bytes
    src: cython.const_uchar[::1]
    size: cython.Py_ssize_t
    max_tags: cython.longlong
    max_depth: cython.Py_ssize_t
    syntax: TagSyntax
    names: TagNames
    raw_texts: RawTexts
    elements: OpenElements
    edits: Edits
    ambiguous: cython.Py_ssize_t  # up to here it depends on what is open whether this is markup
    reopened: cython.longlong
    attribute_bytes: cython.Py_ssize_t
    roots: cython.int
    has_frames: cython.bint
    passed: cython.int  # tags that are taken out
    # The tag that was read last: the number of its name, and what it does.
    name: cython.int
    flags: cython.int

    def __init__(self, html: bytes, limits: Limits) -> None:
        self.html, self.src, self.size = html, html, len(html)
        self.max_tags, self.max_depth = limits.max_tags, limits.max_depth
        self.end, self.why = self.size, ""
        self.syntax, self.names = TagSyntax(html), TagNames(html)
        self.raw_texts, self.elements, self.edits = RawTexts(self.syntax), OpenElements(), Edits(html)
        self.ambiguous = self.reopened = self.attribute_bytes = self.roots = self.passed = 0
        self.has_frames = False
        self.name = self.flags = 0

    def edited(self) -> bytes:
        """Return the markup that was read, with the edits made."""
        return self.edits.made(self.html[: self.end])

    def read(self) -> None:
        """Read all tags, or as many as the limits allow."""
        at: cython.Py_ssize_t = 0
        tags: cython.longlong = 0
        found: cython.int
        is_long: cython.bint
        while True:
            found = self.syntax.find(at)
            if found == NOTHING:
                return
            if found == TAG:
                tags += 1
                at = self.tag_end()
                if at >= 0 and self.syntax.is_end:
                    self.close(at)
                elif at >= 0:
                    at = self.open_tag(at)
            else:
                at = self.after_markup(found)
            if at < 0:
                return
            is_long = tags - self.passed > self.max_tags or self.passed > MAX_PASSED
            if is_long or self.reopened > MAX_REOPENED:
                self.end = self.syntax.start
                self.why = "beyond max_tags" if is_long else REOPENED
                return

    @cython.cfunc
    def tag_end(self) -> cython.Py_ssize_t:
        """Return the end of the tag, its attributes beyond the bearable taken out; -1 where the page ends in it."""
        at: cython.Py_ssize_t = self.syntax.found_end
        if self.syntax.is_closed:
            return at
        at = self.syntax.rest_of_tag()
        if at == self.size:
            return -1
        self.edits.replace(self.syntax.start, self.syntax.found_end, at, b"")
        return at + 1

    @cython.cfunc
    def after_markup(self, found: cython.int) -> cython.Py_ssize_t:
        """Return the end of a comment or a declaration; -1 where there is none."""
        at: cython.Py_ssize_t
        if found == CDATA:  # text in a drawing, a comment elsewhere: made the same in both
            at = self.syntax.start + len(b"<![CDATA[")
            self.edits.replace(self.syntax.start, self.syntax.start, at, b"")
            return at
        if found == OTHER:
            at = self.syntax.seek(62, self.syntax.start + 2)
            return at + 1 if at < self.size else -1
        at = self.syntax.comment_end()
        if self.syntax.start >= self.ambiguous:
            return at if at <= self.size else -1
        self.ambiguous = max(self.ambiguous, min(at, self.size))
        return self.syntax.start + 2

    @cython.ccall
    def is_long(self, at: cython.Py_ssize_t) -> cython.bint:
        """Return whether a tag begins here that has more attributes than are bearable, or no end."""
        return self.syntax.find(at) == TAG and self.syntax.start == at and not self.syntax.is_closed

    @cython.cfunc
    def count_names(self) -> cython.void:
        """Take the attributes out of a tag that brings new names when a page has had too many: they say nothing."""
        i: cython.Py_ssize_t
        self.name = self.names.add(self.syntax.name_start, self.syntax.name_end, True)
        for i in range(self.syntax.key_count):
            self.names.add(self.syntax.keys[2 * i], self.syntax.keys[2 * i + 1], False)
        self.roots += 1 if self.flags & bits.ROOT else 0
        if self.names.count > MAX_NAMES or self.roots > MAX_ROOT_TAGS:
            self.edits.replace(self.syntax.start, self.syntax.name_end, self.syntax.attributes_end, b"")

    @cython.cfunc
    def open_tag(self, end: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return a start tag: what it opens, and where to read on; -1 where nothing more is markup."""
        name: cython.int = self.names.number(self.syntax.name_start, self.syntax.name_end)
        self.name = name
        self.flags = self.names.flags(name)
        self.attribute_bytes += self.syntax.attributes_end - self.syntax.name_end
        is_new: cython.bint = self.names.is_new(name)
        if is_new or self.attribute_bytes > SAFE_ATTRIBUTE_BYTES or self.flags & bits.ROOT:
            self.count_names()
        if self.flags & (bits.CLOSING | bits.ITEM | bits.TERM):
            self.reopened += self.elements.active
        if self.flags & bits.FRAMES:
            self.has_frames = True
        if self.flags & bits.P_END and end > self.ambiguous:
            self.elements.close_paragraph()
        if self.flags & bits.PLAIN or self.flags >> bits.RAW_BIT:
            return self.after_raw(end)
        if self.flags & (bits.ITEM | bits.TERM) and end > self.ambiguous:
            self.end_item()
        if self.is_empty():
            self.edits.replace(self.syntax.start, self.syntax.start, end, b"")
        elif self.counts():
            self.push(end)
        elif self.flags & (bits.P | bits.OPTION):
            self.elements.hold(bits.HOLDS_P if self.flags & bits.P else bits.HOLDS_OPTION)
        return end

    @cython.cfunc
    def end_item(self) -> cython.void:
        """Return the item that another item's start tag closes."""
        at: cython.Py_ssize_t = self.elements.closed_by_item(self.flags)
        if at >= 0:
            self.edits.replace(
                self.syntax.start, self.syntax.start, self.syntax.start, self.elements.close(at, self.names)
            )

    @cython.cfunc
    def is_empty(self) -> cython.bint:
        """Return whether a tag is the whole of an element, or may be: that depends on what is open. It is taken out
        then.

        The "/" before its end says so, but in a value without quotation marks it belongs to the value.
        """
        if not self.flags & bits.FOREIGN and (not self.elements.foreign or self.flags & bits.NO_FOREIGN):
            return False
        return (
            self.syntax.last_attribute < self.syntax.attributes_end and self.src[self.syntax.attributes_end - 1] == 47
        )

    @cython.cfunc
    def counts(self) -> cython.bint:
        """Return whether an element counts as one level of depth."""
        if self.flags & bits.ROOT:
            return False
        if not self.flags & (bits.CLOSING | bits.VOID):
            return True
        return self.elements.foreign > 0 and not self.flags & bits.NO_FOREIGN

    @cython.cfunc
    def push(self, end: cython.Py_ssize_t) -> cython.void:
        """Open the element of the tag, and take the tag out where that would be too deep."""
        tag: cython.int = UNFORMATTED
        if self.elements.depth >= self.max_depth:
            tag = PASSED
            self.passed += 1
            self.edits.replace(self.syntax.start, self.syntax.start, end, b"<hr>" if self.flags & bits.BLOCK else b"")
        elif self.flags & bits.FORMATTING:
            tag = self.elements.formatting_number(self.html[self.syntax.start : self.syntax.found_end])
        self.elements.push(self.name, self.flags, tag)

    @cython.cfunc
    def close(self, end: cython.Py_ssize_t) -> cython.void:
        """Return an end tag: the elements that it certainly closes."""
        if end <= self.ambiguous:
            return
        name: cython.int = self.names.number(self.syntax.name_start, self.syntax.name_end)
        flags: cython.int = self.names.flags(name)
        if flags & bits.P:
            self.elements.close_paragraph()
        at: cython.Py_ssize_t = self.elements.closed_by_end(name, flags) if name >= 0 else -1
        if at < 0:
            return
        if flags & bits.SPECIAL:
            self.reopened += self.elements.active
        is_passed: cython.bint = self.elements.tags[at] == PASSED
        end_tags: bytes = self.elements.close(at, self.names)
        self.passed += 1 if is_passed else 0
        self.edits.replace(self.syntax.start, self.syntax.start, end if is_passed else self.syntax.start, end_tags)

    @cython.cfunc
    def after_raw(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the end of an element with raw text; inside a drawing, and among frames, it may be markup."""
        raw: cython.int = self.flags >> bits.RAW_BIT
        end: cython.Py_ssize_t
        if self.flags & bits.PLAIN:
            end = self.size
        elif raw == bits.SCRIPT:
            end = self.raw_texts.script_end(at)
        else:
            end = self.raw_texts.raw_end(raw, at)
        if not self.elements.foreign and not self.has_frames:
            return end if end < self.size else -1
        self.ambiguous = max(self.ambiguous, end)
        self.push(at)
        return at
