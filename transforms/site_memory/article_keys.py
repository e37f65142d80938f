"""Give all addresses of one article the same key, so that the article counts once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ..core.page import Page
from ..data import read_data

# Prefixes of a site's hosts. All but the first are for other views of its pages.
HOST_PREFIX = re.compile(r"(www|amp|m|mobile)\d*\.")
VIEW_SEGMENTS = frozenset({"amp", "print", "printable", "print-view"})
VIEW_SUFFIX = re.compile(r"\.amp(?=\.html?$|$)")
PAGE_SEGMENTS = frozenset({"page", "pagina", "pg", "seite"})
INDEX_NAME = re.compile(r"(?:index|default)\.(?:html?|shtml|php|aspx?|jsp)", re.IGNORECASE)
# A session in the path, after a semicolon.
PATH_PARAMETER = re.compile(r";[^/]*")
# An address in canonical form: no characters with several spellings, no query, no fragment. A segment that begins with
# a dot may lead upwards, so it is checked apart. Single classes: linear.
PLAIN = re.compile(r"https?://([a-z0-9.-]+)((?:/[A-Za-z0-9._~/-]*)?)")
NUMBER = re.compile(r"\d{1,3}")
# A number below a name of several words counts the article's pages; below a shorter one it may count anything.
SLUG = re.compile(r"[^\W\d_]+(?:[-_][^\W_]+){2,}(?:\.html?)?")


class Address(NamedTuple):
    """An address without what differs between views of an article; `is_variant` if it asked for another view."""

    text: str
    is_variant: bool


def article_key(page: Page) -> int:
    """Hash the address of the page's article, or the id of a capture without an address, to 64 bits."""
    address = _own_address(page).text if page.url else page.provenance.id
    return int.from_bytes(hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def is_variant(page: Page) -> bool:
    """Return True for an AMP view, a print view, a later page, or a copy that declares another address."""
    captured = article_address(page.url)
    return captured.is_variant or _own_address(page) != captured


def _own_address(page: Page) -> Address:
    """Return the address that the page declares as its own, if plausible; else the one of its capture."""
    hrefs = (href for rel, href in page.head.links if "canonical" in rel.casefold().split())
    return _plausible_address(page.url, next(hrefs, "").strip())


@lru_cache(maxsize=1 << 10)
def _plausible_address(url: str, href: str) -> Address:
    """Return the address of a page that was captured under `url` and declares `href`."""
    captured = article_address(url)
    try:
        is_whole = PLAIN.fullmatch(href) and PLAIN.fullmatch(url)
        declared = article_address(href if is_whole else urljoin(url, href)) if href else captured
    except ValueError:
        return captured
    return declared if _is_plausible(declared.text, captured.text) else captured


def _is_plausible(declared: str, captured: str) -> bool:
    """Return False for an address of another site, the front page, or a folder that contains the page.

    Faulty templates declare these on every page. But a number below the declared address counts pages of an article.
    """
    host, _, path = declared.partition("/")
    own_host, _, own_path = captured.partition("/")
    if host != own_host or (not path and own_path):
        return False
    below = own_path.removeprefix(path.partition("?")[0] + "/")
    return below == own_path or NUMBER.fullmatch(below) is not None


@lru_cache(maxsize=1 << 10)
def article_address(url: str) -> Address:
    """Remove scheme, `www.`, tracking, fragment, and requests for another view of the article from an address.

    Parameters that select the article stay, sorted. A malformed address stays as it is.

    >>> article_address("https://www.example.org/tides/index.html?utm_source=mail&id=7").text
    'example.org/tides?id=7'
    >>> article_address("http://amp.example.org/2019/05/a-tide-table/2/?page=3")
    Address(text='example.org/2019/05/a-tide-table', is_variant=True)
    """
    plain = PLAIN.fullmatch(url)
    if plain and "/." not in plain[2]:
        host, path, query = plain[1], plain[2], ""
    else:
        from w3lib.url import canonicalize_url  # with an HTTP client behind it, which a page alone does not need

        try:
            parts = urlsplit(canonicalize_url(url.strip()))
        except (ValueError, UnicodeError):
            return Address(url, False)
        if not parts.hostname:
            return Address(url, False)
        host, path, query = parts.hostname, parts.path, parts.query
    path, path_is_variant = _path(path)
    query, query_is_variant = _query(query, path)
    host, host_is_variant = _host(host)
    is_variant = path_is_variant or query_is_variant or host_is_variant
    return Address(f"{host}/{path}" + (f"?{query}" if query else ""), is_variant)


def _host(host: str) -> tuple[str, bool]:
    """Return the host without its prefix, and whether that asks for another view."""
    prefix = HOST_PREFIX.match(host)
    if not prefix or host.count(".") < 2:
        return host, False
    return host[prefix.end() :], prefix[1] != "www"


def _path(path: str) -> tuple[str, bool]:
    """Return the path without requests for another view, and whether it had any."""
    segments = [segment for segment in PATH_PARAMETER.sub("", path).split("/") if segment]
    plain = list(segments)
    if plain and INDEX_NAME.fullmatch(plain[-1]):
        plain.pop()
        segments.pop()
    if len(plain) > 1 and plain[0].lower() in VIEW_SEGMENTS:
        plain.pop(0)
    if len(plain) > 1 and plain[-1].lower() in VIEW_SEGMENTS:
        plain.pop()
    if len(plain) > 2 and plain[-2].lower() in PAGE_SEGMENTS and NUMBER.fullmatch(plain[-1]):
        del plain[-2:]
    if len(plain) > 1 and NUMBER.fullmatch(plain[-1]) and SLUG.fullmatch(plain[-2]):
        plain.pop()
    if plain:
        plain[-1] = VIEW_SUFFIX.sub("", plain[-1])
    return "/".join(plain), plain != segments


def _query(query: str, path: str) -> tuple[str, bool]:
    """Return the parameters that select the article, and whether others ask for another view."""
    if not query:
        return "", False
    kept: list[tuple[str, str]] = []
    is_variant = False
    for name, value in parse_qsl(query, keep_blank_values=True):
        lower = name.lower()
        if _is_view(lower, value.lower(), path):
            is_variant = True
        elif not _is_tracking(lower):
            kept.append((name, value))
    return urlencode(sorted(kept)), is_variant


def _is_view(name: str, value: str, path: str) -> bool:
    words = _words()
    if name in words["views"]:
        return value in words["view_values"]
    # A front page's numbers may be those of articles.
    return name in words["page_parameters"] and bool(path) and NUMBER.fullmatch(value) is not None


@lru_cache(maxsize=1 << 12)
def _is_tracking(name: str) -> bool:
    exact, prefixes = _tracking()
    return name in exact or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    names = [name for group in read_data("names/address_parameters")["tracking"].values() for name in group]
    exact = frozenset(name for name in names if not name.endswith("*"))
    return exact, tuple(name.removesuffix("*") for name in names if name.endswith("*"))


@cache
def _words() -> dict[str, frozenset[str]]:
    data = read_data("names/address_parameters")

    def lower(words: Iterable[str]) -> frozenset[str]:
        return frozenset(word.lower() for word in words)

    return {key: lower(data[key]) for key in ("views", "view_values", "page_parameters")}
