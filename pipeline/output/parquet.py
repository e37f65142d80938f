"""Records as Parquet: written in row groups of bounded memory, and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from .schemas import arrow_schema

# The first bytes of a file.
MAGIC = b"PAR1"
# What a row group holds, before compression: a writer holds it until it is full.
ROW_GROUP_BYTES = 16 * 2**20
# Records that wait as Python objects, which take several times the room that columns do: so many bytes or records.
WAITING_BYTES = 2**20
WAITING_RECORDS = 1024
READ_AT_ONCE = 64
# Columns in which few values come again and again. Of the others a dictionary would only take memory.
DICTIONARIES = (
    *("site", "site_name", "date_source", "language", "source", "source_file", "quality_flags.list.element"),
    *("blocks.list.element.kind", "schema_version", "tool_version", "config_sha256", "id", "url", "reason", "rule"),
    *("stage", "captured_at"),
)


class SupportsWrite(Protocol):
    """What Arrow asks of a file to write."""

    def write(self, data: bytes, /) -> int: ...  # noqa: D102
    def tell(self) -> int: ...  # noqa: D102
    def flush(self) -> None: ...  # noqa: D102

    @property
    def closed(self) -> bool: ...  # noqa: D102


class ParquetRecords:
    """Writes records of one name to a file that is open, as Parquet with zstd. The file is whole once it is closed.

    The same records in the same order are the same bytes.
    """

    def __init__(self, file: SupportsWrite, name: str) -> None:
        self._schema = arrow_schema(name)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(file, "w"),
            self._schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=_dictionaries(self._schema),
        )
        self._waiting: list[Mapping[str, Any]] = []
        self._waiting_bytes = 0
        self._batches: list[pa.RecordBatch] = []

    def write(self, record: Mapping[str, Any]) -> int:
        """Add one record; returns its bytes before compression, about."""
        size = _size(record)
        self._waiting.append(record)
        self._waiting_bytes += size
        if self._waiting_bytes >= WAITING_BYTES or len(self._waiting) >= WAITING_RECORDS:
            self._to_columns()
            if sum(batch.nbytes for batch in self._batches) >= ROW_GROUP_BYTES:
                self._end_row_group()
        return size

    def close(self) -> None:
        """Write what waits, and what the file says of itself."""
        self._to_columns()
        self._end_row_group()
        self._writer.close()

    def _to_columns(self) -> None:
        if self._waiting:
            self._batches.append(_columns(self._waiting, self._schema))
            self._waiting, self._waiting_bytes = [], 0

    def _end_row_group(self) -> None:
        if self._batches:
            table = pa.Table.from_batches(self._batches, self._schema)
            self._batches = []
            self._writer.write_table(table, row_group_size=table.num_rows)


def _dictionaries(schema: pa.Schema) -> list[str]:
    return [path for path in DICTIONARIES if path.partition(".")[0] in schema.names]


def _columns(records: list[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pylist(records, schema)
    except UnicodeEncodeError:
        return pa.RecordBatch.from_pylist([_encodable(record) for record in records], schema)


def _encodable(value: Any) -> Any:
    """A value whose texts UTF-8 can hold: lone surrogates become `?`, as in JSON lines."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return 8


def read_parquet(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The records of a file that can be sought in, as JSON lines have them. Raises ValueError where it is damaged."""
    try:
        with pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches(READ_AT_ONCE):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
