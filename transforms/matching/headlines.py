"""Headlines and bylines by their words: the parts of a title, headlines of other articles, names and dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, repeat
from typing import NamedTuple

from ..core.columns import KIND_NUMBERS
from ..core.page import Page, Removal
from ..data import phrases, topics
from .outline import kept_positions
from .wording import block_measures, normalise, width

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


# What sets a headline off from a site's name, a section or a breadcrumb. Single characters with at most one space
# on each side, so it cannot backtrack.
MARK = re.compile(r"\s[-–—/~<]\s|\s?[|›»>•·｜_:：\n]\s?")
MAX_PARTS = 12

# Widths: of 554 headlines of articles in some 20 languages, 95 % are within these, and the longest has 156.
MIN_WIDTH, MAX_WIDTH = 20, 180
LIST_ITEM = KIND_NUMBERS["list-item"]
HEADLINE_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("paragraph", "heading"))
MIN_WORDS = 4
# A run that no marked neighbour announces must be of full headlines, and small beside the article.
MIN_MEAN_WIDTH = 35
MAX_SHARE = 0.35
MIN_PARAGRAPHS = 3
# These marks stand where an article has ended.
ENDINGS = frozenset({"comments", "disclaimer", "sign-up", "sharing", "link-list", "advert", "repeated"})
# Kinds of line that a headline is not: an address, a list's item, somebody speaking. Anchored, single classes.
NO_HEADLINE = re.compile(r"[-–—*•▪#@(\[{“\"«„‹]|\d{1,3}[.)]\s|https?:|www\.")
# A second sentence begins: a headline seldom has one.
NEXT_SENTENCE = re.compile(r"[!?]\s|。.")
# A day before a headline: a number and a month, a month and a number, or three numbers. Bounded parts, apart by
# single signs.
DAY = re.compile(
    r"(?:\d{1,2}\.? (?:de )?[^\W\d_]{2,12}\.?,? (?:(?:de )?\d{4}\b ?)?"
    r"|[^\W\d_]{3,12}\.? \d{1,2},? (?:\d{4}\b ?)?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
    r"|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일])[ :：|–-]{0,3}"
)
YEAR_NUMBER = re.compile(r"\d{4}\b")
YEAR_SIGNS = ("年", "년")
WORD = re.compile(r"\d+|[^\W\d]+")
MAX_STAMP = 40
MOST_OF_NAME = 4
# What numbers or marks the items of a list. Anchored, single signs.
LIST_MARK = re.compile(r"(?:[-–—*•▪]|\d{1,3}[.)])\s+")
SENTENCE_STOPS = (".", ",", ";", ":", "。", "，", "、", "：", "।", "؛")


def beginnings(text: str) -> Iterator[str]:
    """List the texts before each mark, normalised, shortest first.

    >>> list(beginnings("Late ferry: who pays? | The Gazette"))
    ['late ferry', 'late ferry who pays']
    """
    return (normalise(text[: mark.start()]) for mark in _marks(text))


def endings(text: str) -> Iterator[str]:
    """List the texts after each mark, normalised, longest first."""
    return (normalise(text[mark.end() :]) for mark in _marks(text))


def _marks(text: str) -> list[re.Match[str]]:
    return [match for _, match in zip(range(MAX_PARTS), MARK.finditer(text), strict=False)]


def reads_like_headline(text: str) -> bool:
    """Return True if a text has the length and form of a headline: several words, a capital first, no full stop at the
    end.

    >>> reads_like_headline("Harbour town votes to keep its last ferry")
    True
    >>> reads_like_headline("She closed the door.")
    False
    """
    if len(text) > MAX_WIDTH or text.endswith(SENTENCE_STOPS) or text[0].islower() or NO_HEADLINE.match(text):
        return False
    if NEXT_SENTENCE.search(text) or "://" in text:
        return False
    size = width(text)
    spaced = size == len(text)
    return MIN_WIDTH <= size <= MAX_WIDTH and (not spaced or text.count(" ") >= MIN_WORDS - 1)


def trailing_headlines(page: Page, prose: list[int], *, own: Callable[[str], bool], min_run: int) -> dict[int, Removal]:
    """Return removals for the headlines of other articles that follow the last paragraph of prose.

    After a block that is marked as what ends an article (comments, a disclaimer, another list), each such line
    goes. Without one, at least `min_run` of them must end the page, each a block of its own, after an article of
    several paragraphs beside which they are small. A list that a colon or one of the `own` labels announces stays,
    and so do lines in a stanza, a chronology and works with their makers, of which the paragraph above has the number.
    """
    tail = kept_positions(page, prose[-1] + 1)
    if not tail:
        return {}
    ended = _end_of_article(page, prose[-1] + 1)
    removal = Removal("link-list", "link_lists.headlines", "reads like a headline, after the article's end", 0.8)
    found = {i: removal for i in tail if i > ended and (_is_headline(page, i) or _is_dated_item(page, i))}
    if _is_chronology(page, found):
        found = {}
    page = page.mark(found)
    run = _last_run(page, [i for i in tail if i not in found])
    if len(run) < min_run or not _is_small(page, run, prose) or _is_announced(page, run[0], own):
        return found
    if _is_chronology(page, run) or _are_works(page, run):
        return found
    evidence = f"{len(run)} lines that read like headlines end the page"
    return found | dict.fromkeys(run, Removal("link-list", "link_lists.headlines", evidence, 0.6))


def _end_of_article(page: Page, start: int) -> int:
    """Return the first block from `start` on whose mark ends the article, or the number of blocks."""
    for position, removal in enumerate(page.removals[start:], start):
        if removal is None or removal.reason not in ENDINGS:
            continue
        if page.is_text or "main_content" not in removal.rule:
            return position
    return len(page.removals)


def _is_headline(page: Page, position: int) -> bool:
    columns = page.columns
    if columns.kinds[position] not in HEADLINE_KINDS or columns.block_length(position) > MAX_WIDTH:
        return False
    return reads_like_headline(_without_day(columns.block_text(position)))


def listed_headline(text: str) -> bool:
    """Return True for a headline with what a list sets before it: a number, a bullet, a day.

    >>> listed_headline("2. Harbour town votes to keep its last ferry")
    True
    """
    mark = LIST_MARK.match(text)
    rest = _without_day(text[mark.end() :] if mark else text)
    return bool(rest) and reads_like_headline(rest)


def _without_day(text: str) -> str:
    """Return a headline without the day before it: "03 Mar 2024 Whelk prices fall", "3.3.2024: …"."""
    day = DAY.match(text)
    if day is None or not (day.group()[4:5] in YEAR_SIGNS or count_words(day.group()).dated):
        return text
    return text[day.end() :] or text


def _is_dated_item(page: Page, position: int) -> bool:
    """Return True for an item of a text capture's list that is a day and a headline: "- 3.3.2024 Whelk prices fall"."""
    columns = page.columns
    if not page.is_text or columns.kinds[position] != LIST_ITEM or columns.block_length(position) > MAX_WIDTH:
        return False
    text = LIST_MARK.sub("", columns.block_text(position), count=1)
    return _without_day(text) != text and listed_headline(text)


