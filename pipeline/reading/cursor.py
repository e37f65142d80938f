"""A cursor over the decompressed bytes of a file: look ahead, read, skip, and stop at damage."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from io import SEEK_SET, BytesIO
from typing import IO, cast

from .frames import (
    DICTIONARY_MAGIC,
    LZ4_MAGIC,
    MAX_DICTIONARY_BYTES,
    ByteStream,
    Damage,
    Frames,
    Piece,
    Starts,
    codec_of,
    lz4_pieces,
    plain_pieces,
)

HEAD_BYTES = 1 << 16
WINDOW_BYTES = 1 << 16


@dataclass(frozen=True)
class Extent:
    """The part of a file that a reader reads: whole records, or lines, that begin from byte `start` to before `end`.

    `start` is a place where reading the whole file would stand between two records. `lines` is the number of lines
    before it, from which errors number lines; -1 where they are not counted.
    """

    start: int = 0
    end: int = sys.maxsize
    lines: int = 0


WHOLE = Extent()


class Cursor:
    """A place in a stream of pieces, holding no more of it than the caller asked for at once.

    No call crosses damage: reads end short there, `damage` describes it, and `pass_damage` lets the
    cursor go on behind it.
    """

    def __init__(self, pieces: Iterable[Piece | Damage], *, start: int = 0) -> None:
        self.damage: Damage | None = None
        self._source = pieces
        self._pieces = iter(pieces)
        self._buffer = b""
        self._at = 0
        self._base = start  # position of the buffer's first byte
        self._frames: deque[tuple[int, int]] = deque()  # position at which a frame begins, its file offset

    @property
    def framed(self) -> bool:
        """Whether the file consists of gzip or zstd frames."""
        return isinstance(self._source, Frames)

    def resume_at(self, starts: Starts) -> None:
        """Go on after damage at frames that `starts` accepts. Call it before the cursor meets damage."""
        if isinstance(self._source, Frames):
            self._source.starts = starts

    @property
    def position(self) -> int:
        """Decompressed bytes before the cursor, counted from where reading began; in a plain file, its byte."""
        return self._base + self._at

    def offset(self) -> int:
        """Return where to seek in the file for what comes next: its frame, or its byte if the file has no frames."""
        if not self.framed:
            return self.position
        self.peek(1)
        while len(self._frames) > 1 and self._frames[1][0] <= self.position:
            self._frames.popleft()
        return self._frames[0][1] if self._frames else 0

    def at_frame(self) -> bool:
        """Return whether a frame begins right here, so that reading could begin here. A plain file has no frames."""
        return not self.framed or (self.position, self.offset()) in self._frames

    def at_end(self) -> bool:
        """Return whether the file ends here, or damage follows."""
        return self._at == len(self._buffer) and not self._fill()

    def pass_damage(self) -> None:
        """Go on behind the damage. The bytes before it can still be read."""
        self.damage = None

    def peek(self, size: int) -> bytes:
        """Return at most `size` bytes, without moving."""
        while len(self._buffer) - self._at < size and self._fill():
            pass
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes; fewer where the stream ends or is damaged."""
        joined = BytesIO()  # gives its bytes away without a copy, where joining parts would hold them twice
        while size > 0 and not self.at_end():
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            joined.write(part)
        return joined.getvalue()

    def skip(self, size: int) -> int:
        """Move on by at most `size` bytes, in constant memory; return the number of bytes passed."""
        start = self.position
        while (left := start + size - self.position) > 0 and not self.at_end():
            self._at += min(left, len(self._buffer) - self._at)
        return self.position - start

    def frames_since(self, position: int) -> list[int]:
        """List where frames begin, from `position` (not before the last offset) to where the cursor has come."""
        return [start for start, _ in self._frames if start >= position]

    def skip_in_frame(self, size: int) -> int:
        """Move on as `skip` does, but at most to where the next frame begins."""
        self.peek(1)
        ahead = [start - self.position for start, _ in self._frames if start > self.position]
        return self.skip(min(size, ahead[0] if ahead else len(self._buffer) - self._at))

    def read_line(self, limit: int) -> bytes:
        """Read the rest of the line with its line feed, at most `limit` bytes of it."""
        parts: list[bytes] = []
        while limit > 0 and not self.at_end():
            found = self._buffer.find(b"\n", self._at, self._at + limit)
            end = found + 1 if found >= 0 else min(len(self._buffer), self._at + limit)
            parts.append(self._buffer[self._at : end])
            limit -= end - self._at
            self._at = end
            if found >= 0:
                break
        return b"".join(parts)

    def skip_line(self) -> int:
        """Move behind the next line feed, in constant memory; return the number of bytes passed."""
        start = self.position
        while not self.at_end():
            found = self._buffer.find(b"\n", self._at)
            self._at = found + 1 if found >= 0 else len(self._buffer)
            if found >= 0:
                break
        return self.position - start

    def skip_any(self, characters: bytes) -> None:
        """Move behind any of these bytes."""
        while not self.at_end():
            rest = self._buffer[self._at :].lstrip(characters)
            self._at = len(self._buffer) - len(rest)
            if rest:
                return

    def skip_to_line(self, start: re.Pattern[bytes]) -> int:
        """Move to a later line that `start` (multi-line) finds, or to the end; return the number of bytes passed."""
        first = self.position
        self.skip_line()
        while ahead := self.peek(WINDOW_BYTES):
            found = start.search(ahead)
            if found:
                self._at += found.start()
                break
            if len(ahead) < WINDOW_BYTES:
                self._at += len(ahead)
                break
            whole_lines = ahead.rfind(b"\n") + 1
            if whole_lines:
                self._at += whole_lines
            else:
                self.skip_line()
        return self.position - first

    def read_to_line(self, start: re.Pattern[bytes], limit: int) -> bytes:
        """Read up to the next line that `start` (multi-line) finds, at most `limit` bytes."""
        found = start.search(self.peek(limit))
        return self.read(found.start() if found else limit)

    def push_back(self, data: bytes) -> None:
        """Undo the reading of the last bytes, which are `data`."""
        self._base = self.position - len(data)
        self._buffer = data + self._buffer[self._at :]
        self._at = 0

    def _fill(self) -> bool:
        if self.damage is not None:
            return False
        piece = next(self._pieces, None)
        if isinstance(piece, Damage):
            self.damage = piece
        if not isinstance(piece, Piece):
            return False
        self._base += self._at
        self._buffer = self._buffer[self._at :] + piece.data
        self._at = 0
        end = self._base + len(self._buffer)
        if not self._frames or self._frames[-1][1] != piece.frame:
            self._frames.append((end - len(piece.data), piece.frame))
        return True


