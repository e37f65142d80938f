"""Parse a capture into a page: the first step of every chain.

HTML goes through a parser, text captures (WET, already extracted text) are cut into blocks at lines and blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, islice
from math import fsum
from typing import TYPE_CHECKING, Literal

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from ..._beam_import import BeamTransform
from ..core.columns import Columns
from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import MARKDOWN_TYPE, Capture, Page
from ..core.rows import TAG_NUMBERS, Block, Element, Head, Kind, Removal, Sign
from ..data import read_data
from ..matching.wording import MIN_PROSE_WIDTH, UNSPACED_WIDTH, block_measures, width
from .decode import Decoded, decode, utf8, without_invisible, without_surrogates
from .markup import Parsed, join_listings, joined_positions, read_markup
from .page_limits import FLAG as TRUNCATED
from .page_limits import (
    WHY,
    LeftOut,
    body_left_out,
    drop_embedded_data,
    limit_markup,
    markup_left_out,
    text_left_out,
)

if TYPE_CHECKING:
    import apache_beam as beam

Parser = Literal["lexbor", "beautifulsoup"]
# Bytes of a character in UTF-8, and how many first bytes show by NUL that a body is UTF-16.
MAX_CHAR_BYTES, SEEN_BYTES = 4, 400
# BeautifulSoup's tree builder: Python's own, which needs no other package.
TREE_BUILDER = "html.parser"
# What these hold ends with their own end tag, or with the page.
RAW_TAGS = frozenset("iframe noembed noframes noscript script style textarea title xmp".split())
# So much of a text's end is compared with the page's.
SEEN_CHARS = 40
# Scripts, forms and comments leave no text, so no block shows the systems behind them. Pages that stand in for content
# have little text; only the beginning of their source is searched.
# Longer text, menus included, belongs to pages with content. Challenges and forms lie within the first bytes.
MAX_TEXT_CHARS, MAX_SOURCE_BYTES = 2_500, 1 << 15
REASONS = (
    "login", "bot-check", "captchas", "needs-javascript", "parked-domain", "consent-wall", "error-page",
)  # fmt: skip
# Half of an ordinary page, and no text of it: emptied before the tree is written. JSON-LD is read, and so is what a
# drawing that is never closed has swallowed of the page's head. The source of formulas is text.
NO_TEXT = 'script:not([type*="ld+json" i]):not([type*="math/" i]), style, svg:not(:has(script, link, meta))'

# Typists and mail programs break lines within these widths, in code points.
MIN_WRAP, MAX_WRAP = 45, 120
# A wrapped line is full: the next line's first word would not fit into the rest of the width.
MIN_FULLNESS = 0.75
MIN_WRAPPED_LINES = 3
# Where a text shows whether its lines are wrapped.
MAX_SEEN_LINES = 2_000
# A bullet or a number, then a space: one class and one optional sign, so it cannot backtrack.
LIST_MARKER = re.compile(r"(?:[-*•‣◦▪●–]|\d{1,3}[.)])\s")


FROM_NOSCRIPT = "text_from_noscript"
NOSCRIPT = re.compile(r"<(/?)noscript\b", re.IGNORECASE)
BODY = re.compile(r"<body\b", re.IGNORECASE)
# Less running text is a call to enable scripts.
MIN_NOSCRIPT_WIDTH = 500
MAX_LINK_DENSITY = 0.5
# Every page of a site has the same text in these.
BOILERPLATE_TAGS = frozenset(TAG_NUMBERS[tag] for tag in ("aside", "dialog", "footer", "nav"))


@dataclass
class ParseCaptures(BeamTransform):
    """Turn captures into pages, with lexbor (`parser: lexbor`) or BeautifulSoup (`parser: beautifulsoup`)."""

    parser: Parser = "lexbor"

    def parse(self, capture: Capture) -> Page:
        """Parse one capture; see the function `parse`."""
        return parse(capture, self.parser)

    def expand(self, captures: beam.PCollection[Capture]) -> beam.PCollection[Page]:
        """Apply `parse` to each capture."""
        import apache_beam as beam

        step = beam.Map(self.parse).with_input_types(Capture).with_output_types(Page)
        return captures | type(self).__name__ >> step


def parse(capture: Capture, parser: Parser = "lexbor", limits: Limits = DEFAULT_LIMITS) -> Page:
    """Parse a capture into a page: blocks in document order, without removals.

    Broken markup never fails. The page also contains text that markup hides. The quality flags are:

    - `encoding_guessed`: the bytes do not declare their encoding, or declare a wrong one. In the second case,
      `encoding_corrected:declared>used` has both encodings.
    - `mojibake`: text that was encoded twice was repaired.
    - `text_from_noscript`: the text comes from the elements that the page shows without scripts.
    - `text_from_script`: the markup has no text, and the article comes from JSON in the page's scripts.
    - `truncated`: parts beyond `limits` were not read. The last blocks of the page describe these parts, with removals.

    Args:
        capture: The body, with its media type, address and origin.
        parser: "lexbor", or "beautifulsoup", which is about thirty times slower.
        limits: The maximum size of the page.

    Returns:
        The page.

    Raises:
        ValueError: The parser is unknown.
    """
    if parser not in ("lexbor", "beautifulsoup"):
        raise ValueError(f"parser {parser!r} is not known; use 'lexbor' or 'beautifulsoup'")
    is_text = capture.media == "text"
    cut, beyond = (capture, ()) if len(capture.body) <= limits.max_page_bytes else _cut_body(capture, limits)
    body = Decoded(cut.body) if isinstance(cut.body, str) else decode(cut.body, cut.content_type)
    parsed = _parse_text(body.text, limits, _is_markdown(cut)) if is_text else _parse_html(cut, body, parser, limits)
    columns = parsed.columns
    removals: tuple[Removal | None, ...] = ()
    if missing := [part.as_block() for part in (*parsed.left_out, *beyond)]:
        removals = (*(None,) * len(columns.kinds), *(removal for _, removal in missing))
        columns = columns.extended(block for block, _ in missing)
    flags = (*capture.quality_flags, *body.flags(), *parsed.flags, *[TRUNCATED] * bool(missing))
    head = parsed.head
    if not is_text and (signs := find_signs(cut.octets, len(columns.text))):
        head = replace(head, signs=signs)
    url = capture.url or (parsed.head.declared_url() if is_text else "")
    return Page(
        url=url,
        is_text=is_text,
        columns=columns,
        removals=removals,
        head=head,
        quality_flags=tuple(dict.fromkeys(flags)),
        provenance=capture.provenance(),
        markup=parsed.markup,
    )


def _cut_body(capture: Capture, limits: Limits) -> tuple[Capture, tuple[LeftOut, ...]]:
    """Cut a body that is too large: embedded data first, then the end."""
    beyond: tuple[LeftOut, ...] = ()
    if capture.media != "text" and not _is_wide(capture.body):
        html, text = drop_embedded_data(capture.octets, limits)
        body = html if isinstance(capture.body, bytes) else html.decode("utf-8", "replace")
        capture, beyond = replace(capture, body=body), (text,) if text else ()
    if len(capture.body) <= limits.max_page_bytes:
        return capture, beyond
    end = limits.max_page_bytes
    if isinstance(capture.body, bytes) and not _is_wide(capture.body):
        while end and capture.body[end] & 0xC0 == 0x80 and end > limits.max_page_bytes - MAX_CHAR_BYTES:
            end -= 1  # half a character of UTF-8 would make the rest look like another encoding
    return replace(capture, body=capture.body[:end]), (*beyond, body_left_out(capture.body[end:], WHY))


def _is_wide(body: str | bytes) -> bool:
    """Return whether a body looks like UTF-16, in which signs are not single bytes."""
    return isinstance(body, bytes) and b"\0" in body[:SEEN_BYTES]


def _parse_html(capture: Capture, body: Decoded, parser: Parser, limits: Limits) -> Parsed:
    """Parse markup into blocks. If it shows no text, read the page as browsers without scripts show it.

    If that has no text either, add the article that the page's scripts hold.
    """
    page = _build(capture.octets if body.source is capture.body else body.utf8, parser, limits)
    columns = join_listings(page.columns, limits)
    if columns is not page.columns:
        page = page._replace(columns=columns, markup=page.markup.moved(joined_positions(page.columns, columns)))
    if shows_text(page.columns):
        return page
    if opened := open_noscript(body.text):
        shown = _build(utf8(opened), parser, limits)
        if sum(block_measures(shown.columns)[1]) >= MIN_NOSCRIPT_WIDTH:
            return shown._replace(head=page.head, flags=(FROM_NOSCRIPT,))
    from .embedded_article import FLAG, append_article, find_article  # few pages need it

    if not (article := find_article(body.text, page.head)):
        return page
    inner = _build(utf8(article), parser, limits)
    markup = page.markup.followed_by(inner.markup, len(page.columns.kinds))
    columns = append_article(page.columns, inner.columns)
    return Parsed(columns, page.head, markup, (*page.left_out, *inner.left_out), (FLAG,))


def shows_text(columns: Columns) -> bool:
    """Return whether a page has a paragraph of its own: a sentence's worth of letters, not mostly links.

    Text in navigation, asides, dialogs and footers does not count. Hidden text does, as scripts may show it. The
    paragraph need not end as a sentence does: some languages have no such marks. An ordinary page takes one look.
    """
    for position, links in enumerate(columns.link_chars):
        length = columns.block_length(position)
        if length * UNSPACED_WIDTH < MIN_PROSE_WIDTH or links >= MAX_LINK_DENSITY * length:
            continue
        if width(columns.block_text(position)) >= MIN_PROSE_WIDTH and not _is_boilerplate(columns, position):
            return True
    return False


def _is_boilerplate(columns: Columns, position: int) -> bool:
    index = columns.elements[position]
    while index >= 0:
        if columns.element_tags[index] in BOILERPLATE_TAGS:
            return True
        index = columns.parents[index]
    return False


def open_noscript(html: str) -> str:
    """Return a page with each `<noscript>` of its body as a `<div>`; `""` if it has none.

    >>> open_noscript("<body><noscript><p>Low tide at noon.</p></noscript>")
    '<body><div><p>Low tide at noon.</p></div>'
    """
    body = BODY.search(html)
    start = body.start() if body else 0
    opened, count = NOSCRIPT.subn(r"<\1div", html[start:])
    return html[:start] + opened if count else ""


def _build(html: bytes, parser: Parser, limits: Limits) -> Parsed:
    """Build columns and head of an HTML page in UTF-8."""
    markup = limit_markup(html, limits)
    if parser == "lexbor":
        parsed = _parse_lexbor(markup.html, limits)
    else:  # few runs import this parser
        from bs4 import BeautifulSoup

        from .markup import parse_soup

        parsed = parse_soup(BeautifulSoup(markup.html.decode("utf-8", "replace"), TREE_BUILDER), limits)
    if not markup.rest:
        return parsed
    return parsed._replace(left_out=(*parsed.left_out, markup_left_out(markup.rest, markup.why)))


def _parse_lexbor(html: bytes, limits: Limits) -> Parsed:
    """Build columns and head with lexbor, which never fails on malformed markup: it follows the HTML standard."""
    tree = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS.value, scripting=True)
    unclosed = _unclosed(tree.root if tree.body is None or tree.body.first_child else tree.head, html)
    for node in tree.css(NO_TEXT):
        while (child := node.first_child) is not None:
            child.decompose()
    parsed = read_markup(utf8(tree.html or ""), limits)
    return parsed._replace(left_out=(*parsed.left_out, unclosed)) if unclosed else parsed


def _unclosed(node: LexborNode | None, html: bytes) -> LeftOut | None:
    """Return the text inside an element or a comment that is still open where the page ends."""
    while node is not None and node.last_child is not None:
        node = node.last_child
    if node is None or node.parent is None:
        return None
    is_comment, holder = node.tag == "-comment", node.parent.tag or ""
    if is_comment or (node.tag == "-text" and holder in RAW_TAGS):
        text = (node.comment_content if is_comment else node.text_content) or ""
        end = text[-SEEN_CHARS:]
        if end.strip() and html.endswith(utf8(end)):
            within = "a comment" if is_comment else f"a <{holder}>"
            return text_left_out(text.strip(), len(text.strip()), f"inside {within} that is never closed")
    return None


def _is_markdown(capture: Capture) -> bool:
    return re.split("[;,]", capture.content_type, maxsplit=1)[0].strip().lower() in (MARKDOWN_TYPE, "text/x-markdown")


def _parse_text(text: str, limits: Limits, is_markdown: bool) -> Parsed:
    """Cut a text into blocks."""
    from .markdown import read_markdown  # no page needs it

    if markdown := read_markdown(text, is_wrapped=_has_wrapped_lines(text), is_declared=is_markdown):
        page = _build(utf8(markdown.html), "lexbor", limits)
        spaced = (block._replace(gap=block.kind != "list-item") for block in page.columns.block_rows)
        return page._replace(columns=page.columns.with_blocks(spaced), head=markdown.head)
    rest, text = text[limits.max_text_chars :], text[: limits.max_text_chars]
    blocks = list(
        islice(text_blocks(without_invisible(without_surrogates(text)), limits.max_block_chars), limits.max_blocks + 1)
    )
    left_out: tuple[LeftOut, ...] = ()
    if len(blocks) > limits.max_blocks:
        size = len(text) + len(rest) - sum(len(block.text) + 1 for block in blocks[:-1])
        left_out = (text_left_out(blocks.pop().text, max(size, 1), "beyond max_blocks"),)
    elif rest.strip():
        left_out = (text_left_out(rest, len(rest), "beyond max_text_chars"),)
    return Parsed(Columns.from_rows(blocks, [Element("text")]), Head(), left_out=left_out)


def text_blocks(text: str, max_chars: int = DEFAULT_LIMITS.max_block_chars) -> Iterator[Block]:
    """Yield one block for each line; join the lines of a hard-wrapped paragraph into one block.

    A block has `gap` where a blank line is before it. Lines end as `str.splitlines` ends them. Tabs between words
    stay, as they separate the cells of a table row.
    """
    for blank, group in groupby(map(_normalise_space, text.splitlines()), key=lambda line: not line):
        if blank:
            continue
        lines = list(group)
        joined = [" ".join(lines)] if _is_wrapped(lines) else lines
        pieces = (piece for line in joined for piece in _pieces(line, max_chars))
        for i, line in enumerate(pieces):
            yield Block(line, kind=_kind(line), tag="", gap=i == 0)


def _has_wrapped_lines(text: str) -> bool:
    groups = (
        list(group) for blank, group in groupby(text.splitlines()[:MAX_SEEN_LINES], lambda line: not line.strip())
    )
    return any(_is_wrapped(lines) for lines in groups)


def _pieces(line: str, max_chars: int) -> Iterator[str]:
    """Cut a line into pieces no longer than a block may be."""
    while len(line) > max_chars:
        end = line.rfind(" ", max_chars - MAX_WRAP, max_chars)
        piece, line = (line[:end], line[end + 1 :]) if end > 0 else (line[:max_chars], line[max_chars:])
        yield piece
    yield line


def _normalise_space(line: str) -> str:
    if "\t" not in line:
        return " ".join(line.split())
    cells = (" ".join(cell.split()) for cell in line.split("\t"))
    return "\t".join(cell for cell in cells if cell)


def _is_wrapped(lines: list[str]) -> bool:
    """Return whether lines are one paragraph, broken at one width: all but the last are about equally full."""
    full = [len(line) for line in lines[:-1]]
    if len(lines) < MIN_WRAPPED_LINES or not MIN_WRAP <= max(full) <= MAX_WRAP:
        return False
    if any(LIST_MARKER.match(line) for line in lines[1:]):
        return False
    return min(full) >= MIN_FULLNESS * max(full) and len(lines[-1]) <= max(full) and fsum(full) / len(full) >= MIN_WRAP


def _kind(line: str) -> Kind:
    if "\t" in line:
        return "table"
    return "list-item" if LIST_MARKER.match(line) else "paragraph"


@cache
def _needles() -> tuple[tuple[bytes, Sign], ...]:
    """Read what the sources of stand-ins hold (`data/names/stand_in_systems.json`)."""
    systems = read_data("names/stand_in_systems")
    return tuple(
        (needle.encode(), Sign(reason, system))
        for reason in REASONS
        for system, needles in systems[reason].items()
        for needle in needles
    )


def find_signs(source: bytes, text_chars: int) -> tuple[Sign, ...]:
    """List the signs in the source of a page with little text; none for other pages.

    >>> find_signs(b'<input type="password">', text_chars=20)
    (Sign(reason='login', system='a password field'),)
    """
    if text_chars > MAX_TEXT_CHARS:
        return ()
    start = source[:MAX_SOURCE_BYTES].lower()
    return tuple(dict.fromkeys(sign for needle, sign in _needles() if needle in start))
