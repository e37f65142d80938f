"""Files that hold a single capture: an HTML page, or text."""

from __future__ import annotations

from collections.abc import Iterator

from ...transforms.core.capture import Capture
from .open_cursor import open_cursor
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin, capture_body
from .window import ByteStream


def read_document(
    stream: ByteStream, path: str, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """The one capture of an HTML or text file (plain, gzip, zstd or lz4), or the reason why it is none.

    A compressed file that ends too early gives what there is of it, flagged `truncated`.
    """
    cursor = open_cursor(stream)
    origin = Origin(source_file=path)
    body = cursor.read(max_body_bytes + 1)
    if len(body) > max_body_bytes:
        yield origin.reject("too-large", f"the file has more than {max_body_bytes} bytes")
    elif cursor.damage and not (body and cursor.damage.cut):
        reason = "truncated-record" if cursor.damage.cut else "damaged-record"
        yield origin.reject(reason, cursor.damage.error, len(body))
    else:
        yield capture_body(origin, body, cut=cursor.damage is not None)
