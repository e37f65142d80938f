"""A finished run, read back: its summary, and its records one at a time, whatever the format of its files."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from ..transforms.core.remote import is_remote
from .output_folder import MANIFEST, STORE_NAME, SUCCESS, SUMMARY
from .reading.inputs import InputError
from .records.parquet import read_parquet
from .writing import read_json

Record = dict[str, Any]


@dataclass(frozen=True)
class FinishedRun:
    """The output folder of a run that ended well. `shards` are the names of its files of records, as its manifest
    tells them.
    """

    folder: str
    summary: Record
    shards: tuple[str, ...]

    def records(self, name: str) -> Iterator[Record]:
        """The records of `articles`, `removed` or `rejected`, one at a time, in the order of the files.

        Raises InputError for a file that has gone or cannot be read.
        """
        for shard in self.shards_of(name):
            yield from self.records_of(shard)

    def shards_of(self, name: str) -> list[str]:
        """The names of the files of `articles`, `removed` or `rejected`."""
        return [shard for shard in self.shards if shard.startswith(f"{name}-")]

    def records_of(self, shard: str) -> Iterator[Record]:
        """The records of one file, as `records` gives them."""
        try:
            with FileSystems.open(self.file(shard), compression_type=CompressionTypes.UNCOMPRESSED) as stream:
                yield from _records(stream, shard)
        except (BeamIOError, OSError, EOFError, ValueError) as error:
            raise InputError(
                f"{self.file(shard)}: cannot be read: {error}; do the run again with --overwrite"
            ) from error

    def file(self, name: str) -> str:
        """The path of a file of the folder."""
        return str(FileSystems.join(self.folder, name))

    @property
    def site_memory(self) -> str:
        """The path of what the run learned of its sites, `""` where it learned nothing."""
        path = self.file(STORE_NAME)
        return path if FileSystems.exists(path) else ""


def _records(stream: IO[bytes], shard: str) -> Iterator[Record]:
    if shard.endswith(".parquet"):
        yield from read_parquet(stream)
        return
    lines: Iterable[bytes] = gzip.GzipFile(fileobj=stream) if shard.endswith(".gz") else stream
    yield from map(json.loads, lines)


def is_finished_run(name: str) -> bool:
    """Whether this is the folder of a finished run: the mark of completeness alone is others' as well."""
    if not is_remote(name) and not os.path.isdir(name):
        return False
    return all(FileSystems.exists(FileSystems.join(name, part)) for part in (SUCCESS, SUMMARY, MANIFEST))


def open_finished_run(folder: str) -> FinishedRun:
    """The run in an output folder. Raises InputError where none lies there, or where it is not finished."""
    try:
        if not is_remote(folder) and not os.path.exists(folder):
            raise InputError(f"{folder}: no such folder; name the output folder of a finished run")
        if not FileSystems.exists(FileSystems.join(folder, SUCCESS)):
            raise InputError(f"{folder}: no finished run lies there (it has no {SUCCESS}); name the folder of one")
        summary = read_json(FileSystems.join(folder, SUMMARY))
        shards = tuple(str(shard["name"]) for shard in read_json(FileSystems.join(folder, MANIFEST))["shards"])
    except InputError:
        raise
    except (BeamIOError, OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder}: cannot be read as a finished run: {error!r}; do the run again") from error
    return FinishedRun(folder, summary, shards)
