# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Where raw texts end: elements such as scripts, whose content is no markup."""

from __future__ import annotations

from array import array

import cython

from ..parsing.markup_tables import RAW_TAGS

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.arrays import integers
    from cython.cimports.boiloff.transforms.compiled.tag_names import SCRIPT
    from cython.cimports.boiloff.transforms.compiled.tag_syntax import TagSyntax, ends_name
else:
    from .arrays import integers
    from .tag_names import SCRIPT
    from .tag_syntax import TagSyntax, ends_name


@cython.cfunc
@cython.inline
def _lower(c: cython.int) -> cython.int:
    return c + 32 if 65 <= c <= 90 else c


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
        """Return where a script ends: at its first end tag, unless a comment inside it holds another script."""
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
