"""What Markdown and HTML are written of: the parts of an article, and the spans of their text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from ..core.rows import Kind

# What a span of text is besides plain, as bits.
STRONG, EMPHASIS, CODE, DELETED, SUBSCRIPT, SUPERSCRIPT = (1 << bit for bit in range(6))
HolderTag = Literal["blockquote", "ul", "ol", "dl", "li", "dt", "dd"]
LIST_TAGS = frozenset(["ul", "ol", "dl"])
ITEM_TAGS = frozenset(["li", "dt", "dd"])


class Span(NamedTuple):
    """A stretch of text with the same marks and the same link. A line feed in it is a line break."""

    text: str
    marks: int = 0
    link: str = ""


class Holder(NamedTuple):
    """A quotation, a list or an item around a part. Parts with the same element here are in the same one.

    `number` is that of the first item of an ordered list.
    """

    tag: HolderTag
    element: int
    number: int = 1


class Cell(NamedTuple):
    """A cell of a table; it reaches over so many columns."""

    spans: tuple[Span, ...] = ()
    is_header: bool = False
    width: int = 1


class Image(NamedTuple):
    """A picture: its absolute address, what is said in its place, and its caption."""

    source: str
    alt: str = ""
    caption: str = ""


class Part(NamedTuple):
    """One kept block, a table made of several, or a picture, with the holders around it, outer ones first.

    `positions` are those of its blocks. `level` is that of a heading, `language` that of code. The text of a table is
    in the cells of its `rows`, and `image` is the picture of a part of this kind.
    """

    kind: Kind | Literal["image"]
    positions: tuple[int, ...] = ()
    holders: tuple[Holder, ...] = ()
    spans: tuple[Span, ...] = ()
    level: int = 0
    language: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    image: Image = Image("")


PLAIN = (0, "")


class SpanWriter:
    """Writes stretches of text as spans. White space at their ends has no marks; neighbours that are alike become one.

    The pieces of a span are joined at the end: a hostile page has a hundred thousand of them in one block.
    """

    def __init__(self) -> None:
        self._stretches: list[tuple[list[str], tuple[int, str]]] = []

    def add(self, text: str, marks: int = 0, link: str = "") -> None:
        """Add a stretch of text."""
        words = text.strip(" \n") if marks or link else text
        if words == text:
            self._add(text, (marks, link))
            return
        start = text.index(words) if words else len(text)
        self._add(text[:start], PLAIN)
        self._add(words, (marks, link))
        self._add(text[start + len(words) :], PLAIN)

    def _add(self, text: str, key: tuple[int, str]) -> None:
        if not text:
            return
        known = self._stretches
        if known and known[-1][1] == key:
            known[-1][0].append(text)
            return
        is_spaced = len(known) > 1 and known[-1][1] == PLAIN and known[-1][0] in ([" "], ["\n"])
        if is_spaced and key != PLAIN and known[-2][1][1] == key[1]:
            # White space between two stretches of one link, or with the same marks, is theirs.
            space, _ = known.pop()
            if known[-1][1] == key:
                known[-1][0].extend([*space, text])
                return
            known.append((space, (0, key[1])))
        known.append(([text], key))

    def spans(self) -> tuple[Span, ...]:
        """Return all that was written."""
        return tuple([Span("".join(pieces), *key) for pieces, key in self._stretches])


def with_marks(spans: Iterable[Span], marks: int) -> tuple[Span, ...]:
    """Return spans with no other marks than these."""
    writer = SpanWriter()
    for span in spans:
        writer.add(span.text, span.marks & marks, span.link)
    return writer.spans()
