"""Labels of posts: if earlier steps remove a label from one post of a discussion, remove it from all posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS
from .core.page import Page, Reason, Removal
from .matching.outline import looks_of, outline_of
from .matching.wording import normalise

RULE = "post_labels"
# Reasons that hold for a label wherever it stands; "other" holds for headlines, signatures and lone numbers.
REASONS: frozenset[Reason] = frozenset({"byline", "sharing", "comments", "other"})
# The classifier judges each block by itself; what it removes says something about others where it removes most of them.
CLASSIFIER = "main_content"
MOST = 0.5
# A wider block is too long for a label, and a longer number too long for a count.
MAX_LABEL_WIDTH = 120
MAX_COUNT = 8
SCORE = 0.6
# A reply has the title of the discussion and a word more, such as "Re:".
MORE_WORDS = 1
HEADING = KIND_NUMBERS["heading"]


def mark_post_labels(page: Page) -> Page:
    """Mark labels of posts that earlier steps have removed from one post and not from another.

    All posts come from one template. So the same labels are in elements that look alike. If one of these elements
    contains prose, or a text that is too long for a label, the elements are content, and boiloff removes none of them.
    Counts of votes and titles of replies are also labels.
    """
    if page.kind != "discussion":
        return page
    looks = _looks(page)
    outline = outline_of(page)
    is_content = (np.array(outline.block_width) > MAX_LABEL_WIDTH) | (np.array(outline.block_prose) > 0)
    content = set(looks[is_content].tolist())
    labels = _labels(page, looks)
    marks: dict[int, Removal] = {}
    title = normalise(page.metadata.title)
    counts = _counts(page, looks)
    for position in page.kept_positions():
        look = looks[position]
        if look in content:
            continue
        if look in labels:
            evidence = f"as in another post: {labels[look].evidence}"
            marks[position] = Removal(labels[look].reason, RULE, evidence, SCORE)
        elif look in counts:
            marks[position] = Removal("other", RULE, "numbers alone, as in other posts", SCORE)
        elif page.columns.kinds[position] == HEADING and _is_reply(normalise(page.columns.block_text(position)), title):
            marks[position] = Removal("other", RULE, "repeats the title of the discussion", SCORE)
    return page.mark(marks)


def _labels(page: Page, looks: npt.NDArray[np.int64]) -> dict[int, Removal]:
    """Return the looks of labels, each with a removal of one."""
    labels: dict[int, Removal] = {}
    judged: dict[int, list[Removal]] = {}
    for look, removal in zip(looks.tolist(), page.removals, strict=True):
        if removal is None or removal.reason not in REASONS:
            continue
        if removal.rule.startswith(CLASSIFIER):
            judged.setdefault(look, []).append(removal)
        else:
            labels.setdefault(look, removal)
    all_looks, counts = np.unique(looks, return_counts=True)
    for look, count in zip(all_looks.tolist(), counts.tolist(), strict=True):
        if look in judged and len(judged[look]) > MOST * count:
            labels.setdefault(look, judged[look][0])
    return labels


def _looks(page: Page) -> npt.NDArray[np.int64]:
    """Return for each block a number for the look of its element and of the one around it."""
    looks = np.array(looks_of(page.columns).looks, dtype=np.int64)
    elements = np.array(page.columns.elements)
    parents = np.array(page.columns.parents)[elements]
    around: npt.NDArray[np.int64] = np.where(parents >= 0, looks[parents], -1)
    both: npt.NDArray[np.int64] = looks[elements] * (int(looks.max(initial=0)) + 2) + around + 1
    return both


def _counts(page: Page, looks: npt.NDArray[np.int64]) -> set[int]:
    """Return the looks of two blocks and more that hold nothing but numbers."""
    held: dict[int, int] = {}
    for position, look in enumerate(looks.tolist()):
        if held.get(look) != 0:
            is_count = page.columns.block_length(position) < MAX_COUNT and _is_number(page.columns.block_text(position))
            held[look] = held.get(look, 0) + 1 if is_count else 0
    return {look for look, count in held.items() if count > 1}


def _is_number(text: str) -> bool:
    return not any(map(str.isalpha, text)) and any(map(str.isdigit, text))


def _is_reply(heading: str, title: str) -> bool:
    if not title or not heading.endswith(title):
        return False
    return len(heading.split()) <= len(title.split()) + MORE_WORDS


@transform
@dataclass
class RemovePostLabels(PageTransform):
    """Remove dates, names, titles and counts from every post of a discussion, if earlier steps removed one of them."""

    def clean(self, page: Page) -> Page:
        """Mark the labels of posts; see `mark_post_labels`."""
        return mark_post_labels(page)
