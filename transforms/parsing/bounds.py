"""Markup within bounds: what a tree builder would need hours or gigabytes for, taken out before it sees it.

Building a tree as the HTML standard has it costs the square of the depth, of the attributes of one element and of the
number of distinct names, and formatting tags that are never closed are opened again in every paragraph: 26 KB that way
become 1.4 GB. Counting signs shows whether a page has room for such a thing (`compiled/bounds.py`); only then are its
tags read one by one (`compiled/tags.py`).
"""

from __future__ import annotations

from typing import NamedTuple

from ..compiled.bounds import end_of_signs, may_be_costly
from ..compiled.tags import TagReader
from ..core.limits import Limits


class Bounded(NamedTuple):
    """Markup that is safe to build a tree of; what was cut off its end, and why."""

    html: bytes
    rest: bytes = b""
    why: str = ""


def bounded(html: bytes, limits: Limits) -> Bounded:
    """The markup with what no tree can be built of at a bearable cost taken out; ordinary pages as they are.

    Tags beyond `max_depth` are left out and their text stays; beyond `max_tags`, and where formatting tags would be
    opened again too often, the rest is cut off. Linear in the markup.
    """
    if not may_be_costly(html, limits):
        return Bounded(html)
    end = end_of_signs(html)
    reader = TagReader(html[:end], limits)
    reader.read()
    why = "too many signs that begin no tag" if reader.end == end else reader.why
    return Bounded(reader.edited(), html[reader.end :], why)
