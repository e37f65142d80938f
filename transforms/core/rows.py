"""Rows of a page: one element, block or run as callers see it."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Kind = Literal["paragraph", "heading", "list-item", "quote", "code", "table", "caption"]
# The number of a kind in a page's columns is its place here.
KIND_NAMES: tuple[Kind, ...] = get_args(Kind)


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
