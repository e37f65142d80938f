"""Evidence in a block's own words: length, links, punctuation, how it begins and ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..compiled.word_evidence import write_words
from ..core.page import Page
from ..core.tags import TAGS
from ..matching.wording import block_counts, block_keys, block_measures, normalise

# In the order in which `compiled.word_evidence` writes them. Digits, upper, quotes and bars are shares of the beginning
# of a text; word length, overlaps and copies are also those of its beginning.
NAMES = (
    "width", "is_prose", "same_text", "bold", "word_length", "title_overlap", "description_overlap", "words",
    "link_density", "links", "sentences", "commas", "ends_sentence", "ends_colon", "ends_question", "starts_lower",
    "digits", "upper", "quotes", "bars", "opening_mark", "runs", "line_breaks",
)  # fmt: skip

BOLD_TAGS = frozenset({"strong", "b", "em", "i", "h1", "h2", "h3", "h4"})
IS_BOLD = bytes(tag in BOLD_TAGS for tag in TAGS)


def write_word_columns(page: Page, out: npt.NDArray[np.float32]) -> None:
    """Fill in one row for each of `NAMES`, with a column for each block."""
    columns = page.columns
    write_words(
        columns.text,
        columns.starts,
        columns.elements,
        columns.link_chars,
        columns.link_firsts,
        columns.run_firsts,
        columns.element_tags,
        IS_BOLD,
        *block_measures(columns),
        block_counts(columns),
        *block_keys(columns),
        normalise(page.head.title).encode(),
        normalise(page.description()).encode(),
        out,
    )
