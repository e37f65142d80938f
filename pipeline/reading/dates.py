"""Dates of captures, as archives write them, in ISO 8601 at the precision that is known."""

from __future__ import annotations

import re
from datetime import datetime

# 2008-04-30T20:48:25.123Z and every shorter form of it, which WARC 1.1 allows.
ISO_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?)?)?"
)
# 20080430204825 and shorter, as ARC and CDX write it, in UTC: digits, what they say, how that is written.
DIGITS = (
    (14, "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ"),
    (12, "%Y%m%d%H%M", "%Y-%m-%dT%H:%MZ"),
    (8, "%Y%m%d", "%Y-%m-%d"),
    (6, "%Y%m", "%Y-%m"),
    (4, "%Y", "%Y"),
)
MAX_DIGITS = 17  # with milliseconds


def iso_8601(stamp: str) -> str:
    """The date of a capture, as far as its digits are one; `""` where there is none. ISO 8601 stays as it is."""
    stamp = stamp.strip()
    found = ISO_DATE.fullmatch(stamp)
    if found and not stamp.isdecimal():
        year, month, day, *time = (int(part) if part else None for part in found.groups())
        return stamp if _is_date(year or 0, month or 1, day or 1, *(part or 0 for part in time)) else ""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > MAX_DIGITS:
        return ""
    for length, read, written in DIGITS:
        if len(stamp) >= length:
            try:
                return datetime.strptime(stamp[:length], read).strftime(written)
            except ValueError:
                continue
    return ""


def _is_date(*parts: int) -> bool:
    try:
        datetime(*parts)  # type: ignore[arg-type]  # six numbers
    except ValueError:
        return False
    return True
