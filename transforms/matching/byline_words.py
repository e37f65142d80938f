"""What the words of a short line are: names, dates, or the small words that introduce and join them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import repeat
from typing import NamedTuple

from ..data import phrases, topics

# A number with the signs inside a date or a time and an ordinal's ending, or a word with the signs inside a name.
# After a start that they do not share, each part is one class, and parts are parted by classes disjoint from them.
TOKEN = re.compile(r"\d[\d:./-]*(?:st|nd|rd|th)?|@?[^\W\d_]+(?:['’.-][^\W\d_]+){0,8}[.-]?")
# "3.5.2024" and "2024-05-03"; "16:11", and "16.11" where words say that it is a time.
WRITTEN_DAY = re.compile(r"\d{4}([./-])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2(?:\d{4}|\d{2})")
YEAR = re.compile(r"(?:19|20)\d{2}")
WRITTEN_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?")
# What parts the name, the date and the counter on a line. Single signs between spaces, so it cannot backtrack.
PART_END = re.compile(r"\s[-–—|·•/]\s|[,|·•،]\s?")
DIGIT = re.compile(r"\d")
MAX_COUNTER_WORDS = 4
MAX_CLOSING = 60
CLOSING_MARKS = " ,.!;،。、"
# Scripts from here on have no capitals, so that a name looks like any other word.
FIRST_UNCASED = "\u0590"


class Words(NamedTuple):
    """How many words of each sort a line has, and whether it has a date, or a time and no name."""

    names: int
    numbers: int
    dates: int
    others: int
    dated: bool


@cache
def byline_phrases(topic: str) -> frozenset[str]:
    """Read the phrases of a topic in all languages, in lower case (`data/phrases/bylines.json`)."""
    return frozenset(phrase.lower() for phrase in phrases("phrases/bylines", topic))


@cache
def month_names() -> frozenset[str]:
    """Read the names of the months in all languages, in lower case (`data/phrases/months.json`)."""
    return frozenset(name.lower() for month in topics("phrases/months") for name in phrases("phrases/months", month))


def count_words(text: str) -> Words:
    """Count the words of a short line by sort.

    >>> count_words("Ann Roe, 3 May 2024, 16:11")
    Words(names=2, numbers=3, dates=1, others=0, dated=True)
    """
    names = numbers = dates = others = days = times = months = years = 0
    for token in TOKEN.findall(text):
        word = token.rstrip(".-").lower()
        if token[0].isdecimal():
            numbers += 1
            bare = token.rstrip("./-:")
            days += WRITTEN_DAY.fullmatch(bare) is not None
            years += YEAR.fullmatch(bare) is not None
            times += WRITTEN_TIME.fullmatch(bare) is not None
        elif word in month_names():
            months += 1
        elif word in byline_phrases("dates"):
            dates += 1
        elif word in byline_phrases("joiners") or word in byline_phrases("by"):
            continue
        elif token[0] == "@" or not token[0].islower():
            names += 1
        else:
            others += 1
    day = days > 0 or (months > 0 and years > 0) or (months > 0 and numbers > 1 and not names)
    time = times > 0 and not names and (dates > 0 or ":" in text)
    return Words(names, numbers, dates + months, others, day or time)


def closes_letter(text: str) -> bool:
    """Return True for "Yours faithfully," and its like, after which a letter is signed.

    >>> closes_letter("Mit freundlichen Grüßen")
    True
    """
    return bool(closings((text,)))


def closings(lines: Sequence[str]) -> list[int]:
    """List the places of the lines that close a letter (see `closes_letter`)."""
    known = byline_phrases("closings")
    bare = map(str.lower, map(str.strip, lines, repeat(CLOSING_MARKS)))
    return [place for place, line in enumerate(bare) if line in known and len(lines[place]) <= MAX_CLOSING]


def is_cased(text: str) -> bool:
    """Return False for a line with words of a script without capitals."""
    return text.isascii() or not any(char >= FIRST_UNCASED and char.isalpha() for char in text)


def without_counters(text: str) -> str:
    """Return the line without the counts of its readers.

    >>> without_counters("di Anna Rossi - 12 maggio 2009 - letto 913 volte")
    'di Anna Rossi - 12 maggio 2009'
    """
    if DIGIT.search(text) is None:
        return text
    kept, end = "", 0
    for mark in (*PART_END.finditer(text), None):
        part, sign = (text[end : mark.start()], mark.group()) if mark else (text[end:], "")
        end = mark.end() if mark else end
        kept += "" if _is_counter(part) else part + sign
    return kept.rstrip(" -–—|·•/,،")


def _is_counter(part: str) -> bool:
    words = [word.strip("().:：").lower() for word in part.split()]
    numbers = [word for word in words if word[:1].isdecimal()]
    said = [word for word in words if word and word not in numbers]
    if len(numbers) != 1 or not 0 < len(said) <= MAX_COUNTER_WORDS:
        return False
    known = byline_phrases("counters")
    return any(word in known for word in said) and all(
        word in known or word in byline_phrases("times") for word in said
    )
