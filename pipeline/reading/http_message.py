"""HTTP messages: status, headers and body of a stored response, with the body's encodings taken off."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import zstandard
from fastwarc.stream_io import BrotliReader

STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?\r?\n")
# A blank line. Header fields hold none, so the first one ends them.
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
HEADER_BYTES = 1 << 16
STEP_BYTES = 8192  # deflate grows at most 1032-fold: 8 MiB a step


class TooLargeError(ValueError):
    """A body grows over the allowed size when its encodings are taken off."""


@dataclass(frozen=True)
class Message:
    """A response as stored. `status` is 0 and `headers` empty where the archive kept the body alone."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse_message(block: bytes) -> Message:
    """Split a block into status, headers (names in lower case, the first of each counts) and raw body.

    A block that does not begin with a status line is all body. Headers without an end leave an empty body.
    """
    status = STATUS_LINE.match(block)
    if not status:
        return Message(0, {}, block)
    end = BLANK_LINE.search(block, status.end() - 2, HEADER_BYTES)
    if end is None:
        return Message(int(status[1]), _headers(block[status.end() : HEADER_BYTES]), b"")
    return Message(int(status[1]), _headers(block[status.end() : end.start()]), block[end.end() :])


def _headers(data: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in data.splitlines():
        name, colon, value = line.partition(b":")
        key = name.strip().decode("latin-1").lower()
        if colon and key not in headers:
            headers[key] = value.strip().decode("utf-8", "replace")
    return headers


def decoded_body(message: Message, max_bytes: int) -> tuple[bytes, bool]:
    """The body without transfer and content encoding, and whether it is cut short.

    Archives often keep the headers of an encoding that the crawler took off, or break it. So an encoding that
    does not fit the body is left aside, and of a broken body what could be decoded is kept.

    Raises TooLargeError when the body grows over `max_bytes`.
    """
    headers, body, cut = message.headers, message.body, False
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body, cut = without_chunks(body)
    elif (announced := headers.get("content-length", "")).isdecimal():
        cut = len(announced) < 19 and len(body) < int(announced)
    codings = [name.strip() for name in headers.get("content-encoding", "").lower().split(",")]
    for coding in reversed(codings[:4]):
        body, broken = _inflated(body, coding, max_bytes)
        cut = cut or broken
    if len(body) > max_bytes:
        raise TooLargeError(f"the body has {len(body)} bytes, more than {max_bytes}")
    return body, cut


def without_chunks(body: bytes) -> tuple[bytes, bool]:
    """The body without chunked transfer encoding, and whether it ends before its last chunk.

    Where no chunk begins, the rest is taken as it is: a body that was never chunked, or one whose chunks are wrong.
    """
    parts, at = [], 0
    while at < len(body):
        size = CHUNK_SIZE.match(body, at)
        if not size:
            parts.append(body[at:])
            return b"".join(parts), False
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts), False
        start, end = size.end(), size.end() + length
        parts.append(body[start:end])
        if end > len(body):
            if not parts[:-1]:
                return body, False  # text that happens to begin like a chunk
            return b"".join(parts), True
        at = end + 2 if body.startswith(b"\r\n", end) else end + 1 if body.startswith(b"\n", end) else end
    return b"".join(parts), True


def _inflated(body: bytes, coding: str, max_bytes: int) -> tuple[bytes, bool]:
    if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        return _grow(zlib.decompressobj(31), body, max_bytes)
    if coding == "deflate":
        is_zlib = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
        return _grow(zlib.decompressobj(15 if is_zlib else -15), body, max_bytes)
    if coding == "br":
        return _read_out(BrotliReader(io.BytesIO(body)), body, max_bytes)
    if coding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(body)
        return _read_out(reader, body, max_bytes)
    return body, False


def _grow(decoder: Any, body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    try:
        for at in range(0, len(body), STEP_BYTES):
            parts.append(decoder.decompress(body[at : at + STEP_BYTES]))
            size += len(parts[-1])
            _check(size, max_bytes)
            if decoder.eof:
                break
    except zlib.error:
        pass
    return (b"".join(parts), not decoder.eof) if size else (body, False)


def _read_out(reader: Any, body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    try:
        while part := reader.read(1 << 16):
            parts.append(part)
            size += len(part)
            _check(size, max_bytes)
    except (OSError, zstandard.ZstdError):
        return (b"".join(parts), True) if size else (body, False)
    return (b"".join(parts), False) if size else (body, False)


def _check(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise TooLargeError(f"the body grows over {max_bytes} bytes when decompressed")
