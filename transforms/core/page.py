"""The capture and the page: what every transform takes and returns.

A capture is one fetched response or stored text, with the source it came from and the site of its address. A page is
what a parser makes of one.

A page is flat. Its blocks stand in document order, and each names, by index, the innermost element that
contains all of its text; elements name their parents by index, and a parent is always before its
children. So a sum over containers is one loop over an array, a page pickles without recursion however
deep its markup was, and a parser needs to deliver nothing but rows.

Blocks and elements lie in columns of numbers (`columns.Columns`); `page.blocks[i]` and `page.elements[i]` make the row
that is asked for. Marks stand beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import urlsplit

from ..parsing.decode import utf8
from .columns import Columns, Rows
from .markup import Markup
from .rows import KINDS as KINDS
from .rows import REASONS as REASONS
from .rows import Block as Block
from .rows import Element as Element
from .rows import Head as Head
from .rows import Kind as Kind
from .rows import PageKind as PageKind
from .rows import Reason as Reason
from .rows import Rejection as Rejection
from .rows import Removal as Removal
from .rows import Run as Run

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from ..site_memory.derive import SiteMemory


Media = Literal["html", "text"]
# The content type of a text that is Markdown, whatever its signs.
MARKDOWN_TYPE = "text/markdown"
# What is before the path of an address; longer ones name no host, which has 253 characters at most (RFC 1035).
MAX_ORIGIN_CHARS = 1000
MAX_HOST_CHARS = 253


@dataclass(frozen=True)
class Source:
    """The origin of a page. The reader creates it, and the article, the ledger and the rejected record of the page use
    it.

    `captured_at` is ISO 8601. `content_type` is the value of the HTTP header, with its charset. `source` is the name
    that the user gave to the crawl. `source_offset` is a byte offset, or the number of a row in Parquet and Arrow
    files; -1 means that the file is a single capture, or that the offset is unknown. `site` is the site of a capture
    without an address. Other unknown values are empty.
    """

    url: str = ""
    id: str = ""
    captured_at: str = ""
    content_type: str = ""
    source: str = ""
    source_file: str = ""
    source_offset: int = -1
    site: str = ""


_SOURCE_FIELDS = tuple(field.name for field in fields(Source))


@dataclass(frozen=True)
class _Content:
    body: str | bytes
    media: Media = "html"


# Fields of the last base come first: the constructor takes the body, the media, the source's fields, then the flags.
@dataclass(frozen=True)
class Capture(Source, _Content):
    """One page as a crawler stored it: its body, and the time and place where it was captured.

    `body` is text, or bytes. The encoding of bytes is found with the help of `content_type`, the value of the HTTP
    header with its charset. Unknown values are empty. `source_offset` is -1 if the file is a single capture, or if the
    offset is unknown.
    """

    quality_flags: tuple[str, ...] = ()

    def record_id(self) -> str:
        """Return the id of the capture, or an id made from its url and body: the same capture has the same id."""
        if self.id:
            return self.id
        digest = hashlib.sha256(utf8(self.url))
        digest.update(b"\n")
        digest.update(self.octets)
        return f"sha256:{digest.hexdigest()}"

    def provenance(self) -> Source:
        """Return the source of the capture, without its body. The id is the id of its records."""
        known = {name: getattr(self, name) for name in _SOURCE_FIELDS}
        return Source(**known | {"id": self.record_id()})

    @cached_property
    def octets(self) -> bytes:
        """The body as bytes: text as UTF-8. Made once, since both the id and the parser need them."""
        return self.body if isinstance(self.body, bytes) else utf8(self.body)


def site_of(url: str) -> str:
    """Return the site of an address: its host in lower case without `www.` and port, or `""` where it has none.

    >>> site_of("https://WWW.Example.org:8080/a")
    'example.org'
    """
    origin = "/".join(url.strip().split("/", 3)[:3])
    return _site_of_origin(origin) if len(origin) <= MAX_ORIGIN_CHARS else ""


@lru_cache(maxsize=1 << 16)
def _site_of_origin(origin: str) -> str:
    """Return the host of an address without its path, which all addresses of a site share: few are cached."""
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return ""
    site = host.removeprefix("www.").rstrip(".")
    return site if len(site) <= MAX_HOST_CHARS else ""


_KNOWN_REASONS = frozenset(REASONS)  # asked for every mark: a fifth of what the tuple takes

Cached = TypeVar("Cached")

DESCRIPTION_KEYS = ("og:description", "description")


def _fault_of(removal: Removal) -> str:
    if removal.reason not in _KNOWN_REASONS:
        return f"reason {removal.reason!r} is not known; valid are {', '.join(map(repr, REASONS))}"
    return f"score {removal.score!r} of rule {removal.rule!r} is not from 0 to 1"


@dataclass(frozen=True)
class Metadata:
    """What is known about an article besides its text. Unknown values are empty; dates are ISO 8601."""

    title: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site_name: str = ""
    canonical_url: str = ""
    date_published: str = ""
    date_modified: str = ""
    date_source: str = ""


def no_blocks() -> Columns:
    """Make the columns of a page without text."""
    return Columns.from_rows((), (Element("html"),))


@dataclass(frozen=True)
class Page:
    """A parsed capture. `columns` contains its elements and blocks.

    `removals` has one entry for each block: a `Removal`, or None if the block is kept.

    `kind` is one of `KINDS`; `kind_score` is its probability, or 0 before a step has detected the kind. `is_text` is
    true for captures without markup; rules for these use words, structure, order and repetition. `rejection` is the
    reason why a page with text gives no article, or None. `text_score` is the probability that the kept text is right,
    or -1 before a step has computed it. `duplicate_of` is the id of the first capture with the same text, or `""` if
    this capture is the first. `site_memory` is the memory of the page's site, if there is one.

    `cache` contains values that rules compute from blocks and marks (see `cached`). Marked copies of a page share it.
    `markup` is the markup that the page was read from; without it, bodies contain no pictures. `site_memory`, `markup`
    and `cache` are not part of the page's value, and `cache` is not pickled.
    """

    url: str = ""
    is_text: bool = False
    columns: Columns = field(default_factory=no_blocks)
    removals: tuple[Removal | None, ...] = ()
    head: Head = field(default_factory=Head)
    metadata: Metadata = field(default_factory=Metadata)
    kind: PageKind = "article"
    kind_score: float = 0.0
    language: str = "und"
    language_score: float = 0.0
    text_score: float = -1.0
    quality_flags: tuple[str, ...] = ()
    provenance: Source = field(default_factory=Source)
    rejection: Rejection | None = None
    duplicate_of: str = ""
    site_memory: SiteMemory | None = field(default=None, compare=False, repr=False)
    markup: Markup = field(default=Markup(), compare=False, repr=False)
    cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        count = len(self.columns.kinds)
        if not self.removals:
            object.__setattr__(self, "removals", (None,) * count)
        if len(self.removals) != count:
            raise ValueError(f"{len(self.removals)} removals for {count} blocks: one each is needed")

    @cached_property
    def blocks(self) -> Rows[Block]:
        """The blocks in document order. Each is created when it is first used."""
        return self.columns.block_rows

    @cached_property
    def elements(self) -> Rows[Element]:
        """The elements that hold text, a parent before its children."""
        return self.columns.element_rows

    @property
    def site(self) -> str:
        """The site of the page's address, or else the one that was named for its capture; `""` if there is neither."""
        return site_of(self.url) or self.provenance.site

    @classmethod
    def from_rows(
        cls, blocks: Iterable[Block] = (), elements: Iterable[Element] = (Element("html"),), **fields: Any
    ) -> Page:
        """Make a page from rows. `fields` are the other fields of the page, by name.

        >>> Page.from_rows([Block("Low tide at noon.")]).blocks[0].kind
        'paragraph'
        """
        return cls(columns=Columns.from_rows(blocks, elements), **fields)

    @classmethod
    def from_soup(cls, soup: BeautifulSoup, url: str = "") -> Page:
        """Make a page from a BeautifulSoup tree. The tree is not changed.

        >>> from bs4 import BeautifulSoup
        >>> Page.from_soup(BeautifulSoup("<p>Low tide at noon.</p>", "html.parser")).blocks[0].text
        'Low tide at noon.'
        """
        from ..parsing.markup import parse_soup  # few programs need BeautifulSoup

        parsed = parse_soup(soup)
        return cls(url=url, columns=parsed.columns, head=parsed.head, markup=parsed.markup)

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)} | {"cache": {}}

    def mark(self, removals: Mapping[int, Removal]) -> Page:
        """Return the page with marks on these blocks, by position. A marked block keeps its first mark.

        Raises ValueError if the reason of a mark is not in `REASONS`, or if its score is not from 0 to 1.
        """
        if not removals:
            return self
        kept, rules = self.kept_positions(), set(self.rules())
        marks = list(self.removals)
        checked = None  # the blocks of one container share a mark
        for position, removal in removals.items():
            if removal is not checked:
                if removal.reason not in _KNOWN_REASONS or not 0 <= removal.score <= 1:
                    raise ValueError(_fault_of(removal))
                checked = removal
                rules.add(removal.rule)
            if marks[position] is None:
                marks[position] = removal
        marked = tuple(marks)
        self.cache["kept"] = marked, [position for position in kept if marks[position] is None]
        self.cache["rules"] = marked, frozenset(rules)
        return self.replaced(removals=marked)

    def reject(self, rejection: Rejection, rule: str) -> Page:
        """Return the page with this rejection. All kept blocks get a mark with its evidence."""
        removal = Removal("other", rule, rejection.evidence)
        return self.mark(dict.fromkeys(self.kept_positions(), removal)).replaced(rejection=rejection)

    def replaced(self, **values: Any) -> Page:
        """Return the page with other values of some fields. This method does not check that the values fit."""
        page = object.__new__(type(self))
        page.__dict__.update(self.__dict__)
        page.__dict__.update(values)
        if "columns" in values:
            page.__dict__.pop("blocks", None)
            page.__dict__.pop("elements", None)
        return page

    def without_caches(self) -> Page:
        """Return the page without what was computed from it, for those who hold on to it."""
        return self.replaced(cache={}, columns=self.columns.without_caches(), site_memory=None)

    def kept_positions(self) -> list[int]:
        """List the positions of the blocks that no transform has marked. Callers must not change the list."""
        removals = self.removals
        return self.cached("kept", removals, lambda: [i for i, removal in enumerate(removals) if removal is None])

    def rules(self) -> frozenset[str]:
        """Return the names of the rules that marked blocks of the page."""
        removals = self.removals
        return self.cached("rules", removals, lambda: frozenset({mark.rule for mark in removals if mark is not None}))

    def cached(self, name: str, key: object, make: Callable[[], Cached]) -> Cached:
        """Return the result of `make`. It is computed once for the page and its marked copies, until `key` changes.

        `key` contains all that the result depends on, except the columns; an example is `removals`. For results that
        depend only on the columns, use `Columns.derive`.
        """
        known = self.cache.get(name)
        if known is None or not (known[0] is key or known[0] == key):
            known = self.cache[name] = (key, make())
        value: Cached = known[1]
        return value

    def kept(self) -> Iterator[tuple[int, Block]]:
        """Yield the position and the block of each block that no transform has marked."""
        blocks = self.blocks
        return ((i, blocks[i]) for i in self.kept_positions())

    def description(self) -> str:
        """Return the description that the page declares, or `""`. It is often the same text as the standfirst."""
        return next((content for key, content in self.head.meta if key in DESCRIPTION_KEYS), "")

    def path(self, element: int) -> Iterator[Element]:
        """Yield the element and its ancestors, innermost first."""
        while element >= 0:
            node = self.elements[element]
            yield node
            element = node.parent
