# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Edits of a page's bytes: parts of it with what is put in their place, in the order of the page."""

from __future__ import annotations

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.arrays import grown, integers
else:
    from .arrays import grown, integers


@cython.final
@cython.cclass
class Edits:
    """The edits of one page. Each is behind those before it, or inside the tag that was read last."""

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
