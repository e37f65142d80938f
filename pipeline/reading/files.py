"""Files: opened through Beam's filesystems, their bytes left as they are."""

from __future__ import annotations

import os
from typing import IO, cast

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems


def open_file(path: str) -> IO[bytes]:
    """A file's bytes. Beam leaves the compression alone: the readers take it off, member by member and several times
    as fast. A local path must be a regular file: a pipe would make the reader wait for ever.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(f"{path!r} is no regular file")
    return cast(IO[bytes], FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))
