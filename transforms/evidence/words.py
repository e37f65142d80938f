"""Evidence in a block's own words: length, links, punctuation, how it begins and ends."""

from __future__ import annotations

import re
from collections import Counter

from ..outline import Outline
from ..page import Block, Page
from ..wording import SENTENCE_END, normalise

NAMES = (
    "width", "is_prose", "same_text", "bold", "word_length", "title_overlap", "description_overlap", "words",
    "link_density", "links", "sentences", "commas", "ends_sentence", "ends_colon", "ends_question", "starts_lower",
    "digits", "upper", "quotes", "bars", "opening_mark", "runs", "line_breaks",
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


def word_rows(page: Page, outline: Outline) -> list[tuple[float, ...]]:
    """One row of numbers for each block, columns as in `NAMES`."""
    title = frozenset(normalise(page.head.title).split())
    description = frozenset(normalise(page.description()).split())
    keys = [normalise(block.text[:SAMPLE]) for block in page.blocks]
    counts = Counter(keys)
    bold = [element.tag in BOLD_TAGS for element in page.elements]
    return [
        (width, prose > 0, counts[key], bold[block.element], *_likeness(key, title, description), *_row(block))
        for block, key, width, prose in zip(page.blocks, keys, outline.block_width, outline.block_prose, strict=True)
    ]


def _likeness(key: str, title: frozenset[str], description: frozenset[str]) -> tuple[float, float, float]:
    """Mean length of the block's words, and the share of its different words that title and description have."""
    words = frozenset(key.split())
    if not words:
        return 0.0, 0.0, 0.0
    count = len(words)
    return len(key) / (key.count(" ") + 1), len(words & title) / count, len(words & description) / count


def _row(block: Block) -> tuple[float, ...]:
    text = block.text
    sample = text[:SAMPLE]
    scale = 1.0 / len(sample)
    first, last = text[0], text[-1]
    return (
        text.count(" ") + 1,
        block.link_density,
        len(block.links),
        len(SENTENCE_END.findall(text)),
        len(COMMA.findall(text)),
        last in ENDINGS,
        last in ":：",
        last in "?？؟",
        first.islower(),
        len(DIGIT.findall(sample)) * scale,
        len(UPPER.findall(sample)) * scale,
        len(QUOTE.findall(sample)) * scale,
        len(BAR.findall(sample)) * scale,
        not first.isalnum(),
        len(block.runs),
        text.count("\n"),
    )
