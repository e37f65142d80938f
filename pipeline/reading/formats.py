"""Formats: what a file is, by its content and not by its name."""

from __future__ import annotations

import re
from typing import IO, Literal

from .arc import START as ARC_START
from .arc import starts_arc
from .frames import GZIP, ZSTD, find_frame
from .json_lines import is_json_line
from .media import BOMS, sniff
from .open_cursor import look_ahead, open_cursor
from .wacz import is_wacz
from .warc import START as WARC_START
from .warc import starts_warc

Format = Literal["warc", "arc", "wacz", "json-lines", "html", "text", "unknown", "empty"]

PEEK_BYTES = 1 << 16
WARC_HEAD = re.compile(rb"\s*WARC/\d")
ARC_HEAD = re.compile(rb"\s*filedesc:")


def find_format(stream: IO[bytes]) -> Format:
    """What a file holds, behind its compression if it has any. Moves the stream, which must be seekable for a zip.

    An archive whose beginning is damaged is still known by the records in its first 64 KiB. JSON lines are known
    by how most of their first lines begin, so that a broken first line does not hide the rest.
    """
    head, stream_again = look_ahead(stream)
    if not head:
        return "empty"
    if head.startswith(b"PK\x03\x04"):
        return "wacz" if is_wacz(stream) else "unknown"
    if WARC_HEAD.match(head) or ARC_HEAD.match(head):
        return _format_of(head)
    for name, starts in (("warc", starts_warc), ("arc", starts_arc)):
        if not head.startswith((GZIP.magic, ZSTD.magic)) and find_frame(head, starts):
            return "warc" if name == "warc" else "arc"
    cursor = open_cursor(stream_again)
    content = cursor.peek(PEEK_BYTES)
    if cursor.damage and not (content and cursor.damage.cut):
        behind = _behind_damage(head)
        if behind != "unknown" or not content:
            return behind
    return _format_of(content)


def _behind_damage(head: bytes) -> Format:
    """A compressed file whose first frame does not open: an archive if a later one says so."""
    if find_frame(head, starts_warc):
        return "warc"
    return "arc" if find_frame(head, starts_arc) else "unknown"


def _format_of(content: bytes) -> Format:
    if not content:
        return "empty"
    if WARC_HEAD.match(content):
        return "warc"
    if ARC_HEAD.match(content) or ARC_START.match(content):
        return "arc"
    for bom in BOMS[:1]:
        content = content.removeprefix(bom)
    if _are_json_lines(content):
        return "json-lines"
    media = sniff(content)
    # Behind junk, a record; in a page, the page's own words.
    return "warc" if media != "html" and WARC_START.search(content) else media or "unknown"


def _are_json_lines(content: bytes) -> bool:
    lines = [line for line in content.split(b"\n")[:100] if line.strip()]
    return bool(lines) and 2 * sum(map(is_json_line, lines)) >= len(lines)
