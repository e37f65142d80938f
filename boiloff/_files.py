"""Remote files: which paths they have, and their bytes through Beam's filesystems.

It is here because `transforms` knows nothing of filesystems, and a step still opens the store that its settings name.
"""

from __future__ import annotations

from typing import IO, cast


def is_remote(path: str) -> bool:
    """Return whether only Beam's filesystems open a path."""
    return "://" in path


def open_bytes(path: str) -> IO[bytes]:
    """Open a path through Beam's filesystems for its bytes as they are. Each filesystem raises its own errors."""
    from apache_beam.io.filesystem import CompressionTypes
    from apache_beam.io.filesystems import FileSystems

    return cast(IO[bytes], FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))
