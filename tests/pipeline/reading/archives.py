"""Small archives for the tests, written byte by byte so that they can be broken in any place."""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from fastwarc.stream_io import Lz4Writer

from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.captures import read_captures
from boiloff.transforms.core.page import Capture

PAGE = b"<!doctype html><title>Harbour news</title><p>The ferry sails at noon again, says the harbour office.</p>"


def http(body: bytes = PAGE, *headers: str, status: str = "200 OK", content_type: str = "text/html") -> bytes:
    """Make a stored response."""
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def record(
    block: bytes | None = None, *fields: str, kind: str = "response", name: str = "1", length: int = -1
) -> bytes:
    """Make a WARC record; `length` may be wrong."""
    block = http() if block is None else block
    head = ["WARC/1.0", f"WARC-Type: {kind}"] if kind else ["WARC/1.0"]
    head += [f"WARC-Record-ID: <urn:uuid:{name}>", f"WARC-Target-URI: https://harbour.example/{name}"]
    head += ["WARC-Date: 2024-05-01T10:00:00Z", *fields]
    head += [f"Content-Length: {len(block) if length < 0 else length}", "", ""]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def arc(*blocks: bytes) -> list[bytes]:
    """Make the records of an ARC file: its own, then one for each stored response."""
    about = b"1 0 Harbour\nURL IP-address Archive-date Content-type Archive-length\n"
    first = b"filedesc://harbour.arc 0.0.0.0 20080430204825 text/plain %d\n" % len(about)
    parts = [first + about + b"\n"]
    for number, block in enumerate(blocks):
        line = b"https://harbour.example/%d 10.0.0.1 20080430204825 text/html %d\n" % (number, len(block))
        parts.append(line + block + b"\n")
    return parts


def packed(parts: Iterable[bytes], how: str) -> list[bytes]:
    """Compress the parts, each in its own frame."""
    if how == "plain":
        return list(parts)
    return [gzip.compress(part, mtime=0) if how == "gzip" else zstandard.compress(part) for part in parts]


def with_dictionary(parts: Iterable[bytes], *, compressed: bool = True) -> list[bytes]:
    """Compress the parts as zstd frames that share a dictionary, which the first, skippable frame holds."""
    dictionary = zstandard.train_dictionary(2000, [record(name=str(number)) for number in range(400)])
    held = zstandard.compress(dictionary.as_bytes()) if compressed else dictionary.as_bytes()
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    return [b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(held)) + held, *map(compressor.compress, parts)]


def lz4(data: bytes) -> bytes:
    """Compress the data as an lz4 file."""
    buffer = io.BytesIO()
    writer = Lz4Writer(buffer)
    writer.write(data)
    writer.close()
    return buffer.getvalue()


def parquet(table: pa.Table, group_rows: int = 5, **options: object) -> bytes:
    """Write the table as a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, row_group_size=group_rows, **options)
    return buffer.getvalue()


def arrow(table: pa.Table, batch_rows: int = 5, *, as_stream: bool = False) -> bytes:
    """Write the table as an Arrow file, or as a stream."""
    buffer = io.BytesIO()
    with (pa.ipc.new_stream if as_stream else pa.ipc.new_file)(buffer, table.schema) as writer:
        writer.write_table(table, batch_rows)
    return buffer.getvalue()


def read(data: bytes, **options: int) -> list[Capture | Rejected]:
    """Read all items of a file."""
    return list(read_captures(io.BytesIO(data), "harbour", **options))


def outcome(items: Iterable[Capture | Rejected]) -> list[str]:
    """For each item its media, or the reason why it was rejected."""
    return [item.media if isinstance(item, Capture) else item.reason for item in items]
