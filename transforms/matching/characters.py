"""Classes of characters, each looked up once a process: what normalising makes of a character, what it counts for."""

from __future__ import annotations

import unicodedata
from array import array
from functools import cache, reduce
from itertools import chain
from operator import or_

# A sentence ends with one of these, in every script that the evaluation sets and catalogues hold.
SENTENCE_ENDS = ".!?…。！？؟۔।॥։።၊။៕"
# Scripts written without spaces, where one character reads like half a word or a whole one.
UNSPACED_RANGES = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uf900", "\ufaff"),
)
# Hebrew and Arabic, which write short vowels as points.
FIRST_POINT, LAST_POINT = "\u0591", "\u06ed"
# Letters of a spaced script that one character of an unspaced script is worth, as parallel texts show.
UNSPACED_WIDTH = 3
# Beside marks, the only characters that may join the one before them: vowels and last consonants of Hangul.
FIRST_JAMO, LAST_JAMO = "\u1161", "\u11ff"
# Ideographs, syllables of Yi and Hangul, surrogates and private characters, which have no marks.
FIRST_WHOLE, LAST_WHOLE = 0x3400, 0xF8FF
BASIC_PLANE, ALL_PLANES = 0x10000, 0x110000

# What normalising makes of a character, in 32 bits: the character that it becomes (CODE_BITS), and these. Zero is a
# character that was not looked up yet.
CODE_BITS = (1 << 21) - 1
SIMPLE = 1 << 21  # it becomes a character of ASCII; a space unless it is a letter
WORD = 1 << 22  # it becomes a letter, a digit or a combining mark
DECIMAL = 1 << 23  # it becomes a digit
UNSPACED = 1 << 24  # it becomes a character of an unspaced script
FOREIGN = 1 << 25  # it becomes a digit of another script than Latin
ODD = 1 << 26  # instead of a character, CODE_BITS have one of the following
DROPPED = 0  # it goes without a trace
EXPANDED = 1  # it becomes several characters
JOINING = 2  # what it becomes depends on its neighbours
MARK = 3  # it stays as long as the marks beside it are in order; above two bits, its combining class

# The classes that are counted, seven bits for each in 64, so that one addition counts them all.
COUNT_BITS = 7
SPACES, SENTENCES, COMMAS, BREAKS, DIGITS, CAPITALS, QUOTES, BARS, WIDE = range(9)
COUNTED = {
    SPACES: " ",
    SENTENCES: SENTENCE_ENDS,
    COMMAS: ",;:，、；：،",
    BREAKS: "\n",
    DIGITS: "0123456789",
    QUOTES: '"“”„«»「」『』',
    BARS: "|•·»›→▶/#@©",
}
CAPITAL_RANGES = (("A", "Z"), ("À", "Ö"), ("Ø", "Þ"), ("Α", "Ω"), ("А", "Я"))

# Filled as characters are met: of all planes only the parts that are in use take memory.
becoming = memoryview(bytearray(4 * ALL_PLANES)).cast("i")
# What the EXPANDED become, and the bits of all that.
expansions: dict[int, tuple[str, int]] = {}


def learn(code: int) -> int:
    """Find out what normalising makes of a character, and cache it."""
    becoming[code] = found = _becoming(code)
    return found


def _becoming(code: int) -> int:
    char = chr(code)
    changed = unicodedata.normalize("NFKC", char)
    if _joins(char):
        return ODD | JOINING
    if changed == char:
        folded = char.casefold()
        if is_point(char):
            return ODD | (DROPPED if folded == char else JOINING)
        order = unicodedata.combining(char)
        if order:
            is_kept = folded == char and _class_of(char) & WORD
            return ODD | (_class_of(char) & UNSPACED | order << 2 | MARK if is_kept else JOINING)
    else:
        if any(_joins(part) or unicodedata.combining(part) for part in unicodedata.normalize("NFKD", char)):
            return ODD | JOINING
        folded = changed.casefold()
    if len(folded) == 1:
        return _class_of(folded)
    kept = "".join(part if _class_of(part) & WORD else " " for part in folded)
    if kept.isspace():
        return _class_of(" ")
    expansions[code] = kept, bits_of(kept)
    return ODD | EXPANDED


def _class_of(char: str) -> int:
    if unicodedata.category(char)[0] not in "LMN":
        return SIMPLE | ord(" ")
    found = WORD | ord(char)
    if char.isascii():
        found |= SIMPLE
    if char.isdecimal():
        found |= DECIMAL if char.isascii() else DECIMAL | FOREIGN
    if any(first <= char <= last for first, last in UNSPACED_RANGES):
        found |= UNSPACED
    return found


def bits_of(key: str) -> int:
    """Return DECIMAL, FOREIGN and UNSPACED, each if a character of the key has it."""
    return reduce(or_, map(_class_of, set(key)), 0) & (DECIMAL | FOREIGN | UNSPACED)


def key_of(text: str) -> str:
    """Normalise a text the long way, for characters that depend on their neighbours."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(LETTERS).split())


class _Letters(dict[int, str]):
    """A table for `str.translate`: letters, digits and combining marks stay, anything else is a space.

    Filled as characters are met. The points of Arabic and Hebrew go without a trace.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kept = "" if is_point(char) else char if _class_of(char) & WORD else " "
        return kept


LETTERS = _Letters()


def is_point(char: str) -> bool:
    """Return True for a short vowel of Arabic or Hebrew, which writers may leave out."""
    return FIRST_POINT <= char <= LAST_POINT and unicodedata.category(char) == "Mn"


def _joins(char: str) -> bool:
    """Return True for a character that may become one with a character before it."""
    if FIRST_JAMO <= char <= LAST_JAMO:
        return True
    if unicodedata.category(char)[0] != "M":
        return False
    return ord(char) >= BASIC_PLANE or char in _joining_marks()


@cache
def _joining_marks() -> frozenset[str]:
    codes = chain(range(FIRST_WHOLE), range(LAST_WHOLE + 1, BASIC_PLANE))
    parts = map(str.split, filter(None, map(unicodedata.decomposition, map(chr, codes))))
    return frozenset(chr(int(part[1], 16)) for part in parts if len(part) == 2 and part[0][0] != "<")


def _counts() -> array[int]:
    found = array("q", bytes(8 * BASIC_PLANE))
    for number, ranges in ((CAPITALS, CAPITAL_RANGES), (WIDE, UNSPACED_RANGES)):
        for first, last in ranges:
            size = ord(last) + 1 - ord(first)
            found[ord(first) : ord(last) + 1] = array("q", [1 << COUNT_BITS * number]) * size
    for number, chars in COUNTED.items():
        for char in chars:
            found[ord(char)] += 1 << COUNT_BITS * number
    return found


# What each character of the basic plane counts for; characters beyond it count for nothing, like its last.
counting = _counts()
