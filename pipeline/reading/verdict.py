"""The verdict on one stored response: a capture, or the reason why it holds no article."""

from __future__ import annotations

from dataclasses import dataclass

from ...transforms.core.capture import Capture
from .codings import TooLargeError
from .dates import iso_8601
from .http_message import Message, decoded_body
from .media import is_written, kind_of
from .rejected import Rejected

MAX_BODY_BYTES = 64 << 20
"""Bodies larger than this are rejected as `too-large` unless the caller says otherwise."""
NAMED_CHARS = 200


@dataclass(frozen=True)
class Origin:
    """Where a capture comes from: what it shares with the rejected record that may take its place."""

    id: str = ""
    url: str = ""
    captured_at: str = ""
    source_file: str = ""
    source_offset: int = -1

    def reject(self, reason: str, error: str, length: int = -1) -> Rejected:
        """The rejected record of this origin."""
        return Rejected(
            id=self.id,
            url=self.url,
            reason=reason,
            error=error,
            source_file=self.source_file,
            source_offset=self.source_offset,
            length=length,
            captured_at=iso_8601(self.captured_at),
        )


def capture_message(
    origin: Origin, message: Message, content_type: str, max_body_bytes: int, *, cut: bool = False
) -> Capture | Rejected:
    """A capture of a response with status 200 (or none stored) and an HTML or text body; else rejected.

    `content_type` holds where the message has no such header. `cut` says that the archive holds a part only.
    """
    status, length = message.status, len(message.body)
    if 300 <= status < 400:
        target = message.headers.get("location", "")
        return origin.reject("redirect", f"HTTP status {status}, to {_named(target) if target else 'nowhere'}", length)
    if status not in (0, 200):
        return origin.reject("http-status", f"HTTP status {status}", length)
    try:
        body, short = decoded_body(message, max_body_bytes)
    except TooLargeError as error:
        return origin.reject("too-large", str(error), length)
    if message.status or message.headers:
        content_type = message.headers.get("content-type", "")
    return capture_body(origin, body, content_type, cut=cut or short)


def capture_body(origin: Origin, body: bytes, content_type: str = "", *, cut: bool = False) -> Capture | Rejected:
    """A capture of a body without HTTP around it, if it is HTML or text; else rejected."""
    if not is_written(body):
        return origin.reject("empty-body", "the body is empty", len(body))
    kind = kind_of(content_type, body, origin.url)
    if kind.media is None:
        return origin.reject("not-html", _not_html(kind.what, content_type, body), len(body))
    return Capture(
        body=body,
        media=kind.media,
        url=origin.url,
        id=origin.id,
        captured_at=iso_8601(origin.captured_at),
        content_type=content_type,
        source_file=origin.source_file,
        source_offset=origin.source_offset,
        quality_flags=("truncated",) if cut else (),
    )


def _not_html(what: str, content_type: str, body: bytes) -> str:
    if what == "JSON" and not content_type:
        return "the body is JSON; captures in JSON need one object a line, in UTF-8"
    if what:
        return f"the body is {what}" + (f", its content type {_named(content_type)}" if content_type else "")
    told = f"content type {_named(content_type)}" if content_type else f"body begins with {body[:12]!r}"
    return f"{told} is neither HTML nor text"


def _named(value: str) -> str:
    """What a server said, for people: quoted, control characters escaped, and not without end."""
    return f"{value[:NAMED_CHARS]!r}" + ("…" if len(value) > NAMED_CHARS else "")
