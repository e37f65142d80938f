"""Charts as inline SVG. They hold no words but their titles: labels stand beside them in HTML, where they wrap, scale
and can be copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

# Of a flow, in pixels: the whole stream, a branch's room, the space around one, and what the thinnest still shows.
STREAM, ROOM, SPACE, THINNEST = 150.0, 34.0, 8.0, 1.5


class Part(NamedTuple):
    """A part of a whole: its size, what it is, and the CSS class that colours it."""

    size: float
    title: str
    colour: str


def bar(share: float, title: str, colour: str = "plain") -> Markup:
    """A share, 0 to 1, as a bar as wide as its place."""
    width = round(max(0.0, min(share, 1.0)) * 100, 2)
    return Markup(
        '<svg class="bar" role="img" viewBox="0 0 100 1" preserveAspectRatio="none"><title>{}</title>'
        '<rect class="track" width="100" height="1"/><rect class="{}" width="{}" height="1"/></svg>'
    ).format(title, f"fill {colour}", width)


def stack(parts: Sequence[Part], title: str) -> Markup:
    """Parts of a whole, one beside the other."""
    whole = sum(part.size for part in parts) or 1
    rows, start = [], 0.0
    for part in parts:
        width = part.size / whole * 100
        rows.append(
            Markup('<rect class="{}" x="{}" width="{}" height="1"><title>{}</title></rect>').format(
                f"fill {part.colour}", round(start, 3), round(width, 3), part.title
            )
        )
        start += width
    return Markup(
        '<svg class="stack" role="img" viewBox="0 0 100 1" preserveAspectRatio="none"><title>{}</title>{}</svg>'
    ).format(title, Markup("").join(rows))


def column(share: float, title: str, height: int = 120) -> Markup:
    """One column of a histogram, `share` of `height` pixels high."""
    pixels = round(share * height, 1)
    if share:
        pixels = max(pixels, THINNEST)
    return Markup(
        '<svg class="column" role="img" width="100%" height="{}"><title>{}</title>'
        '<rect class="fill plain" width="100%" height="100%"/></svg>'
    ).format(pixels, title)


class Branch(NamedTuple):
    """Where a part of a stream ends: the height of its room and of the stroke in it, in pixels, and the stroke."""

    room: float
    stroke: Markup


def flow(parts: Sequence[Part], title: str) -> tuple[Markup, list[Branch]]:
    """A stream that divides: ribbons from one edge to rooms at the other, one above the other, and these rooms.

    The ribbons stretch with their place, the rooms are as high as here said.
    """
    whole = sum(part.size for part in parts) or 1
    branches, ribbons = [], []
    start, top = SPACE / 2, 0.0
    for part in parts:
        thick = max(part.size / whole * STREAM, THINNEST)
        room = max(ROOM, thick + SPACE)
        end = top + (room - thick) / 2
        ribbons.append(_ribbon(start, end, thick, part))
        branches.append(Branch(round(room, 1), _stroke(thick, part)))
        start, top = start + thick, top + room
    height = round(max(top, start + SPACE / 2), 1)
    drawn = Markup(
        '<svg class="ribbons" role="img" viewBox="0 0 100 {0}" height="{0}" preserveAspectRatio="none">'
        "<title>{1}</title>{2}</svg>"
    ).format(height, title, Markup("").join(ribbons))
    return drawn, branches


def _ribbon(start: float, end: float, thick: float, part: Part) -> Markup:
    upper = f"M0 {start:.1f}C50 {start:.1f} 50 {end:.1f} 100 {end:.1f}"
    lower = f"V{end + thick:.1f}C50 {end + thick:.1f} 50 {start + thick:.1f} 0 {start + thick:.1f}Z"
    return Markup('<path class="{}" d="{}"><title>{}</title></path>').format(
        f"ribbon {part.colour}", upper + lower, part.title
    )


def _stroke(thick: float, part: Part) -> Markup:
    return Markup(
        '<svg class="stroke" aria-hidden="true" width="4" height="{}"><rect class="{}" width="4" height="100%"/></svg>'
    ).format(round(thick, 1), f"fill {part.colour}")


def largest(values: Iterable[float]) -> float:
    """What the longest bar of a chart stands for; never 0."""
    return max(values, default=0) or 1
