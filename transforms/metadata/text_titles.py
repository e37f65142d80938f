"""Find the headline of a text capture, which has no headings.

A text capture is either the text of an article, whose headline is among the first lines, or the text of a whole page,
whose first lines are menus and notices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from ..core.page import Block, Page
from ..link_lists import labels
from ..matching.disclaimer_words import label_of, statement_of
from ..matching.headlines import count_words, reads_like_headline
from ..matching.outline import outline_of
from ..matching.whole_pages import best_run, headline_position, is_label_line, line_scores
from ..matching.wording import SENTENCE_END, normalise, reading_size
from ..navigation_lines import MAX_LABEL_WORDS, is_label, is_menu
from ..site_memory.repeated_texts import carried_lines
from .authors import without_by
from .titles import names_of_host, without_site
from .values import letters, plain

# So many labels above the article are a menu.
_MENU = 3

# Articles. The title is among the first lines, and no longer than a headline may be.
_FIRST_LINES = 8
_SHORTEST = 8
_LONGEST = 200
_LONGEST_NOTICE = 1000
_LONGEST_NAME = 80
_PARAGRAPH = 80
_ENDINGS = (".", ",", ";", ":", "。", "，")
# What opens speech. Dialogues have such lines one below the other.
_SPEECH = ("“", '"', "„", "«", "‹", "「", "『", "—", "–", "- ")
_SPEECH_ENDS = ("”", '"', "“", "»", "›", "」", "』", "?", "!", "？", "！")
# Verses, dialogues and plays have hardly a paragraph. Their lines end as sentences and verses do, those of menus do not
_FEWEST_LINES, _ENDED_SHARE, _LONG_SHARE = 4, 0.3, 0.2
_VERSE_ENDS = (",", ";", ":", "，", "、", "،")

# Whole pages. The headline is this near above the article's first paragraph, in lines; bylines and share buttons
# come between.
_FAR = 30
# Paragraphs of an article stand this near to each other; a notice above a menu is farther away.
_NEAR = 6
# A byline or a date is this near below the headline.
_BYLINE_WITHIN = 3
_LONGEST_BYLINE = 120
_MOST_OTHER_WORDS, _MOST_NAMES = 2, 6
# Other lines contain shorter ones ("The harbour") by chance.
_LONG_ENOUGH = 12
# So many lines in a row that begin with an amount are a list of them. "1. " numbers the parts of a text.
_AMOUNT, _AMOUNTS = re.compile(r"\d{1,5}(?:[.,/]\d{1,3})?\s?[^\W\d_]"), 3
# Longer words have at least so many letters. A headline and the page's title share this part of them.
_LONG_WORD, _SHARE = 3, 0.5
# A byline and the page's title are better evidence than a breadcrumb or "3 comments on …". Set by hand.
_STRONG, _WEAK = 2, 1


def title_of_text(page: Page) -> str:
    """Find the headline of a text capture, without the site's name if its host has it; `""` if there is none.

    Markdown declares its title. A whole page shows evidence for its headline (see `_title_of_whole_page`). Else the
    headline is the first line near the top that has the shape of one: short, at least two words, no sentence's end, and
    a longer paragraph after it. These lines do not count: fragments that a template left behind ("in ,"), lines that
    promote another article ("Headline: …"), notices that the page repeats, and the labels of a menu above a longer
    line. A line above the articles of the site's other texts is never the headline; it may be the site's name.
    """
    carried = carried_lines(page)
    # Below the articles stand lists of headlines.
    repeated = [position for position, found in carried.items() if 2 * found.tail < found.articles]
    site = frozenset(letters(page.blocks[position].text[:_LONGEST_NAME]) for position in repeated)
    title = plain(page.head.title) or _title_with_site(page, site)
    title = title or _title_of_whole_page(page, repeated) or _first_headline(page, repeated)
    return without_site(" ".join(title.split()), names_of_host(page.url) | site)


def _title_with_site(page: Page, site: AbstractSet[str]) -> str:
    """Return the first line, the page's title, if it names the site as well, as a line of all its texts does."""
    first = " ".join(page.blocks[0].text[: _LONGEST + _LONGEST_NAME].split()) if site else ""
    return first if without_site(first, site) != first else ""


