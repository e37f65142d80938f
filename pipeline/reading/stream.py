"""Streams: captures from standard input, which may be a pipe and cannot seek."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_SET, BufferedIOBase, UnsupportedOperation
from tempfile import TemporaryFile
from typing import IO, cast

from .captures import ZIP_MAGIC, OpenedFile, open_captures
from .cursor import look_ahead
from .table_magic import PARQUET_MAGIC, is_arrow


class Pipe:
    """A pipe as a reader needs it: it gives what has come without waiting for more.

    It can go back to its beginning, for those who look for its format, until `forget` is called.
    """

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self._again = b""
        self._kept: bytearray | None = bytearray()

    def seekable(self) -> bool:
        """Whether readers may go anywhere in it."""
        return False

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, `b""` at the end."""
        if self._again:
            end = size if size >= 0 else len(self._again)
            data, self._again = self._again[:end], self._again[end:]
            return data
        data = self._stream.read1(size)
        if self._kept is not None:
            self._kept += data
        return data

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Go back to the beginning. Raises UnsupportedOperation for any other place, and after `forget`."""
        if offset or whence != SEEK_SET or self._kept is None:
            raise UnsupportedOperation("a pipe goes back to its beginning only, and before it is read")
        self._again = bytes(self._kept)
        return 0

    def forget(self) -> None:
        """Keep nothing of what is read from here on."""
        self._kept = None


@contextmanager
def open_stream(stream: BufferedIOBase) -> Iterator[OpenedFile]:
    """Find what a stream holds, as `open_captures` does for files. One record at a time is in memory.

    A format that is read from its end (WACZ, Parquet, Arrow) goes through a temporary file, unless the stream is a file
    that stands at its beginning. For all others the first 64 KiB, or the end, decide, and are waited for.
    """
    if stream.seekable() and stream.tell() == 0:
        yield open_captures(cast(IO[bytes], stream))
        return
    pipe = Pipe(stream)
    head, _ = look_ahead(pipe)
    pipe.seek(0)
    if head.startswith((ZIP_MAGIC, PARQUET_MAGIC)) or is_arrow(head):
        pipe.forget()
        with TemporaryFile(prefix="boiloff-stdin-") as file:
            shutil.copyfileobj(cast(IO[bytes], pipe), file)
            file.seek(0)
            yield open_captures(cast(IO[bytes], file))
        return
    opened = open_captures(cast(IO[bytes], pipe))
    pipe.forget()
    yield opened
