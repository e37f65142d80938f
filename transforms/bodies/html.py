"""HTML of an article: a few harmless elements, made anew of what was kept, so that nothing else can be in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from ..core.page import Page
from .article_parts import article_parts
from .parts import (
    CODE,
    DELETED,
    EMPHASIS,
    ITEM_TAGS,
    STRONG,
    SUBSCRIPT,
    SUPERSCRIPT,
    Cell,
    Holder,
    Image,
    Part,
    Span,
)

MARK_TAGS = (
    (STRONG, "strong"), (EMPHASIS, "em"), (DELETED, "del"), (SUBSCRIPT, "sub"), (SUPERSCRIPT, "sup"), (CODE, "code"),
)  # fmt: skip


def html_of(page: Page) -> str:
    r"""Return the article of a marked page as HTML, one part a line.

    >>> from boiloff.transforms import Capture, parse
    >>> html_of(parse(Capture("<h2 onclick=go()>Tides</h2>Ebb, at <a href=javascript:go()><b>noon</b></a>")))
    '<h2>Tides</h2>\n<p>Ebb, at <strong>noon</strong></p>'
    """
    return write_html(article_parts(page))


def write_html(parts: Iterable[Part]) -> str:
    """Write parts as HTML."""
    lines: list[str] = []
    opened: tuple[Holder, ...] = ()
    for part in parts:
        common = 0
        while common < min(len(opened), len(part.holders)) and opened[common] == part.holders[common]:
            common += 1
        closing = "".join(f"</{holder.tag}>" for holder in reversed(opened[common:]))
        if closing:
            lines[-1] += closing
        begun = part.holders[common:]
        opened = part.holders
        is_item_text = bool(begun) and begun[-1].tag in ITEM_TAGS
        lines.append("".join(map(_start_tag, begun)) + _block(part, is_item_text=is_item_text))
    if opened:
        lines[-1] += "".join(f"</{holder.tag}>" for holder in reversed(opened))
    return "\n".join(lines)


def _start_tag(holder: Holder) -> str:
    if holder.tag == "ol" and holder.number != 1:
        return f'<ol start="{holder.number}">'
    return f"<{holder.tag}>"


def _block(part: Part, *, is_item_text: bool) -> str:
    """Return the element of a part. The first text of an item needs none."""
    if part.kind == "image":
        return _image(part.image)
    if part.kind == "table":
        return _table(part.rows)
    if part.kind == "code":
        language = f' class="language-{escape(part.language)}"' if part.language else ""
        return f"<pre><code{language}>{escape(''.join(span.text for span in part.spans), quote=False)}</code></pre>"
    text = _inline(part.spans)
    if part.kind == "heading":
        return f"<h{part.level}>{text}</h{part.level}>"
    return text if is_item_text else f"<p>{text}</p>"


def _inline(spans: Sequence[Span]) -> str:
    """Return spans with their marks and links."""
    written: list[str] = []
    for link, group in groupby(spans, key=lambda span: span.link):
        text = "".join(map(_span, group))
        written.append(f'<a href="{escape(link)}">{text}</a>' if link else text)
    return "".join(written)


def _span(span: Span) -> str:
    text = escape(span.text, quote=False).replace("\n", "<br>")
    for mark, tag in reversed(MARK_TAGS):
        if span.marks & mark:
            text = f"<{tag}>{text}</{tag}>"
    return text


def _image(image: Image) -> str:
    written = f'<img src="{escape(image.source)}" alt="{escape(image.alt)}">'
    if not image.caption:
        return f"<p>{written}</p>"
    return f"<figure>{written}<figcaption>{escape(image.caption, quote=False)}</figcaption></figure>"


def _table(rows: Sequence[Sequence[Cell]]) -> str:
    """Return a table; its first row is its head if all cells of that are headers."""
    is_headed = all(cell.is_header for cell in rows[0])
    head = f"<thead>{_row(rows[0])}</thead>" if is_headed else ""
    body = "".join(map(_row, rows[is_headed:]))
    return f"<table>{head}{f'<tbody>{body}</tbody>' if body else ''}</table>"


def _row(cells: Sequence[Cell]) -> str:
    return f"<tr>{''.join(_cells(cells))}</tr>"


def _cells(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        if cell.width:
            tag = "th" if cell.is_header else "td"
            reach = f' colspan="{cell.width}"' if cell.width > 1 else ""
            yield f"<{tag}{reach}>{_inline(cell.spans)}</{tag}>"
