"""Find dates where readers look for them, and choose the date of publication among what the page declares and shows.

Readers look on lines near the headline, behind a label, at the head of the text. A date that is elsewhere (in a
footer, a notice, running text, a teaser) is not the article's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from ..compiled.elements import blocks_of_tag, numbered_blocks, opening_blocks, unlinked_blocks
from ..compiled.roles import first_value
from ..core.columns import ATTRIBUTE_NUMBERS, KIND_NUMBERS, Columns
from ..core.page import Page
from ..core.rows import TAG_NUMBERS
from ..data import topics
from ..matching.headlines import CLOSING_MARKS, byline_phrases, count_words
from .authors import byline_openers, split_at_marks, without_by
from .dates import date_in_url, find_date, parse_date
from .headline_lines import start_of_article
from .values import Claims, letters, plain, words

# Pairs of a source and a raw value, as claims have them.
Pairs = tuple[tuple[str, str], ...]

# A byline or date line is this near to the headline, counted in blocks, and is this short.
_BEFORE, _AFTER, _ABOVE_ARTICLE = 4, 14, 30
# The headline is among so many blocks.
_MOST_ABOVE = 300
LONGEST_LINE = 120
_LONGEST_DATE = 30
# A line with more other words than these is a sentence.
_MOST_OTHER_WORDS, _MOST_WORDS_BEFORE = 3, 5
# A page that presents others has its own date this near below its headline, in blocks.
_RIGHT_BELOW = 4
# A line that may speak against what the page declares is this near below the headline, in blocks.
_CLOSE = 6
# The head of a news agency's text: "(3 May 2024) …", "HARBOUR, 3 May 2024 – …". Bounded classes that end at their sign.
_DATELINE = re.compile(r"\(([^()\n]{6,40})\)|([^.()–—\n]{6,60}?)(?: [-–—]{1,2} |\. )")
# So many short lines with numbers are read where nothing else has a date.
_MOST_SHORT = 200
# Where more lines open with a label, they are of other articles, or of comments.
_MOST_LABELS = 8
# A label ends at a number or a mark, and has so many words.
_LABEL_END, _LONGEST_LABEL, _MOST_LABEL_WORDS = re.compile(r"[\d:：|·•(（–—]"), 40, 4
_FIRST_WORD = re.compile(r"[^\s\d:：|·•(（–—]+")
_DIGITS = re.compile(r"\d")
_NUMBER, _YEAR = re.compile(r"\d+"), re.compile(r"\d{4}|\d\d")
_WORD = re.compile(r"[^\W\d_]+")
_LINE_END = re.compile("[\n\t]")
_FIRST_UNSPACED = "\u0e00"
_H1, _TIME, _CAPTION = TAG_NUMBERS["h1"], TAG_NUMBERS["time"], KIND_NUMBERS["caption"]
_HEADING = KIND_NUMBERS["heading"]
_OF_ENTRIES = frozenset(KIND_NUMBERS[kind] for kind in ("list-item", "table"))
_DISCUSSION = "discussion"
_PLAIN_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("paragraph", "heading", "caption"))
_DATETIME = ATTRIBUTE_NUMBERS["datetime"]


class Near(NamedTuple):
    """The position of the headline, and those around it where a byline may stand."""

    headline: int
    positions: range


class ShownDates(NamedTuple):
    """What the page shows: when the article appeared, and when it was changed.

    `plain` has those of `published` that stand near above or below the headline on a line with nothing but names.
    """

    published: Pairs
    modified: Pairs
    plain: Pairs = ()


def near_headline(page: Page, title: str) -> Near:
    """Find the block that shows the title; else the main heading, the article's first paragraph, or the top."""
    columns = page.columns
    mains = blocks_of_tag(columns, _H1)
    position = _of_title(columns, mains, letters(title))
    if position < 0 and mains:
        position = mains[0]
    first = next((main for main in reversed(mains) if position - _AFTER < main < position), position) - _BEFORE
    if position < 0:
        position = max(0, start_of_article(page))
        first = position - _ABOVE_ARTICLE
    return Near(position, range(max(0, first), min(position + _AFTER, len(columns.kinds))))


