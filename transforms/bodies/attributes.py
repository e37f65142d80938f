"""The attributes of an element, read where it stands in the markup."""

from __future__ import annotations

import re
from html import unescape

from ..core.page import Page

# As a tree is written: one space before each key, each value in quotation marks.
WRITTEN = re.compile(rb" ([^\s=>\"]+)=\"([^\"]*)\"")
# As anybody writes, inside a `<noscript>`. No part can be matched by another: linear.
ANY = re.compile(rb"([^\s=>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
ANY_IMAGE = re.compile(rb"<img\s([^<>]{1,8000})>", re.IGNORECASE)
# More are no element's of an article.
MAX_ATTRIBUTES = 60


def attributes_of(page: Page, element: int) -> dict[str, str]:
    """Return all attributes of an element of a page; none for a page without markup."""
    places = page.markup.places
    return attributes_at(page.markup.text, places[element]) if element < len(places) else {}


def attributes_at(markup: bytes, place: int) -> dict[str, str]:
    """Return the attributes that begin at a place of written markup.

    >>> attributes_at(b'<ol start="3" class="a b"><li>', 3)
    {'start': '3', 'class': 'a b'}
    """
    found: dict[str, str] = {}
    while len(found) < MAX_ATTRIBUTES and (match := WRITTEN.match(markup, place)):
        found.setdefault(_text(match[1]).lower(), unescape(_text(match[2])))
        place = match.end()
    return found


def image_at(markup: bytes, place: int) -> dict[str, str]:
    """Return the attributes of the first picture after a place, in markup as somebody wrote it.

    >>> image_at(b"<noscript><IMG src='a.png' alt=Tide /></noscript>", 10)
    {'src': 'a.png', 'alt': 'Tide'}
    """
    image = ANY_IMAGE.search(markup, place, place + 20_000)
    found: dict[str, str] = {}
    for match in ANY.finditer(image[1]) if image else ():
        if len(found) == MAX_ATTRIBUTES:
            break
        value = next((value for value in match.groups()[1:] if value is not None), b"")
        found.setdefault(_text(match[1]).lower(), unescape(_text(value)))
    return found


def _text(written: bytes) -> str:
    return written.decode("utf-8", "replace")
