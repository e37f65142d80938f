"""HTTP messages: status, headers and body of a stored response, and the body without chunks and compression."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import zstandard
from fastwarc.stream_io import BrotliReader

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
# The end of the headers: a blank line, or markup if the blank line is missing.
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
SAVED_HEAD_BYTES = 1 << 16
CHUNK_SIZE = re.compile(rb"[ \t]{0,64}([0-9A-Fa-f]{1,8})[ \t]{0,64}(?:;[^\r\n]*)?\r?\n")
# A body with more chunks than this is not a page, and only costs time.
MAX_CHUNKS = 1 << 18
MARKUP = re.compile(rb"\s{0,64}<")
# Content types of bodies that may be compressed pages although no header says so.
PAGE_TYPE = re.compile(r"\s*(?:text/(?:html|plain)\b|application/xhtml|\Z)", re.IGNORECASE)

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# Pages are compressed twice at most.
MAX_CODINGS = 4
# Some servers send a body in several gzip members, none in thousands.
MAX_MEMBERS = 4096
# RFC 9659 lets HTTP use windows of 8 MB, and no decoder need take more.
ZSTD_WINDOW_BYTES = 1 << 23
PLAIN_BYTES = 512
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


@dataclass(frozen=True)
class Message:
    """A response as stored. `status` is 0 where the archive kept the body alone, or where the first line has none.

    `headers` contains those that reading needs, by their names in lower case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse_message(block: bytes) -> Message:
    """Split a block into status, headers and raw body.

    If a header is there twice, the first counts; headers that are lists are joined. Interim responses (100 Continue)
    are skipped. Headers end at a blank line, or where markup begins, or else at the first line that is not a header. A
    block that does not begin as a response is all body.
    """
    message = _split(block)
    for _ in range(MAX_INTERIM):
        after = _split(message.body) if message and 100 <= message.status < 200 else None
        message = after or message
    return message or Message(0, {}, block)


def is_response(content: bytes) -> bool:
    r"""Return whether a file begins as a response: a status line of HTTP, then a header.

    >>> is_response(b"HTTP/1.1 200 OK\nServer: tide\n\n<p>"), is_response(b"HTTP/1.1 404 and other tales")
    (True, False)
    """
    for _ in range(MAX_INTERIM):
        line = STATUS_LINE.match(content)
        if not line or not line[1]:
            return False
        content = content[line.end() :]
        if not content[:1].isspace():
            return bool(FIELD.match(content))
        content = content.lstrip()  # a proxy's answer has no headers, and the response follows
    return False


def parse_saved(block: bytes) -> Message:
    """Split a response that a tool has saved; of several, as after redirects or a proxy's answer, the last counts."""
    message = parse_message(block)
    for _ in range(MAX_INTERIM):
        if not is_response(message.body[:SAVED_HEAD_BYTES].lstrip()):
            break
        message = parse_message(message.body.lstrip())
    return message


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
    """Decode the transfer and content codings of the body; return it, and whether it is cut short.

    Archives often keep the headers of a coding that the crawler has decoded, or break the data. So codings that do not
    fit the body are ignored, and the part of a broken body that decodes is kept. A page that is compressed although no
    header announces it is decompressed too.

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
    """Decode chunked transfer coding; return the body, and whether it ends before its last chunk.

    Where no chunk begins, the rest stays as it is: a body that was never chunked, or one whose chunks are wrong.
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
    """Return whether markup or a compressed body begins here, as it does after the size of a chunk."""
    return bool(MARKUP.match(body, at)) or body.startswith((GZIP_MAGIC, ZSTD_MAGIC, b"\xef\xbb\xbf"), at)


class TooLargeError(ValueError):
    """A body that grows over the allowed size when its codings are decoded."""


@dataclass(frozen=True)
class Coding:
    """A content coding (RFC 9110), decoded `step` bytes at a time. No step may fill the memory.

    Deflate grows at most 1032-fold, so 8 KiB give 8 MiB; zstd makes 128 KiB of four bytes, so 256 bytes give 8 MiB.
    Where `magic` is known, further members that begin with it are part of the body.
    """

    new: Callable[[], Any]
    step: int = 8192
    magic: bytes = b""


