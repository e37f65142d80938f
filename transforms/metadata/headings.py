"""The visible headings of a page that may be its headline."""

from __future__ import annotations

from typing import NamedTuple

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.tags import TAG_NUMBERS
from ..matching.headlines import beginnings, endings
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
_ENTRIES = frozenset(TAG_NUMBERS[tag] for tag in ("nav", "li"))
_SECTIONS = frozenset(TAG_NUMBERS[tag] for tag in ("article", "section", "header", "main", "body"))
_H1, _HEADING = TAG_NUMBERS["h1"], KIND_NUMBERS["heading"]


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
    columns, removals = page.columns, page.removals
    main: list[str] = []
    lesser: list[str] = []
    site: list[str] = []
    near = _NEAR_TOP
    for position in columns.tagged(_TAGS):
        if columns.kinds[position] != _HEADING or removals[position] is not None:
            continue
        found = lesser
        if columns.tags[position] == _H1:
            found, near = main, max(near, position + _NEAR_MAIN)
        if position >= near or columns.block_length(position) > _LONGEST:
            continue
        if _leads_home(page, position):
            found = site
        if len(found) < _MOST and not _is_entry(columns, position):
            found.append(seen(columns.block_text(position)).rstrip(_ANCHORS))
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


def _leads_home(page: Page, position: int) -> bool:
    """Whether the heading is a link to the front page, and this page is another."""
    columns = page.columns
    if columns.link_chars[position] < _ALL_LINK * columns.block_length(position):
        return False
    links = columns.links[columns.link_firsts[position] : columns.link_firsts[position + 1]]
    home = home_of(page.url)
    if not links or same_page(page.url, home):
        return False
    return all(same_page(absolute(columns.pool[link], page.url), home) for link in links)


def _is_entry(columns: Columns, position: int) -> bool:
    element = columns.elements[position]
    while element >= 0:
        tag = columns.element_tags[element]
        if tag in _ENTRIES:
            return True
        if tag in _SECTIONS:
            return False
        element = columns.parents[element]
    return False
