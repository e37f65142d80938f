"""Captures in the rows of Parquet and Arrow files, under the keys that JSON lines have.

A row has no byte of its own in such a file: its `source_offset` is its number, from 0, and ranges are counted in rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import SEEK_END
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...transforms.core.page import Capture, Source
from .accept import ARROW_MAGIC, MAX_BODY_BYTES, PARQUET_MAGIC, STREAM_MARK, Rejected
from .cursor import WHOLE, Extent, OnCut
from .json_captures import TOP_BODIES, TOP_KEYS, RefusedError, capture_of, unknown_keys

ROWS_AT_ONCE = 16
BUFFER_BYTES = 1 << 20
# The errors of Arrow, and of Python's values, for damaged bytes.
DAMAGE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError, MemoryError)

Items = Iterator[Capture | Rejected]


class _Stream:
    """A stream for Arrow: it gives no more than it has, and keeps its own errors.

    Arrow allocates as much as a damaged length says, and raises the same errors for damage as streams do.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.error: Exception | None = None
        self.closed = False
        self.size = stream.seek(0, SEEK_END)
        self._stream = stream
        stream.seek(0)

    def read(self, size: int = -1) -> bytes:
        left = max(0, self.size - self._stream.tell())
        try:
            return self._stream.read(left if size < 0 else min(size, left))
        except Exception as error:  # each filesystem raises its own
            self.error = error
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def flush(self) -> None:
        """Do nothing: a reader has nothing to flush."""

    def check(self) -> None:
        """Raise what the stream has raised, if anything."""
        if self.error:
            raise self.error


@dataclass(frozen=True)
class _Rows:
    """Where rows come from, and which of them to yield."""

    path: str
    max_body_bytes: int
    extent: Extent

    def items(self, batch: pa.RecordBatch, first: int) -> Items:
        """Yield an item for each row in the extent; the first one has number `first`."""
        start = max(0, self.extent.start - first)
        if start < batch.num_rows and first < self.extent.end:
            for number, row in enumerate(_rows(batch.slice(start)), first + start):
                if number >= self.extent.end:
                    break
                source = Source(source_file=self.path, source_offset=number)
                yield capture_of(row, f"row {number}", source, -1, self.max_body_bytes)

    def damage(self, first: int, end: int, error: Exception, reason: str = "damaged-record") -> Items:
        """Reject the rows from `first` to before `end`, which cannot be read, as one; of unknown number if it is -1."""
        if self.extent.start <= first < self.extent.end:
            which = "from row {} on" if end < 0 else "row {}" if end - first == 1 else "rows {} to {}"
            source = Source(source_file=self.path, source_offset=first)
            yield Rejected.of(source, reason, f"{which.format(first, end - 1)}: {_one_line(error)}")

    def without_bodies(self, found: list[str]) -> Items:
        """Reject the whole table, whose columns hold no bodies."""
        if not self.extent.start:
            source = Source(source_file=self.path, source_offset=0)
            yield Rejected.of(source, "not-a-capture", unknown_keys(dict.fromkeys(found), "columns"))

    def none(self) -> Items:
        """Reject a table without rows."""
        if not self.extent.start:
            yield Rejected.of(Source(source_file=self.path, source_offset=0), "empty-body", "the table has no rows")


def read_parquet_captures(
    stream: IO[bytes],
    path: str,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    extent: Extent = WHOLE,
    on_cut: OnCut | None = None,
) -> Items:
    """Yield a capture for each row of a Parquet file, or a rejected record that names the row.

    Keys are those of `read_json_lines`. Only the columns that hold them are read, a few rows at a time; bodies may be
    strings or bytes. Where a row group is damaged, its rows from there on are one rejected record. A file whose index
    is damaged or missing is unreadable. `extent` counts rows.

    Raises OSError where the extent begins behind the last row: the file has changed.
    """
    source, rows = _Stream(stream), _Rows(path, max_body_bytes, extent)
    try:
        parquet = _opened(source)
        found: list[str] = parquet.schema_arrow.names
        sizes = _sizes(parquet)
    except DAMAGE as error:
        source.check()
        if extent.start:
            raise OSError(f"the file has changed and has no index: {_one_line(error)}") from error
        yield _unreadable(stream, path, error)
        return
    if extent.start and extent.start >= sum(sizes):
        raise OSError(f"the file has changed and has no rows from row {extent.start} on")
    names = [name for name in dict.fromkeys(found) if name in TOP_KEYS]
    if not TOP_BODIES.intersection(names):
        yield from rows.without_bodies(found)
    elif not sum(sizes):
        yield from rows.none()
    else:
        first = 0
        for number, size in enumerate(sizes):
            if first < extent.end and first + size > extent.start:
                if on_cut is not None and first > extent.start:
                    on_cut(first)
                yield from _group(parquet, number, names, rows, first, source)
            first += size


def _sizes(parquet: pq.ParquetFile) -> list[int]:
    """List the rows of each row group. Raises ValueError where a damaged index gives less than none."""
    sizes = [parquet.metadata.row_group(at).num_rows for at in range(parquet.metadata.num_row_groups)]
    if any(size < 0 for size in sizes):
        raise ValueError(f"its row groups have {sizes} rows")
    return sizes


def parquet_groups(stream: IO[bytes]) -> list[tuple[int, int]]:
    """List the number of rows and the compressed bytes of each row group; of a damaged file none."""
    try:
        parquet = _opened(_Stream(stream))
        sizes = [_compressed_bytes(parquet.metadata.row_group(at)) for at in range(parquet.metadata.num_row_groups)]
        return list(zip(_sizes(parquet), sizes, strict=True))
    except DAMAGE:
        return []


