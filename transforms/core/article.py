"""Page to article: the output record, the ledger of what was left out of it, and the record of a page without one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from ..matching.wording import width
from .columns import new
from .page import Kind, Page, PageKind, Source
from .rows import KIND_NAMES

SCHEMA_VERSION = "1"
# How an article can be written: its text alone, or also with its structure, under a key of that name.
Body = Literal["text", "markdown", "html"]
SEPARATOR = "\n\n"
# Below this many letters a text is flagged: an article in most crawls' sense is longer than a caption.
SHORT_TEXT_WIDTH = 250


class Span(NamedTuple):
    """Where a block stands in an article's text, in code points, and its kind."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Article:
    """One article, with the keys of the output record as attributes. An unknown value is empty, never None.

    `text` contains the kept blocks, joined by blank lines, without the title. For each `b` in `blocks`,
    `text[b.start:b.end]` is one block. docs/record.md describes every key.

    `markdown` and `html` are keys of the record only if they were asked for with `body`. An article from
    `boiloff.clean` writes them when a program reads them, unless it was pickled.
    """

    id: str
    url: str
    canonical_url: str
    site: str
    site_name: str
    title: str
    description: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    date_published: str
    date_modified: str
    date_source: str
    text: str
    blocks: tuple[Span, ...]
    language: str
    language_score: float
    removed_blocks: int
    removed_chars: int
    quality_flags: tuple[str, ...]
    captured_at: str
    source: str
    source_file: str
    source_offset: int
    content_sha256: str
    duplicate_of: str
    schema_version: str
    tool_version: str
    config_sha256: str
    organisations: tuple[str, ...]
    text_score: float
    page_kind: PageKind
    page_kind_score: float
    bodies: dict[Body, str] = field(default_factory=dict, repr=False)
    page: Page | None = field(default=None, compare=False, repr=False)

    @property
    def markdown(self) -> str:
        """The kept blocks as Markdown: CommonMark and tables. See docs/bodies.md."""
        return self._body("markdown")

    @property
    def html(self) -> str:
        """The kept blocks as HTML that a browser can show safely."""
        return self._body("html")

    def _body(self, body: Body) -> str:
        if body in self.bodies:
            return self.bodies[body]
        if self.page is None:
            raise AttributeError(f"this article has no {body} and no page to make it of; ask for it with body={body!r}")
        return write_body(self.page, body)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"page": None}

    def to_dict(self) -> dict[str, Any]:
        """Return the output record: only lists and plain values, with every key, in the order of the record."""
        record: dict[str, Any] = dict(vars(self))
        del record["bodies"], record["page"]
        record = {key: list(value) if isinstance(value, tuple) else value for key, value in record.items()}
        record["blocks"] = [span._asdict() for span in self.blocks]
        return record | self.bodies


# Attributes of an article that its record does not contain.
NO_KEYS = ("bodies", "page")


@dataclass(frozen=True)
class Rejected:
    """A capture without an article, and the reason. A run writes it as a rejected record.

    `stage` is the step that failed. `reason` is a short name for counting. `error` is a sentence for people, with the
    wrong value. `source_offset` is a byte offset, or the number of a row in Parquet and Arrow files; -1 means unknown,
    or the whole file. `length` is the number of bytes; -1 means unknown. Unknown strings are empty.

    Reasons of stage `read`: `not-html`, `http-status`, `redirect`, `revisit`, `empty-body`, `too-large`,
    `damaged-record`, `truncated-record`, `not-a-capture`, `unreadable`, `unknown-format`, `undecodable`, `broken-line`,
    `wrong-type`; of rejected records that are read again also `not-found`, `not-a-letter`.
    """

    id: str = ""
    url: str = ""
    stage: str = "read"
    reason: str = ""
    error: str = ""
    source_file: str = ""
    source_offset: int = -1
    length: int = -1
    captured_at: str = ""

    @classmethod
    def of(cls, source: Source, reason: str, error: str, length: int = -1, stage: str = "read") -> Rejected:
        """Reject the capture of this source."""
        return cls(
            id=source.id,
            url=source.url,
            stage=stage,
            reason=reason,
            error=error,
            source_file=source.source_file,
            source_offset=source.source_offset,
            length=length,
            captured_at=source.captured_at,
        )

    def to_dict(self) -> dict[str, str | int]:
        """Return the rejected record as a run writes it."""
        return asdict(self)