def _of_title(columns: Columns, mains: Sequence[int], wanted: str) -> int:
    """Return the position of the main heading or, without one, the line that has these letters; -1 for none."""
    if not wanted:
        return -1
    # Letters of other scripts may become several.
    shortest, longest = len(wanted) if columns.text.isascii() else 0, 2 * len(wanted)
    for position in mains:
        if shortest <= columns.block_length(position) <= longest and _has_letters(columns, position, wanted):
            return position
    unlinked = unlinked_blocks(columns, _MOST_ABOVE, shortest, longest)
    return next((position for position in unlinked if _has_letters(columns, position, wanted)), -1)


def _has_letters(columns: Columns, position: int, wanted: str) -> bool:
    text = columns.block_text(position)
    return (len(text) >= len(wanted) or not text.isascii()) and letters(text) == wanted


def is_dated_by_headline(page: Page, near: Near, title: str, language: str) -> bool:
    """Return True if a date stands right above or below the heading that shows the title.

    It is that of an entry if an entry's heading, which links to it, follows.
    """
    columns, mine = page.columns, letters(title)
    headline = next((i for i in range(near.headline, near.headline + 2) if _shows(columns, i, mine)), -1)
    if headline < 0:
        return False
    first, stop = max(headline - 1, near.positions.start), min(headline + 1 + _RIGHT_BELOW, near.positions.stop)
    for position in numbered_blocks(columns, page.removals, first, stop, LONGEST_LINE):
        is_line = columns.block_length(position) <= LONGEST_LINE and columns.kinds[position] not in _OF_ENTRIES
        if is_line and position != headline and find_date(columns.block_text(position), language):
            following = range(headline + 1, min(position + 2, stop))
            return not any(columns.kinds[i] == _HEADING and columns.link_chars[i] for i in following)
    return False


def _shows(columns: Columns, position: int, wanted: str) -> bool:
    """Return True for a heading with these letters, or with most of them."""
    if position >= len(columns.kinds) or columns.kinds[position] != _HEADING:
        return False
    mine = letters(columns.block_text(position))
    return bool(mine) and (mine == wanted or (2 * len(mine) > len(wanted) and mine in wanted))


def date_lines(page: Page, near: Near) -> list[tuple[int, str]]:
    """List the lines near the headline with a number, and their positions: those from it on first, then those above."""
    columns, found = page.columns, []
    text, starts = columns.text, columns.starts
    for position in numbered_blocks(columns, page.removals, near.positions.start, near.positions.stop, LONGEST_LINE):
        start, end = starts[position], starts[position + 1]
        is_caption = columns.kinds[position] == _CAPTION and position > near.headline
        if not is_caption and (line := text[start:end] if end - start <= LONGEST_LINE else _head(text, start)):
            found.append((position, line))
    found.sort(key=lambda entry: entry[0] < near.headline)
    return found


def may_differ(lines: Sequence[tuple[int, str]], day: str) -> bool:
    """Return whether a line has a year, and none has the numbers of this day."""
    year, number = day[:4], day[8:10]
    has_year = False
    for _, line in lines:
        said = _NUMBER.findall(line)
        if (year in said or year[2:] in said) and (number in said or number.lstrip("0") in said):
            return False
        has_year = has_year or any(map(_YEAR.fullmatch, said))
    return has_year


