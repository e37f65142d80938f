"""Markup within bounds: what a tree builder would need hours or gigabytes for, taken out before it sees it.

Building a tree as the HTML standard tells it costs the square of the depth, of the attributes of one element and of
the number of distinct names, and formatting tags that are never closed are opened again in every paragraph: 26 KB
that way become 1.4 GB. Counting signs tells whether a page has room for such a thing; only then are its tags read one
by one (`tags.py`).
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..core.limits import Limits
from .open_elements import FORMATTING_TAGS
from .tags import TAG, TagReader

Signs: TypeAlias = NDArray[np.uint8]
Positions: TypeAlias = NDArray[np.intp]

# Below these, trees are built in half a second whatever the markup is.
SAFE_BYTES = 1_000_000
SAFE_TAGS = 20_000
SAFE_REOPENED = 200_000
MAX_SIGNS = 1_000_000
# This many bytes without a "<" may be one tag with so many attributes that they take seconds.
MOST_TAG_BYTES = 30_000
FORMATTING_TAG = re.compile(rb"<(?:%b)[\s/]" % b"|".join(sorted(FORMATTING_TAGS)), re.IGNORECASE)

LESS = ord("<")


def _may_format() -> NDArray[np.bool_]:
    """Which two bytes may follow the "<" of a formatting tag with attributes, as one number."""
    table = np.zeros(1 << 16, dtype=bool)
    for name in FORMATTING_TAGS:
        for first in (name[0], name[0] - 32):
            for second in (name[1], name[1] - 32) if name[1:] else b" \t\n\f\r/":
                table[first << 8 | second] = True
    return table


MAY_FORMAT = _may_format()


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
    if not _may_be_costly(html, limits):
        return Bounded(html)
    end = _end_of_signs(html)
    reader = TagReader(html[:end], limits)
    reader.read()
    why = "too many signs that begin no tag" if reader.end == end else reader.why
    return Bounded(reader.edited(), html[reader.end :], why)


def _end_of_signs(html: bytes) -> int:
    """Where a page has had more "<" than is bearable, whatever follows them: each is a node for a while."""
    if html.count(b"<") <= MAX_SIGNS:
        return len(html)
    return int(np.flatnonzero(np.frombuffer(html, dtype=np.uint8) == LESS)[MAX_SIGNS])


def _may_be_costly(html: bytes, limits: Limits) -> bool:
    if len(html) > SAFE_BYTES:
        return True
    signs = np.frombuffer(html, dtype=np.uint8)
    openings = np.flatnonzero(signs[:-2] == LESS)
    tags = len(openings)
    if not tags:
        return False
    if tags > min(SAFE_TAGS, limits.max_tags, 40 * limits.max_depth):
        return True
    if tags * tags > 4 * SAFE_REOPENED and _may_reopen(html, signs, openings):
        return True
    return len(html) > MOST_TAG_BYTES and _may_have_long_tag(html, openings)


def _may_reopen(html: bytes, signs: Signs, openings: Positions) -> bool:
    """Whether there are so many formatting tags with attributes that each of the others may open too many again."""
    tags = len(openings)
    formatting = int(MAY_FORMAT[signs[openings + 1].astype(np.uint16) << 8 | signs[openings + 2]].sum())
    if formatting * (tags - formatting) <= SAFE_REOPENED:
        return False
    formatting = len(FORMATTING_TAG.findall(html))
    return formatting * (tags - formatting) > SAFE_REOPENED


def _may_have_long_tag(html: bytes, openings: Positions) -> bool:
    """Whether a stretch without another tag begins with one of very many attributes."""
    gaps = np.flatnonzero(np.diff(openings, append=len(html)) > MOST_TAG_BYTES)
    starts = (TAG.match(html, int(openings[gap])) for gap in gaps)
    return any(tag is not None and tag[2] is not None and not tag[4] for tag in starts)
