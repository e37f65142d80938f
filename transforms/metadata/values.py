"""What all sources of metadata share: the claims that each makes, plain text, addresses, and lists of words."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from ..core.page import Head
from ..data import phrases, topics

Result = TypeVar("Result")

_LONGEST_VALUE, _LONGEST_KEYWORDS = 2000, 5000
# Caches do not keep longer texts: these are not met again.
MAX_CACHED_CHARS = 2_000
# A tag, or what is left of one. Each character class is bounded and excludes "<", so no start is tried twice.
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,300}>")
# Half of a surrogate pair cannot be written as UTF-8. One character class: linear.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Soft hyphens, zero-width spaces, direction marks, byte order marks: readers do not see them.
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))
# ASCII letters and digits in lower case, nothing else.
_ASCII_LETTERS = str.maketrans({char: char.lower() if char.isalnum() else None for char in map(chr, range(128))})

# Addresses that resolving leaves as they are, without dot segments. Classes parted by a slash: linear.
_ABSOLUTE = re.compile(r"https?://[a-z0-9.-]+/[\w/.%~=&;,+!:@-]*")
# Addresses that resolving only puts behind the site, and the site: likewise.
_ROOTED = re.compile(r"/(?:[\w.%~=&,+!:@-][\w/.%~=&,+!:@-]*)?")
_SITE = re.compile(r"https?://[a-z0-9.-]+(?=[/?#])")


class Claims(NamedTuple):
    """What one source claims about the article, without markup. Unknown values are empty.

    `authors` are in the source's order, best first; those that the source calls organisations are in `organisations`,
    too. `published` and `modified` hold pairs (source, raw value), so that
    the record can name the source of its date; the values are not yet checked. `is_guess` is true
    where `authors` may not be names.
    """

    title: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site_name: str = ""
    url: str = ""
    published: tuple[tuple[str, str], ...] = ()
    modified: tuple[tuple[str, str], ...] = ()
    is_guess: bool = False


NOTHING = Claims()
# The host and path of an address that is not on the web.
NO_PAGE = ("", "")
# Added to the number of a month of the Solar Hijri calendar.
PERSIAN = 100


def plain(value: str, limit: int = _LONGEST_VALUE) -> str:
    """Return a value as a reader would see it: entities unescaped, tags dropped, white space collapsed.

    Entities are unescaped twice, because feeds and templates often escape twice. Only the first `limit` characters
    count, so that a megabyte in an attribute costs nothing.
    """
    value = value[:limit]
    if "&" in value:
        value = html.unescape(html.unescape(value))
    if "<" in value:
        value = _TAG.sub(" ", value)
    if not value.isascii():
        value = _SURROGATE.sub("\ufffd", value).translate(_INVISIBLE)
    return " ".join(value.replace("\0", "").split())


def split_tags(value: str) -> list[str]:
    """Split a list of keywords at commas, each as `plain` returns it."""
    parts = value[:_LONGEST_KEYWORDS].split(",")
    if value.isascii() and "&" not in value and "<" not in value and "\0" not in value:  # as most
        return [" ".join(part[:_LONGEST_VALUE].split()) for part in parts]
    return [plain(part) for part in parts]


def visible_text(text: str) -> str:
    """Return a text without invisible characters, white space collapsed."""
    return " ".join((text if text.isascii() else text.translate(_INVISIBLE)).split())


def letters(text: str) -> str:
    """Return only the letters and digits of a text, case folded: these stay the same when typography changes."""
    return text.translate(_ASCII_LETTERS) if text.isascii() else _letters(text)


def cached_by_text(maxsize: int) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """Cache the results of a function of one text, as `lru_cache` does, but not those of long texts.

    So a page cannot fill the memory.
    """

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        cached = lru_cache(maxsize=maxsize)(function)

        @wraps(function)
        def call(text: str) -> Result:
            return cached(text) if len(text) <= MAX_CACHED_CHARS else function(text)

        return call

    return decorate


@cached_by_text(maxsize=512)
def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def absolute(href: str, base: str) -> str:
    """Resolve an address against the page's own, without fragment; `""` unless the result is http or https."""
    if _ABSOLUTE.fullmatch(href) and "/." not in href:
        return href
    if _ROOTED.fullmatch(href) and "/." not in href and (site := _SITE.match(base)):
        return site[0] + href
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        host = parts.hostname
    except ValueError:  # a bracketed host that is not an IPv6 address
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return parts._replace(fragment="").geturl()


def canonical_links(head: Head) -> list[str]:
    """List the addresses that the page links to as its canonical one."""
    return [
        href for rel, href in head.links if "canonical" in (kinds := rel.casefold()) and "canonical" in kinds.split()
    ]


def same_page(one: str, other: str) -> bool:
    """Return whether two addresses differ only in scheme, `www.`, query, fragment or a final slash."""
    return bool(one) and bool(other) and host_and_path(one) == host_and_path(other) != NO_PAGE


def home_of(url: str) -> str:
    """Return the address of the site's front page, or `""`."""
    return absolute("/", url)


def is_front_page(url: str) -> bool:
    """Return True for the address of a site's front page. With a query it may be any page."""
    return "?" not in url and same_page(url, home_of(url))


def host_of(url: str) -> str:
    """Return the host without `www.`, or `""`."""
    return host_and_path(url)[0]


@cached_by_text(maxsize=1024)
def host_and_path(url: str) -> tuple[str, str]:
    """Return the host without `www.` and the path: the same for two addresses of one page (see `same_page`).

    Addresses are split by hand: JSON-LD may name dozens of them, and `urlsplit` is slow.
    """
    scheme, colon, rest = url.strip().partition("://")
    if not colon or scheme.lower() not in ("http", "https"):
        return NO_PAGE
    host, _, path = rest.partition("#")[0].partition("?")[0].partition("/")
    return host.rpartition("@")[2].partition(":")[0].lower().removeprefix("www."), path.rstrip("/")


@cache
def words(topic: str) -> frozenset[str]:
    """Return the words of a topic in all languages, case folded. Raises KeyError for an unknown topic."""
    return frozenset(word.casefold() for word in phrases("phrases/metadata", topic))


def months(language: str) -> dict[str, int]:
    """Map case-folded names of months to their numbers, 1 to 12, and PERSIAN more in the Solar Hijri calendar.

    The names of the given language come first. Those of all other languages follow if languages agree on them:
    "listopad" is October in Croatian and November in Polish, so only these two languages know it.
    """
    known = language.casefold()[:2]
    return _months_of(known if known in _month_tables() else "")


def marks_in_months() -> str:
    """Return the marks in names of months that belong to a word for readers, but not for `re`.

    These are combining marks, joiners, and signs of an abbreviation, for example in Hebrew and Hindi.
    """
    names = {name for table in _month_tables().values() for name in table if not name.isascii()}
    signs = sorted(char for char in set("".join(names)) if not char.isascii())
    return "".join(char for char in signs if unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf", "Po"))


@cache
def _months_of(language: str) -> dict[str, int]:
    numbers: dict[str, set[int]] = {}
    for table in _month_tables().values():
        for name, number in table.items():
            numbers.setdefault(name, set()).add(number)
    agreed = {name: found.pop() for name, found in numbers.items() if len(found) == 1}
    return agreed | _month_tables().get(language, {})


def _month_number(topic: str) -> int:
    calendar, _, number = topic.rpartition(" ")
    return int(number) + (PERSIAN if calendar else 0)


@cache
def _month_tables() -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = {}
    for month, languages in topics("phrases/months").items():
        for language, names in languages.items():
            tables.setdefault(language, {}).update(dict.fromkeys(names, _month_number(month)))
    return tables