def change_lines(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return those of the lines that speak of a change."""
    return [entry for entry in lines if _is_modified(entry[1])]


def read_dates(page: Page, near: Near, lines: Sequence[tuple[int, str]], language: str) -> ShownDates:
    """Read the dates on lines near the headline (see `date_lines`); those behind other words than a label are last."""
    published: list[tuple[str, str]] = []
    modified: list[tuple[str, str]] = []
    plain_dates: list[tuple[str, str]] = []
    unsure: list[tuple[str, str]] = []
    columns = page.columns
    for position, text in lines:
        if not (moment := _moment(columns, position)) and not find_date(text, language):
            continue
        is_changed = False
        for line in filter(_is_date_line, _LINE_END.split(text)):
            is_change = _is_modified(line)
            before = _beside_change(line) if is_change else "" if is_changed and not _label(line) else line
            pairs = ([("time:datetime", moment)] if moment else []) + [("visible", line)]
            if before:
                said = [("visible", before)] if is_change else pairs
                has_others = count_words(before).others > 0
                (published if _is_sure(before, has_others) else unsure).extend(said)
                if not has_others and position <= near.headline + _CLOSE and columns.kinds[position] in _PLAIN_KINDS:
                    plain_dates += said
            if is_change:
                modified += [*(() if before else pairs[:-1]), ("visible:modified", _from_change(line))]
                is_changed = True
    return ShownDates((*published, *unsure), tuple(modified), tuple(plain_dates))


def _is_sure(line: str, has_others: bool) -> bool:
    """Return True for a line behind a known label, and for one of names and dates without any label."""
    if _label(line):
        return True
    lead = line[: match.start()] if (match := _DIGITS.search(line)) else line
    return not has_others and ":" not in lead


def _head(text: str, start: int) -> str:
    """Return the date at the head of a longer block, if it has one."""
    head = _DATELINE.match(text, start, start + LONGEST_LINE)
    line = (head[1] or head[2]) if head else ""
    return line if _DIGITS.search(line) else ""


def _moment(columns: Columns, position: int) -> str:
    """Return the moment that a `<time>` around a line, or around its beginning, gives for machines."""
    first = columns.run_firsts[position]
    runs = columns.run_elements[first : min(first + 2, columns.run_firsts[position + 1])]
    elements = (columns.elements[position], *runs)
    times = [element for element in elements if element >= 0 and columns.element_tags[element] == _TIME]
    return first_value(columns, times[0], _DATETIME) if times else ""


def _is_date_line(line: str) -> bool:
    """Return False for lines without a number, for sentences and captions, and for lines of a notice or a copyright."""
    number = _DIGITS.search(line)
    if number is None or "©" in line or _has_word(line, "word of a notice"):
        return False
    if len(line) <= _LONGEST_DATE:
        return True
    if count_words(line).others > _MOST_OTHER_WORDS:
        return False
    before = split_at_marks(line[: number.start()])[-1]
    return before.count(" ") <= _MOST_WORDS_BEFORE or bool(_label(line)) or without_by(before) != before


def labelled_dates(page: Page) -> ShownDates:
    """Read the lines that open with "Published", "Posted on" or "Updated" anywhere on the page, if they agree.

    The date may stand on the next line, where the label is a line of its own.
    """
    columns = page.columns
    found: dict[str, set[str]] = {"published": set(), "modified": set()}
    for position, after in opening_lines(page):
        start = columns.starts[position]
        first = _FIRST_WORD.match(columns.text, start, start + _LONGEST_LABEL)
        if first is None or first[0].casefold() not in _first_words_of_labels():  # as most
            continue
        line, _, following = columns.block_text(position).partition("\n")
        label = _label(line)
        if label and not _DIGITS.search(line):
            if not following and after >= 0 and columns.block_length(after) <= _LONGEST_DATE:
                following = columns.block_text(after)
            line = f"{line} {following.partition(chr(10))[0]}"
        number = _DIGITS.search(line) if label else None
        if number is None or (label == "modified" and _has_word(line[: number.start()], "published")):
            continue
        found[label].add(line)
        if label == "published" and (changed := _from_change(line)) != line and _is_modified(changed):
            found["modified"].add(changed)
    published, modified = (
        tuple(("label", line) for line in sorted(lines)) if len(lines) <= _MOST_LABELS else ()
        for lines in found.values()
    )
    return ShownDates(published, modified)


def _label(line: str) -> str:
    """Return what a line's opening words say of its date: "published", "modified", or nothing."""
    said = line[:_LONGEST_LABEL].casefold()
    end = _LABEL_END.search(said)
    opening = said[: end.start() if end else None].split()[:_MOST_LABEL_WORDS]
    known = _labels()
    return next((known[key] for size in range(len(opening), 0, -1) if (key := " ".join(opening[:size])) in known), "")


@cache
def _labels() -> dict[str, str]:
    known = {word.rstrip(":"): topic for topic in ("published", "modified") for word in words(topic)}
    return known | dict.fromkeys(words("page changed"), "modified")


@cache
def _first_words_of_labels() -> frozenset[str]:
    return frozenset(label.partition(" ")[0] for label in _labels())


def opening_lines(page: Page) -> list[tuple[int, int]]:
    """List the lines anywhere on the page that may open with a label, a "Written by" or what closes a letter.

    Each comes with the block after it, or -1; see `opening_blocks`. Asked once for all three: it reads every block.
    """
    return page.cached(
        "opening lines",
        page.removals,
        lambda: opening_blocks(page.columns, page.removals, LONGEST_LINE, _openers()),
    )


@cache
def _openers() -> frozenset[str]:
    return byline_openers() | closing_openers() | _first_words_of_labels()


@cache
def closing_openers() -> frozenset[str]:
    """Return the first words of what closes a letter, with the marks that a line of one word ends with."""
    firsts = {phrase.partition(" ")[0] for phrase in byline_phrases("closings")}
    return frozenset(first + mark for first in firsts for mark in ("", *CLOSING_MARKS.strip()))


def title_dates(page: Page, language: str) -> Pairs:
    """Read a date that a mark sets off in the page's title."""
    parts = split_at_marks(plain(page.head.title))
    return tuple(("title", part) for part in parts[1:] if len(part) <= _LONGEST_DATE and find_date(part, language))


def first_published(page: Page, language: str) -> Pairs:
    """List what follows "originally published" in a sentence anywhere on the page, in its language or in English."""
    columns, text = page.columns, page.columns.text
    known = topics("phrases/metadata")["first published"]
    found: list[str] = []
    for phrase in {*known.get(language[:2].lower(), ()), *known["en"]}:
        for written in (phrase, phrase.capitalize(), phrase.title()):
            place = text.find(written)
            if place >= 0:
                end = columns.starts[bisect_right(columns.starts, place)]
                found.append(text[place + len(phrase) : min(end, place + len(phrase) + LONGEST_LINE)])
    return tuple(("label", line) for line in found if _DIGITS.search(line))


def lone_dates(page: Page, language: str) -> Pairs:
    """List the lines anywhere on an article's page that are a date and nothing else."""
    columns = page.columns
    if page.kind != "article":
        return ()
    positions = numbered_blocks(columns, page.removals, 0, len(columns.kinds), _LONGEST_DATE)
    short = [i for i in positions if columns.block_length(i) <= _LONGEST_DATE][:_MOST_SHORT]
    said = [(line, count_words(line)) for line in map(columns.block_text, short)]
    lines = [line for line, words_of in said if not words_of.names and not words_of.others]
    return tuple(("visible", line) for line in lines if find_date(line, language))


def before_change(line: str) -> str:
    """Return the part of a line before the word for a change, if it has a number; else `""`.

    >>> before_change("26/11/2017 01:57 | Updated 27/11/2017 19:20")
    '26/11/2017 01:57 | '
    """
    start = _change(line)
    return line[:start] if _DIGITS.search(line, 0, start) else ""


def _beside_change(line: str) -> str:
    """Return the part of a line before the word for a change, or that behind a label for publication after it."""
    if before := before_change(line):
        return before
    start = _change(line)
    labels = (word.start() for word in _WORD.finditer(line, start) if word.group().casefold() in words("published"))
    label = next((place for place in labels if _DIGITS.search(line, start, place)), 0)
    return line[label:] if label and _DIGITS.search(line, label) else ""


def _from_change(line: str) -> str:
    """Return the part of a line from the word for a change on, if it has a number; else the line."""
    start = _change(line)
    return line[start:] if _DIGITS.search(line, start) else line


def _change(line: str) -> int:
    changed = words("modified")
    return next((word.start() for word in _WORD.finditer(line) if word.group().casefold() in changed), 0)


def _is_modified(line: str) -> bool:
    """Return whether a line says that its date is that of a change."""
    return _has_word(line, "modified")


def _has_word(line: str, topic: str) -> bool:
    said = line.casefold()
    if not words(topic).isdisjoint(_WORD.findall(said)):
        return True
    return any(phrase in said for phrase in _inner_phrases(topic, said.isascii()))


@cache
def _inner_phrases(topic: str, is_ascii: bool) -> tuple[str, ...]:
    """Return the phrases of several words, or of a script that writes words together; those that ASCII can hold."""
    inner = (word for word in words(topic) if " " in word or word >= _FIRST_UNSPACED)
    return tuple(word for word in inner if word.isascii() or not is_ascii)


# A moment in UTC whose zone is not the reader's: the record has seconds or not.
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?\+00:00")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?")
# Zones are up to so far from UTC, in steps of a quarter of an hour.
_FARTHEST, _STEP = timedelta(hours=14), timedelta(minutes=15)
# An address that is older than the declared date by more than this was given when the article first appeared.
_LONG_BEFORE = 31
# Keys of meta tags that may name any date, or that of the page.
_OPEN_GRAPH = "meta:article:published_time"
_VAGUE = frozenset({"meta:date", "meta:dc.date", "meta:date.created"})


