"""Rows of a page: its head, and one element, block, run or removal as callers see it."""

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
    """An element that holds text, as evidence: `parent` is an index into `Page.elements`, -1 at the root.

    `attributes` has only those that a rule reads (see `columns.KEPT_ATTRIBUTES`). `hidden` is true when
    markup hides the element or one of its ancestors from readers.
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
    """One paragraph, heading, list item, table row or caption: its text and the evidence markup gave.

    `tag` is the nearest block-level element, `element` the index of the innermost element that holds all of
    the text. `link_chars` counts the code points of `text` that are inside links, `links` are the targets as
    written in the page. `runs` show which element each stretch of text came from. `gap` is true when a text
    capture has a blank line before the block. Text captures have no elements but the root.
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
    """The mark on a block that says it is boilerplate, and why.

    `rule` names the transform, or the rule inside it; `evidence` is in words that a person understands;
    `score` is the rule's confidence, 0 to 1.
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
