"""Portions: what workers have finished of a run, noted beside its records, so that a run that died can be resumed.

A portion is what one worker has cleaned without a break: parts of files, the complete files of their records, and their
counts. Its note is written last. So all files in a note are complete, however the run ended.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple
from uuid import uuid4

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ..._files import is_remote
from ..summary import SiteCounts, Tally
from . import NOTE, RECORDS
from .writer import Shard, create_as_it_is, naming_file, open_as_it_is

# Bytes of records in a portion, before compression: what one worker cleans in about a minute.
PORTION_BYTES = 256 * 2**20
MAX_HEAD_BYTES = 64 * 2**20
DIGESTED_BYTES = 1 << 20


# A file that is done, from its beginning to whatever its end is.
WHOLE_FILE = (0, sys.maxsize)


class Part(NamedTuple):
    """A part of a file: what begins from `start` to before `end`, in bytes or rows (see `reading.cursor.Extent`)."""

    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Portion:
    """A finished portion, and the path of the file that describes it."""

    path: str
    parts: tuple[Part, ...]
    shards: tuple[Shard, ...]


def write_note(folder: str, parts: Sequence[Part], shards: Sequence[Shard], tallies: Iterable[Tally]) -> None:
    """Note a finished portion in the folder in which the run works."""
    lines = [[tally.counts, tally.site, tally.site_counts] for tally in tallies]
    counts = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    head = {"bytes": len(counts), "parts": parts, "shards": [asdict(shard) for shard in shards]}
    path = FileSystems.join(folder, f"portion-{uuid4().hex}.jsonl")
    with naming_file(path), create_as_it_is(path) as stream:
        stream.write(json.dumps(head).encode() + b"\n" + counts)


def find_portions(folder: str) -> list[Portion]:
    """Return the portions that are noted in a folder and whole, of those that overlap only one.

    An engine that repeats a bundle finishes its portions twice.
    """
    found: list[Portion] = []
    taken: dict[str, list[Part]] = defaultdict(list)
    for path, size in sorted(_files_in(folder)):
        if not NOTE.fullmatch(_name(path)):
            continue
        portion = _read_note(path, size)
        if portion is None or any(_overlap(part, other) for part in portion.parts for other in taken[part.path]):
            continue
        if all(map(_is_whole, portion.shards)):
            found.append(portion)
            for part in portion.parts:
                taken[part.path].append(part)
    return found


def delete_unlisted(folder: str, portions: Iterable[Portion], names: Sequence[str] = RECORDS) -> None:
    """Delete all files of records with these names, and all notes, that do not belong to these portions."""
    listed = {path for portion in portions for path in (portion.path, *(shard.path for shard in portion.shards))}
    kinds = tuple(f"{name}-" for name in (*names, "portion"))
    unlisted = [path for path, _ in _files_in(folder) if _name(path).startswith(kinds) and path not in listed]
    if unlisted:
        FileSystems.delete(unlisted)


def done_parts(portions: Iterable[Portion]) -> dict[str, list[tuple[int, int]]]:
    """Return what is done of each file: starts and ends in order, those that touch joined."""
    parts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for portion in portions:
        for path, start, end in portion.parts:
            parts[path].append((start, end))
    return {path: _joined(sorted(found)) for path, found in parts.items()}


def read_tallies(path: str) -> Iterator[Tally]:
    """Yield the counts of a noted portion."""
    with open_as_it_is(path) as stream:
        next(stream)
        for counts, site, site_counts in map(json.loads, stream):
            yield Tally(counts, site, SiteCounts(*site_counts))


def _read_note(path: str, size: int) -> Portion | None:
    """Return a portion; None if its note is not whole, as the run ended while it was written."""
    with open_as_it_is(path) as stream:
        line = stream.readline(MAX_HEAD_BYTES)
    with suppress(ValueError, TypeError, KeyError):
        head: Mapping[str, Any] = json.loads(line)
        if len(line) + head["bytes"] == size:
            parts = tuple(Part(*part) for part in head["parts"])
            folder = path.rpartition("/")[0]
            shards = (replace(shard, path=f"{folder}/{_name(shard.path)}") for shard in _shards(head))
            return Portion(path, parts, tuple(shards))
    return None


def _shards(head: Mapping[str, Any]) -> Iterator[Shard]:
    return (Shard(**shard) for shard in head["shards"])


def _is_whole(shard: Shard) -> bool:
    """Return whether a file of records is as it was written. What object storage has is whole, so its size is enough;
    on a disk, power failures leave files of the right size without their content.
    """
    if is_remote(shard.path):
        with suppress(BeamIOError, ValueError):
            (entry,) = FileSystems.match([shard.path])[0].metadata_list
            return bool(entry.size_in_bytes == shard.bytes)
        return False
    try:
        if os.path.getsize(shard.path) != shard.bytes:
            return False
        digest = hashlib.sha256()
        with open(shard.path, "rb") as stream:
            while block := stream.read(DIGESTED_BYTES):
                digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == shard.sha256


def _files_in(folder: str) -> Iterator[tuple[str, int]]:
    """Yield the path and the size of each file in a folder."""
    if os.path.isdir(folder):
        for entry in os.scandir(folder):
            if entry.is_file(follow_symlinks=False):
                yield entry.path, entry.stat().st_size
        return
    for entry in FileSystems.match([FileSystems.join(folder, "*")])[0].metadata_list:
        yield entry.path, entry.size_in_bytes


def _overlap(one: Part, other: Part) -> bool:
    return one.start < other.end and other.start < one.end


def _joined(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in parts:
        if joined and start <= joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def _name(path: str) -> str:
    return path.rpartition("/")[2]
