"""The site of a page: the unit over which repetition counts."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

# What stands before the path of an address; longer ones name no host, which has 253 characters at most (RFC 1035).
MAX_ORIGIN_CHARS = 1000
MAX_HOST_CHARS = 253


def site_of(url: str) -> str:
    """Return the host of `url` in lower case without `www.` and port, or `""` where there is none.

    >>> site_of("https://WWW.Example.org:8080/a")
    'example.org'
    """
    origin = "/".join(url.strip().split("/", 3)[:3])
    return _site_of_origin(origin) if len(origin) <= MAX_ORIGIN_CHARS else ""


@lru_cache(maxsize=1 << 16)
def _site_of_origin(origin: str) -> str:
    """Return the host of an address without its path, which all addresses of a site share: few are cached."""
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return ""
    site = host.removeprefix("www.").rstrip(".")
    return site if len(site) <= MAX_HOST_CHARS else ""