GZIP = Coding(lambda: zlib.decompressobj(31), magic=GZIP_MAGIC)
ZLIB = Coding(lambda: zlib.decompressobj(15))
DEFLATE = Coding(lambda: zlib.decompressobj(-15))
ZSTD = Coding(
    lambda: zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj(), 256, magic=ZSTD_MAGIC
)
CODING_NAMES = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})

# The decoded body and whether it is whole, or nothing: the body is not in that coding.
Decoded = tuple[bytes, bool] | None


def without_codings(body: bytes, names: list[str], *, undeclared: bool, max_bytes: int) -> tuple[bytes, bool]:
    """Decode the codings that `names` lists in the order of encoding; return the body and whether it is cut.

    Archives keep the headers of a coding that the crawler has decoded, name another one, or break the data. So the data
    decides which coding it is, plain text stays as it is, and the part of a broken body that decodes is kept. With
    `undeclared`, gzip and zstd are decoded also if no header names them.

    Raises TooLargeError when the body, or the data between two codings, grows over `max_bytes`.
    """
    cut, left = False, MAX_CODINGS
    for name in reversed([name for name in names if name in CODING_NAMES][:MAX_CODINGS]):
        decoded = _decoded(body, name, max_bytes)
        if decoded:
            body, cut, left = decoded[0], cut or not decoded[1], left - 1
    while undeclared and left and body.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
        decoded = _grown(GZIP if body.startswith(GZIP_MAGIC) else ZSTD, body, max_bytes)
        if not decoded:
            break
        body, cut, left = decoded[0], cut or not decoded[1], left - 1
    return body, cut


def _decoded(body: bytes, name: str, max_bytes: int) -> Decoded:
    if body.startswith(GZIP_MAGIC):
        return _grown(GZIP, body, max_bytes)
    if body.startswith(ZSTD_MAGIC):
        return _grown(ZSTD, body, max_bytes)
    if _is_plain(body):
        return None
    best: Decoded = None
    for decode in _without_magic(body, name):
        decoded = decode(body, max_bytes)
        if decoded and decoded[1]:
            return decoded
        best = best or decoded
    return best


def _without_magic(body: bytes, name: str) -> Iterator[Callable[[bytes, int], Decoded]]:
    """Yield decoders without a magic number, the named one first; raw deflate only if named, as it fits too much."""
    is_zlib = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    inflate = ZLIB if is_zlib else DEFLATE
    if name == "br":
        yield _read_brotli
    if is_zlib or name == "deflate":
        yield lambda body, max_bytes: _grown(inflate, body, max_bytes)
    if name != "br":
        yield _read_brotli


def _is_plain(body: bytes) -> bool:
    """Return whether a body begins as UTF-8 text, which compressed data does not for long."""
    head = body[:PLAIN_BYTES]
    if len(head) != len(head.translate(None, CONTROLS)):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(body) > PLAIN_BYTES
    return True


def _grown(coding: Coding, body: bytes, max_bytes: int) -> Decoded:
    grown = io.BytesIO()  # hands over its buffer; joining parts would hold the body twice
    decoder, members, at = coding.new(), 1, 0
    try:
        while at < len(body):
            grown.write(decoder.decompress(body[at : at + coding.step]))
            _check(grown.tell(), max_bytes)
            at = min(at + coding.step, len(body))
            if decoder.eof:
                at -= len(decoder.unused_data)
                if not coding.magic or members == MAX_MEMBERS or not body.startswith(coding.magic, at):
                    break
                decoder, members = coding.new(), members + 1
    except (zlib.error, zstandard.ZstdError):
        pass
    return (grown.getvalue(), bool(decoder.eof)) if decoder.eof or grown.tell() else None


def _read_brotli(body: bytes, max_bytes: int) -> Decoded:
    """Decompress Brotli in small steps, since the step in which fastwarc's reader fails is lost."""
    grown = io.BytesIO()
    reader, whole = BrotliReader(io.BytesIO(body)), True
    try:
        while part := reader.read(1024):
            grown.write(part)
            _check(grown.tell(), max_bytes)
    except OSError:
        whole = False
    return (grown.getvalue(), whole) if whole or grown.tell() else None


def _check(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise TooLargeError(f"the body grows over {max_bytes} bytes when decompressed")
