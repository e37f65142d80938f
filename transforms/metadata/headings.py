"""The visible headings of a page that may be its headline."""

from __future__ import annotations

from typing import NamedTuple

from ..page import Block, Page
from .plain import seen

# Lesser headings count within so many blocks from the top of the page, or from a main heading.
_NEAR_TOP = 60
_NEAR_MAIN = 30
_MOST = 10
_TAGS = ("h1", "h2", "h3")
_LONGEST = 400
# Inside the first, a heading is an entry; inside the second, it is one of its own.
_ENTRIES = ("nav", "li")
_SECTIONS = ("article", "section", "header", "main", "body")


class Headings(NamedTuple):
    """The texts of main (`h1`) and lesser (`h2`, `h3`) headings, in the order of the page."""

    main: tuple[str, ...] = ()
    lesser: tuple[str, ...] = ()


def visible_headings(page: Page) -> Headings:
    """Main headings, and lesser ones near the top or a main one.

    Headings of furniture that is marked ("12 comments on …") are left out, and so are entries of navigation and of
    lists: many newspapers put a title for search engines into an `h1` at the end of the breadcrumbs, and show
    their headline further down.
    """
    main: list[str] = []
    lesser: list[str] = []
    near = _NEAR_TOP
    for position, block in enumerate(page.blocks):
        if block.tag not in _TAGS or block.kind != "heading" or page.removals[position] is not None:
            continue
        found = lesser
        if block.tag == "h1":
            found, near = main, max(near, position + _NEAR_MAIN)
        if position < near and len(found) < _MOST and len(block.text) <= _LONGEST and not _is_entry(page, block):
            found.append(seen(block.text))
    return Headings(tuple(main), tuple(lesser))


def _is_entry(page: Page, block: Block) -> bool:
    tags = (element.tag for element in page.path(block.element))
    return next((tag in _ENTRIES for tag in tags if tag in _ENTRIES or tag in _SECTIONS), False)
