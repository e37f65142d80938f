"""Where the article stands in a text capture of a whole page: the lines from which on most is gained.

Each line gains by being running text and loses by being a label; the article is the run of lines with the highest sum
(maximum subsequence segmentation, Pasternack and Roth, WWW 2009, with words' shapes in place of a learned
classifier). One pass over the page finds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.page import Block, Page
from .outline import outline_of
from .wording import MIN_PROSE_WIDTH, SENTENCE_END, width

# Widths: the labels of menus, footers and lists of links are hardly longer, sentences hardly shorter.
MAX_LABEL_WIDTH, MIN_SENTENCE_WIDTH = 45, 25
# Weights, set by hand on the same-site sets and checked on the sets of articles (docs/accuracy.md). A paragraph is
# worth its width in lines of prose, up to a limit, as one comment or policy may be long as well.
MAX_GAIN, UNFINISHED, SENTENCE = 6.0, 0.6, 0.5
LABEL, COMMENT, OTHER = -1.0, -2.0, -0.1
UNENDED = frozenset(",;:：，、")
# Signs of code, and what a list's numbered items and a hashtag begin with: labels have neither.
CODE_SIGNS = frozenset("{}<>;=\\|$")
NO_LABEL = re.compile(r"[\d#/.]")
BULLETS = "-*• "


def is_label_line(block: Block) -> bool:
    """True for a short line that ends no sentence and begins none in the middle: "News", "About the museum"."""
    text = block.text.lstrip(BULLETS)
    if not text or block.kind not in ("paragraph", "list-item") or text[0].islower():
        return False
    return _is_short(text) and not _reads_like_code(text)


def _is_short(text: str) -> bool:
    if len(text) > MAX_LABEL_WIDTH or width(text) > MAX_LABEL_WIDTH:
        return False
    return text[-1] not in UNENDED and (text[-1] == "…" or not SENTENCE_END.match(text[-1]))


def _reads_like_code(text: str) -> bool:
    return NO_LABEL.match(text) is not None or not CODE_SIGNS.isdisjoint(text) or "()" in text


def line_scores(page: Page) -> list[float]:
    """What each line gains or loses. Comments lose more than labels, other furniture that is marked tells nothing."""
    outline = outline_of(page)
    scores = []
    for position, block in enumerate(page.blocks):
        mark = page.removals[position]
        if mark is not None:
            scores.append(COMMENT if mark.reason == "comments" else 0.0)
        else:
            scores.append(_score(block, outline.block_width[position], outline.block_prose[position]))
    return scores


def _score(block: Block, size: int, prose: int) -> float:
    if size >= MIN_PROSE_WIDTH:
        return min(MAX_GAIN, size / MIN_PROSE_WIDTH) * (1.0 if prose else UNFINISHED)
    if block.kind != "paragraph":
        return OTHER
    if size >= MIN_SENTENCE_WIDTH and SENTENCE_END.match(block.text[-1]):
        return SENTENCE
    return LABEL if is_label_line(block) else OTHER


def best_run(scores: Sequence[float], start: int | None = None) -> range:
    """The positions with the highest sum, from `start` on if the article is known to begin there; empty for none."""
    best, found = 0.0, range(0)
    total, first = 0.0, start or 0
    for position in range(first, len(scores)):
        if total <= 0.0 and start is None:
            total, first = 0.0, position
        total += scores[position]
        if total > best:
            best, found = total, range(first, position + 1)
    return found
