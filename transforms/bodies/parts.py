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


def append_span(spans: list[Span], text: str, marks: int = 0, link: str = "") -> None:
    """Append a stretch of text. White space at its ends has no marks, and neighbours that are alike become one."""
    if marks or link:
        words = text.strip(" \n")
        if words != text:
            start = text.index(words) if words else len(text)
            if start:
                append_span(spans, text[:start])
            if words:
                append_span(spans, words, marks, link)
            if start + len(words) < len(text):
                append_span(spans, text[start + len(words) :])
            return
        if len(spans) > 1 and spans[-1].text in (" ", "\n") and spans[-2].link == link:
            # White space between two stretches of one link, or with the same marks, is theirs.
            spans[-1] = Span(spans[-1].text, marks if spans[-2].marks == marks else 0, link)
            if spans[-1][1:] == spans[-2][1:]:
                space = spans.pop()
                spans[-1] = Span(spans[-1].text + space.text, *space[1:])
    if spans and spans[-1][1:] == (marks, link):
        spans[-1] = Span(spans[-1].text + text, marks, link)
    else:
        spans.append(Span(text, marks, link))


def without_marks(spans: Iterable[Span], marks: int) -> tuple[Span, ...]:
    """Return spans without some of their marks."""
    found: list[Span] = []
    for span in spans:
        append_span(found, span.text, span.marks & ~marks, span.link)
    return tuple(found)
