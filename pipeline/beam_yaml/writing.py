"""WriteRecords for Beam YAML: rows to JSON lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.coders import BytesCoder
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from ..writing import MAX_SHARD_BYTES, to_json_line
from .rows import field_names, to_record


@dataclass
class WriteRecords(beam.PTransform):
    """Write rows as JSON lines, byte for byte as `boiloff clean` does, to `folder/name-*.jsonl`.

    Rows inside rows become objects, and bytes become text. Several inputs go into the same files; Beam YAML's Flatten
    would put the keys of their records in another order. Files are limited by size, never set by number: that would
    shuffle every record.

    Args:
      folder: The folder, on any of Beam's filesystems.
      name: How the names of the files begin.
      gzip: Whether to compress them.
    """

    folder: str
    name: str
    gzip: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, rows: beam.PCollection[Any] | Mapping[str, beam.PCollection[Any]]) -> beam.PCollection[str]:
        """Returns the names of the files."""
        inputs = list(rows.values()) if isinstance(rows, Mapping) else [rows]
        for each in inputs:
            field_names(each, "WriteRecords")
        write = beam.io.WriteToText(
            FileSystems.join(self.folder, self.name),
            file_name_suffix=".jsonl.gz" if self.gzip else ".jsonl",
            max_bytes_per_shard=MAX_SHARD_BYTES,
            coder=BytesCoder(),
            compression_type=CompressionTypes.GZIP if self.gzip else CompressionTypes.UNCOMPRESSED,
        )
        to_lines = beam.Map(lambda row: to_json_line(to_record(row))).with_output_types(bytes)
        lines = [each | f"Lines_{number}" >> to_lines for number, each in enumerate(inputs)]
        return (lines[0] if len(lines) == 1 else lines | beam.Flatten()) | "Write" >> write
