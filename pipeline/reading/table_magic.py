"""The first bytes of Parquet and Arrow files, by which they are recognised without importing pyarrow."""

from __future__ import annotations

import struct

PARQUET_MAGIC = b"PAR1"
# A file has padding behind its magic, then a stream, then its index.
ARROW_MAGIC = b"ARROW1\0\0"
# A stream begins with a mark, the length of its schema, and the place of the schema's root.
STREAM_MARK = b"\xff\xff\xff\xff"
MAX_SCHEMA_BYTES = 1 << 24


def is_arrow(head: bytes) -> bool:
    """Return whether a file begins as an Arrow file (Feather 2) or an Arrow stream does."""
    if head.startswith(ARROW_MAGIC):
        return True
    if not head.startswith(STREAM_MARK) or len(head) < 12:
        return False
    length, root = struct.unpack_from("<iI", head, 4)
    return bool(0 < length <= MAX_SCHEMA_BYTES and length % 8 == 0 and 4 <= root < min(length, 1 << 12))
