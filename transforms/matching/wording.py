"""Measures of a block's words: how long it reads, whether it is prose, what it says when accidents are left out.

The work is done by `compiled.wording`, for single texts and for all blocks of a page at once.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

from ..compiled.wording import KEY, KEY_END, PLACES, measure_blocks, opening_with, print_blocks, write_keys
from ..compiled.wording import MAX_LINE_CHARS as MAX_LINE_CHARS
from ..compiled.wording import MIN_PROSE_WIDTH as MIN_PROSE_WIDTH
from ..compiled.wording import fingerprint as fingerprint
from ..compiled.wording import is_prose as is_prose
from ..compiled.wording import mask_digits as mask_digits
from ..compiled.wording import normalise as normalise
from ..compiled.wording import width as width
from .characters import SENTENCE_ENDS, UNSPACED_RANGES
from .characters import UNSPACED_WIDTH as UNSPACED_WIDTH

if TYPE_CHECKING:
    from ..core.columns import Columns

    Integers = array[int]

SENTENCE_END = re.compile(f"[{SENTENCE_ENDS}]")
UNSPACED = re.compile(f"[{''.join(f'{first}-{last}' for first, last in UNSPACED_RANGES)}]")
FIRST_UNSPACED = UNSPACED_RANGES[0][0]


def reading_size(text: str) -> int:
    """Return the size of a text in letters of a spaced script, to compare titles of any two languages.

    As `width`, where a syllable of Hangul counts for more than one as well.

    >>> reading_size("渡轮取消"), reading_size("여객선은"), reading_size("ferries")
    (12, 10, 7)
    """
    return len(text) if text.isascii() else width(text) + 3 * sum(map(_is_syllable, text)) // 2


def _is_syllable(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3"


def block_measures(columns: Columns) -> tuple[Integers, Integers]:
    """Return for each block its width, and again if it is running text, else 0; computed once a page."""
    return _measures(columns)[:2]


def block_counts(columns: Columns) -> Integers:
    """Return for each block the counts of `compiled.wording.measure_blocks`; computed once a page."""
    return _measures(columns)[2]


def _measures(columns: Columns) -> tuple[Integers, Integers, Integers]:
    return columns.derive("measures", lambda made: measure_blocks(made.text, made.starts, made.link_chars))


def block_keys(columns: Columns) -> tuple[bytearray, Integers]:
    """Return the normalised texts of all blocks, as `compiled.wording.write_keys` writes them. The result is cached."""
    return columns.derive("keys", lambda made: write_keys(made.text, made.starts))


def key_of_line(columns: Columns, position: int) -> str:
    """Return the normalised text of a block of at most MAX_LINE_CHARS characters."""
    data, places = block_keys(columns)
    at = PLACES * position
    return data[places[at + KEY] : places[at + KEY_END]].decode()


def blocks_opening_with(columns: Columns, blocks: list[int], words: frozenset[str]) -> list[int]:
    """Select the blocks whose normalised texts begin with one of these words."""
    return opening_with(*block_keys(columns), blocks, words)


def block_prints(columns: Columns) -> tuple[Integers, Integers]:
    """Return two fingerprints for each block: of its text, and of its text with masked digits (0 if it has no
    digits).
    """

    def make(made: Columns) -> tuple[Integers, Integers]:
        exact, masked = known_prints(made), _zeros(made)
        print_blocks(made.text, made.starts, *block_keys(made), exact, masked)
        return exact, masked

    return columns.derive("prints", make)


def known_prints(columns: Columns) -> Integers:
    """Return the fingerprints that are known already, 0 for others. Rules that need more fill them in."""
    return columns.derive("known prints", _zeros)


def _zeros(columns: Columns) -> Integers:
    return array("Q", bytes(8 * len(columns.kinds)))
