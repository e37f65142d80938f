"""Choose the date of publication among what the page declares, what it shows, and its address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from ..core.page import Page
from .dates import date_in_url, parse_date
from .values import Claims
from .visible_dates import Near, Pairs, change_lines, date_lines, labelled_dates, may_differ, read_dates, title_dates

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


def choose_dates(
    page: Page,
    declared: Sequence[Claims],
    markup: Callable[[], Claims],
    near: Near,
    language: str,
    last_day: str,
) -> ArticleDates:
    """Choose among the claims of JSON-LD and meta tags, then of the markup, of lines near the headline, of the address.

    Args:
        page: The page.
        declared: What JSON-LD and meta tags claim, best first.
        markup: Reads what the markup of the visible text claims.
        near: Where the headline is, and where a byline may stand.
        language: The language of the page, for the names of months.
        last_day: The last day that the article can have.
    """

    def credible(pairs: Iterable[tuple[str, str]]) -> Iterator[_Dated]:
        for source, value in pairs:
            found = parse_date(value, language)
            if found and found[:10] <= last_day:
                yield _Dated(source, found)

    said = [pair for claims in declared for pair in claims.published]
    explicit = [pair for pair in said if pair[0] not in _VAGUE]
    first = next(credible(explicit), None)
    modified = next(credible(pair for claims in declared for pair in claims.modified), None)
    day = date_in_url(page.url)
    if first and modified and first.day == day and not _UTC.fullmatch(first.value):
        return ArticleDates(first.value, first.source, modified.value)
    lines = date_lines(page, near)
    if first and not may_differ(lines, first.day):
        lines = [] if modified else change_lines(lines)
        if not lines:
            chosen = _long_before(first, day) or first
            return ArticleDates(chosen.value, chosen.source, modified.value if modified else "")
    shown = read_dates(page, near, lines, language)
    if first:
        modified = modified or next(credible(shown.modified), None)
        stated, plain = list(credible(explicit)), list(credible(shown.plain))
        changes = {dated.day for claims in declared for dated in credible(claims.modified)}
        changes |= {dated.day for dated in credible(shown.modified)}
        chosen = _corrected(stated, list(credible(shown.published)), plain, changes, day)
        return ArticleDates(chosen.value, chosen.source, modified.value if modified else "")
    claims = markup()
    vague = [pair for pair in said if pair[0] in _VAGUE]
    found = list(credible(_in_order(claims.published, shown.published, vague)))
    best = _by_address(found, day)
    modified = modified or next(credible((*claims.modified, *shown.modified)), None)
    if best is None:
        labelled = labelled_dates(page)
        best = _agreed(list(credible(labelled.published))) or next(credible(title_dates(page, language)), None)
        modified = modified or _agreed(list(credible(labelled.modified)))
    chosen = best or modified or _Dated("", "")
    return ArticleDates(chosen.value, chosen.source, modified.value if modified else "")


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
    - A shown date from before the stated one, unless the page was changed then: the article was published anew.
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
