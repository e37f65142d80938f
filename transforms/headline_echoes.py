"""Headline echoes: the title once more, above the article that the record names apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .matching.disclaimer_words import SENTENCE_BREAK
from .matching.headlines import beginnings, endings
from .matching.outline import before_step, kept_prose
from .matching.wording import MIN_PROSE_WIDTH, SENTENCE_END, normalise, width

# A breadcrumb or a site's name adds this much to a title at most, in code points.
MAX_EXTRA = 120
# The title of a text capture is read from its lines. Of 554 titles 96 % have no more letters than this; a longer
# text, or one with a second sentence, is a standfirst or a first paragraph as often.
MAX_READ_TITLE = 100
# The headline of a text that begins with the page's title is among so many lines; menus stand between.
MAX_TITLE_LINES = 200
# A part of the title this short ("Opinion:") may be any word that stands alone.
MIN_PART = 8


def mark_headline_echoes(page: Page) -> Page:
    """Mark blocks above the first paragraph of prose that repeat `page.metadata.title`.

    Without regard to case and punctuation, a block repeats the title in three cases: it is the title; it is the title
    with an addition ("Title | Site", or a breadcrumb that ends with the title); or it is a part of the title that
    punctuation separates (the kicker of "Kicker: Headline", on its own line). boiloff keeps longer lines that contain
    the title, all blocks below the first paragraph, and pages without a title. On a page without prose it removes only
    the main heading, and only if a sentence is left. A text capture has no markup for the title. So boiloff keeps a
    line that may be the first paragraph of the article, unless the text begins with "Title | Site". A notice that the
    page repeats below does not count as the first paragraph.
    """
    title = normalise(page.metadata.title)
    seen = before_step(page, "headline_echoes")
    is_named = page.is_text and bool(title) and _begins_with_titles(seen, title)
    first = _first_prose(seen, title if is_named else None)
    if not title or (page.is_text and not is_named and _may_be_a_paragraph(page.metadata.title)):
        return page
    if first is None:
        return page.mark(_title_headings(seen, title))
    parts = {part for part in _joined_parts(page.metadata.title) if len(part) >= MIN_PART}
    longest = len(page.metadata.title) + MAX_EXTRA
    found = {}
    columns = page.columns
    for position in seen.kept_positions():
        is_short = columns.block_length(position) <= longest
        if is_short and _echoes(columns.block_text(position), title, parts, whole=position == first):
            found[position] = Removal("other", "headline_echoes", "repeats the title", 0.9)
        elif position >= first:
            break
    return page.mark(found | _below(seen))


def _below(page: Page) -> dict[int, Removal]:
    """Mark the title, sign for sign, below the last paragraph of prose: some templates print it there for programs."""
    if page.is_text or len(page.metadata.title) < MIN_PART:
        return {}
    last = kept_prose(page)[-1]
    again = (i for i in page.kept_positions() if i > last and page.columns.block_text(i) == page.metadata.title)
    return dict.fromkeys(again, Removal("other", "headline_echoes", "repeats the title below the article", 0.9))


def _begins_with_titles(page: Page, title: str) -> bool:
    """Return True for a text whose first line is the title with something set off, and which has the title again."""
    columns, count = page.columns, len(page.removals)
    first = columns.block_text(0) if count else ""
    if len(first) > len(title) + MAX_EXTRA or title not in _joined_parts(first):
        return False
    above = (columns.block_text(position) for position in range(1, min(count, MAX_TITLE_LINES)))
    return any(len(text) <= len(first) and normalise(text) == title for text in above)


def _first_prose(page: Page, title: str | None) -> int | None:
    """Return the first paragraph of prose that neither frames the article word for word nor says the `title`."""
    prose = kept_prose(page)
    if title is not None:
        prose = [i for i in prose if i and normalise(page.columns.block_text(i)) != title]
    texts = [page.columns.block_text(position) for position in prose]
    again = Counter(texts)
    return next((position for position, text in zip(prose, texts, strict=True) if again[text] == 1), None)


def _may_be_a_paragraph(title: str) -> bool:
    return width(title) > MAX_READ_TITLE or SENTENCE_BREAK.search(title) is not None


def _title_headings(page: Page, title: str) -> dict[int, Removal]:
    """Mark the main heading with the title's words, on a page that has at least one sentence besides."""
    kept = list(page.kept())
    if not any(_is_sentence(block.text) for _, block in kept):
        return {}
    found = (i for i, block in kept if block.tag == "h1" and normalise(block.text) == title)
    return dict.fromkeys(found, Removal("other", "headline_echoes", "repeats the title", 0.9))


def _is_sentence(text: str) -> bool:
    """Return True for a line with a sentence's end, and for a long one without spaces: Thai has no full stop."""
    return SENTENCE_END.match(text[-1]) is not None or (not text.isascii() and _is_long_unspaced(text))


def _is_long_unspaced(text: str) -> bool:
    size = width(text)
    return size >= MIN_PROSE_WIDTH and size > len(text)


def _echoes(text: str, title: str, parts: set[str], *, whole: bool) -> bool:
    """Return True for the title, and unless it must be the `whole` block, for the title beside a mark."""
    said = normalise(text)
    if said == title or said in parts:
        return True
    return not whole and len(said) > len(title) and title in said and title in _joined_parts(text)


def _joined_parts(text: str) -> Iterator[str]:
    """List the normalised texts before and after each mark: the beginnings and the ends of the text."""
    return chain(beginnings(text), endings(text))


@transform
@dataclass
class RemoveHeadlineEchoes(PageTransform):
    """Remove the repeated title from the text. Reads `page.metadata.title`, so it must run after `ExtractMetadata`."""

    def clean(self, page: Page) -> Page:
        """Mark the repeated title of a page; see `mark_headline_echoes`."""
        return mark_headline_echoes(page)
