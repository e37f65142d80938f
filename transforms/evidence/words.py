"""Evidence in a block's own words: length, links, punctuation, how it begins and ends."""

from __future__ import annotations

import re
from collections import Counter

from ..page import Block, Page
from ..wording import SENTENCE_END, is_prose, normalise, width

NAMES = (
    "width", "words", "link_density", "links", "sentences", "commas", "ends_sentence", "ends_colon", "ends_question",
    "starts_lower", "digits", "upper", "short_words", "quotes", "bars", "opening_mark", "runs", "bold",
    "title_overlap", "description_overlap", "same_text", "is_prose", "line_breaks",
)  # fmt: skip

# Characters are classed in this many code points from the start; their shares settle early.
SAMPLE = 160
DIGIT = re.compile("[0-9]")
UPPER = re.compile("[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]")
COMMA = re.compile("[,;:，、；：،]")
QUOTE = re.compile('["“”„«»「」『』]')
BAR = re.compile("[|•·»›→▶/#@©]")
ENDINGS = frozenset('.!?…。！？؟۔।॥"”»」』)')
BOLD_TAGS = frozenset({"strong", "b", "em", "i", "h1", "h2", "h3", "h4"})
SHORT_WORD = 3


def word_rows(page: Page) -> list[tuple[float, ...]]:
    """One row of numbers for each block, columns as in `NAMES`."""
    title = frozenset(normalise(page.head.title).split())
    description = frozenset(normalise(_description(page)).split())
    keys = [normalise(block.text[:SAMPLE]) for block in page.blocks]
    counts = Counter(keys)
    return [
        _row(page, block, key, title, description, counts[key]) for block, key in zip(page.blocks, keys, strict=True)
    ]


def _description(page: Page) -> str:
    """What the page says it is about: often its standfirst, word for word."""
    return next((content for key, content in page.head.meta if key in ("og:description", "description")), "")


def _row(
    page: Page, block: Block, key: str, title: frozenset[str], description: frozenset[str], same: int
) -> tuple[float, ...]:
    text = block.text
    sample = text[:SAMPLE]
    scale = 1.0 / len(sample)
    words = key.split()
    count = len(words) or 1
    first, last = text[0], text[-1]
    density = block.link_density
    return (
        width(text),
        text.count(" ") + 1,
        density,
        len(block.links),
        len(SENTENCE_END.findall(text)),
        len(COMMA.findall(text)),
        last in ENDINGS,
        last in ":：",
        last in "?？؟",
        first.islower(),
        len(DIGIT.findall(sample)) * scale,
        len(UPPER.findall(sample)) * scale,
        sum(len(word) <= SHORT_WORD for word in words) / count,
        len(QUOTE.findall(sample)) * scale,
        len(BAR.findall(sample)) * scale,
        not first.isalnum(),
        len(block.runs),
        page.elements[block.element].tag in BOLD_TAGS,
        sum(word in title for word in words) / count if title else 0.0,
        sum(word in description for word in words) / count if description else 0.0,
        same,
        is_prose(text, density),
        text.count("\n"),
    )
