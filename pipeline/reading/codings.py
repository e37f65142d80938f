"""Content codings: what servers compress bodies with (gzip, deflate, br, zstd), taken off in bounded memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import zstandard
from fastwarc.stream_io import BrotliReader

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# Nobody compresses a page more than twice.
MAX_CODINGS = 4
# Some servers send a body in several gzip members, none in thousands.
MAX_MEMBERS = 4096
# RFC 9659 lets HTTP use windows of 8 MB, and no decoder need take more.
ZSTD_WINDOW_BYTES = 1 << 23
PLAIN_BYTES = 512
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


class TooLargeError(ValueError):
    """A body grows over the allowed size when its codings are taken off."""


@dataclass(frozen=True)
class Coding:
    """A coding whose decoder takes `step` bytes at a time, of which no step may fill the memory.

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
NAMES = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})

# The decoded body and whether it is whole, or nothing: the body is not in that coding.
Decoded = tuple[bytes, bool] | None


def without_codings(body: bytes, names: list[str], *, undeclared: bool, max_bytes: int) -> tuple[bytes, bool]:
    """The body without the codings that `names` lists in the order they were put on, and whether it is cut short.

    Archives keep the headers of a coding that the crawler took off, name another one, or break the data. So the data
    says what the coding is, a body that is plain text stays as it is, and of a broken one what could be decoded is
    kept. With `undeclared`, gzip and zstd are taken off where nothing names them.

    Raises TooLargeError when the body, or what is between two codings, grows over `max_bytes`.
    """
    cut, left = False, MAX_CODINGS
    for name in reversed([name for name in names if name in NAMES][:MAX_CODINGS]):
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
    """The codings that have no magic number, the named one first; raw deflate only if named, as it fits too much."""
    is_zlib = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    inflate = ZLIB if is_zlib else DEFLATE
    if name == "br":
        yield _read_brotli
    if is_zlib or name == "deflate":
        yield lambda body, max_bytes: _grown(inflate, body, max_bytes)
    if name != "br":
        yield _read_brotli


def _is_plain(body: bytes) -> bool:
    """Whether a body begins as UTF-8 text, which compressed data does not for long."""
    head = body[:PLAIN_BYTES]
    if len(head) != len(head.translate(None, CONTROLS)):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(body) > PLAIN_BYTES
    return True


def _grown(coding: Coding, body: bytes, max_bytes: int) -> Decoded:
    grown = io.BytesIO()  # hands over its buffer, where joining parts would hold the body twice
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
    """As much as fastwarc's reader gives, in small steps, since the step in which it fails is lost."""
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
