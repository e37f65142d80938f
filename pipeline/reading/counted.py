"""A stream that tells how much of it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import SEEK_END
from typing import IO, Any, cast

from .extent import Extent

Told = Callable[[int], None]


class CountedStream:
    """A stream that tells of the bytes that are read of it, of `size` at most: readers begin anew and look ahead."""

    def __init__(self, stream: IO[bytes], size: int, told: Told) -> None:
        self._stream = stream
        self._left = size
        self._told = told

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, `b""` at the end."""
        data = self._stream.read(size)
        self.count(len(data))
        return data

    def count(self, size: int) -> None:
        """So many bytes more."""
        counted = min(size, self._left)
        if counted > 0:
            self._left -= counted
            self._told(counted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @property
    def left(self) -> int:
        """Bytes that nobody was told of."""
        return self._left


@contextmanager
def counted(stream: IO[bytes], extent: Extent, told: Told | None) -> Iterator[IO[bytes]]:
    """The stream, and `told` of the bytes of this part of it: each once, and all of them when the block ends.

    The stream stands at its beginning. One that cannot seek has no size, and tells of nothing; without `told` it is
    left as it is.
    """
    if told is None or not stream.seekable():
        yield stream
        return
    size = min(stream.seek(0, SEEK_END), extent.end) - extent.start
    stream.seek(0)
    counting = CountedStream(stream, size, told)
    try:
        yield cast(IO[bytes], counting)
    finally:
        counting.count(counting.left)
