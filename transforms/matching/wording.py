"""Measures of a block's words: how long it reads, whether it is prose, what it says when accidents are left out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

# A sentence ends with one of these, in every script that the evaluation sets and catalogues hold.
SENTENCE_END = re.compile("[.!?…。！？؟۔।॥։።၊။៕]")
# Scripts written without spaces, where one character reads like half a word or a whole one.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
FIRST_UNSPACED = "\u0e00"
# Letters of a spaced script that one character of an unspaced script is worth, as parallel texts show.
UNSPACED_WIDTH = 3
DIGITS = re.compile(r"\d+")
# Characters that are looked at in one go: those found are objects of 80 bytes each.
MAX_FOUND = 1 << 16

# Hebrew and Arabic, which write short vowels as points.
FIRST_POINT, LAST_POINT = "\u0591", "\u06ed"


class _Letters(dict[int, str]):
    """A table for `str.translate`: letters, digits and combining marks stay, anything else is a space.

    Filled as characters are met. `re` has no class for it: its word characters leave out the vowel signs of Indic
    scripts and of Thai. The points of Arabic and Hebrew go without a trace, since writers may leave them out.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        is_point = category == "Mn" and FIRST_POINT <= char <= LAST_POINT
        self[code] = kept = "" if is_point else char if category[0] in "LMN" else " "
        return kept


LETTERS = _Letters()
# The same for text in ASCII, whose bytes are translated in half the time; then zeros for digits.
ASCII_LETTERS = "".join(LETTERS[ord(chr(code).lower())] for code in range(128)).encode().ljust(256)
ASCII_ZEROS = bytes.maketrans(b"123456789", b"000000000")


def _letter_runs() -> list[str]:
    """The letters, digits and marks of the basic plane, in runs without a gap."""
    chars = map(chr, range(1 << 16))
    return "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in chars).split()


# The same again, for text in which nothing goes without a trace: a run of one class, so matching is linear.
WORD = re.compile(f"[{''.join(f'{run[0]}-{run[-1]}' for run in _letter_runs())}]+")
# Scripts with points, and what lies beyond the basic plane.
BEYOND_WORD = re.compile(f"[{FIRST_POINT}-{LAST_POINT}\U00010000-\U0010ffff]")

# Furniture is hardly longer.
MAX_LINE_CHARS = 320

MIN_PROSE_WIDTH = 80
MAX_PROSE_LINK_DENSITY = 0.5


def width(text: str) -> int:
    """Length of `text` in letters of a spaced script, so that one threshold serves every language."""
    if text.isascii():
        return len(text)
    if len(text) <= MAX_FOUND:
        return len(text) + (UNSPACED_WIDTH - 1) * len(UNSPACED.findall(text))
    return sum(width(text[start : start + MAX_FOUND]) for start in range(0, len(text), MAX_FOUND))


def is_prose(text: str, link_density: float = 0.0, size: int | None = None) -> bool:
    """True for running text: long enough for a sentence, with a sentence's end in it, and not mostly links.

    `size` is the text's width, for callers that have measured it already.
    """
    size = width(text) if size is None else size
    return size >= MIN_PROSE_WIDTH and link_density < MAX_PROSE_LINK_DENSITY and SENTENCE_END.search(text) is not None


def normalise(text: str) -> str:
    """`text` with case, punctuation and spacing left out, for comparing what two blocks say.

    >>> normalise("  Leave a  REPLY… ")
    'leave a reply'
    """
    return _normalised_line(text) if len(text) <= MAX_LINE_CHARS else _normalised(text)


def _normalised(text: str) -> str:
    if text.isascii():
        return b" ".join(text.encode().translate(ASCII_LETTERS).split()).decode()
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.translate(LETTERS).split() if BEYOND_WORD.search(text) else WORD.findall(text))


# Several rules compare the same short lines, and the pages of a site share them.
_normalised_line = lru_cache(maxsize=1 << 14)(_normalised)


def mask_digits(normalised: str) -> str:
    """Every number written as `0`, so that "3 comments" and "12 comments" are one key."""
    if not normalised.isascii():
        return DIGITS.sub("0", normalised)
    zeros = normalised.encode().translate(ASCII_ZEROS).decode()
    return DIGITS.sub("0", zeros) if "00" in zeros else zeros


def fingerprint(text: str) -> int:
    """64-bit hash of the normalised text; the same on every machine and in every run (BLAKE2b, RFC 7693)."""
    return fingerprint_of_normalised(normalise(text))


def fingerprint_of_normalised(normalised: str) -> int:
    """The fingerprint of a text that was normalised before."""
    digest = hashlib.blake2b(normalised.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