def _is_chronology(page: Page, run: Iterable[int]) -> bool:
    """Return True if days before the lines go forward and never back; lists of headlines have the newest first."""
    days = []
    for position in run:
        text = LIST_MARK.sub("", page.columns.block_text(position), count=1)
        if day := DAY.match(text) or YEAR_NUMBER.match(text):
            days.append(WORD.findall(day.group()))
    steps = [_step(before, after) for before, after in pairwise(days)]
    return any(step > 0 for step in steps) and not any(step < 0 for step in steps)


def _are_works(page: Page, run: Sequence[int]) -> bool:
    """Return True if each line ends with who made what it names, and the paragraph above says how many they are."""
    above = next((page.blocks[i].text for i in range(run[0] - 1, -1, -1) if page.removals[i] is None), "")
    said = WORD.findall(above.casefold())
    known = {str(len(run)), *(names[len(run) - 2] for names in _numbers() if 2 <= len(run) < len(names) + 2)}
    return not known.isdisjoint(said) and all(_has_maker(page.columns.block_text(position)) for position in run)


def _has_maker(line: str) -> bool:
    """Return True for "A Short History of the Brass Bell by Una Corrigan"."""
    parts = line.split()
    return any(
        parts[-size - 1] in byline_phrases("by") and all(part[0].isupper() for part in parts[-size:])
        for size in range(2, min(MOST_OF_NAME, len(parts) - 2) + 1)
    )


@cache
def _numbers() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names) for names in topics("phrases/link_lists")["numbers"].values())


def _step(before: list[str], after: list[str]) -> int:
    """Return how far one day is from another by the year, or by the one number that differs; 0 if that is unsure."""
    years = [next((int(part) for part in day if len(part) == 4 and part.isdecimal()), None) for day in (before, after)]
    if years[0] is not None and years[1] is not None and years[0] != years[1]:
        return years[1] - years[0]
    differing = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    if len(differing) != 1 or not all(part.isdecimal() for part in differing[0]):
        return 0
    return int(differing[0][1]) - int(differing[0][0])


def is_stamp(text: str) -> bool:
    """Return True for a section's name with a day or an age, as lists set it under a headline.

    >>> is_stamp("Sea | 2 hours ago"), is_stamp("26 Mart 2020")
    (True, True)
    """
    if len(text) > MAX_STAMP or text[-1] in SENTENCE_STOPS:
        return False
    words = count_words(text)
    return words.numbers > 0 and (words.dates > 0 or words.dated) and words.others == 0


def _last_run(page: Page, tail: list[int]) -> list[int]:
    """List the headlines that end the page, first to last, with the stamps between them; no lines of a stanza."""
    run: list[int] = []
    for position in reversed(tail):
        is_apart = not page.is_text or page.columns.gaps[position]
        if not is_apart or not (_is_headline(page, position) or is_stamp(page.columns.block_text(position))):
            break
        run.insert(0, position)
    return run


def _is_small(page: Page, run: list[int], prose: list[int]) -> bool:
    widths, _ = block_measures(page.columns)
    size = sum(widths[position] for position in run)
    article = sum(widths[position] for position in prose)
    return size >= MIN_MEAN_WIDTH * len(run) and size <= MAX_SHARE * article and len(prose) >= MIN_PARAGRAPHS


def _is_announced(page: Page, position: int, own: Callable[[str], bool]) -> bool:
    above = next((page.blocks[i].text for i in range(position - 1, -1, -1) if page.removals[i] is None), "")
    return above.endswith((":", "：")) or own(normalise(above))
