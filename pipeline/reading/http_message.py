"""HTTP messages: status, headers and body of a stored response, with the body's encodings taken off."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .codings import TooLargeError, without_codings

# The first line of a response. Servers and tools leave blanks out, add some, or write another name than HTTP.
STATUS_LINE = re.compile(
    rb"\s{0,8}(?:(HTTP/)\d(?:\.\d{1,2})?|[A-Z]{2,10}(?:/\d(?:\.\d{1,2})?)?)[ \t]{1,8}(\d{3})(?!\d)[^\r\n]*(?:\r?\n|\Z)",
    re.IGNORECASE,
)
# The first line of a response that gives no status, or is cut off.
STUMP = re.compile(rb"\s{0,8}HTTP/[^\r\n]*(?:\r?\n|\Z)|H(?:T(?:TP?)?)?\Z", re.IGNORECASE)
# A header line, or the folded rest of one. A name is a token (RFC 9110) of such a length that each line costs little.
FIELD = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}[ \t]*:|[ \t])[^\n]*(?:\n|\Z)")
# A name that the end of the block cuts off.
CUT_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}\r?\Z")
# A blank line: headers hold none. Nor do they begin as markup does, where the blank line is missing.
HEADERS_END = re.compile(rb"\n(?:\r?\n|(?=<))")
# The headers that reading needs, with their folded lines; there may be a hundred thousand others.
NEEDED = re.compile(
    rb"^(content-type|content-encoding|content-length|location|transfer-encoding)[ \t]*:"
    rb"([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
LISTS = frozenset({"content-encoding", "transfer-encoding"})
LIST_CHARS = 256
MAX_INTERIM = 8
CHUNK_SIZE = re.compile(rb"[ \t]{0,64}([0-9A-Fa-f]{1,8})[ \t]{0,64}(?:;[^\r\n]*)?\r?\n")
# Beyond this number chunks are too small to be a page's, and only cost time.
MAX_CHUNKS = 1 << 18
MARKUP = re.compile(rb"\s{0,64}<")
# Types under which a body that is compressed without a word would be read as a page.
PAGE_TYPE = re.compile(r"\s*(?:text/(?:html|plain)\b|application/xhtml|\Z)", re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """A response as stored. `status` is 0 where the archive kept the body alone, or where the first line names none.

    `headers` holds those that reading needs, by their names in lower case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse_message(block: bytes) -> Message:
    """Split a block into status, headers and raw body.

    Of a header that stands twice the first counts, but lists are joined. Interim responses (100 Continue) are passed
    over. Headers end at a blank line, or where markup begins, or else at the first line that is none. A block that
    does not begin as a response is all body.
    """
    message = _split(block)
    for _ in range(MAX_INTERIM):
        after = _split(message.body) if message and 100 <= message.status < 200 else None
        message = after or message
    return message or Message(0, {}, block)


def _split(block: bytes) -> Message | None:
    line = STATUS_LINE.match(block)
    status = int(line[2]) if line else 0
    if not line:
        line = STUMP.match(block)
    if not line:
        return None
    start = line.end()
    is_sure = status and line[1]
    if not (is_sure or start == len(block) or FIELD.match(block, start) or CUT_FIELD.match(block, start)):
        return None
    found = HEADERS_END.search(block, start - 1)
    end, body = (found.start() + 1, found.end()) if found else (start, start)
    while not found and (field := FIELD.match(block, end) or CUT_FIELD.match(block, end)):
        end = body = field.end()
    return Message(status, _headers(block[start:end]), block[body:])


def _headers(data: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for found in NEEDED.finditer(data):
        name = found[1].decode().lower()
        value = b" ".join(found[2].split()).decode("utf-8", "replace")
        before = headers.setdefault(name, value)
        if before is not value and name in LISTS and len(before) < LIST_CHARS:
            headers[name] = f"{before}, {value}"
    return headers


def decoded_body(message: Message, max_bytes: int) -> tuple[bytes, bool]:
    """The body without transfer and content codings, and whether it is cut short.

    Archives often keep the headers of a coding that the crawler took off, or break it. So what does not fit the body
    is left aside, and of a broken body what could be decoded is kept. A page that is compressed although no header
    says so is taken for what it is.

    Raises TooLargeError when the body grows over `max_bytes`.
    """
    headers, body, cut = message.headers, message.body, False
    transfer = _names(headers.get("transfer-encoding", ""))
    if "chunked" in transfer:
        body, cut = without_chunks(body)
    elif (announced := headers.get("content-length", "")).isdecimal():
        cut = len(announced) < 19 and len(body) < int(announced)
    names = [*_names(headers.get("content-encoding", "")), *transfer]
    undeclared = bool(PAGE_TYPE.match(headers.get("content-type", "")))
    body, broken = without_codings(body, names, undeclared=undeclared, max_bytes=max_bytes)
    if len(body) > max_bytes:
        raise TooLargeError(f"the body has {len(body)} bytes, more than {max_bytes}")
    return body, cut or broken


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.lower().split(",")]


def without_chunks(body: bytes) -> tuple[bytes, bool]:
    """The body without chunked transfer coding, and whether it ends before its last chunk.

    Where no chunk begins, the rest is taken as it is: a body that was never chunked, or one whose chunks are wrong.
    """
    joined, at = io.BytesIO(), 0
    for _ in range(MAX_CHUNKS):
        if at >= len(body):
            break
        size = CHUNK_SIZE.match(body, at)
        if not size:
            joined.write(body[at:])
            return joined.getvalue(), False
        length = int(size[1], 16)
        if length == 0:
            return joined.getvalue(), False
        start, end = size.end(), size.end() + length
        if end > len(body) and not joined.tell() and not _begins_page(body, start):
            return body, False  # text that happens to begin like a chunk
        joined.write(body[start:end])
        at = end + 2 if body.startswith(b"\r\n", end) else end + 1 if body.startswith(b"\n", end) else end
    return joined.getvalue(), True


def _begins_page(body: bytes, at: int) -> bool:
    """Whether markup or a compressed body begins, as after the size of a chunk and hardly in text."""
    return bool(MARKUP.match(body, at)) or body.startswith((b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf"), at)
