"""Records to files: JSON lines in the output folder, whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.coders import BytesCoder
from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

MAX_SHARD_BYTES = 256 * 2**20
# What a run has learned of its inputs' sites, kept for the next run.
STORE_NAME = "site-memory.boiloff"
# The names of a run's files, and of the folders that a run which was stopped leaves behind; what else lies in an output
# folder is not ours. Digits and fixed words only, so it cannot backtrack.
OURS = re.compile(r"(?:articles|removed|rejected)-\d{5}-of-\d{5}\.jsonl(?:\.gz)?|summary\.json")
TEMPORARY = re.compile(r"beam-temp-(?:articles|removed|rejected)-.+|site-memory\.boiloff(?:\.learning)?")


class OutputError(ValueError):
    """The output folder cannot be used; the message names it and the way out."""


def check_output(folder: str, *, overwrite: bool) -> None:
    """Refuse a folder that holds anything, unless `overwrite`: then the files of an earlier run are deleted.

    An earlier run may have had more shards, and a stale one beside the new would look like part of the result.
    """
    if os.path.isfile(folder):
        raise OutputError(f"output {folder!r} is a file; name a folder for the records")
    try:
        found = _entries(folder)
    except BeamIOError as error:
        raise OutputError(f"output {folder!r} cannot be looked at: {error}") from error
    if found and not overwrite:
        raise OutputError(
            f"output folder {folder!r} is not empty; name another, or pass --overwrite to replace the run in it"
        )
    FileSystems.delete([path for path in found if _is_ours(path)])


def check_apart(folder: str, inputs: Sequence[str]) -> None:
    """Refuse an output folder inside an input folder: the next run would read this one's records as captures."""
    output = os.path.realpath(folder)
    for name in inputs:
        if os.path.isdir(name) and os.path.commonpath([os.path.realpath(name), output]) == os.path.realpath(name):
            raise OutputError(f"output folder {folder!r} lies inside the input {name!r}; name one outside of it")


def make_folder(folder: str) -> None:
    """Make the output folder, so that one that cannot be made is known before anything is read."""
    try:
        if not FileSystems.exists(folder):
            FileSystems.mkdirs(folder)
    except (BeamIOError, OSError) as error:
        raise OutputError(f"output folder {folder!r} cannot be made: {error}") from error


def remove_temporary(folder: str) -> None:
    """Take away what a run that did not end well has left: what is half written, and what it has learned."""
    FileSystems.delete([path for path in _entries(folder) if TEMPORARY.fullmatch(_name(path))])


def _entries(folder: str) -> list[str]:
    if os.path.isdir(folder):
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    return [entry.path for match in FileSystems.match([FileSystems.join(folder, "*")]) for entry in match.metadata_list]


def _is_ours(path: str) -> bool:
    return bool(OURS.fullmatch(_name(path)) or TEMPORARY.fullmatch(_name(path)))


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def to_json_line(record: Mapping[str, Any]) -> bytes:
    """One record as UTF-8 JSON without the line end. Lone surrogates, which UTF-8 cannot hold, become `?`."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


@dataclass
class WriteRecords(beam.PTransform):
    """Write records as JSON lines to `folder/name-*.jsonl`, gzipped if asked.

    Shards are limited by size, never set by number: that would shuffle every record.
    """

    folder: str
    name: str
    gzip: bool = False

    def expand(self, records: beam.PCollection[Mapping[str, Any]]) -> beam.PCollection[str]:
        """Returns the names of the files."""
        return (
            records
            | "Format" >> beam.Map(to_json_line).with_output_types(bytes)
            | "Write"
            >> beam.io.WriteToText(
                FileSystems.join(self.folder, self.name),
                file_name_suffix=".jsonl.gz" if self.gzip else ".jsonl",
                max_bytes_per_shard=MAX_SHARD_BYTES,
                coder=BytesCoder(),
                compression_type=CompressionTypes.GZIP if self.gzip else CompressionTypes.UNCOMPRESSED,
            )
        )


def write_json(path: str, document: Mapping[str, Any]) -> None:
    """One JSON document to any path Beam's filesystems open, indented for people."""
    with FileSystems.create(path, "application/json", CompressionTypes.UNCOMPRESSED) as stream:
        stream.write((json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace"))


def read_json(path: str) -> dict[str, Any]:
    """A JSON document from any path Beam's filesystems open."""
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        document: dict[str, Any] = json.loads(stream.read())
    return document
