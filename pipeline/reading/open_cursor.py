"""Open a cursor on a file, compressed or not, as its first bytes tell."""

from __future__ import annotations

from io import SEEK_SET
from typing import IO, cast

import zstandard

from .cursor import Cursor
from .frames import (
    LZ4_MAGIC,
    ZSTD,
    Codec,
    Starts,
    codec_of,
    find_frame,
    framed_pieces,
    lz4_pieces,
    plain_pieces,
    zstd_with,
)
from .window import ByteStream

HEAD_BYTES = 1 << 16
# The first frame of a zstd archive may hold the dictionary of all others, in what other readers skip:
# iipc.github.io/warc-specifications/specifications/warc-zstd
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
MAX_DICTIONARY_BYTES = 16 << 20


class Rewound:
    """A stream whose first bytes were looked at, and are given again. The stream need not be seekable."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._head = head
        self._stream = stream
        self._position = 0

    def tell(self) -> int:
        """Bytes given so far, which fastwarc's readers ask for."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, `b""` at the end."""
        if self._head:
            size = len(self._head) if size < 0 else size
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._stream.read(size)
        self._position += len(data)
        return data


def look_ahead(stream: ByteStream, size: int = HEAD_BYTES) -> tuple[bytes, ByteStream]:
    """The first bytes of a stream (fewer only where it ends), and a stream that still has them."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    head = b"".join(parts)
    return head, Rewound(head, stream)


def open_cursor(stream: ByteStream, starts: Starts | None = None, start: int = 0) -> Cursor:
    """A cursor over the decompressed bytes: gzip, zstd and lz4 by their magic numbers, else as they are.

    `starts` tells a frame that begins a record: where to go on after damage, and what gives an archive away whose
    very first frame is damaged. The stream stands at its beginning, which tells the compression; the cursor begins at
    byte `start`, to which only a seekable stream can go, and which in a compressed file begins a frame.
    """
    head, again = look_ahead(stream)
    if head.startswith(DICTIONARY_MAGIC):
        head, again = look_ahead(again, 8 + min(MAX_DICTIONARY_BYTES, int.from_bytes(head[4:8], "little")))
    codec = _codec(head, starts)
    if start:
        again = cast(IO[bytes], stream)
        again.seek(start, SEEK_SET)
    if codec:
        return Cursor(framed_pieces(again, codec, starts, start), framed=True)
    if head.startswith(LZ4_MAGIC):
        return Cursor(lz4_pieces(again))
    return Cursor(plain_pieces(again), start=start)


def _codec(head: bytes, starts: Starts | None) -> Codec | None:
    if head.startswith(DICTIONARY_MAGIC):
        return _zstd_of(head[8 : 8 + int.from_bytes(head[4:8], "little")])
    return codec_of(head) or (find_frame(head, starts) if starts and not starts(head) else None)


def _zstd_of(dictionary: bytes) -> Codec:
    """The zstd of an archive that begins with a dictionary, which may be compressed itself. A wrong dictionary helps
    nobody, and leaves the frames damaged.
    """
    try:
        if dictionary.startswith(ZSTD.magic):
            decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_DICTIONARY_BYTES)
            dictionary = decompressor.stream_reader(dictionary).read(MAX_DICTIONARY_BYTES)
        return zstd_with(dictionary)
    except zstandard.ZstdError:
        return ZSTD
