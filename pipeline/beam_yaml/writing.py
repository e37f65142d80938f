"""WriteRecords for Beam YAML: rows to JSON lines or Parquet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.coders import BytesCoder
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.typehints.arrow_type_compatibility import arrow_schema_from_beam_schema
from apache_beam.typehints.schemas import typing_to_runner_api

from ..records.lines import to_json_line
from ..records.parquet import ROW_GROUP_BYTES
from ..writing import MAX_SHARD_BYTES
from .rows import field_names, row_type, to_record

FORMATS = ("jsonl", "parquet")


@dataclass
class WriteRecords(beam.PTransform):
    """Write rows to `folder/name-*.jsonl`, byte for byte as `boiloff clean` does, or to `folder/name-*.parquet`.

    Rows inside rows become objects, and bytes become text. Several inputs go into the same files; Beam YAML's Flatten
    would put the keys of their records in another order. Files of lines are limited by size, never set by number: that
    would shuffle every record. Parquet has the schema of the rows, compressed with zstd.

    Args:
      folder: The folder, on any of Beam's filesystems.
      name: How the names of the files begin.
      gzip: Whether to compress JSON lines.
      format: jsonl or parquet.
    """

    folder: str
    name: str
    gzip: bool = False
    format: str = "jsonl"

    def __post_init__(self) -> None:
        super().__init__()
        if self.format not in FORMATS:
            raise ValueError(f"WriteRecords: format {self.format!r} is not known; valid are {', '.join(FORMATS)}")
        if self.gzip and self.format == "parquet":
            raise ValueError(
                "WriteRecords: gzip is for JSON lines, Parquet compresses its columns itself; leave it out"
            )

    def expand(self, rows: beam.PCollection[Any] | Mapping[str, beam.PCollection[Any]]) -> beam.PCollection[str]:
        """Returns the names of the files."""
        inputs = list(rows.values()) if isinstance(rows, Mapping) else [rows]
        fields = [field_names(each, "WriteRecords") for each in inputs]
        if self.format == "jsonl":
            to_lines = beam.Map(lambda row: to_json_line(to_record(row))).with_output_types(bytes)
            return _joined(inputs, to_lines) | "Write" >> self._lines()
        if any(each != fields[0] for each in fields):
            raise ValueError("WriteRecords: rows in one Parquet file need the same fields; write each input by itself")
        return _joined(inputs, beam.Map(to_record)) | "Write" >> self._columns(fields[0])

    def _lines(self) -> beam.PTransform:
        return beam.io.WriteToText(
            self._prefix(),
            file_name_suffix=".jsonl.gz" if self.gzip else ".jsonl",
            max_bytes_per_shard=MAX_SHARD_BYTES,
            coder=BytesCoder(),
            compression_type=CompressionTypes.GZIP if self.gzip else CompressionTypes.UNCOMPRESSED,
        )

    def _columns(self, fields: Mapping[str, Any]) -> beam.PTransform:
        return beam.io.WriteToParquet(
            self._prefix(),
            _arrow_schema(fields),
            row_group_buffer_size=ROW_GROUP_BYTES,
            codec="zstd",
            use_compliant_nested_type=True,
            file_name_suffix=".parquet",
        )

    def _prefix(self) -> str:
        return str(FileSystems.join(self.folder, self.name))


def _joined(inputs: Sequence[beam.PCollection[Any]], step: beam.PTransform) -> beam.PCollection[Any]:
    made = [each | f"Records_{number}" >> step for number, each in enumerate(inputs)]
    return made[0] if len(made) == 1 else made | beam.Flatten()


def _arrow_schema(fields: Mapping[str, Any]) -> pa.Schema:
    row = typing_to_runner_api(row_type(fields)).row_type
    return arrow_schema_from_beam_schema(row.schema).remove_metadata()