def _first_headline(page: Page, repeated: Container[int]) -> str:
    """Find the headline among the first lines that are the text's own: not `repeated`, by position."""
    last, start = len(page.blocks) - 1, _end_of_menu(page.blocks)
    while start < last and (start in repeated or (start < _FIRST_LINES and is_menu(page.blocks[start].text))):
        start += 1
    if start <= last and _opens_verse(page, start):
        return page.blocks[start].text
    own = [position for position in range(start, last + 1) if position not in repeated]
    for place, position in enumerate(own[:_FIRST_LINES]):
        block = page.blocks[position]
        if _promotes(block.text) or _is_repeated(page, position) or _is_in_dialogue(page, position):
            continue
        if _is_like_headline(block.text) and _paragraph_follows(page, own[place:]):
            return block.text
        # The text has begun: what looks like a headline now is a sub-heading.
        if reading_size(block.text) >= _PARAGRAPH and not _is_disclaimer(block.text):
            return ""
    return ""


def _opens_verse(page: Page, start: int) -> bool:
    """Return True for a line apart above verses, a dialogue or a play: many ended lines, and hardly a paragraph."""
    title, lines = page.blocks[start].text, [block.text for block in page.blocks[start + 1 :]]
    if len(lines) < _FEWEST_LINES or not page.columns.gaps[start + 1] or not _is_like_headline(title):
        return False
    first = lines[:_FIRST_LINES]
    long = sum(reading_size(line) >= _PARAGRAPH for line in lines)
    if title.startswith(_SPEECH) or long > _LONG_SHARE * len(lines):
        return False
    if any(reading_size(line) >= 2 * _PARAGRAPH for line in first):
        return False
    ended = sum(line.endswith(_VERSE_ENDS) or SENTENCE_END.search(line[-2:]) is not None for line in first)
    return ended >= _ENDED_SHARE * len(first)


def _is_in_dialogue(page: Page, position: int) -> bool:
    """Return True for a line of speech and nothing else, below the first line and beside another that opens so."""
    blocks = page.blocks
    text = blocks[position].text
    if not position or not text.startswith(_SPEECH) or not text.endswith(_SPEECH_ENDS):
        return False
    beside = (blocks[i].text for i in (position - 1, position + 1) if 0 <= i < len(blocks))
    return any(text.startswith(_SPEECH) for text in beside)


def _is_repeated(page: Page, position: int) -> bool:
    """Return whether a paragraph is on the page again: notices frame articles."""
    text = page.blocks[position].text
    return reading_size(text) >= _PARAGRAPH and any(block.text == text for block in page.blocks[position + 1 :])


def _is_disclaimer(text: str) -> bool:
    """Return True for a paragraph most of whose sentences say what only disclaimers say."""
    said = statement_of(text) if _PARAGRAPH <= len(text) <= _LONGEST_NOTICE else None
    return said is not None and said.conclusive and said.share > _SHARE and not (said.narrated or said.quoted)


def _end_of_menu(blocks: Sequence[Block]) -> int:
    """Find the line after a menu that may be the title and is longer than any label; 0 if there is none."""
    count = 0
    while count < min(len(blocks), _FIRST_LINES) and is_label(blocks[count].text):
        count += 1
    if not _MENU <= count < len(blocks):
        return 0
    title = blocks[count].text
    return count if _is_like_headline(title) and title.count(" ") >= MAX_LABEL_WORDS else 0


def _promotes(text: str) -> bool:
    """Return whether a line is "Headline: …" or "Read also: …". A single word ("Watch: …") may open a title."""
    label = label_of(text)
    return labels("promoted").match(label) or (" " in label and labels("lines").match(label))


def _is_like_headline(text: str) -> bool:
    text = text.strip()
    if not _SHORTEST <= reading_size(text) <= _LONGEST or text.rstrip("\"'”’»)").endswith(_ENDINGS):
        return False
    return (" " in text or not text.isascii()) and sum(map(str.isalpha, text)) * 2 > len(text)


def _paragraph_follows(page: Page, lines: Sequence[int]) -> bool:
    """Return whether one of the five lines below the first is a paragraph, and longer than that."""
    size, *below = (reading_size(page.blocks[position].text) for position in lines[:6])
    return any(other > max(size, _PARAGRAPH) for other in below)


