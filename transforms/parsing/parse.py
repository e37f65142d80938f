"""A capture to a page: the first step of every chain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import apache_beam as beam

from ..core.capture import Capture
from ..core.columns import Columns
from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import Element, Head, Page
from .ballast import WHY, relieved
from .bounds import bounded
from .decode import Decoded, decode, utf8, without_surrogates
from .left_out import FLAG as TRUNCATED
from .left_out import LeftOut, beyond_end, markup_left_out, text_left_out
from .lexbor import parse_lexbor
from .lines import text_blocks
from .listings import with_listings
from .markup import Parsed
from .scripts.rescue import FLAG, article_in_scripts, joined, shows_text

Parser = Literal["lexbor", "beautifulsoup"]
GUESSED = "encoding_guessed"
# Bytes of a character in UTF-8, and where NUL shows that it is UTF-16.
MAX_CHAR_BYTES, SEEN_BYTES = 4, 400
# BeautifulSoup's tree builder: Python's own, so that nothing else needs to be installed.
TREE_BUILDER = "html.parser"


def parse(capture: Capture, parser: Parser = "lexbor", limits: Limits = DEFAULT_LIMITS) -> Page:
    """The page of a capture: blocks in document order, nothing marked yet.

    Markup is never too broken to be parsed, and text that is hidden by markup is in the page too, as evidence.
    Bytes are decoded first; where their encoding had to be guessed, the page is flagged `encoding_guessed`. Where the
    markup holds no text and the scripts hold the article, its blocks follow and the page is flagged `text_from_script`.
    What is beyond `limits` is not read: the page is flagged `truncated`, and its last blocks, which are marked, tell
    what is missing.
    """
    if parser not in ("lexbor", "beautifulsoup"):
        raise ValueError(f"parser {parser!r} is not known; use 'lexbor' or 'beautifulsoup'")
    cut, beyond = _within(capture, limits)
    said = Decoded(cut.body) if isinstance(cut.body, str) else decode(cut.body, cut.content_type)
    is_text = capture.media == "text"
    parsed = _read_text(said.text, limits) if is_text else _read_html(cut, said, parser, limits)
    rows = [part.rows() for part in (*parsed.left_out, *beyond)]
    marks = (*(None,) * len(parsed.columns.kinds), *(mark for _, mark in rows))
    flags = (*capture.quality_flags, *([GUESSED] * said.guessed), *parsed.flags, *([TRUNCATED] if rows else []))
    return Page(
        url=capture.url,
        is_text=is_text,
        columns=parsed.columns.extended(block for block, _ in rows) if rows else parsed.columns,
        removals=marks,
        head=parsed.head,
        quality_flags=tuple(dict.fromkeys(flags)),
        provenance=capture.provenance(),
    )


def _within(capture: Capture, limits: Limits) -> tuple[Capture, tuple[LeftOut, ...]]:
    """The capture with a body within the limit: without ballast, and then without its end."""
    if len(capture.body) <= limits.max_page_bytes:
        return capture, ()
    beyond: tuple[LeftOut, ...] = ()
    if capture.media != "text" and not _is_wide(capture.body):
        html, text = relieved(capture.octets, limits)
        body = html if isinstance(capture.body, bytes) else html.decode("utf-8", "replace")
        capture, beyond = replace(capture, body=body), (text,) if text else ()
    if len(capture.body) <= limits.max_page_bytes:
        return capture, beyond
    end = limits.max_page_bytes
    if isinstance(capture.body, bytes) and not _is_wide(capture.body):
        while end and capture.body[end] & 0xC0 == 0x80 and end > limits.max_page_bytes - MAX_CHAR_BYTES:
            end -= 1  # a character of UTF-8 that is cut through would make the rest look like another encoding
    return replace(capture, body=capture.body[:end]), (*beyond, beyond_end(capture.body[end:], WHY))


def _is_wide(body: str | bytes) -> bool:
    """Whether these bytes look like UTF-16, in which signs are not single bytes."""
    return isinstance(body, bytes) and b"\0" in body[:SEEN_BYTES]


def _read_text(text: str, limits: Limits) -> Parsed:
    """Lines to blocks."""
    rest, text = text[limits.max_text_chars :], text[: limits.max_text_chars]
    blocks = list(islice(text_blocks(without_surrogates(text), limits.max_block_chars), limits.max_blocks + 1))
    left_out: tuple[LeftOut, ...] = ()
    if len(blocks) > limits.max_blocks:
        size = len(text) + len(rest) - sum(len(block.text) + 1 for block in blocks[:-1])
        left_out = (text_left_out(blocks.pop().text, max(size, 1), "beyond max_blocks"),)
    elif rest.strip():
        left_out = (text_left_out(rest, len(rest), "beyond max_text_chars"),)
    return Parsed(Columns.from_rows(blocks, [Element("text")]), Head(), left_out)


def _read_html(capture: Capture, said: Decoded, parser: Parser, limits: Limits) -> Parsed:
    """Markup to blocks, by the parser asked for."""
    page = _built(capture.octets if said.source is capture.body else said.utf8, parser, limits)
    page = page._replace(columns=with_listings(page.columns, limits))
    if shows_text(page.columns) or not (article := article_in_scripts(said.text, page.head)):
        return page
    inner = _built(utf8(article), parser, limits)
    columns = joined(page.columns, inner.columns)
    return Parsed(columns, page.head, (*page.left_out, *inner.left_out), (FLAG,))


def _built(html: bytes, parser: Parser, limits: Limits) -> Parsed:
    """Columns and head of an HTML page in UTF-8, and what of it is left out."""
    markup = bounded(html, limits)
    parsed = parse_lexbor(markup.html, limits) if parser == "lexbor" else _parsed_by_beautifulsoup(markup.html, limits)
    if not markup.rest:
        return parsed
    return parsed._replace(left_out=(*parsed.left_out, markup_left_out(markup.rest, markup.why)))


def _parsed_by_beautifulsoup(html: bytes, limits: Limits) -> Parsed:
    """Columns and head of a page, by the parser that few ask for: it is imported for them."""
    from bs4 import BeautifulSoup

    from .soup import parse_soup

    return parse_soup(BeautifulSoup(html.decode("utf-8", "replace"), TREE_BUILDER), limits)


@dataclass
class ParseCaptures(beam.PTransform):
    """Turn captures into pages, with lexbor (`parser: lexbor`) or BeautifulSoup (`parser: beautifulsoup`)."""

    parser: Parser = "lexbor"

    def parse(self, capture: Capture) -> Page:
        """See the function `parse`."""
        return parse(capture, self.parser)

    def expand(self, captures: beam.PCollection[Capture]) -> beam.PCollection[Page]:
        """Apply `parse` to each capture."""
        step = beam.Map(self.parse).with_input_types(Capture).with_output_types(Page)
        return captures | type(self).__name__ >> step
