"""Open a cursor on a file, compressed or not, as its first bytes tell."""

from __future__ import annotations

from .cursor import Cursor
from .frames import LZ4_MAGIC, ByteStream, Starts, codec_of, find_frame, framed_pieces, lz4_pieces, plain_pieces

HEAD_BYTES = 1 << 16


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


def open_cursor(stream: ByteStream, starts: Starts | None = None) -> Cursor:
    """A cursor over the decompressed bytes: gzip, zstd and lz4 by their magic numbers, else as they are.

    `starts` tells a frame that begins a record: where to go on after damage, and what gives an archive away whose
    very first frame is damaged.
    """
    head, stream = look_ahead(stream)
    codec = codec_of(head) or (find_frame(head, starts) if starts and not starts(head) else None)
    if codec:
        return Cursor(framed_pieces(stream, codec, starts), framed=True)
    return Cursor(lz4_pieces(stream) if head.startswith(LZ4_MAGIC) else plain_pieces(stream))
