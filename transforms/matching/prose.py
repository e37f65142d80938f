"""Where the article's running text stands on a page: what rules about the edges of an article measure from."""

from __future__ import annotations

import re
from bisect import bisect_left

from ..core.page import Block, Element, Page
from .outline import outline_of

# What an element looks like: its tag and class names.
Look = tuple[str, tuple[str, ...]]

# Tags that set what they hold apart from running text.
APART_TAGS = frozenset({"small", "em", "i", "aside", "footer", "address"})
# Thai and Lao end no sentence with a mark, only with a space: a paragraph of theirs is told by its length alone.
UNMARKED = re.compile("[\u0e00-\u0eff]")
MIN_UNMARKED_CHARS, MIN_UNMARKED_SHARE, MAX_UNMARKED_LINKS = 120, 0.7, 0.1


def before_step(page: Page, step: str) -> Page:
    """The page without the marks of a step's own rules (`step` and `step.…`), so that a second run decides alike."""
    rules = {rule for rule in {mark.rule for mark in page.removals if mark} if rule.partition(".")[0] == step}
    if not rules:
        return page
    return page.replaced(removals=tuple(None if mark and mark.rule in rules else mark for mark in page.removals))


def kept_positions(page: Page, start: int = 0) -> list[int]:
    """Positions of the blocks from `start` on that no transform has marked so far."""
    positions = page.kept_positions()
    return positions[bisect_left(positions, start) :] if start else positions


def kept_prose(page: Page) -> list[int]:
    """Positions of the paragraphs of prose that no transform has marked so far.

    That is what `wording.is_prose` tells, and long paragraphs of scripts that have no sign for a sentence's end.
    Computed once until a step marks another block; not to be changed by callers.
    """
    known = page.memo.get("kept_prose")
    if known is None or known[0] is not page.removals:
        sizes = outline_of(page).block_prose
        found = [i for i, block in page.kept() if sizes[i] or _is_unmarked_prose(block)]
        known = page.memo["kept_prose"] = (page.removals, found)
    prose: list[int] = known[1]
    return prose


def _is_unmarked_prose(block: Block) -> bool:
    text = block.text
    if len(text) < MIN_UNMARKED_CHARS or text.isascii() or block.kind != "paragraph":
        return False
    enough = MIN_UNMARKED_SHARE * (len(text) - text.count(" "))
    return block.link_density <= MAX_UNMARKED_LINKS and len(UNMARKED.findall(text)) >= enough


def own_container(page: Page, position: int, prose: list[int]) -> str:
    """The element that holds this block alone and looks unlike those of the article's paragraphs, or `""`.

    That is one with a tag of small print, or with class names that no other of the paragraphs has.
    """
    outline = outline_of(page)
    index = page.blocks[position].element
    while index > 0 and outline.first[index] == outline.last[index] == position:
        element = page.elements[index]
        if element.tag in APART_TAGS or (element.classes and not _is_shared(page, element, position, prose)):
            names = f' class="{" ".join(element.classes)}"' if element.classes else ""
            return f"<{element.tag}{names}>"
        index = element.parent
    return ""


def _is_shared(page: Page, element: Element, position: int, prose: list[int]) -> bool:
    """True where another paragraph of prose stands in an element of this tag with these class names."""
    known = page.memo.get("looks")
    if known is None or known[0] is not prose:
        known = page.memo["looks"] = (prose, _looks_around(page, prose))
    return any(other != position for other in known[1].get((element.tag, element.classes), ()))


def _looks_around(page: Page, prose: list[int]) -> dict[Look, list[int]]:
    """For the look of each element around paragraphs, the first two of these: another one is among them."""
    found: dict[Look, list[int]] = {}
    for position in prose:
        for holder in page.path(page.blocks[position].element):
            standing = found.setdefault((holder.tag, holder.classes), [])
            if len(standing) < 2 and position not in standing:
                standing.append(position)
    return found
