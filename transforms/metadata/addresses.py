"""Addresses: resolving them, and telling whether two name the same page."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from ..core.limits import cached_by_text

# What resolving would leave as it is, if it has no dot segments. Classes parted by a slash: linear.
_ABSOLUTE = re.compile(r"https?://[a-z0-9.-]+/[\w/.%~=&;,+!:@-]*")
# What resolving would only put behind the site, and the site: likewise.
_ROOTED = re.compile(r"/(?:[\w.%~=&,+!:@-][\w/.%~=&,+!:@-]*)?")
_SITE = re.compile(r"https?://[a-z0-9.-]+(?=[/?#])")


def absolute(href: str, base: str) -> str:
    """The address resolved against the page's own, without fragment; `""` unless it is http or https."""
    if _ABSOLUTE.fullmatch(href) and "/." not in href:
        return href
    if _ROOTED.fullmatch(href) and "/." not in href and (site := _SITE.match(base)):
        return site[0] + href
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        host = parts.hostname
    except ValueError:  # a bracketed host that is no IPv6 address
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return parts._replace(fragment="").geturl()


def same_page(one: str, other: str) -> bool:
    """Whether two addresses differ only in scheme, `www.`, query, fragment or a final slash."""
    return bool(one) and bool(other) and _key(one) == _key(other) != ("", "")


def home_of(url: str) -> str:
    """The address of the front page of the site, or `""`."""
    return absolute("/", url)


def host_of(url: str) -> str:
    """The host without `www.`, or `""`."""
    return _key(url)[0]


@cached_by_text(maxsize=1024)
def _key(url: str) -> tuple[str, str]:
    """Host and path. Cut by hand, as a page's JSON-LD may name dozens of addresses and `urlsplit` is slow."""
    scheme, colon, rest = url.strip().partition("://")
    if not colon or scheme.lower() not in ("http", "https"):
        return "", ""
    host, _, path = rest.partition("#")[0].partition("?")[0].partition("/")
    return host.rpartition("@")[2].partition(":")[0].lower().removeprefix("www."), path.rstrip("/")
