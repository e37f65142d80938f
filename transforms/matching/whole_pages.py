"""What tells a text capture of a whole page, menus and footers and all, from text that somebody has extracted."""

from __future__ import annotations

from ..core.page import Block, Page
from .disclaimer_words import COPYRIGHT_SIGNS
from .line_scores import is_label_line
from .outline import outline_of
from .title_parts import beginnings, endings
from .wording import normalise, width

# Longer lines are no title, and no line of copyright.
MAX_TITLE_WIDTH, MAX_COPYRIGHT_WIDTH = 250, 200
# A name this short may be any word of a menu.
MIN_HEADLINE_WIDTH = 4
# So many labels that stand on a page twice are a menu, printed at its top and at its bottom.
MIN_TWICE = 3
# Above a headline stand at least so many labels, and they make up so much of what stands there.
MIN_LABELS, MIN_LABEL_SHARE, MIN_LABELS_PER_PARAGRAPH = 2, 0.5, 5
# Where furniture of so many sorts stands around the article, the page was taken whole.
MIN_SORTS = 2
# A sentence and an announcement end so, and no title.
UNTITLED = (":", "：", "。")
# A menu, a breadcrumb and the headline itself say the title; a page that says it more often is no article.
MAX_HEADLINES = 12
ELLIPSES = ("…", "...")


def headline_position(page: Page, article: range) -> int | None:
    """The line above the article that says what the first line of a WET record, the page's title, says with the site.

    Titles of pages put the headline first and the site's name behind it, or the other way round. A line is meant that
    is the whole title, or what it begins with; or its end, if that is longer than its beginning. Where a menu stands
    between two such lines, the one below it is the headline.
    """
    title = page.blocks[0].text if page.blocks else ""
    if not title or width(title) > MAX_TITLE_WIDTH or title.endswith(UNTITLED):
        return None
    first = [*beginnings(title), normalise(title)]
    last = [part for part in endings(title) if len(part) > len(first[0])]
    found = _lines_that_say(page, first) or _cut_off_headlines(page, title) or _lines_that_say(page, last)
    contents = _labels(page, article)
    headline = 0
    for position in found[:MAX_HEADLINES]:
        if _is_menu(page, range(headline + 1, position), contents) and (not headline or position <= article.start):
            headline = position
        elif not headline:
            break
    return headline or None


def _is_menu(page: Page, lines: range, contents: set[str]) -> bool:
    """True where labels prevail in these lines, with a notice or a teaser between them at most.

    Extracted text has its first paragraphs above a line that says what its first one says, and a table of contents has
    the labels of the article's own headings.
    """
    prose = outline_of(page).block_prose
    paragraphs = sum(prose[i] > 0 and page.removals[i] is None for i in lines)
    labels = sum(page.removals[i] is not None or _is_label_of_menu(page.blocks[i], contents) for i in lines)
    enough = max(MIN_LABELS, MIN_LABELS_PER_PARAGRAPH * paragraphs, MIN_LABEL_SHARE * len(lines))
    return labels >= enough and not prose[lines.start]


def _is_label_of_menu(block: Block, contents: set[str]) -> bool:
    return is_label_line(block) and normalise(block.text) not in contents


def _lines_that_say(page: Page, wanted: list[str]) -> list[int]:
    """The lines below the title that say one of these names."""
    names = {name for name in wanted if width(name) >= MIN_HEADLINE_WIDTH}
    short = ((i, block.text) for i, block in enumerate(page.blocks) if i and len(block.text) <= MAX_TITLE_WIDTH)
    return [i for i, text in short if normalise(text) in names]


def _cut_off_headlines(page: Page, title: str) -> list[int]:
    """The lines that begin as a title does which was cut off ("Eleven weeks of rain… | The Gazette")."""
    end = min((place for place in map(title.find, ELLIPSES) if place > 0), default=0)
    name = normalise(title[:end])
    if width(name) < MIN_HEADLINE_WIDTH:
        return []
    return [i for i, block in enumerate(page.blocks) if i and normalise(block.text).startswith(name)]


def is_copyright(text: str) -> bool:
    """True for a line with the copyright sign."""
    return any(sign in text for sign in COPYRIGHT_SIGNS) and width(text) <= MAX_COPYRIGHT_WIDTH


def signs_of_whole_page(page: Page, headline: int | None, article: range) -> list[str]:
    """What speaks for a page that was taken whole, in words for the ledger; empty for extracted text.

    A table of contents names labels that stand again inside the article, a menu some that stand again below it.
    """
    signs = []
    if headline is not None:
        signs.append("the page's title stands above its headline")
    above, below = _labels(page, range(article.start)), _labels(page, range(article.stop, len(page.blocks)))
    if len(above & below) >= MIN_TWICE:
        signs.append("labels of a menu stand twice on the page")
    outside = [*range(article.start), *range(article.stop, len(page.blocks))]
    if any(is_copyright(page.blocks[i].text) for i in outside):
        signs.append("a line of copyright stands outside the article")
    sorts = {mark.reason for i in outside if (mark := page.removals[i]) is not None}
    if len(sorts) >= MIN_SORTS:
        signs.append("furniture of several sorts stands around the article")
    return signs


def _labels(page: Page, positions: range) -> set[str]:
    return {normalise(page.blocks[i].text) for i in positions if is_label_line(page.blocks[i])}
