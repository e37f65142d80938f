"""The title of a capture without markup."""

from __future__ import annotations

from ..page import Page

# The title is among the first lines, and no longer than a headline may be.
_FIRST_LINES = 8
_SHORTEST = 8
_LONGEST = 200
_PARAGRAPH = 80
_ENDINGS = (".", ",", ";", ":", "。", "，")


def title_of_text(page: Page) -> str:
    """The first line near the top that has the shape of a headline, or `""`.

    That is a short line of at least two words, which does not end as a sentence does, and has a longer paragraph
    after it. Fragments that a template left behind ("in ,") are skipped. Pages with markup have headings
    instead; for them, too, only the lines count.
    """
    for position, block in enumerate(page.blocks[:_FIRST_LINES]):
        if _like_a_headline(block.text) and _paragraph_follows(page, position):
            return " ".join(block.text.split())
        if len(block.text) >= _PARAGRAPH:  # the text has begun: what looks like a headline now is a sub-heading
            return ""
    return ""


def _like_a_headline(text: str) -> bool:
    text = text.strip()
    if not _SHORTEST <= len(text) <= _LONGEST or text.rstrip("\"'”’»)").endswith(_ENDINGS):
        return False
    return (" " in text or not text.isascii()) and sum(map(str.isalpha, text)) * 2 > len(text)


def _paragraph_follows(page: Page, position: int) -> bool:
    length = len(page.blocks[position].text)
    return any(len(block.text) > max(length, _PARAGRAPH) for block in page.blocks[position + 1 : position + 6])
