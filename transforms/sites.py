"""The site a page belongs to: the unit over which repetition counts."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(maxsize=1 << 16)
def site_of(url: str) -> str:
    """Host of `url` in lower case without `www.` and port, or `""` where there is none.

    >>> site_of("https://WWW.Example.org:8080/a")
    'example.org'
    """
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")
