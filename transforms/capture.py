"""A capture: one fetched response or stored text, as a reader hands it on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

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
        body = self.body if isinstance(self.body, bytes) else self.body.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(self.url.encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
        digest.update(body)
        return f"sha256:{digest.hexdigest()}"
