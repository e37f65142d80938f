"""Repeated passages: an article that the page shows a second time, for small screens, for print, or by mistake."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS
from .core.page import Page, Removal
from .matching.outline import before_step, kept_prose, outline_of
from .matching.wording import MIN_PROSE_WIDTH, width

# Songs, plans and forms repeat a line or two on purpose; but nobody repeats so many long paragraphs on purpose.
MIN_PARAGRAPHS = 2
MIN_WIDTH = 500
# Entries of a listing may be alike; a text for narrow screens is longer.
MIN_LISTED_PARAGRAPHS, MIN_LISTED_WIDTH = 3, 1_000

# The first and the last block of a run.
Span = tuple[int, int]
NOWHERE: Span = (-1, -1)
CODE = KIND_NUMBERS["code"]
EXCERPT = Removal("repeated", "repeated_passages.excerpt", "the article below begins with the same words", 0.9)


def mark_repeated_passages(page: Page, *, min_paragraphs: int = MIN_PARAGRAPHS, min_width: int = MIN_WIDTH) -> Page:
    """Mark the second and each further copy of a passage that the page repeats word for word.

    A passage is a run of lines of prose that occur above in the same order. It has at least `min_paragraphs` different
    lines of the width of a paragraph, and a total width of at least `min_width` (a Chinese, Japanese or Korean letter
    counts as two). Lines between and around its paragraphs are also removed if they are next to the first copy too.
    Code is kept.

    A text that begins twice loses its first beginning, however short: the excerpt that a template shows above the whole
    article, in a container of its own.
    """
    seen = before_step(page, "repeated_passages")
    prose = kept_prose(seen)
    texts = list(map(page.columns.block_text, prose))
    if len(set(texts)) == len(texts) and "\n" not in "".join(texts):
        return page
    kinds = page.columns.kinds
    lines = [(i, line) for i, text in zip(prose, texts, strict=True) if kinds[i] != CODE for line in text.split("\n")]
    if len({line for _, line in lines}) > len(lines) - min_paragraphs:
        return page.mark(dict.fromkeys(_excerpt(seen, prose, texts), EXCERPT))
    kept = seen.kept_positions()
    found: dict[int, Removal] = {}
    for copied, copy, original in _runs(lines):
        long = [size for size in map(width, copied) if size >= MIN_PROSE_WIDTH]
        if len(long) >= min_paragraphs and sum(long) >= min_width:
            mark = Removal(
                "repeated", "repeated_passages", f"{len(long)} paragraphs are also above, word for word", 0.9
            )
            found |= dict.fromkeys(_blocks(page, kept, copy, original), mark)
    return page.mark(found or dict.fromkeys(_excerpt(seen, prose, texts), EXCERPT))


def _excerpt(page: Page, prose: list[int], texts: list[str]) -> list[int]:
    """List the kept blocks of a container above the article that has its first paragraphs, word for word."""
    if page.is_text or texts[0] not in texts[1:] or page.columns.kinds[prose[0]] == CODE:
        return []
    count = texts.index(texts[0], 1)
    container = page.columns.parents[page.columns.elements[prose[0]]]
    if container < 0 or texts[:count] != texts[count : 2 * count] or width(texts[0]) < MIN_PROSE_WIDTH:
        return []
    end = outline_of(page).last[container] + 1
    if not prose[count - 1] < end <= prose[count]:
        return []
    below = set(map(page.columns.block_text, range(end, len(page.blocks))))
    return [i for i in page.kept_positions() if prose[0] <= i < end and page.columns.block_text(i) in below]


def _runs(lines: list[tuple[int, str]]) -> Iterator[tuple[set[str], Span, Span]]:
    """List the runs of lines that stand above in the same order, with the first and last block of copy and original."""
    above: dict[str, int] = {}
    copied: set[str] = set()
    copy = original = NOWHERE
    for position, line in lines:
        first = above.setdefault(line, position)
        follows = first < position and first >= original[1]
        if copied and not follows:
            yield copied, copy, original
            copied = set()
        if first < position:
            copy = copy[0] if copied else position, position
            original = original[0] if copied else first, first
            copied.add(line)
        else:
            copy = original = NOWHERE
    if copied:
        yield copied, copy, original


def _blocks(page: Page, kept: list[int], copy: Span, original: Span) -> Iterator[int]:
    """List the kept blocks of a copy: its paragraphs, and the lines between and around them that the original has."""
    text_of = page.columns.block_text
    first, last, above, end = (bisect_left(kept, position) for position in (*copy, *original))
    lines = {line for i in kept[above : end + 1] for line in text_of(i).split("\n")}
    yield from (i for i in kept[first : last + 1] if lines.issuperset(text_of(i).split("\n")))
    for step, here, there in ((-1, first - 1, above - 1), (1, last + 1, end + 1)):
        while 0 <= there < here < len(kept) and text_of(kept[here]) == text_of(kept[there]):
            yield kept[here]
            here, there = here + step, there + step


@transform
@dataclass
class RemoveRepeatedPassages(PageTransform):
    """Keep only one copy of a passage that the page repeats. Runs after `RemoveRepeatedDisclaimers`, which needs both
    copies of a notice.
    """

    min_paragraphs: int = MIN_PARAGRAPHS
    min_width: int = MIN_WIDTH

    def clean(self, page: Page) -> Page:
        """Mark the copies of passages of a page; see `mark_repeated_passages`. On a listing they must be longer."""
        paragraphs, width = self.min_paragraphs, self.min_width
        if page.kind == "listing":
            paragraphs, width = max(paragraphs, MIN_LISTED_PARAGRAPHS), max(width, MIN_LISTED_WIDTH)
        return mark_repeated_passages(page, min_paragraphs=paragraphs, min_width=width)
