"""The visible headings of a page that may be its headline."""

from __future__ import annotations

from typing import NamedTuple

from ..core.page import Block, Page
from ..matching.title_parts import beginnings, endings
from ..matching.wording import is_prose, normalise
from .addresses import absolute, home_of, same_page
from .plain import plain, seen

# Lesser headings count within so many blocks from the top of the page, or from a main heading.
_NEAR_TOP = 60
_NEAR_MAIN = 30
_MOST = 10
_TAGS = ("h1", "h2", "h3")
_LONGEST = 400
_ALL_LINK = 0.9
# A part of the title that stands alone has so many letters, and prose follows it within so many blocks.
_SHORTEST_PART = 8
_ABOVE_PARAGRAPH = 5
# Signs of a link to the heading itself.
_ANCHORS = " ¶🔗"
# Inside the first, a heading is an entry; inside the second, it is one of its own.
_ENTRIES = ("nav", "li")
_SECTIONS = ("article", "section", "header", "main", "body")


class Headings(NamedTuple):
    """The texts of main (`h1`) and lesser (`h2`, `h3`) headings, in the order of the page.

    `site` has those that lead to the site's front page: its name.
    """

    main: tuple[str, ...] = ()
    lesser: tuple[str, ...] = ()
    site: tuple[str, ...] = ()


def visible_headings(page: Page) -> Headings:
    """Main headings, and lesser ones near the top or a main one.

    Headings of furniture that is marked ("12 comments on …") are left out, and so are entries of navigation and of
    lists: many newspapers put a title for search engines into an `h1` at the end of the breadcrumbs, and show
    their headline further down. A page that has no headings at all may set a line in large letters instead.
    """
    main: list[str] = []
    lesser: list[str] = []
    site: list[str] = []
    near = _NEAR_TOP
    for position in page.columns.tagged(_TAGS):
        block = page.blocks[position]
        if block.kind != "heading" or page.removals[position] is not None:
            continue
        found = lesser
        if block.tag == "h1":
            found, near = main, max(near, position + _NEAR_MAIN)
        if _leads_home(page, block):
            found = site
        if position < near and len(found) < _MOST and len(block.text) <= _LONGEST and not _is_entry(page, block):
            found.append(seen(block.text).rstrip(_ANCHORS))
    if not main and not lesser and not site:
        lesser = _lines_of_title(page)
    return Headings(tuple(main), tuple(lesser), tuple(site))


def _lines_of_title(page: Page) -> list[str]:
    """On a page made without headings, the line above a paragraph that is a part of the page's title.

    Where the site's name is another part, and stands at the top, the line below it counts.
    """
    title = plain(page.head.title)
    parts = {part for part in (*beginnings(title), *endings(title)) if len(part) >= _SHORTEST_PART}
    found: list[str] = []
    for position, block in enumerate(page.blocks[:_NEAR_TOP] if parts else ()):
        if block.links or len(block.text) > _LONGEST or normalise(block.text) not in parts:
            continue
        below = page.blocks[position + 1 : position + 1 + _ABOVE_PARAGRAPH]
        if any(is_prose(under.text, under.link_density) for under in below):
            found = [seen(block.text)]
    return found


def _leads_home(page: Page, block: Block) -> bool:
    """Whether the heading is a link to the front page, and this page is another."""
    if not block.links or block.link_density < _ALL_LINK:
        return False
    home = home_of(page.url)
    return not same_page(page.url, home) and all(same_page(absolute(href, page.url), home) for href in block.links)


def _is_entry(page: Page, block: Block) -> bool:
    tags = (element.tag for element in page.path(block.element))
    return next((tag in _ENTRIES for tag in tags if tag in _ENTRIES or tag in _SECTIONS), False)
