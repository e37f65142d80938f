"""What a report says in words: names of languages and of parts of the work, what reasons mean, numbers for people."""

from __future__ import annotations

# One to a reason of the ledger (transforms/core/page.py).
REASONS = {
    "advert": "advertisements and their labels",
    "byline": "author lines and dates",
    "comments": "readers' comments and their forms",
    "cookie-notice": "consent banners",
    "disclaimer": "notices of risk, rights and the like",
    "hidden": "text that readers do not see",
    "link-list": "related, latest and most-read lists",
    "navigation": "menus, headers, footers, breadcrumbs",
    "other": "no article, and nothing that has a name",
    "repeated": "texts that come back on the site's pages",
    "sharing": "share and follow buttons",
    "sign-up": "newsletter and subscription prompts",
}
PARTS = {
    "read": "read and unpack",
    "parse": "parse",
    "recall": "look up site memory",
    "make records": "make records",
    "write": "write",
}
# As langdetect names them.
LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "af:Afrikaans ar:Arabic bg:Bulgarian bn:Bengali ca:Catalan cs:Czech cy:Welsh da:Danish de:German el:Greek "
        "en:English es:Spanish et:Estonian fa:Persian fi:Finnish fr:French gu:Gujarati he:Hebrew hi:Hindi hr:Croatian "
        "hu:Hungarian id:Indonesian it:Italian ja:Japanese kn:Kannada ko:Korean lt:Lithuanian lv:Latvian "
        "mk:Macedonian ml:Malayalam mr:Marathi ne:Nepali nl:Dutch no:Norwegian pa:Punjabi pl:Polish pt:Portuguese "
        "ro:Romanian ru:Russian sk:Slovak sl:Slovenian so:Somali sq:Albanian sv:Swedish sw:Swahili ta:Tamil te:Telugu "
        "th:Thai tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu vi:Vietnamese und:unknown"
    ).split()
) | {"zh-cn": "Chinese (simplified)", "zh-tw": "Chinese (traditional)"}


def number(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}"


def percent(share: float) -> str:
    """A share, 0 to 1, without a decimal unless it is small.

    >>> percent(0.374), percent(0.004), percent(0.0)
    ('37 %', '0.4 %', '0 %')
    """
    return f"{share * 100:.1f} %" if 0 < share < 0.0095 else f"{share * 100:.0f} %"


def compact(count: int) -> tuple[str, str]:
    """A large count in few digits, and its unit.

    >>> compact(5_592_180), compact(12_345), compact(865)
    (('5.6', 'M'), ('12', 'k'), ('865', ''))
    """
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if count >= size:
            value = count / (1000 if unit == "k" else size)
            return (f"{value:.1f}" if value < 10 else f"{value:.0f}"), unit
    return f"{count:,}", ""


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(0.42), duration(34.4), duration(754.0), duration(9000.0)
    ('0.42 s', '34.4 s', '12:34 min', '2:30 h')
    """
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes < 100 else f"{minutes // 60}:{minutes % 60:02d} h"


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "site"), counted(1200, "site")
    ('1 site', '1,200 sites')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
