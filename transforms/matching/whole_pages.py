"""Text captures of whole pages, menus and footers and all: where the article is, and how to know such a capture.

Each line gains by being running text and loses by being a label; the article is the run of lines with the highest sum
(maximum subsequence segmentation, Pasternack and Roth, WWW 2009, with words' shapes in place of a learned
classifier). One pass over the page finds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.page import Block, Page
from .disclaimer_words import COPYRIGHT_SIGNS
from .headlines import beginnings, endings
from .outline import outline_of
from .wording import MIN_PROSE_WIDTH, SENTENCE_END, normalise, width

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

# Longer lines are neither a title nor a line of copyright.
MAX_TITLE_WIDTH, MAX_COPYRIGHT_WIDTH = 250, 200
# A name this short may be any word of a menu.
MIN_HEADLINE_WIDTH = 4
# So many labels that stand on a page twice are a menu, printed at its top and at its bottom.
MIN_TWICE = 3
# Above a headline stand at least so many labels, and they make up so much of what is there.
MIN_LABELS, MIN_LABEL_SHARE, MIN_LABELS_PER_PARAGRAPH = 2, 0.5, 5
# Boilerplate of so many sorts around the article shows a capture of a whole page.
MIN_SORTS = 2
# A sentence and an announcement end so, and no title.
UNTITLED = (":", "：", "。")
# A menu, a breadcrumb and the headline itself say the title; a page that repeats it more often is not an article.
MAX_HEADLINES = 12
ELLIPSES = ("…", "...")


def is_label_line(block: Block) -> bool:
    """Return True for a short line that ends no sentence and begins like a name: "News", "About the museum"."""
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
    """Score each line. Comments lose more than labels, other marked boilerplate counts for nothing."""
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
    """Find the positions with the highest sum, from `start` on if the article is known to begin there."""
    best, found = 0.0, range(0)
    total, first = 0.0, start or 0
    for position in range(first, len(scores)):
        if total <= 0.0 and start is None:
            total, first = 0.0, position
        total += scores[position]
        if total > best:
            best, found = total, range(first, position + 1)
    return found


def headline_position(page: Page, article: range) -> int | None:
    """Find the line above the article with the words of the first line of a WET record, the page's title with the site.

    Titles of pages put the headline first and the site's name behind it, or the other way round. A line is meant that
    is the whole title, or what it begins with; or its end, if that is longer than its beginning. Where a menu is
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
    """Return True where labels prevail in these lines, with a notice or a teaser between them at most.

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
    """List the lines below the title with the words of one of these names."""
    names = {name for name in wanted if width(name) >= MIN_HEADLINE_WIDTH}
    short = ((i, block.text) for i, block in enumerate(page.blocks) if i and len(block.text) <= MAX_TITLE_WIDTH)
    return [i for i, text in short if normalise(text) in names]


def _cut_off_headlines(page: Page, title: str) -> list[int]:
    """List the lines that begin as a title does which was cut off ("Eleven weeks of rain… | The Gazette")."""
    end = min((place for place in map(title.find, ELLIPSES) if place > 0), default=0)
    name = normalise(title[:end])
    if width(name) < MIN_HEADLINE_WIDTH:
        return []
    return [i for i, block in enumerate(page.blocks) if i and normalise(block.text).startswith(name)]


def is_copyright(text: str) -> bool:
    """Return True for a line with the copyright sign."""
    return any(sign in text for sign in COPYRIGHT_SIGNS) and width(text) <= MAX_COPYRIGHT_WIDTH


def signs_of_whole_page(page: Page, headline: int | None, article: range) -> list[str]:
    """List the evidence for a capture of a whole page, in words for the ledger; none for extracted text.

    A table of contents names labels that stand again inside the article, a menu some that stand again below it.
    """
    signs = []
    if headline is not None:
        signs.append("the page's title is above its headline")
    above, below = _labels(page, range(article.start)), _labels(page, range(article.stop, len(page.blocks)))
    if len(above & below) >= MIN_TWICE:
        signs.append("labels of a menu are on the page twice")
    outside = [*range(article.start), *range(article.stop, len(page.blocks))]
    if any(is_copyright(page.blocks[i].text) for i in outside):
        signs.append("a line of copyright is outside the article")
    sorts = {mark.reason for i in outside if (mark := page.removals[i]) is not None}
    if len(sorts) >= MIN_SORTS:
        signs.append("boilerplate of several sorts is around the article")
    return signs


def _labels(page: Page, positions: range) -> set[str]:
    return {normalise(page.blocks[i].text) for i in positions if is_label_line(page.blocks[i])}