class ArticleDates(NamedTuple):
    """When the article appeared and when it was changed, as ISO 8601, and the source of the first."""

    published: str
    source: str
    modified: str


class _Dated(NamedTuple):
    """A credible date and its source."""

    source: str
    value: str

    @property
    def day(self) -> str:
        return self.value[:10]


_Credible = Callable[[Iterable[tuple[str, str]]], Iterator[_Dated]]


def choose_dates(
    page: Page,
    declared: Sequence[Claims],
    markup: Callable[[], Claims],
    near: Near,
    language: str,
    last_day: str,
    *,
    is_signed: bool,
) -> ArticleDates:
    """Choose among the claims of JSON-LD and meta tags, then of the markup, of lines near the headline, of the address.

    Args:
        page: The page.
        declared: What JSON-LD and meta tags claim, best first.
        markup: Reads what the markup of the visible text claims.
        near: Where the headline is, and where a byline may stand.
        language: The language of the page, for the names of months.
        last_day: The last day that the article can have.
        is_signed: False for a page that has only the dates of others. Then what it declares counts, and the lines that
            say when the page was changed.
    """

    def credible(pairs: Iterable[tuple[str, str]]) -> Iterator[_Dated]:
        for source, value in pairs:
            found = parse_date(value, language)
            if found and found[:10] <= last_day:
                yield _Dated(source, found)

    stated = modified = next(credible(pair for claims in declared for pair in claims.modified), None)
    if is_signed:
        best, modified = _of_article(page, declared, markup, near, language, credible, modified)
    else:
        best = next(credible(pair for claims in declared for pair in claims.published), None)
    if modified is None and page.kind != _DISCUSSION:
        modified = _agreed(list(credible(labelled_dates(page).modified)))
    if modified and modified is not stated and best and modified.day < best.day:  # of another article
        modified = None
    chosen = best or modified or _Dated("", "")
    return ArticleDates(chosen.value, chosen.source, modified.value if modified else "")