class Rewound:
    """A stream that gives its first bytes again after a look at them. The stream need not be seekable."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._head = head
        self._stream = stream
        self._position = 0

    def tell(self) -> int:
        """Return the number of bytes read so far, which fastwarc's readers ask for."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, `b""` at the end."""
        if self._head:
            size = len(self._head) if size < 0 else size
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._stream.read(size)
        self._position += len(data)
        return data


def look_ahead(stream: ByteStream, size: int = HEAD_BYTES) -> tuple[bytes, ByteStream]:
    """Return the first bytes of a stream (fewer only where it ends), and a stream that still has them."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    head = b"".join(parts)
    return head, Rewound(head, stream)


def open_cursor(stream: ByteStream, starts: Starts | None = None, start: int = 0) -> Cursor:
    """Open a cursor over the decompressed bytes: gzip, zstd and lz4 by their magic numbers, else as they are.

    `starts` recognizes a frame that begins a record: where to go on after damage, and what shows that a file is an
    archive whose very first frame is damaged. The stream stands at its beginning, which shows the compression. The
    cursor begins at byte `start`, to which only a seekable stream can go; in a compressed file a frame begins there.
    """
    head, again = look_ahead(stream)
    if head.startswith(DICTIONARY_MAGIC):
        head, again = look_ahead(again, 8 + min(MAX_DICTIONARY_BYTES, int.from_bytes(head[4:8], "little")))
    codec = codec_of(head, starts)
    if start:
        again = cast(IO[bytes], stream)
        again.seek(start, SEEK_SET)
    if codec:
        return Cursor(Frames(again, codec, starts, start))
    if head.startswith(LZ4_MAGIC):
        return Cursor(lz4_pieces(again))
    return Cursor(plain_pieces(again), start=start)
