"""A capture to a page: the first step of every chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import apache_beam as beam
from bs4 import BeautifulSoup

from ..capture import Capture
from ..page import Block, Element, Head, Page, Provenance
from .builder import BlockBuilder
from .decode import decode, utf8, without_surrogates
from .lexbor import parse_lexbor
from .lines import text_blocks
from .scripts.rescue import FLAG, article_in_scripts, joined, shows_text
from .soup import parse_soup

Parser = Literal["lexbor", "beautifulsoup"]
# BeautifulSoup's tree builder: Python's own, so that nothing else needs to be installed.
TREE_BUILDER = "html.parser"


def parse(capture: Capture, parser: Parser = "lexbor") -> Page:
    """The page of a capture: blocks in document order, nothing marked yet.

    Markup is never too broken to be parsed, and text that is hidden by markup is in the page too, as evidence.
    Bytes are decoded first; where their encoding had to be guessed, the page is flagged `encoding_guessed`. Where the
    markup holds no text and the scripts hold the article, its blocks follow and the page is flagged `text_from_script`.
    """
    if parser not in ("lexbor", "beautifulsoup"):
        raise ValueError(f"parser {parser!r} is not known; use 'lexbor' or 'beautifulsoup'")
    text, flags = _decoded(capture)
    blocks: list[Block]
    if capture.media == "text":
        blocks, elements, head = text_blocks(without_surrogates(text)), [Element("text")], Head()
    else:
        builder, head = _built(capture, text, parser)
        blocks, elements = builder.blocks, builder.elements or [Element("body")]
        if not shows_text(blocks, elements) and (article := article_in_scripts(text, head)):
            inner, _ = _built(Capture(body=article), article, parser)
            blocks, elements = joined((blocks, elements), (inner.blocks, inner.elements))
            flags = (*flags, FLAG)
    return Page(
        url=capture.url,
        is_text=capture.media == "text",
        blocks=tuple(blocks),
        elements=tuple(elements),
        head=head,
        quality_flags=flags,
        provenance=Provenance(
            id=capture.record_id(),
            captured_at=capture.captured_at,
            source=capture.source,
            source_file=capture.source_file,
            source_offset=capture.source_offset,
        ),
    )


def _built(capture: Capture, html: str, parser: Parser) -> tuple[BlockBuilder[Any], Head]:
    """Blocks and head of an HTML page, by the parser asked for."""
    if parser == "lexbor":
        return parse_lexbor(capture.octets if html is capture.body else utf8(html))
    return parse_soup(BeautifulSoup(without_surrogates(html), TREE_BUILDER))


def _decoded(capture: Capture) -> tuple[str, tuple[str, ...]]:
    if isinstance(capture.body, str):
        return capture.body, capture.quality_flags
    text, guessed = decode(capture.body, capture.content_type)
    return text, (*capture.quality_flags, "encoding_guessed") if guessed else capture.quality_flags


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
