"""Captures: one generator for all formats, from an open file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any

from ...transforms.core.capture import Capture
from .arc import read_arc
from .documents import read_document
from .extent import Extent
from .formats import Format, find_format
from .json_lines import read_json_lines
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin
from .wacz import read_wacz
from .warc import read_warc

Reader = Callable[..., Iterator[Capture | Rejected]]

# Formats of which a part can be read by itself, and those of which only the whole can.
IN_PARTS: dict[Format, Reader] = {"warc": read_warc, "arc": read_arc, "json-lines": read_json_lines}
WHOLE_ONLY: dict[Format, Reader] = {"wacz": read_wacz, "html": read_document, "text": read_document}

# How a Parquet file begins.
PARQUET = b"PAR1"


def read_captures(
    stream: IO[bytes], path: str, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """Every capture of a file in whatever format it is, and a rejected record for each that cannot be one.

    One record at a time is in memory, of at most `max_body_bytes` and what its encodings add. `path` is only
    named, never opened. The stream must be seekable. What `stream.read` raises goes through; the bytes
    themselves, however broken, raise nothing.
    """
    found = find_format(stream)
    stream.seek(0)
    reader: Any = (IN_PARTS | WHOLE_ONLY).get(found)
    if reader is not None:
        yield from reader(stream, path, max_body_bytes=max_body_bytes)
        return
    origin = Origin(source_file=path)
    if found == "empty":
        yield origin.reject("empty-body", "the file is empty", 0)
    else:
        yield origin.reject("unknown-format", _unknown(stream.read(12)))


def read_part(
    stream: IO[bytes], path: str, found: Format, extent: Extent, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """What `read_captures` gives of this part of the file, whose format is one of those in parts."""
    stream.seek(0)
    yield from IN_PARTS[found](stream, path, max_body_bytes=max_body_bytes, extent=extent)


def _unknown(head: bytes) -> str:
    """What a file is not, and for the format in which other tools keep pages what to write instead."""
    if head.startswith(PARQUET):
        return "Parquet is not read; write JSON lines, one object a line with `html` or `text`, and `url`"
    return f"not a format boiloff reads: begins with {head!r}"
