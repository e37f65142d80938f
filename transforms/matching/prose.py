"""Where the article's running text stands on a page: rules about the edges of an article measure from there."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.tags import TAG_NUMBERS
from .outline import outline_of
from .wording import block_measures

if TYPE_CHECKING:
    from collections.abc import Sequence

# What an element looks like: the numbers of its tag and of its list of class names.
Look = tuple[int, int]
PARAGRAPH = KIND_NUMBERS["paragraph"]

# Tags that set what they hold apart from running text.
APART_TAGS = frozenset(TAG_NUMBERS[tag] for tag in ("small", "em", "i", "aside", "footer", "address"))
# Thai and Lao end no sentence with a mark, only with a space: a paragraph of theirs is known by its length alone.
UNMARKED = re.compile("[\u0e00-\u0eff]")
MIN_UNMARKED_CHARS, MIN_UNMARKED_SHARE, MAX_UNMARKED_LINKS = 120, 0.7, 0.1


def before_step(page: Page, step: str) -> Page:
    """Return the page without the marks of a step's rules (`step` and `step.…`): a second run decides alike."""
    rules = {rule for rule in page.rules() if rule.partition(".")[0] == step}
    if not rules:
        return page
    return page.replaced(removals=tuple(None if mark and mark.rule in rules else mark for mark in page.removals))


def kept_positions(page: Page, start: int = 0) -> list[int]:
    """List the positions of the blocks from `start` on that no transform has marked so far."""
    positions = page.kept_positions()
    return positions[bisect_left(positions, start) :] if start else positions


def kept_lines(page: Page, most_chars: int) -> list[int]:
    """List the positions of the blocks of at most so many characters that no transform has marked so far."""
    starts = page.columns.starts
    return [i for i in page.kept_positions() if starts[i + 1] - starts[i] <= most_chars]


def kept_prose(page: Page) -> list[int]:
    """List the positions of the paragraphs of prose that no transform has marked so far.

    Those are the blocks of `wording.is_prose`, and long paragraphs of scripts without a sign for a sentence's end.
    Computed once until a step marks another block; not to be changed by callers.
    """
    is_prose = page.columns.derive("running text", _running_text)
    return page.cached("kept prose", page.removals, lambda: [i for i in page.kept_positions() if is_prose[i]])


def _running_text(columns: Columns) -> Sequence[int]:
    """Return for each block a number that is not 0 where it is a paragraph of prose."""
    widths, prose = block_measures(columns)
    if sum(widths) == len(columns.text):  # no script without spaces
        return prose
    return [size or _is_unmarked_prose(columns, i) for i, size in enumerate(prose)]


def _is_unmarked_prose(columns: Columns, position: int) -> bool:
    length = columns.block_length(position)
    if length < MIN_UNMARKED_CHARS or columns.kinds[position] != PARAGRAPH:
        return False
    text = columns.block_text(position)
    if text.isascii() or columns.link_chars[position] > MAX_UNMARKED_LINKS * length:
        return False
    return len(UNMARKED.findall(text)) >= MIN_UNMARKED_SHARE * (length - text.count(" "))


def own_container(page: Page, position: int, prose: list[int]) -> str:
    """Return the start tag of an element that holds this block alone and looks unlike those of paragraphs, or `""`.

    That is one with a tag of small print, or with class names that no other of the paragraphs has.
    """
    outline, columns = outline_of(page), page.columns
    index = columns.elements[position]
    while index > 0 and outline.first[index] == outline.last[index] == position:
        is_named = columns.class_lists[index] != 0 and not _is_shared(page, index, position, prose)
        if is_named or columns.element_tags[index] in APART_TAGS:
            # An id belongs to one element, so it does not make it look unlike others.
            return columns.start_tag(index, with_id=False)
        index = columns.parents[index]
    return ""


def _is_shared(page: Page, index: int, position: int, prose: list[int]) -> bool:
    """Return True where another paragraph of prose stands in an element of this one's tag with its class names."""
    look = page.columns.element_tags[index], page.columns.class_lists[index]
    looks = page.cached("looks around prose", prose, lambda: _looks_around(page.columns, prose))
    return any(other != position for other in looks.get(look, ()))


def _looks_around(columns: Columns, prose: list[int]) -> dict[Look, list[int]]:
    """Return for the look of each element around paragraphs the first two of these: another one is among them."""
    found: dict[Look, list[int]] = {}
    visits: dict[int, int] = {}
    for position in prose:
        element = columns.elements[position]
        # Behind two paragraphs an element has nothing new to say, and neither has any around it.
        while element >= 0 and (visited := visits.get(element, 0)) < 2:
            visits[element] = visited + 1
            standing = found.setdefault((columns.element_tags[element], columns.class_lists[element]), [])
            if len(standing) < 2 and position not in standing:
                standing.append(position)
            element = columns.parents[element]
    return found