def _of_article(
    page: Page,
    declared: Sequence[Claims],
    markup: Callable[[], Claims],
    near: Near,
    language: str,
    credible: _Credible,
    modified: _Dated | None,
) -> tuple[_Dated | None, _Dated | None]:
    """Return when the article appeared and when it was changed, each None if nothing says so."""
    said = [pair for claims in declared for pair in claims.published]
    explicit = [pair for pair in said if pair[0] not in _VAGUE]
    first = next(credible(explicit), None)
    day = date_in_url(page.url)
    if first and modified and first.day == day and not _UTC.fullmatch(first.value):
        return first, modified
    lines = date_lines(page, near)
    if first and not may_differ(lines, first.day):
        lines = [] if modified else change_lines(lines)
        if not lines:
            return _long_before(first, day) or first, modified
    shown = read_dates(page, near, lines, language)
    if first:
        modified = modified or next(credible(shown.modified), None)
        stated, plain = list(credible(explicit)), list(credible(shown.plain))
        changes = {dated.day for claims in declared for dated in credible(claims.modified)}
        changes |= {dated.day for dated in credible(shown.modified)}
        return _corrected(stated, list(credible(shown.published)), plain, changes, day), modified
    claims = markup()
    vague = [pair for pair in said if pair[0] in _VAGUE]
    found = list(credible(_in_order(claims.published, shown.published, vague)))
    best = _by_address(found, day)
    original = _agreed(list(credible(first_published(page, language))))
    if original and (best is None or original.day != best.day):
        best = original
    modified = modified or next(credible((*claims.modified, *shown.modified)), None)
    if best is None:
        labelled = labelled_dates(page)
        modified = modified or _agreed(list(credible(labelled.modified)))
        best = _agreed(list(credible(labelled.published))) or next(credible(title_dates(page, language)), None)
        best = best or (None if modified else _agreed(list(credible(lone_dates(page, language)))))
    return best, modified


