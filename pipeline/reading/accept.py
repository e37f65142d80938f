"""Accept: decide whether a stored response is a capture; if not, reject it with the reason why it holds no article."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from ...transforms.core.capture import Capture, Source
from ...transforms.parsing.decode import utf8
from .http_message import Message, TooLargeError, decoded_body
from .media import BLANK, SAMPLE_CHARS, is_written, kind_of

MAX_BODY_BYTES = 64 << 20
"""Bodies larger than this are rejected as `too-large` unless the caller sets another limit."""
NAMED_CHARS = 200
# The part of a decoded body that shows its kind.
SEEN_CHARS = 2 * SAMPLE_CHARS
# 2008-04-30T20:48:25.123Z and every shorter form of it, which WARC 1.1 allows.
ISO_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?)?)?"
)
# 20080430204825 and shorter, as ARC and CDX write it, in UTC: number of digits, their format, the format in ISO 8601.
DIGITS = (
    (14, "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ"),
    (12, "%Y%m%d%H%M", "%Y-%m-%dT%H:%MZ"),
    (8, "%Y%m%d", "%Y-%m-%d"),
    (6, "%Y%m", "%Y-%m"),
    (4, "%Y", "%Y"),
)
MAX_DIGITS = 17  # with milliseconds


@dataclass(frozen=True)
class Rejected:
    """A capture that gave no article, and the reason. A run writes it as a rejected record.

    `stage` is the step that failed, `reason` a short word to count by, `error` a sentence for people that names the
    offending value. `source_offset` is a byte offset, or the number of a row in Parquet and Arrow files (-1: not known,
    or the whole file), `length` the bytes concerned (-1: not known). Unknown strings are empty.

    Reasons of stage `read`: `not-html`, `http-status`, `redirect`, `revisit`, `empty-body`, `too-large`,
    `damaged-record`, `truncated-record`, `not-a-capture`, `unreadable`, `unknown-format`, `undecodable`,
    `broken-line`, `wrong-type`; of dead letters `not-found`, `not-a-letter`.
    """

    id: str = ""
    url: str = ""
    stage: str = "read"
    reason: str = ""
    error: str = ""
    source_file: str = ""
    source_offset: int = -1
    length: int = -1
    captured_at: str = ""

    @classmethod
    def of(cls, source: Source, reason: str, error: str, length: int = -1, stage: str = "read") -> Rejected:
        """Reject the capture of this source."""
        return cls(
            id=source.id,
            url=source.url,
            stage=stage,
            reason=reason,
            error=error,
            source_file=source.source_file,
            source_offset=source.source_offset,
            length=length,
            captured_at=source.captured_at,
        )

    def to_dict(self) -> dict[str, str | int]:
        """Return the rejected record of the output folder, keys in the contract's order."""
        return asdict(self)


def accept_response(source: Source, message: Message, max_body_bytes: int, *, cut: bool = False) -> Capture | Rejected:
    """Accept a response with status 200 (or none stored) and an HTML or text body as a capture; reject any other.

    The content type is that of the message; that of the source if the message has neither status nor headers.
    `cut`: the archive holds a part only.
    """
    length = len(message.body)
    if refused := refused_status(source, message.status, message.headers.get("location", ""), length):
        return refused
    try:
        body, short = decoded_body(message, max_body_bytes)
    except TooLargeError as error:
        return Rejected.of(source, "too-large", str(error), length)
    if message.status or message.headers:
        source = replace(source, content_type=message.headers.get("content-type", ""))
    return accept_body(source, body, cut=cut or short)


def refused_status(source: Source, status: int, target: str, length: int) -> Rejected | None:
    """Reject a response for its status, unless that is 200 or, as 0, not known. `target` is where a redirect leads."""
    if 300 <= status < 400:
        error = f"HTTP status {status}, to {_named(target) if target else 'nowhere'}"
        return Rejected.of(source, "redirect", error, length)
    if status not in (0, 200):
        return Rejected.of(source, "http-status", f"HTTP status {status}", length)
    return None


def accept_body(source: Source, body: bytes | str, *, cut: bool = False) -> Capture | Rejected:
    """Accept a body without HTTP around it as a capture, if it is HTML or text; else reject it."""
    seen = utf8(body.lstrip(BLANK.decode())[:SEEN_CHARS]) if isinstance(body, str) else body
    if not is_written(seen):
        return Rejected.of(source, "empty-body", "the body is empty", len(body))
    kind = kind_of(source.content_type, seen, source.url)
    if kind.media is None:
        return Rejected.of(source, "not-html", _not_html(kind.what, source.content_type, seen), len(body))
    flags = ("truncated",) if cut else ()
    return Capture(body=body, media=kind.media, quality_flags=flags, **vars(source))


def _not_html(what: str, content_type: str, body: bytes) -> str:
    if what == "JSON" and not content_type:
        return "the body is JSON; captures in JSON are objects, one a line or in an array, in UTF-8"
    if what:
        return f"the body is {what}" + (f", its content type {_named(content_type)}" if content_type else "")
    subject = f"content type {_named(content_type)}" if content_type else f"body begins with {body[:12]!r}"
    return f"{subject} is neither HTML nor text"


def _named(value: str) -> str:
    """Quote a value that a server sent, for people: escape control characters, and cut it to NAMED_CHARS."""
    return f"{value[:NAMED_CHARS]!r}" + ("…" if len(value) > NAMED_CHARS else "")


def iso_8601(stamp: str) -> str:
    """Return the date of a capture in ISO 8601, as precise as its digits; `""` where they give no date.

    ISO 8601 stays as it is.
    """
    stamp = stamp.strip()
    found = ISO_DATE.fullmatch(stamp)
    if found and not stamp.isdecimal():
        year, month, day, *time = (int(part) if part else None for part in found.groups())
        return stamp if _is_date(year or 0, month or 1, day or 1, *(part or 0 for part in time)) else ""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > MAX_DIGITS:
        return ""
    for length, read, written in DIGITS:
        if len(stamp) >= length:
            try:
                return datetime.strptime(stamp[:length], read).strftime(written)
            except ValueError:
                continue
    return ""


def _is_date(*parts: int) -> bool:
    try:
        datetime(*parts)  # type: ignore[arg-type]  # six numbers
    except ValueError:
        return False
    return True