def write_body(page: Page, body: Body) -> str:
    """Write the article of a marked page as Markdown or HTML, once for the page."""
    from ..bodies.html import html_of  # few runs ask for these
    from ..bodies.markdown import markdown_of

    return page.cached(body, page.removals, lambda: markdown_of(page) if body == "markdown" else html_of(page))


def make_article(
    page: Page, *, body: Body = "text", keeps_page: bool = False, tool_version: str = "", config_sha256: str = ""
) -> Article:
    """Make the article of a page from its kept blocks and its metadata.

    `body` asks for Markdown or HTML besides text. With `keeps_page` the article can write them later.
    """
    text, spans = _text(page)
    kept_chars = len(text) - len(SEPARATOR) * max(0, len(spans) - 1)
    metadata, provenance = page.metadata, page.provenance
    flags = page.quality_flags
    if len(text) < SHORT_TEXT_WIDTH and width(text) < SHORT_TEXT_WIDTH:
        flags = (*flags, "short_text")
    return Article(
        id=provenance.id,
        url=page.url,
        canonical_url=metadata.canonical_url,
        site=page.site,
        site_name=metadata.site_name,
        title=metadata.title,
        description=metadata.description,
        authors=metadata.authors,
        tags=metadata.tags,
        date_published=metadata.date_published,
        date_modified=metadata.date_modified,
        date_source=metadata.date_source,
        text=text,
        blocks=spans,
        language=page.language,
        language_score=page.language_score,
        removed_blocks=len(page.removals) - len(spans),
        removed_chars=len(page.columns.text) - kept_chars,
        quality_flags=flags,
        captured_at=provenance.captured_at,
        source=provenance.source,
        source_file=provenance.source_file,
        source_offset=provenance.source_offset,
        content_sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        duplicate_of=page.duplicate_of,
        schema_version=SCHEMA_VERSION,
        tool_version=tool_version,
        config_sha256=config_sha256,
        organisations=metadata.organisations,
        text_score=page.text_score,
        page_kind=page.kind,
        page_kind_score=page.kind_score,
        bodies={} if body == "text" else {body: write_body(page, body)},
        page=page.without_caches() if keeps_page else None,
    )


def _text(page: Page) -> tuple[str, tuple[Span, ...]]:
    texts: list[str] = []
    spans: list[Span] = []
    start = 0
    columns = page.columns
    whole, starts, kinds = columns.text, columns.starts, columns.kinds
    for position in page.kept_positions():
        block = whole[starts[position] : starts[position + 1]]
        end = start + len(block)
        texts.append(block)
        spans.append(new(Span, (start, end, KIND_NAMES[kinds[position]])))
        start = end + len(SEPARATOR)
    return SEPARATOR.join(texts), tuple(spans)


def ledger(page: Page, *, with_texts: bool = True) -> Iterator[dict[str, Any]]:
    """Yield one record for each removed block, in document order."""
    identity, url, columns = page.provenance.id, page.url, page.columns
    text, starts = columns.text, columns.starts
    scores: dict[float, float] = {}  # many blocks share one
    for position, removal in enumerate(page.removals):
        if removal is not None:
            reason, rule, evidence, exact = removal
            score = scores.get(exact)
            if score is None:
                score = scores[exact] = round(float(exact), 4)
            yield {
                "id": identity,
                "url": url,
                "position": position,
                "reason": reason,
                "rule": rule,
                "evidence": evidence,
                "score": score,
                "text": text[starts[position] : starts[position + 1]] if with_texts else "",
            }
