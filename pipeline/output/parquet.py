"""Records as Parquet: their Arrow schema, how they are written in row groups of bounded memory, and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from .schemas import FIELDS

# The first bytes of a file.
MAGIC = b"PAR1"
# Bytes of a row group before compression: a writer holds it in memory until it is full.
ROW_GROUP_BYTES = 16 * 2**20
# Records that wait as Python objects, which take several times the memory of columns: bytes and records.
WAITING_BYTES = 2**20
WAITING_RECORDS = 1024
READ_AT_ONCE = 64
PLAIN_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64()}
# Columns with few different values; for other columns a dictionary would only take memory.
DICTIONARIES = (
    *("site", "site_name", "date_source", "language", "source", "source_file", "quality_flags.list.element"),
    *("blocks.list.element.kind", "schema_version", "tool_version", "config_sha256", "id", "url", "reason", "rule"),
    *("stage", "captured_at"),
)


def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of the `articles`, `removed` or `rejected` records. No value is ever null.

    >>> arrow_schema("articles").field("authors").type
    ListType(list<element: string not null>)
    """
    return pa.schema(_arrow_fields(FIELDS[name]))


def _arrow_fields(types: Mapping[str, Any]) -> list[pa.Field]:
    return [pa.field(key, _arrow_type(hint), nullable=False) for key, hint in types.items()]


def _arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        # The name that Parquet gives the items of a list.
        return pa.list_(pa.field("element", _arrow_type(get_args(hint)[0]), nullable=False))
    if get_origin(hint) is Literal:
        return pa.string()
    if hasattr(hint, "_fields"):
        return pa.struct(_arrow_fields(get_type_hints(hint)))
    return PLAIN_TYPES[hint]


class ParquetRecords:
    """Writes records of one name to an open file, as Parquet with zstd. The file is complete after `close`.

    The same records in the same order give the same bytes.
    """

    def __init__(self, file: Any, name: str) -> None:
        self._schema = arrow_schema(name)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(file, "w"),
            self._schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=[path for path in DICTIONARIES if path.partition(".")[0] in self._schema.names],
        )
        self._waiting: list[Mapping[str, Any]] = []
        self._waiting_bytes = 0
        self._batches: list[pa.RecordBatch] = []

    def write(self, record: Mapping[str, Any]) -> int:
        """Add one record; return about its bytes before compression."""
        size = _size(record)
        self._waiting.append(record)
        self._waiting_bytes += size
        if self._waiting_bytes >= WAITING_BYTES or len(self._waiting) >= WAITING_RECORDS:
            self._to_columns()
            if sum(batch.nbytes for batch in self._batches) >= ROW_GROUP_BYTES:
                self._end_row_group()
        return size

    def close(self) -> None:
        """Write the waiting records, and the footer."""
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


def _columns(records: list[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pylist(records, schema)
    except UnicodeEncodeError:
        return pa.RecordBatch.from_pylist([_encodable(record) for record in records], schema)


def _encodable(value: Any) -> Any:
    """Return a value with `?` for lone surrogates, which UTF-8 cannot hold, as in JSON lines."""
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
    """Yield the records of a seekable file, as JSON lines have them. Raises ValueError if it is damaged."""
    try:
        with pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches(READ_AT_ONCE):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
