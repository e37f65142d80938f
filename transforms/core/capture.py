"""A capture: one fetched response or stored text, the source it came from, and the site of its address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Literal
from urllib.parse import urlsplit

from ..parsing.decode import utf8

Media = Literal["html", "text"]
# The content type of a text that is Markdown, whatever its signs.
MARKDOWN_TYPE = "text/markdown"
# What stands before the path of an address; longer ones name no host, which has 253 characters at most (RFC 1035).
MAX_ORIGIN_CHARS = 1000
MAX_HOST_CHARS = 253


@dataclass(frozen=True)
class Source:
    """Where a page came from. It travels from the reader to the page's article, ledger or rejected record.

    `captured_at` is ISO 8601, `content_type` the HTTP header's value, charset included, and `source` the name that the
    user gave the crawl. Unknown values are empty; `source_offset` is a byte offset, or the number of a row in
    Parquet and Arrow files, -1 where a file holds a single capture or the offset is not known. `site` names the site
    of a capture without an address.
    """

    url: str = ""
    id: str = ""
    captured_at: str = ""
    content_type: str = ""
    source: str = ""
    source_file: str = ""
    source_offset: int = -1
    site: str = ""


_SOURCE_FIELDS = tuple(field.name for field in fields(Source))


@dataclass(frozen=True)
class _Content:
    body: str | bytes
    media: Media = "html"


# Fields of the last base come first: the constructor takes the body, the media, the source's fields, then the flags.
@dataclass(frozen=True)
class Capture(Source, _Content):
    """What a crawler kept of one page: its body, and where and when it came from.

    `body` is decoded text, or bytes that are still to be decoded with the help of `content_type`
    (the HTTP header's value, charset included). Unknown values are empty; `source_offset` is -1 where
    a file holds a single capture or the offset is not known.
    """

    quality_flags: tuple[str, ...] = ()

    def record_id(self) -> str:
        """Return the capture's own id, or one made of its url and body: the same capture has the same id."""
        if self.id:
            return self.id
        digest = hashlib.sha256(utf8(self.url))
        digest.update(b"\n")
        digest.update(self.octets)
        return f"sha256:{digest.hexdigest()}"

    def provenance(self) -> Source:
        """Return the source without the body, under the id that the capture's records have."""
        known = {name: getattr(self, name) for name in _SOURCE_FIELDS}
        return Source(**known | {"id": self.record_id()})

    @cached_property
    def octets(self) -> bytes:
        """The body as bytes: text as UTF-8. Made once, since both the id and the parser need them."""
        return self.body if isinstance(self.body, bytes) else utf8(self.body)


def site_of(url: str) -> str:
    """Return the site of an address: its host in lower case without `www.` and port, or `""` where it has none.

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
