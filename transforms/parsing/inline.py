"""What inline elements say beside the words: signs that link to their own heading, labels for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.page import Element, Run
from ..core.tags import HEADED_TAGS

# Means nothing else, so that it is known beside any text.
PILCROW = "¶"
# One character, and what makes a picture of it.
MAX_SIGN_CHARS = 2
# Style sheets by convention move these out of the line, to where only a screen reader finds them.
SPOKEN_CLASSES = frozenset("screen-reader-only screen-reader-text sr-only visually-hidden visuallyhidden".split())


def may_have_permalink(tag: str, text: str) -> bool:
    """True where it is worth looking for one, in a block that has a link."""
    return tag in HEADED_TAGS or text[-1] == PILCROW


def without_permalinks(
    text: str, runs: tuple[Run, ...], links: list[str], elements: Sequence[Element]
) -> tuple[str, tuple[Run, ...], list[str], int]:
    """Text, runs and links without the signs at either end that link into the page; and how long these were.

    A sign that is part of a longer link stays ("C#"), and so does one that is all of the block.
    """
    taken = 0
    for edge in (0, -1):
        if _is_permalink(edge, text, runs, elements):
            taken += runs[edge].end - runs[edge].start
            links = links[1:] if edge == 0 else links[:-1]
            text, runs = _without_run(edge, text, runs)
    return text, runs, links, taken


def _is_permalink(edge: int, text: str, runs: Sequence[Run], elements: Sequence[Element]) -> bool:
    if len(runs) < 2:
        return False
    run, beside = runs[edge], runs[edge + 1 if edge == 0 else edge - 1]
    sign = text[run.start : run.end].strip()
    if not 0 < len(sign) <= MAX_SIGN_CHARS or any(map(str.isalnum, sign)):
        return False
    link = _link_around(run.element, elements)
    return "#" in elements[link].attribute("href") and _link_around(beside.element, elements) != link


def _without_run(edge: int, text: str, runs: tuple[Run, ...]) -> tuple[str, tuple[Run, ...]]:
    if edge:
        return text[: runs[-1].start], runs[:-1]
    rest = text[runs[0].end :].lstrip()
    cut = len(text) - len(rest)
    return rest, tuple(Run(max(run.start - cut, 0), run.end - cut, run.element) for run in runs[1:])


def _link_around(element: int, elements: Sequence[Element]) -> int:
    """The link that an element is or is in; the root where there is none."""
    while element > 0 and elements[element].tag != "a":
        element = elements[element].parent
    return element


def are_parted(before: int, after: int, elements: Sequence[Element]) -> bool:
    """True where one of two elements side by side is a label for screen readers: markup needs no space between them."""
    if elements[before].hidden == elements[after].hidden:
        return False
    hidden = before if elements[before].hidden else after
    while elements[hidden].hidden:
        if not SPOKEN_CLASSES.isdisjoint(elements[hidden].classes):
            return True
        hidden = elements[hidden].parent
        if hidden < 0:
            break
    return False
