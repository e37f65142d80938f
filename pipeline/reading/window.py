"""A window on a stream: the bytes around a place in it, ahead and a little behind."""

from __future__ import annotations

from typing import Protocol

READ_BYTES = 1 << 18
# A gzip header's extra field has at most 64 KiB (RFC 1952).
LOOK_BACK = 1 << 17


class ByteStream(Protocol):
    """What a reader needs of a file: `read`."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, `b""` at the end."""
        ...


class Window:
    """A place `at` in a stream, counted from the file's start, that moves forward, or back by at most LOOK_BACK.

    What is ahead does not depend on the blocks in which the stream gives its bytes.
    """

    def __init__(self, stream: ByteStream, start: int = 0) -> None:
        self.at = start
        self._stream = stream
        self._base = start  # place of the first byte held
        self._data = b""

    def ahead(self, size: int) -> bytes:
        """At most `size` bytes from here on; fewer only where the stream ends."""
        self._hold(size)
        here = self.at - self._base
        return self._data[here : here + size]

    def skip(self, byte: bytes) -> None:
        """Move behind any number of this byte."""
        while self.ahead(1) == byte:
            here = self.at - self._base
            self.at += len(self._data) - here - len(self._data[here:].lstrip(byte))

    def find(self, magic: bytes) -> bool:
        """Move to the next place, this one included, where `magic` stands. False if there is none."""
        while True:
            found = self._data.find(magic, self.at - self._base)
            if found >= 0:
                self.at = self._base + found
                return True
            self.at = max(self.at, self._base + len(self._data) - len(magic) + 1)
            if len(self.ahead(len(magic))) < len(magic):
                return False

    def _hold(self, size: int) -> None:
        while len(self._data) - (self.at - self._base) < size:
            more = self._stream.read(READ_BYTES)
            if not more:
                return
            behind = max(0, self.at - self._base - LOOK_BACK)
            self._data = self._data[behind:] + more
            self._base += behind
