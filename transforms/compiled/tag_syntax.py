# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""What markup consists of, as the HTML standard's tokenizer sees it: tags, comments, and where raw texts end.

Raw texts are the contents of elements such as scripts, in which tags are text.
"""

from __future__ import annotations

from array import array

import cython

from ..parsing.markup_tables import RAW_TAGS

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.arrays import integers
    from cython.cimports.boiloff.transforms.compiled.tag_names import SCRIPT
else:
    from .arrays import integers
    from .tag_names import SCRIPT

cython.declare(MAX_ATTRIBUTES=cython.int, NEAR=cython.Py_ssize_t)
# How many attributes an element keeps.
MAX_ATTRIBUTES = 1_000
# A sign that is not so near is found sooner by a call of the library's search.
NEAR = 64
# What a "<" begins.
NOTHING, TAG, COMMENT, CDATA, OTHER = range(5)


@cython.cfunc
@cython.inline
def _is_space(c: cython.int) -> cython.bint:
    """Return whether a byte parts attributes."""
    return c == 32 or c == 10 or c == 9 or c == 13 or c == 12


@cython.cfunc
def ends_name(c: cython.int) -> cython.bint:
    """Return whether a byte ends the name of a tag."""
    return c <= 62 and (c == 62 or c == 47 or _is_space(c))


@cython.cfunc
@cython.inline
def _lower(c: cython.int) -> cython.int:
    return c + 32 if 65 <= c <= 90 else c


@cython.final
@cython.cclass
class TagSyntax:
    """Finds what is in markup: notes where the tag and its parts begin and end that was found last.

    Linear in the markup: the library's search begins anew only behind what it found.
    """

    def __init__(self, html: bytes) -> None:
        self.html, self.src, self.size = html, html, len(html)
        self.start = self.name_start = self.name_end = self.last_attribute = self.attributes_end = self.found_end = 0
        self.is_end = self.is_closed = False
        self.key_count = self.key_end = 0
        self.keys = integers(2 * MAX_ATTRIBUTES)
        self.comment_dashes = self.comment_close = 0

    @cython.cfunc
    def seek(self, sign: cython.int, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return where a byte is next; the end of the page where it does not."""
        near: cython.Py_ssize_t = min(at + NEAR, self.size)
        while at < near:
            if self.src[at] == sign:
                return at
            at += 1
        if at >= self.size:
            return self.size
        found: cython.Py_ssize_t = self.html.find(sign, at)
        return found if found >= 0 else self.size

    @cython.cfunc
    def find(self, at: cython.Py_ssize_t) -> cython.int:
        """Return what markup follows, which begins at `start` then. A tag is read up to MAX_ATTRIBUTES."""
        c: cython.int
        found: cython.int = NOTHING
        while found == NOTHING:
            at = self.seek(60, at)
            if at + 1 >= self.size:
                return NOTHING
            self.start = at
            c = self.src[at + 1]
            if c == 33:
                found = self.declaration(at)
            elif c == 63:
                found = OTHER
            else:
                self.is_end = c == 47
                if self.is_end:
                    c = self.src[at + 2] if at + 2 < self.size else 0
                if 97 <= c <= 122 or 65 <= c <= 90:
                    found = TAG
                    self.tag(at + 2 if self.is_end else at + 1)
                elif self.is_end:
                    found = OTHER
            at += 1
        return found

    @cython.cfunc
    def declaration(self, at: cython.Py_ssize_t) -> cython.int:
        """Return what "<!" begins."""
        if at + 3 < self.size and self.src[at + 2] == 45 and self.src[at + 3] == 45:
            return COMMENT
        return CDATA if self.html.startswith(b"<![CDATA[", at) else OTHER

    @cython.cfunc
    def tag(self, at: cython.Py_ssize_t) -> cython.void:
        """Read the tag whose name begins here."""
        self.name_start = at
        while at < self.size and not ends_name(self.src[at]):
            at += 1
        self.name_end = self.last_attribute = at
        self.key_count = 0
        at = self.attribute(at)
        while self.key_count < MAX_ATTRIBUTES and at < self.size and self.src[at] != 62:
            self.last_attribute = self.attribute_end(at)
            self.keys[2 * self.key_count], self.keys[2 * self.key_count + 1] = at, self.key_end
            self.key_count += 1
            at = self.attribute(self.last_attribute)
        self.attributes_end = at
        self.is_closed = at < self.size and self.src[at] == 62
        self.found_end = at + 1 if self.is_closed else at

    @cython.cfunc
    def attribute(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return where the next attribute begins, or the tag or the page ends."""
        while at < self.size and (self.src[at] == 47 or _is_space(self.src[at])):
            at += 1
        return at

    @cython.cfunc
    def attribute_end(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the end of the attribute that begins here, and `key_end`, that of its name with the white space after
        it.

        A name may begin with "=". A quotation mark without its fellow begins another attribute.
        """
        c: cython.int
        self.key_end = at
        is_unnamed: cython.bint = self.src[at] == 61
        at += 1
        while at < self.size and self.src[at] != 61 and not ends_name(self.src[at]):
            at += 1
        end: cython.Py_ssize_t = at
        while at < self.size and _is_space(self.src[at]):
            at += 1
        if at == self.size or self.src[at] != 61:
            if not is_unnamed:
                self.key_end = end
            return end
        if not is_unnamed:
            self.key_end = at
        at += 1
        while at < self.size and _is_space(self.src[at]):
            at += 1
        if at == self.size:
            return at
        c = self.src[at]
        if c == 34 or c == 39:
            end = self.seek(c, at + 1)
            return end + 1 if end < self.size else at
        while at < self.size and self.src[at] != 62 and not _is_space(self.src[at]):
            at += 1
        return at

    @cython.cfunc
    def rest_of_tag(self) -> cython.Py_ssize_t:
        """Return where a tag with more attributes than are noted ends; the end of the page where it does not."""
        at: cython.Py_ssize_t = self.found_end
        while at < self.size and self.src[at] != 62:
            at = self.attribute(self.attribute_end(at))
        return at

    @cython.cfunc
    def comment_end(self) -> cython.Py_ssize_t:
        """Return where the comment ends; its beginning may be part of its end. Beyond the page for no end."""
        dashes: cython.Py_ssize_t
        at: cython.Py_ssize_t
        if self.comment_dashes >= self.start + 2:
            return self.comment_close + 1
        at = self.seek(62, self.start + 2)
        while at < self.size:
            dashes = at - 2 if self.src[at - 1] != 33 else at - 3
            if dashes >= self.start + 2 and self.src[dashes] == 45 and self.src[dashes + 1] == 45:
                break
            at = self.seek(62, at + 1)
        self.comment_dashes, self.comment_close = dashes if at < self.size else at, at
        return at + 1


@cython.final
@cython.cclass
class RawTexts:
    """Finds the ends of raw texts.

    Linear in the markup: what was not found is not looked for again, and what a script's end depends on is worked out
    for all scripts of the page at once.
    """

    def __init__(self, syntax: TagSyntax) -> None:
        self.syntax = syntax
        self.html, self.src, self.size = syntax.html, syntax.html, syntax.size
        self.raw_ends = array("i", [-1] * (len(RAW_TAGS) + 1))
        self.searched = self.comment = 0
        self.comments = self.script_ends = None

    @cython.cfunc
    def raw_end(self, raw: cython.int, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return where the next end tag of a raw text element is; the end of the page where there is none."""
        found: cython.Py_ssize_t = self.raw_ends[raw]
        if found >= at:
            return found
        name: bytes = RAW_TAGS[raw - 1]
        found = self.syntax.seek(60, at)
        while found < self.size and not (
            found + 1 < self.size and self.src[found + 1] == 47 and self.is_named(found + 2, name)
        ):
            found = self.syntax.seek(60, found + 1)
        self.raw_ends[raw] = found
        return found

    @cython.cfunc
    def is_named(self, at: cython.Py_ssize_t, name: bytes) -> cython.bint:
        """Return whether a tag has this name, which begins here."""
        i: cython.Py_ssize_t
        if at + len(name) >= self.size:
            return False
        for i in range(len(name)):
            if _lower(self.src[at + i]) != name[i]:
                return False
        return ends_name(self.src[at + len(name)])

    @cython.cfunc
    def script_end(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return where a script ends: at its first end tag, unless a comment inside it contains another script."""
        first: cython.Py_ssize_t = self.raw_end(SCRIPT, at)
        if first == self.size:
            return first
        if self.comments is None:
            if first <= self.searched:
                return first
            comment: cython.Py_ssize_t = self.html.find(b"<!--", max(at, self.searched), first)
            self.searched = first
            if comment < 0:
                return first
            self.work_out_scripts(comment)
        while self.comment < len(self.comments) and self.comments[self.comment] < at:
            self.comment += 1
        if self.comment == len(self.comments) or self.comments[self.comment] > first:
            return first
        return self.script_ends[self.comment]

    @cython.cfunc
    def work_out_scripts(self, first: cython.Py_ssize_t) -> cython.void:
        """Return for each "<!--" from the `first` on: where a script ends in which it is the first one.

        In a script, "<!--" hides the end of the script behind another "<script", up to "-->". So where it ends depends
        on what comes after: read backwards, it is known at each sign for a script that is not, once and twice hidden.
        """
        at: cython.Py_ssize_t = self.size
        count: cython.Py_ssize_t = self.html.count(b"<!--", first)
        plain: cython.Py_ssize_t = self.size
        once: cython.Py_ssize_t = self.size
        twice: cython.Py_ssize_t = self.size
        c: cython.int
        self.comments, self.script_ends = integers(count), integers(count)
        while at > first:
            at -= 1
            c = self.src[at]
            if c == 45 and at + 2 < self.size and self.src[at + 1] == 45 and self.src[at + 2] == 62:
                once = twice = plain
            elif c != 60 or at + 3 >= self.size:
                pass
            elif self.src[at + 1] == 33 and self.src[at + 2] == 45 and self.src[at + 3] == 45:
                plain = once
                count -= 1
                self.comments[count], self.script_ends[count] = at, plain
            elif self.src[at + 1] == 47 and self.is_named(at + 2, b"script"):
                plain, once, twice = at, at, once
            elif self.is_named(at + 1, b"script"):
                once = twice