def _in_order(markup: Pairs, shown: Pairs, vague: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what markup declares, what the page shows near the headline, meta tags for any date, other markup."""
    yield from (pair for pair in markup if pair[0].startswith("microdata"))
    yield from shown
    yield from vague
    yield from (pair for pair in markup if not pair[0].startswith("microdata"))


def _by_address(found: Sequence[_Dated], day: str) -> _Dated | None:
    """Return the first date, or of several the first that has the day in the address, or the next one to it.

    Of two sources with one day, one may have the time, too.
    """
    if not day:
        best = found[0] if found else None
    else:
        by_distance = sorted(found, key=lambda dated: _days_apart(dated.day, day))
        best = by_distance[0] if by_distance and _days_apart(by_distance[0].day, day) <= 1 else _Dated("url", day)
    timed = (dated for dated in found if best and dated.day == best.day and "T" in dated.value)
    return best if best is None or "T" in best.value else next(timed, best)


def _agreed(dates: Sequence[_Dated]) -> _Dated | None:
    """Return the first date if all name one day."""
    return dates[0] if dates and len({dated.day for dated in dates}) == 1 else None


def _corrected(
    stated: Sequence[_Dated], shown: Sequence[_Dated], plain: Sequence[_Dated], changes: set[str], day: str
) -> _Dated:
    """Return the first stated date, or a better one.

    - The same moment in the site's own zone, if a source has it, or if a shown clock has the zone.
    - The moment that Open Graph has, if the page shows that day.
    - A shown date from before the stated one, unless the page was changed then: the article was published again.
    - A day in the address from long before.
    """
    first = stated[0]
    if _UTC.fullmatch(first.value) and (local := _in_own_zone(first, (*stated[1:], *shown))):
        return local
    days = {dated.day for dated in plain}
    if days and first.day not in days:
        if agreed := next((dated for dated in stated if dated.day in days and dated.source == _OPEN_GRAPH), None):
            return agreed
        for dated in plain:
            is_before = len(dated.day) == 10 and dated.day < first.day and _days_apart(dated.day, first.day) > 1
            if is_before and dated.day not in changes and day != first.day and not _is_turned(dated.day, first.day):
                return dated
    return _long_before(first, day) or first


def _long_before(stated: _Dated, day: str) -> _Dated | None:
    """Return the day in the address if it is from long before the stated one."""
    is_older = bool(day) and len(stated.day) == 10 and day < stated.day
    return _Dated("url", day) if is_older and _days_apart(day, stated.day) > _LONG_BEFORE else None


def _in_own_zone(stated: _Dated, others: Iterable[_Dated]) -> _Dated | None:
    """Return a moment in UTC as another source has it in the site's zone."""
    moment = datetime.fromisoformat(stated.value)
    for dated in others:
        if len(dated.value) < 16 or dated.value.endswith("+00:00"):
            continue
        other = datetime.fromisoformat(dated.value)
        if other.tzinfo is not None:
            if abs(other - moment) < timedelta(minutes=1):
                return dated
        elif _CLOCK.fullmatch(dated.value):
            offset = other - moment.replace(tzinfo=None, second=other.second)
            if offset and abs(offset) <= _FARTHEST and not offset % _STEP:
                return _Dated(stated.source, moment.astimezone(timezone(offset)).isoformat())
    return None


def _days_apart(one: str, other: str) -> int:
    if len(one) < 10 or len(other) < 10:
        return 0 if one[:7] == other[:7] else _LONG_BEFORE
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _is_turned(one: str, other: str) -> bool:
    """Return whether two days are one, read with month and day in either order."""
    return one[:4] == other[:4] and one[5:7] == other[8:10] and one[8:10] == other[5:7]
