"""A capture: one fetched response or stored text, as a reader hands it on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ..parsing.decode import utf8

Media = Literal["html", "text"]


@dataclass(frozen=True)
class Capture:
    """What a crawler kept of one page: its body, and where and when it came from.

    `body` is decoded text, or bytes that are still to be decoded with the help of `content_type`
    (the HTTP header's value, charset included). Unknown values are empty; `source_offset` is -1 where
    a file holds a single capture or the offset is not known.
    """

    body: str | bytes
    media: Media = "html"
    url: str = ""
    id: str = ""
    captured_at: str = ""
    content_type: str = ""
    source: str = ""
    source_file: str = ""
    source_offset: int = -1
    quality_flags: tuple[str, ...] = ()

    def record_id(self) -> str:
        """The capture's own id, or one made of its url and body, so that the same capture has the same id."""
        if self.id:
            return self.id
        digest = hashlib.sha256(utf8(self.url))
        digest.update(b"\n")
        digest.update(self.octets)
        return f"sha256:{digest.hexdigest()}"

    @cached_property
    def octets(self) -> bytes:
        """The body as bytes: text as UTF-8. Made once, since both the id and the parser need them."""
        return self.body if isinstance(self.body, bytes) else utf8(self.body)