def _title_of_whole_page(page: Page, repeated: Container[int]) -> str:
    """Find the headline above the article of a whole page; `""` if none is sure, or no menu is above it.

    The page's title may name the line (see `headline_position`). Else the candidates are the lines near above the
    first paragraph that read like headlines, and the one with most evidence wins: a byline or a date below it, words
    that it shares with the page's title in the first line, or another line that contains it. Of equals the lowest wins.
    A line without evidence may be a teaser, a standfirst or the heading of a list.
    """
    article = best_run(line_scores(page))
    named = headline_position(page, article)
    if named and _may_be_title(page, named):
        return page.blocks[named].text
    start = _first_paragraph(page, article)
    if sum(_is_of_menu(page, position) for position in range(start)) < _MENU:
        return ""
    everything = "\n".join(normalise(block.text) for block in page.blocks)
    best, found = 0, ""
    for position in (0, *range(max(1, start - _FAR), start + 1)):
        is_free = page.removals[position] is None and position not in repeated and not _is_amount(page, position)
        if is_free and _may_be_headline(page.blocks[position]):
            evidence = _evidence(page, position, everything)
            if evidence and evidence >= best:
                best, found = evidence, page.blocks[position].text
    return found


def _may_be_title(page: Page, position: int) -> bool:
    """Return False if first line and headline are one label: then a menu is on the page twice."""
    text = page.blocks[position].text
    return reads_like_headline(text) or normalise(text) != normalise(page.blocks[0].text)


def _first_paragraph(page: Page, article: range) -> int:
    """Find where the article begins: the first paragraph with another near it, or the lines that score highest."""
    prose = outline_of(page).block_prose
    kept = [i for i in range(article.stop) if prose[i] and page.removals[i] is None]
    again = Counter(page.blocks[i].text for i in range(len(page.blocks)) if prose[i])
    kept = [i for i in kept if again[page.blocks[i].text] == 1]  # notices that frame an article stand there twice
    return min(article.start, next((i for i, below in pairwise(kept) if below - i <= _NEAR), article.start))


def _is_of_menu(page: Page, position: int) -> bool:
    block = page.blocks[position]
    return page.removals[position] is None and is_label_line(block) and not reads_like_headline(block.text)


def _is_amount(page: Page, position: int) -> bool:
    """Return True for one of several different lines in a row that begin with an amount: ingredients, results."""
    if not _AMOUNT.match(page.blocks[position].text):
        return False
    near = [block.text for block in page.blocks[max(0, position - _AMOUNTS + 1) : position + _AMOUNTS]]
    runs = (near[i : i + _AMOUNTS] for i in range(len(near) - _AMOUNTS + 1))
    return any(len(set(run)) == _AMOUNTS and all(map(_AMOUNT.match, run)) for run in runs)


def _may_be_headline(block: Block) -> bool:
    return block.kind in ("paragraph", "heading") and reads_like_headline(block.text) and not _is_byline(block.text)


def _is_byline(text: str) -> bool:
    """Return whether a line is a date with few other words, or "By" with names."""
    if len(text) > _LONGEST_BYLINE:
        return False
    words = count_words(text)
    if words.dated:
        return words.others <= _MOST_OTHER_WORDS
    return without_by(text) != text and not words.others and 0 < words.names <= _MOST_NAMES


def _evidence(page: Page, position: int, everything: str) -> int:
    """Add up the evidence for a line; `everything` is the page's lines, normalised."""
    line = normalise(page.blocks[position].text)
    below = page.blocks[position + 1 : position + 1 + _BYLINE_WITHIN]
    found = _STRONG * any(_is_byline(block.text) for block in below)
    found += _WEAK * (len(line) >= _LONG_ENOUGH and everything.count(line) > 1)
    if position and _may_be_headline(page.blocks[0]):
        found += _STRONG * _shares_words(line, normalise(page.blocks[0].text))
    return found


def _shares_words(line: str, title: str) -> bool:
    mine, theirs = ({word for word in text.split() if len(word) >= _LONG_WORD} for text in (line, title))
    return len(mine) > 1 and len(mine & theirs) >= _SHARE * len(mine)