def _opened(source: _Stream) -> pq.ParquetFile:
    return pq.ParquetFile(
        pa.PythonFile(source, "r"), pre_buffer=False, buffer_size=BUFFER_BYTES, page_checksum_verification=True
    )


def _compressed_bytes(group: pq.RowGroupMetaData) -> int:
    return sum(int(group.column(at).total_compressed_size) for at in range(group.num_columns))


def _group(parquet: pq.ParquetFile, number: int, names: list[str], rows: _Rows, first: int, source: _Stream) -> Items:
    end = first + parquet.metadata.row_group(number).num_rows
    batches = parquet.iter_batches(ROWS_AT_ONCE, [number], names, use_threads=False)
    while first < min(end, rows.extent.end):
        try:
            batch = next(batches)
        except StopIteration:
            yield from rows.damage(first, end, ValueError("the row group has fewer rows than it declares"))
            return
        except DAMAGE as error:
            source.check()
            yield from rows.damage(first, end, error)
            return
        yield from rows.items(batch, first)
        first += batch.num_rows


def _unreadable(stream: IO[bytes], path: str, error: Exception) -> Rejected:
    size = stream.seek(0, SEEK_END)
    stream.seek(max(0, size - len(PARQUET_MAGIC)))
    is_cut = size < 2 * len(PARQUET_MAGIC) or stream.read(len(PARQUET_MAGIC)) != PARQUET_MAGIC
    what = "is cut: the index at its end is missing" if is_cut else "has an index that cannot be read"
    return Rejected.of(Source(source_file=path), "unreadable", f"the Parquet file {what} ({_one_line(error)})", size)


def read_arrow_captures(
    stream: IO[bytes], path: str, *, max_body_bytes: int = MAX_BODY_BYTES, extent: Extent = WHOLE
) -> Items:
    """Yield a capture for each row of an Arrow file (Feather 2) or stream, as `read_parquet_captures` does.

    One record batch at a time is in memory. A file is read as a stream. So if it is cut, its complete batches are read,
    and the rest is one rejected record.
    """
    source, rows = _Stream(stream), _Rows(path, max_body_bytes, extent)
    is_file = stream.read(len(ARROW_MAGIC)) == ARROW_MAGIC
    stream.seek(len(ARROW_MAGIC) if is_file else 0)
    first = 0
    try:
        reader = pa.ipc.open_stream(pa.PythonFile(source, "r"))
        if not TOP_BODIES.intersection(reader.schema.names):
            yield from rows.without_bodies(reader.schema.names)
            return
    except DAMAGE as error:
        source.check()
        yield from rows.damage(0, -1, error)
        return
    while True:
        start = stream.tell()
        try:
            batch = reader.read_next_batch()
            batch.validate()
            needed = _needed(batch)
        except StopIteration:
            break
        except DAMAGE as error:
            source.check()
            reason = "truncated-record" if stream.tell() >= source.size else "damaged-record"
            yield from rows.damage(first, -1, error, reason)
            return
        yield from _batch(needed, rows, first)
        first += batch.num_rows
    # A stream may lack its end. But a stream without rows was cut.
    if (is_file or not first) and not _ends(stream, start):
        yield from rows.damage(first, -1, ValueError("the Arrow file is cut: its end is missing"), "truncated-record")
    elif not first:
        yield from rows.none()


def _ends(stream: IO[bytes], at: int) -> bool:
    """Return whether the stream in a file says at this byte that it ends."""
    stream.seek(at)
    return stream.read(8) == STREAM_MARK + bytes(4)


def _needed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Keep the columns that hold known keys, of each name the first."""
    places = {name: at for at, name in reversed(list(enumerate(batch.schema.names))) if name in TOP_KEYS}
    return pa.RecordBatch.from_arrays([batch.column(at) for at in places.values()], list(places))


def _batch(batch: pa.RecordBatch, rows: _Rows, first: int) -> Items:
    """Yield the items of a batch, a few rows at a time. Damaged offsets may lead out of it: they are checked first."""
    for start in range(0, batch.num_rows, ROWS_AT_ONCE):
        part = batch.slice(start, ROWS_AT_ONCE)
        try:
            for column in part.columns:
                _as_bytes(column).validate(full=True)
        except DAMAGE as error:
            yield from rows.damage(first, first + part.num_rows, error)
        else:
            yield from rows.items(part, first)
        first += part.num_rows


def _rows(batch: pa.RecordBatch) -> Iterator[partial[dict[str, Any]]]:
    """Yield for each row a function that returns it as an object, and raises RefusedError if a value cannot be read."""
    names = batch.schema.names
    for values in zip(*map(_values, batch.columns), strict=True):
        yield partial(_row, names, values)


def _row(names: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    for name, value in zip(names, values, strict=True):
        if isinstance(value, Exception):
            raise RefusedError("undecodable", f"`{name}` cannot be read: {_one_line(value)}")
    return dict(zip(names, values, strict=True))


def _values(column: pa.Array) -> list[Any]:
    is_text = _is_text(column.type)
    try:
        if pa.types.is_timestamp(column.type):  # Python's times have no nanoseconds
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
        return [_text(value) if is_text else value for value in _as_bytes(column).to_pylist()]
    except DAMAGE:
        return list(map(_value, column))


def _value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except DAMAGE as error:
        return error


def _text(value: bytes | None) -> str | bytes | None:
    """Return the text of a column of strings; bytes that are not UTF-8, which some writers store there, stay bytes."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value


def _as_bytes(column: pa.Array) -> pa.Array:
    """Return a column of strings as bytes, and any other as it is."""
    if not _is_text(column.type):
        return column
    return column.view(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _one_line(error: BaseException) -> str:
    """Return an error's message in one line: Arrow's have several."""
    return " ".join(str(error).split()) or type(error).__name__
