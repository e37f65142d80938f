"""The title of a text capture of a whole page, whose first lines are menus and notices."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from ..core.page import Block, Page
from ..matching.byline_words import count_words
from ..matching.headlines import reads_like_headline
from ..matching.outline import outline_of
from ..matching.whole_pages import best_run, headline_position, is_label_line, line_scores
from ..matching.wording import normalise
from .authors import without_by

# So many labels above the article are a menu.
_MENU = 3
# The headline stands this near above the article's first paragraph, in lines; bylines and share buttons come between.
_FAR = 30
# Paragraphs of an article stand this near to each other; a notice above a menu is farther away.
_NEAR = 6
# A byline or a date stands this near below the headline.
_BYLINE_WITHIN = 3
_LONGEST_BYLINE = 120
_MOST_OTHER_WORDS, _MOST_NAMES = 2, 6
# What another line holds as well by chance ("The harbour") is shorter.
_LONG_ENOUGH = 12
# A longer word, and how many a headline and the page's title share.
_LONG_WORD, _SHARE = 3, 0.5
# A byline and the page's title bear stronger witness than a breadcrumb or "3 comments on …". Set by hand.
_STRONG, _WEAK = 2, 1


def title_of_whole_page(page: Page) -> str:
    """The headline above the article of a whole page; `""` where none is sure, or no menu stands above it.

    That is the line which the page's title tells (see `headline_position`). Else it is, of the lines near above the
    first paragraph that read like headlines, the one with most witnesses: a byline or a date below it, the page's
    title in the first line, which shares its words, or another line that holds it. Of equals the lowest counts.
    A line without a witness may be a teaser, a standfirst or the heading of a list.
    """
    article = best_run(line_scores(page))
    told = headline_position(page, article)
    if told and _may_be_told(page, told):
        return page.blocks[told].text
    start = _first_paragraph(page, article)
    if sum(_is_of_menu(page, position) for position in range(start)) < _MENU:
        return ""
    everything = "\n".join(normalise(block.text) for block in page.blocks)
    best, found = 0, ""
    for position in (0, *range(max(1, start - _FAR), start + 1)):
        if page.removals[position] is None and _may_be_headline(page.blocks[position]):
            witnesses = _witnesses(page, position, everything)
            if witnesses and witnesses >= best:
                best, found = witnesses, page.blocks[position].text
    return found


def _may_be_told(page: Page, position: int) -> bool:
    """False where first line and headline are one label: then no title was cut, and a menu is on the page twice."""
    text = page.blocks[position].text
    return reads_like_headline(text) or normalise(text) != normalise(page.blocks[0].text)


def _first_paragraph(page: Page, article: range) -> int:
    """Where the article begins: the first paragraph with another near it, or the lines that score highest."""
    prose = outline_of(page).block_prose
    kept = [i for i in range(article.stop) if prose[i] and page.removals[i] is None]
    again = Counter(page.blocks[i].text for i in range(len(page.blocks)) if prose[i])
    kept = [i for i in kept if again[page.blocks[i].text] == 1]  # a notice that frames the article
    return min(article.start, next((i for i, below in pairwise(kept) if below - i <= _NEAR), article.start))


def _is_of_menu(page: Page, position: int) -> bool:
    block = page.blocks[position]
    return page.removals[position] is None and is_label_line(block) and not reads_like_headline(block.text)


def _may_be_headline(block: Block) -> bool:
    return block.kind in ("paragraph", "heading") and reads_like_headline(block.text) and not _is_byline(block.text)


def _is_byline(text: str) -> bool:
    """True for a line of a date with few other words, and for "By" with names."""
    if len(text) > _LONGEST_BYLINE:
        return False
    words = count_words(text)
    if words.dated:
        return words.others <= _MOST_OTHER_WORDS
    return without_by(text) != text and not words.others and 0 < words.names <= _MOST_NAMES


def _witnesses(page: Page, position: int, everything: str) -> int:
    """How much speaks for a line; `everything` is the page's lines, normalised."""
    said = normalise(page.blocks[position].text)
    below = page.blocks[position + 1 : position + 1 + _BYLINE_WITHIN]
    found = _STRONG * any(_is_byline(block.text) for block in below)
    found += _WEAK * (len(said) >= _LONG_ENOUGH and everything.count(said) > 1)
    if position and _may_be_headline(page.blocks[0]):
        found += _STRONG * _shares_words(said, normalise(page.blocks[0].text))
    return found


def _shares_words(said: str, title: str) -> bool:
    mine, theirs = ({word for word in text.split() if len(word) >= _LONG_WORD} for text in (said, title))
    return len(mine) > 1 and len(mine & theirs) >= _SHARE * len(mine)
