"""Addresses: resolving them, and telling whether two name the same page."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def absolute(href: str, base: str) -> str:
    """The address resolved against the page's own, without fragment; `""` unless it is http or https."""
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


def host_of(url: str) -> str:
    """The host without `www.`, or `""`."""
    return _key(url)[0]


def _key(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "", ""
    return host, parts.path.rstrip("/")
