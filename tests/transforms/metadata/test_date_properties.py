"""Properties of dates: what people write in any language is read as the day that they mean, and garbage as none."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms.data import topics
from boiloff.transforms.metadata.dates import date_in_url, find_date, parse_date

ISO = re.compile(r"\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?)?)?")
# Language, number and name of each month. A name that two months share in one language says nothing; nobody writes the
# placeholders ("m01"), and the names with a number or of three words in traditional Mongolian are not read.
NAMES = sorted(
    (language, int(month), name)
    for month, languages in topics("phrases/months").items()
    if month.isdigit()
    for language, names in languages.items()
    for name in names
    if not any(map(str.isdigit, name)) and name.count(" ") < 2
    if not any(name in others.get(language, ()) for other, others in topics("phrases/months").items() if other != month)
)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))
ZONES = st.integers(min_value=-12 * 4, max_value=14 * 4).map(
    lambda quarters: timezone(timedelta(minutes=15 * quarters))
)
ORDERS = ("{day} {month} {year}", "{day}. {month} {year}", "{month} {day}, {year}", "{year} {month} {day}")


@given(DAYS, st.sampled_from(NAMES), st.sampled_from(ORDERS))
def test_a_month_of_any_language_is_read_in_any_order(day: date, name: tuple[str, int, str], order: str) -> None:
    language, number, month = name
    day = day.replace(month=number, day=min(day.day, 28))
    assert find_date(order.format(day=day.day, month=month, year=day.year), language) == day.isoformat()


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2040, 12, 30)), ZONES)
def test_a_moment_keeps_the_zone_it_is_written_in(moment: datetime, zone: timezone) -> None:
    written = moment.replace(microsecond=0, tzinfo=zone).isoformat()
    assert parse_date(written) == written
    assert parse_date(written.replace("T", " ")) == written


@given(DAYS)
def test_numbers_are_read_as_the_day_they_can_only_be(day: date) -> None:
    assert find_date(f"{day.day:02}.{day.month:02}.{day.year}", "de") == day.isoformat()
    assert find_date(f"{day.year}年{day.month}月{day.day}日", "ja") == day.isoformat()
    assert parse_date(f"{day.year}{day.month:02}{day.day:02}") == day.isoformat()
    assert date_in_url(f"https://quay.example/{day:%Y/%m/%d}/lamp") == day.isoformat()


@given(st.text(max_size=200), st.sampled_from(["", "de", "ja", "ar", "th", "fa", "xx"]))
def test_any_text_gives_a_day_or_nothing(text: str, language: str) -> None:
    for found in (parse_date(text, language), find_date(text, language), date_in_url(text)):
        assert not found or (ISO.fullmatch(found) and found >= "1990")
        if len(found) >= 10:
            date.fromisoformat(found[:10])


DATE_LIKE = st.text(alphabet="0123456789 -/.,:年月日TZ+()may三März", max_size=40)


@given(DATE_LIKE, st.sampled_from(["", "en-US", "de", "th", "fa", "zh"]))
def test_what_looks_like_a_date_gives_a_real_day_or_nothing(text: str, language: str) -> None:
    test_any_text_gives_a_day_or_nothing.hypothesis.inner_test(text, language)  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", ["9" * 10_000, "3 May " * 5_000, "2024-" * 5_000, "1/" * 10_000, "年" * 10_000])
def test_long_lines_cost_little(line: str) -> None:
    started = datetime.now(timezone.utc)
    find_date(line, "de")
    parse_date(line, "de")
    assert datetime.now(timezone.utc) - started < timedelta(seconds=1)
