"""Text that markup hides from readers: error states, hover cards, dialogs, labels for screen readers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from .compiled.elements import hidden_roots
from .core.base import PageTransform, transform
from .core.page import Element, Page, Removal
from .core.rows import TAG_NUMBERS
from .matching.names import name_words
from .matching.outline import Outline, looks_of, outline_of

# Hidden for a narrow screen, shown on a wider one: `hidden md:block`, `d-none d-lg-flex`.
SHOWN_ON_WIDE_SCREENS = re.compile(r"(?:sm|md|lg|xl):(?!hidden)|d-(?:sm|md|lg|xl)-(?!none)")
# React streams a page's parts in hidden elements of these ids, and shows them by script.
STREAMED_ID = re.compile(r"S:[0-9a-f]+$")
# Beginnings of the words that name what a reader can open: a part of the article that takes less room when shut.
OPENED_BY_READERS = ("accordion", "collaps", "details", "expand", "faq", "readmore", "spoiler", "toggle")
NEAR = 4
# Names by which the tabs or slides of one row differ: "tab active" and "tab hidden". A row has few sorts of them.
MAX_STATES, MAX_SORTS = 2, 20
# Labels and buttons have less text than a tab, and pages have fewer tabs.
MIN_TURN, MAX_TURNS = 80, 100
BUTTONS = frozenset({TAG_NUMBERS["button"], TAG_NUMBERS["summary"]})

# The tag of an element and its names.
Sort = tuple[int, frozenset[int]]


def mark_hidden_text(page: Page, *, max_share: float) -> Page:
    """Mark hidden text. Keep it if it belongs to the article, or if a script or a click shows it.

    Some pages hide their body until a script shows it, or hide all of it except the beginning until a reader has paid.
    So boiloff keeps the hidden parts of one container if they would have more than `max_share` of the running text of
    the page. It keeps text in accordions and spoilers, which it knows by their names or by the button above them; text
    in tabs and slides, which look like one beside them that readers see; and text that is hidden only on narrow
    screens. It removes an element that is named for a dialog or another overlay, whatever its size.
    """
    roots = hidden_roots(page.columns)
    if not roots:
        return page
    outline = outline_of(page)
    shown = outline.prose[0] - sum(outline.prose[root] for root in roots)
    marks: dict[int, Removal] = {}
    looks = _looks(page, roots)
    overlays = [root for root in roots if outline.has_group(root, "overlay")]
    for group in _by_parent(page, outline, set(roots).difference(overlays), looks):
        prose = sum(outline.prose[root] for root in group)
        if not prose or prose <= max_share * (prose + shown):
            marks.update(_removals(page, outline, group, looks))
    marks.update(_removals(page, outline, overlays, looks))
    return page.mark(marks)


class _Look:
    """A start tag: whether its text is shown later, and the removal for it. Many hidden elements share one."""

    def __init__(self, element: Element, start_tag: str) -> None:
        self.is_shown_later = STREAMED_ID.match(element.id) is not None or any(
            SHOWN_ON_WIDE_SCREENS.match(name) for name in element.classes
        )
        self.removal = Removal("hidden", "hidden_text", f"{start_tag} is hidden from readers")


def _looks(page: Page, roots: Iterable[int]) -> dict[int, _Look]:
    """Return the start tag of each element."""
    columns = page.columns
    known: dict[tuple[int, int, int], _Look] = {}
    looks: dict[int, _Look] = {}
    for root in roots:
        key = columns.element_tags[root], columns.ids[root], columns.class_lists[root]
        if key not in known:
            known[key] = _Look(page.elements[root], columns.start_tag(root))
        looks[root] = known[key]
    return looks


def _by_parent(page: Page, outline: Outline, roots: Iterable[int], looks: Mapping[int, _Look]) -> Iterable[list[int]]:
    """Group hidden elements that no reader can come to see by their parents."""
    parents = page.columns.parents
    unseen = [
        root for root in roots if not looks[root].is_shown_later and not (outline.prose[root] and _opens(page, root))
    ]
    shown = _shown_beside(page, outline, {parents[root] for root in unseen if outline.size[root] >= MIN_TURN})
    alike = [root for root in unseen if outline.size[root] >= MIN_TURN and _is_alike(page, root, shown[parents[root]])]
    in_turn = {root for root in alike[:MAX_TURNS] if not _is_copy(page, root)}
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for root in unseen:
        if root not in in_turn:
            groups[parents[root]].append(root)
    return groups.values()


def _shown_beside(page: Page, outline: Outline, parents: set[int]) -> defaultdict[int, set[Sort]]:
    """Return for each of these elements the sorts of the large elements that a reader sees in it."""
    columns = page.columns
    found: defaultdict[int, set[Sort]] = defaultdict(set)
    if not parents:
        return found
    is_parent = np.zeros(len(columns.parents) + 1, dtype=bool)  # the last one answers for the root, which has none
    is_parent[list(parents)] = True
    is_shown = is_parent[np.frombuffer(columns.parents, dtype=np.intc)]
    is_shown &= np.frombuffer(columns.hidden, dtype=np.intc) == 0
    is_shown &= np.frombuffer(outline.size, dtype=np.int64) >= MIN_TURN
    for element in np.flatnonzero(is_shown).tolist():
        sorts = found[columns.parents[element]]
        if len(sorts) < MAX_SORTS:
            sorts.add(_sort(page, element))
    return found


def _sort(page: Page, element: int) -> Sort:
    return page.columns.element_tags[element], looks_of(page.columns).names_of(page.columns, element)


def _is_alike(page: Page, root: int, shown: set[Sort]) -> bool:
    """Return True where a shown element beside it looks alike: readers see one of several tabs or slides at a time."""
    if not shown:
        return False
    tag, names = _sort(page, root)
    return any(tag == other and names & known and len(names ^ known) <= MAX_STATES for other, known in shown)


def _is_copy(page: Page, root: int) -> bool:
    """Return True if the longest block of an element stands elsewhere, too: endless sliders repeat their slides."""
    columns = page.columns
    longest = max(outline_of(page).blocks_in(root), key=columns.block_length)
    said, start, end = columns.block_text(longest), columns.starts[longest], columns.starts[longest + 1]
    return columns.text.find(said, 0, start) >= 0 or columns.text.find(said, end) >= 0


def _opens(page: Page, root: int) -> bool:
    near = islice(page.path(root), NEAR)
    words = [word for node in near for word in name_words(node.names)]
    return any(word.startswith(OPENED_BY_READERS) for word in words) or _is_below_button(page, root)


def _is_below_button(page: Page, root: int) -> bool:
    """Return True where the line above an element is a button beside it, or in a heading beside it."""
    columns, above = page.columns, outline_of(page).first[root] - 1
    if above < 0:
        return False
    element, is_button = columns.elements[above], False
    for _ in range(NEAR):
        is_button = is_button or columns.element_tags[element] in BUTTONS
        if columns.parents[element] < 0 or columns.hidden[element]:
            return False
        if columns.parents[element] == columns.parents[root]:
            return is_button
        element = columns.parents[element]
    return False


def _removals(page: Page, outline: Outline, roots: Iterable[int], looks: Mapping[int, _Look]) -> dict[int, Removal]:
    hidden, held_in = page.columns.hidden, page.columns.elements
    return {
        position: looks[root].removal
        for root in roots
        for position in outline.blocks_in(root)
        if hidden[held_in[position]]
    }


@transform
@dataclass
class RemoveHiddenText(PageTransform):
    """Remove text that readers of the page do not see.

    `max_share` is a share of the running text. A hidden part with a larger share is kept as part of the article.
    """

    max_share: float = 0.5

    def clean(self, page: Page) -> Page:
        """Mark the hidden text of a page; see `mark_hidden_text`."""
        return mark_hidden_text(page, max_share=self.max_share)
