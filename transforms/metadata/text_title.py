"""The title of a capture without markup."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.page import Block, Page
from ..link_lists import labels
from ..matching.disclaimer_words import label_of
from ..navigation_lines import MAX_LABEL_WORDS, is_label
from .titles import names_of_host, without_site
from .whole_page_title import title_of_whole_page

# The title is among the first lines, and no longer than a headline may be.
_FIRST_LINES = 8
_SHORTEST = 8
_LONGEST = 200
_PARAGRAPH = 80
_ENDINGS = (".", ",", ";", ":", "。", "，")
# A menu is a run of at least so many labels, and the title below it has more words than a label may have.
_MENU = 3


def title_of_text(page: Page) -> str:
    """The headline that bears witness on a whole page (see `title_of_whole_page`), or the first line near the top that
    has the shape of one, or `""`.

    The shape: a short line of at least two words, which does not end as a sentence does, with a longer paragraph
    after it. Fragments that a template left behind ("in ,"), lines that promote another article ("Headline: …"),
    notices that stand on the page again and the labels of a menu above a longer line are skipped. Pages with markup
    have headings instead; for them, too, only the lines count. The site's name at its end goes, where the address
    tells it.
    """
    title = title_of_whole_page(page) or _first_headline(page)
    return without_site(" ".join(title.split()), names_of_host(page.url))


def _first_headline(page: Page) -> str:
    start = _end_of_menu(page.blocks)
    for position, block in enumerate(page.blocks[start : start + _FIRST_LINES], start):
        if _promotes(block.text) or _comes_back(page, position):
            continue
        if _like_a_headline(block.text) and _paragraph_follows(page, position):
            return block.text
        if len(block.text) >= _PARAGRAPH:  # the text has begun: what looks like a headline now is a sub-heading
            return ""
    return ""


def _comes_back(page: Page, position: int) -> bool:
    """True for a paragraph that stands on the page again: a notice, which frames the article."""
    text = page.blocks[position].text
    return len(text) >= _PARAGRAPH and any(block.text == text for block in page.blocks[position + 1 :])


def _end_of_menu(blocks: Sequence[Block]) -> int:
    """Where the lines after a menu begin, if one of them may be the title and is longer than any label; else 0."""
    count = 0
    while count < min(len(blocks), _FIRST_LINES) and is_label(blocks[count].text):
        count += 1
    if not _MENU <= count < len(blocks):
        return 0
    title = blocks[count].text
    return count if _like_a_headline(title) and title.count(" ") >= MAX_LABEL_WORDS else 0


def _promotes(text: str) -> bool:
    """True for "Headline: …" and "Read also: …"; a single word ("Watch: …") may open a title."""
    label = label_of(text)
    return labels("promoted").match(label) or (" " in label and labels("lines").match(label))


def _like_a_headline(text: str) -> bool:
    text = text.strip()
    if not _SHORTEST <= len(text) <= _LONGEST or text.rstrip("\"'”’»)").endswith(_ENDINGS):
        return False
    return (" " in text or not text.isascii()) and sum(map(str.isalpha, text)) * 2 > len(text)


def _paragraph_follows(page: Page, position: int) -> bool:
    length = len(page.blocks[position].text)
    return any(len(block.text) > max(length, _PARAGRAPH) for block in page.blocks[position + 1 : position + 6])
