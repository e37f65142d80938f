"""MHTML: a page as browsers save it, with its pictures, in one message of MIME parts (RFC 2557)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timezone
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Literal

from ...transforms.core.page import Capture, Source
from .accept import HTML_TYPES, MAX_BODY_BYTES, Rejected, accept_body
from .cursor import Cursor

# The header block of a message with a page and its parts.
HEAD = re.compile(rb"\s{0,64}(?:[!-9;-~]{1,64}:[^\n]{0,4000}\n(?:[ \t][^\n]{0,4000}\n){0,40}){1,40}", re.DOTALL)
RELATED = re.compile(rb"^content-type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
SAVED_PAGE = re.compile(rb"^content-type:\s*text/html\b", re.IGNORECASE | re.MULTILINE)
MIME = re.compile(rb"^mime-version:", re.IGNORECASE | re.MULTILINE)
SAVED_BY = re.compile(rb"^(?:from: <saved by |snapshot-content-location:)", re.IGNORECASE | re.MULTILINE)
LOCATION = re.compile(rb"^(?:snapshot-)?content-location:", re.IGNORECASE | re.MULTILINE)

MAX_HEAD_BYTES = 1 << 16
# Quoted-printable takes three bytes for one.
MOST_GROWTH = 3
MAX_BOUNDARIES = 16
# Pages stand first, or behind a few others.
MAX_PARTS = 1000
MOST_NAMED = 8
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def is_mhtml(content: bytes) -> bool:
    """Return whether a file begins as MHTML does. Messages with attachments, and newsletters, do not."""
    found = HEAD.match(content)
    if not found:
        return False
    head = found.group()
    if SAVED_BY.search(head):
        return True
    has_mime, has_location = MIME.search(head), LOCATION.search(head)
    if RELATED.search(head):
        return bool(has_mime or has_location)
    return bool(SAVED_PAGE.search(head) and has_mime and has_location)


def read_mhtml(cursor: Cursor, path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected]:
    """Yield the one capture of an MHTML file, its first HTML part, or the reason why there is none.

    Address, date and content type are those of the file's headers and of the part's. Parts before it are skipped, those
    behind it are not read. A part that the end of the file cuts off is flagged `truncated`.
    """
    head = _read_head(cursor)
    source = _source(Source(source_file=path), head)
    boundaries = _boundaries(head)
    part = _pass_to_page(cursor, head, boundaries)
    if isinstance(part, tuple):
        yield Rejected.of(source, *part)
        return
    source = _source(source, part)
    data, is_whole = _read_part(cursor, boundaries, MOST_GROWTH * max_body_bytes)
    body = _decoded(data, str(part.get("Content-Transfer-Encoding", "")))
    cut = not is_whole and bool(boundaries)
    if len(body) > max_body_bytes or len(data) >= MOST_GROWTH * max_body_bytes:
        yield Rejected.of(source, "too-large", f"the HTML part has more than {max_body_bytes} bytes")
    elif cursor.damage and not is_whole and not (body and cursor.damage.cut):
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        yield Rejected.of(source, reason, cursor.damage.error, len(data))
    elif cut and not body.strip():
        yield Rejected.of(source, "truncated-record", "the file ends before its HTML part", len(data))
    else:
        yield accept_body(source, body, cut=cut or cursor.damage is not None)


def _pass_to_page(cursor: Cursor, head: Message, boundaries: list[bytes]) -> Message | tuple[str, str]:
    """Move behind the headers of the first HTML part and return them; without one, return the reason and the message.

    `boundaries` gains those of parts that have parts.
    """
    passed: list[str] = []
    for _ in range(MAX_PARTS):
        if _is_page(head):
            return head
        there = _pass_to_part(cursor, boundaries) if boundaries else "cut"
        if cursor.damage and there == "cut" and not cursor.damage.cut:
            return "damaged-record", cursor.damage.error
        if there == "cut":
            return "truncated-record", "the MHTML file ends before its HTML part"
        if there == "end":
            break
        head = _read_head(cursor)
        boundaries += _boundaries(head)[: MAX_BOUNDARIES - len(boundaries)]
        passed += [head.get_content_type()] if not head.get_boundary() else []
    named = ", ".join(dict.fromkeys(passed[:MOST_NAMED])) or "none"
    return "not-html", f"no part of the MHTML file is HTML; its parts: {named}"


def _read_head(cursor: Cursor) -> Message:
    """Read a header block and the blank line behind it."""
    lines: list[bytes] = []
    size = 0
    while size < MAX_HEAD_BYTES and (line := cursor.read_line(MAX_HEAD_BYTES)):
        if not line.strip() and lines:
            break
        if line.strip():
            lines.append(line)
        size += len(line)
    return BytesHeaderParser().parsebytes(b"".join(lines))


def _boundaries(head: Message) -> list[bytes]:
    boundary = head.get_boundary() if head.get_content_maintype() == "multipart" else None
    return [b"--" + boundary.encode("utf-8", "replace")] if boundary else []


def _is_page(part: Message) -> bool:
    return "Content-Type" in part and part.get_content_type() in HTML_TYPES


def _pass_to_part(cursor: Cursor, boundaries: list[bytes]) -> Literal["part", "end", "cut"]:
    """Move behind the next line that begins a part, or ends the last one; return what the file has there."""
    while not cursor.at_end():
        line = cursor.read_line(MAX_HEAD_BYTES)
        if not line.endswith(b"\n"):
            cursor.skip_line()
        if line.startswith(b"--") and line.rstrip() in boundaries:
            return "part"
        if line.rstrip() == boundaries[0] + b"--":
            return "end"
    return "cut"


def _read_part(cursor: Cursor, boundaries: list[bytes], limit: int) -> tuple[bytes, bool]:
    """Read up to the boundary, at most `limit` bytes; return them, and whether a boundary follows."""
    ends = {*boundaries, *(boundary + b"--" for boundary in boundaries)}
    lines: list[bytes] = []
    size = 0
    while size < limit and (line := cursor.read_line(limit - size)):
        if line.startswith(b"--") and line.rstrip() in ends:
            return b"".join(lines), True
        lines.append(line)
        size += len(line)
    return b"".join(lines), False


def _decoded(data: bytes, encoding: str) -> bytes:
    """Decode the transfer encoding. Skip signs that base64 does not have, and a last group that is cut."""
    encoding = encoding.strip().lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding != "base64":
        return data
    signs = NOT_BASE64.sub(b"", data.partition(b"=")[0])
    signs = signs[: len(signs) - (len(signs) % 4 == 1)]
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


def _source(source: Source, head: Message) -> Source:
    """Add the fields of a header block: the address of a page, the date, and the content type."""
    locations = (_header(head, "Snapshot-Content-Location"), _header(head, "Content-Location"))
    url = next((location for location in locations if location and not location.lower().startswith("cid:")), "")
    return replace(
        source,
        url=source.url or url,
        captured_at=source.captured_at or _date(_header(head, "Date")),
        content_type=_header(head, "Content-Type") if _is_page(head) else "",
    )


def _header(head: Message, name: str) -> str:
    """Return a header's value in one line, encoded words (RFC 2047) as what they stand for."""
    value = " ".join(str(head.get(name, "")).split())
    with suppress(MessageError, LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return value.encode("utf-8", "replace").decode()


def _date(value: str) -> str:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    if found.tzinfo is None:  # "-0000": in UTC, from a place that is not known
        found = found.replace(tzinfo=timezone.utc)
    return found.isoformat().replace("+00:00", "Z")
