"""Writing records: JSON lines or Parquet in shards, each with its count and digest."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, Literal
from uuid import uuid4

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from ...transforms.core.article import Body, ledger
from ...transforms.core.page import Page
from .parquet import ParquetRecords
from .schemas import ledger_lines, to_json_document, to_json_line

# The format of records, which is how the names of their files end.
Format = Literal["jsonl", "jsonl.gz", "parquet"]
# Level 6 needs three times as long for files that are a tenth to an eighth smaller.
GZIP_LEVEL = 3
# Bytes of records in a shard, before compression.
MAX_SHARD_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Shard:
    """A complete file of records: `name` is what its records are, `bytes` and `sha256` are the file's."""

    name: str
    path: str
    records: int
    bytes: int
    sha256: str


class JsonLines:
    """Writes records as JSON lines, gzipped or not, to an open file."""

    def __init__(self, file: _DigestedFile, *, compress: bool) -> None:
        # Without the time of writing, so that the same records give the same bytes.
        self._gzip = gzip.GzipFile("", "wb", GZIP_LEVEL, file, 0) if compress else None
        self._lines = self._gzip or file

    def write(self, record: Mapping[str, Any]) -> int:
        """Add one line."""
        return self.write_lines(to_json_line(record) + b"\n")

    def write_lines(self, lines: bytes) -> int:
        """Add lines that are already encoded."""
        return self._lines.write(lines)

    def close(self) -> None:
        """Write the end of the gzip stream."""
        if self._gzip:
            self._gzip.close()


class ShardWriter:
    """A writer of one shard at `path`. The shard is complete after `finish` has returned."""

    def __init__(self, name: str, path: str, format: Format, *, with_texts: bool = True, body: Body = "text") -> None:
        self.name = name
        self.path = path
        self._with_texts = with_texts
        self.record_bytes = 0
        self._count = 0
        with naming_file(path):
            self._file = _DigestedFile(create_as_it_is(path))
            if format == "parquet":
                self._records: ParquetRecords | JsonLines = ParquetRecords(self._file, name, body)
            else:
                self._records = JsonLines(self._file, compress=format == "jsonl.gz")

    def write(self, element: Mapping[str, Any] | Page) -> None:
        """Add one record, or all ledger records of a marked page."""
        with naming_file(self.path):
            if not isinstance(element, Page):
                self.record_bytes += self._records.write(element)
                self._count += 1
            elif isinstance(self._records, JsonLines):
                lines, count = ledger_lines(element, with_texts=self._with_texts)
                self.record_bytes += self._records.write_lines(lines)
                self._count += count
            else:
                for record in ledger(element, with_texts=self._with_texts):
                    self.record_bytes += self._records.write(record)
                    self._count += 1

    @property
    def is_full(self) -> bool:
        """Whether the next record belongs into another shard."""
        return self.record_bytes >= MAX_SHARD_BYTES

    def finish(self) -> Shard:
        """Close the file and return its shard."""
        with naming_file(self.path):
            self._records.close()
            self._file.close()
        return Shard(self.name, self.path, self._count, self._file.size, self._file.sha256.hexdigest())

    def abandon(self) -> None:
        """Close the incomplete file."""
        self._file.abandon()


class _DigestedFile:
    """A file that counts and digests what is written to it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        self.sha256.update(data)
        return self._stream.write(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._stream.flush()

    @property
    def closed(self) -> bool:
        return self._stream.closed

    def close(self) -> None:
        self._stream.close()

    def abandon(self) -> None:
        """Close the file. A writer of Parquet writes once more when it is deleted; that is dropped."""
        with suppress(OSError):
            self._stream.close()
        self._stream = BytesIO()


@contextmanager
def naming_file(path: str) -> Iterator[None]:
    """Add the name of the file to an error of writing."""
    try:
        yield
    except OSError as error:
        raise OSError(f"cannot write {path!r}: {error.strerror or error}") from error


class WriteShardsFn(beam.DoFn):
    """Writes the records of a bundle to files of its own, and yields a Shard for each that is complete.

    A failed bundle leaves a file without a Shard, so a bundle that is repeated counts once.
    """

    writer: ShardWriter | None = None

    def __init__(self, folder: str, name: str, format: Format, *, with_texts: bool = True) -> None:
        self.folder = folder
        self.name = name
        self.format = format
        self.with_texts = with_texts

    def start_bundle(self) -> None:
        """Begin without a file; the first record makes one."""
        self.writer = None

    def process(self, element: Mapping[str, Any] | Page) -> Iterator[Shard]:
        """Write a record, or the ledger of a page; yield the file's Shard if it is full."""
        if self.writer is None:
            self.writer = new_shard(self.folder, self.name, self.format, with_texts=self.with_texts)
        try:
            self.writer.write(element)
            if self.writer.is_full:
                yield self._finished(self.writer)
        except BaseException:
            if self.writer is not None:
                self.writer.abandon()
            raise

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Yield the last file of the bundle."""
        if self.writer is not None:
            yield GlobalWindows.windowed_value_at_end_of_window(self._finished(self.writer))

    def teardown(self) -> None:
        """Close the file of a bundle that failed elsewhere."""
        if self.writer is not None:
            self.writer.abandon()

    def _finished(self, writer: ShardWriter) -> Shard:
        self.writer = None
        return writer.finish()


def new_shard(folder: str, name: str, format: Format, *, with_texts: bool = True, body: Body = "text") -> ShardWriter:
    """Begin a shard under a unique name. `body` is what articles were asked for with."""
    path = FileSystems.join(folder, f"{name}-{uuid4().hex}.{format}")
    return ShardWriter(name, path, format, with_texts=with_texts, body=body)


@dataclass
class WriteRecords(beam.PTransform):
    """Write records, or the ledgers of marked pages, to `folder`, and return the Shards.

    Parquet files have the schema of records of this name. Shards are limited by size; a fixed number of shards would
    shuffle every record. Ledgers have the texts of blocks only `with_texts`.
    """

    folder: str
    name: str
    format: Format = "jsonl"
    with_texts: bool = True

    def expand(self, records: beam.PCollection[Mapping[str, Any] | Page]) -> beam.PCollection[Shard]:
        """Write in the stage that makes the records."""
        write = WriteShardsFn(self.folder, self.name, self.format, with_texts=self.with_texts)
        return records | "Write" >> beam.ParDo(write)


def create_as_it_is(path: str) -> Any:
    """Create a file on any of Beam's filesystems, which would compress it by the ending of its name."""
    return FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED)


def open_as_it_is(path: str) -> Any:
    """Open a file on any of Beam's filesystems, without decompressing it."""
    return FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)


def write_json(path: str, document: Mapping[str, Any]) -> None:
    """Write an indented JSON document to a path of any of Beam's filesystems."""
    with naming_file(path), create_as_it_is(path) as stream:
        stream.write(to_json_document(document))


def read_json(path: str) -> dict[str, Any]:
    """Read a JSON document from a path of any of Beam's filesystems."""
    with open_as_it_is(path) as stream:
        document: dict[str, Any] = json.loads(stream.read())
    return document
