"""Rows of a page (its head; one element, block, run or removal as callers see it) and HTML's elements by name.

Tags have numbers, which columns write for them, and do something to the text around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Kind = Literal["paragraph", "heading", "list-item", "quote", "code", "table", "caption"]
# The number of a kind in a page's columns is its place here.
KIND_NAMES: tuple[Kind, ...] = get_args(Kind)
Reason = Literal[
    "comments",
    "disclaimer",
    "link-list",
    "repeated",
    "navigation",
    "sharing",
    "sign-up",
    "cookie-notice",
    "advert",
    "byline",
    "hidden",
    "other",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
PageKind = Literal["article", "discussion", "product", "documentation", "listing", "other"]
KINDS: tuple[PageKind, ...] = get_args(PageKind)


class Element(NamedTuple):
    """An element that contains text. `parent` is an index into `Page.elements`, or -1 for the root.

    `attributes` contains only attributes that a rule reads (see `columns.KEPT_ATTRIBUTES`). `hidden` is true if markup
    hides the element or one of its ancestors.
    """

    tag: str
    parent: int = -1
    id: str = ""
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    hidden: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The id and the class names, those that the element has."""
        return (self.id, *self.classes) if self.id else self.classes

    def attribute(self, name: str) -> str:
        """Return the value of a kept attribute, or `""`."""
        return next((value for key, value in self.attributes if key == name), "")


class Run(NamedTuple):
    """A stretch of a block's text that comes from one element: `text[start:end]`, in code points."""

    start: int
    end: int
    element: int


class Block(NamedTuple):
    """One paragraph, heading, list item, table row or caption: its text, and the evidence from the markup.

    `tag` is the nearest block-level element. `element` is the index of the innermost element that contains the whole
    text. `link_chars` is the number of code points of `text` inside links, and `links` are the targets as written in
    the page. `runs` map each part of the text to its element. `gap` is true if a text capture has a blank line before
    the block. In text captures, the only element is the root.
    """

    text: str
    kind: Kind = "paragraph"
    tag: str = "p"
    element: int = 0
    link_chars: int = 0
    links: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    gap: bool = False

    @property
    def link_density(self) -> float:
        """Share of the text that is inside links, 0 to 1."""
        return self.link_chars / len(self.text) if self.text else 0.0


class Removal(NamedTuple):
    """The mark on a block of boilerplate.

    `rule` is the name of the transform, or of a rule inside it. `evidence` describes the evidence in words. `score` is
    the confidence of the rule, from 0 to 1.
    """

    reason: Reason
    rule: str
    evidence: str
    score: float = 1.0


class Rejection(NamedTuple):
    """Why a page with text gives no article: the reason of its rejected record, and the evidence in words."""

    reason: str
    evidence: str


class Sign(NamedTuple):
    """What the source of a page with little text shows: a system, and the reason of rejection that it speaks for."""

    reason: str
    system: str


@dataclass(frozen=True)
class Head:
    """What the page says of itself outside its visible text, as found: raw material for metadata.

    `meta` has (name or property or itemprop, lower case; content) in document order, `links` has (rel, href)
    of `<link>` elements, `json_ld` the raw text of each JSON-LD script. `signs` are those of systems in the source
    (see `parsing.parse.find_signs`).
    """

    title: str = ""
    language: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    json_ld: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()

    def declared_url(self) -> str:
        """Return the address that the page gives itself in `og:url`; `""` if there is none."""
        return next((content for key, content in self.meta if key == "og:url"), "")


# Elements that end the block before them and start a new one (the rendering section of the HTML standard
# displays them as blocks), and buttons, whose labels would run into the text beside them.
BLOCK_TAGS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p plaintext pre "
    "search section summary table tbody td tfoot th thead tr ul xmp".split()
)
# Elements whose content is not text that a reader of the page sees as such.
SKIPPED_TAGS = frozenset(
    "applet audio base canvas datalist embed frameset head iframe link map math meta noembed noframes noscript object "
    "rp rt script select style svg template textarea title video".split()
)
# Elements without content: no end tag follows them.
VOID_TAGS = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
# Elements whose content is text whatever signs it contains.
RAW_TAGS = frozenset("iframe noembed noframes noscript plaintext script style xmp".split())
# Parsers that follow the HTML standard put these into every table, whether the page has them or not.
IMPLIED_TAGS = frozenset({"tbody"})
TAG_KINDS: dict[str, Kind] = {
    "pre": "code", "listing": "code", "xmp": "code", "plaintext": "code",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "figcaption": "caption", "caption": "caption",
    "li": "list-item", "dt": "list-item", "dd": "list-item",
    "blockquote": "quote",
}  # fmt: skip
# What a permalink's sign ("#", "¶", "§") is beside: headings, terms that are defined, captions.
HEADED_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "figcaption", "summary"})
OTHER_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark nobr option picture q "
    "rb ruby s samp small span strike strong sub sup text time tt u var".split()
)

# The number of a tag is its place here; that of an unknown one is UNKNOWN_TAG and its name's number in the page's pool.
# The empty name is the tag of a text capture's blocks.
TAGS = ("", *sorted(BLOCK_TAGS | SKIPPED_TAGS | VOID_TAGS | RAW_TAGS | OTHER_TAGS))
TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
UNKNOWN_TAG = len(TAGS)
