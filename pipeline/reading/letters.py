"""Dead letters: the rejected records of an earlier run, read back, and sorted by what is to be read again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from itertools import groupby
from typing import IO, Any

from ...transforms.parsing.decode import without_surrogates
from ..output.parquet import MAGIC, read_parquet
from .extent import WHOLE, Extent
from .open_cursor import Rewound, open_cursor
from .rejected import Rejected
from .verdict import Origin
from .wacz import split_member

MAX_LETTER_BYTES = 1 << 20
# Letters that a worker takes at once, unless a file has so many that its parts would be too many: those of some
# formats read the whole file each.
LETTERS_AT_ONCE = 256
MAX_ERRANDS = 16


@dataclass(frozen=True, order=True)
class Letter:
    """What a dead letter says of its capture: where it is, what it is called, and why it gave no article."""

    source_file: str
    source_offset: int
    id: str = ""
    url: str = ""
    captured_at: str = ""
    reason: str = ""
    error: str = ""
    length: int = -1

    def answer(self, error: str) -> Rejected:
        """The rejected record of a capture that is not there any more."""
        origin = Origin(self.id, self.url, self.captured_at, self.source_file, self.source_offset)
        return origin.reject("not-found", error)


@dataclass(frozen=True)
class Errand:
    """What to read again of a file: the captures of some letters, or without any all that begins in `extent`."""

    path: str
    letters: tuple[Letter, ...] = ()
    extent: Extent = WHOLE


def read_letters(stream: IO[bytes], path: str) -> Iterator[Letter | Rejected]:
    """The letters of a file (Parquet, or JSON lines: plain, gzip or zstd), and a rejected record for what is none."""
    head = stream.read(len(MAGIC))
    yield from _in_parquet(head, stream, path) if head == MAGIC else _in_lines(head, stream, path)


def _in_parquet(head: bytes, stream: IO[bytes], path: str) -> Iterator[Letter | Rejected]:
    file = stream if stream.seekable() else BytesIO(head + stream.read())
    origin, number = Origin(source_file=path), 0
    try:
        for record in read_parquet(file):
            number += 1
            try:
                yield _letter(record)
            except ValueError as error:
                yield origin.reject("not-a-letter", f"{path}, record {number}: no dead letter: {error}")
    except (ValueError, OSError) as error:
        yield origin.reject("not-a-letter", f"{path}, after record {number}: {error}")


def _in_lines(head: bytes, stream: IO[bytes], path: str) -> Iterator[Letter | Rejected]:
    cursor = open_cursor(Rewound(head, stream))
    number = 0
    while not cursor.at_end():
        number += 1
        origin = Origin(source_file=path, source_offset=cursor.position)
        line = cursor.read_line(MAX_LETTER_BYTES)
        if not line.endswith(b"\n"):
            cursor.skip_line()
        if line.strip():
            try:
                yield _letter(json.loads(line.decode("utf-8", "replace")))
            except (ValueError, RecursionError) as error:
                yield origin.reject("not-a-letter", f"{path}, line {number}: no dead letter: {error}", len(line))
    if cursor.damage:
        origin = Origin(source_file=path, source_offset=cursor.damage.frame)
        told = f"{path}, after line {number}: {cursor.damage.error}; no letter behind that can be read"
        yield origin.reject("not-a-letter", told, _bytes_from(cursor.damage.frame, stream))


def _bytes_from(offset: int, stream: IO[bytes]) -> int:
    """The bytes of a file from a place on, -1 where nobody can tell. The file is done with."""
    return stream.seek(0, SEEK_END) - offset if stream.seekable() else -1


def _letter(record: Any) -> Letter:
    if not isinstance(record, dict):
        raise ValueError(f"a JSON object is needed, this is a {type(record).__name__}")
    if not {"stage", "reason"} <= record.keys():
        raise ValueError("it has no `stage` and `reason`, as rejected records have")
    fields = {name: _field(record, name, field.default) for name, field in Letter.__dataclass_fields__.items()}
    if not fields["source_file"]:
        raise ValueError("it names no `source_file`")
    return Letter(**fields)


def _field(record: dict[str, Any], name: str, default: Any) -> Any:
    kind = int if name in ("source_offset", "length") else str
    value = record.get(name)
    if value is None and isinstance(default, kind):
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"`{name}` must be a {kind.__name__}, this is {value!r:.60}")
    return without_surrogates(value) if isinstance(value, str) else min(value, sys.maxsize)


def errands(path: str, letters: Iterable[Letter]) -> tuple[list[Errand], int]:
    """What to do about the letters of one file, and how many of them say what others have said already.

    A letter of reason `unreadable` stands for all that begins where it points, or in the whole file; one of a damaged
    member of a zip file for the whole member.
    """
    letters = sorted(letters)
    stretches = _stretches(letter for letter in letters if _is_stretch(letter))
    distinct: dict[tuple[Any, ...], Letter] = {}
    for letter in letters:
        if not any(start <= letter.source_offset < end for start, end in stretches):
            told = () if letter.id else (letter.reason, letter.error, letter.length)
            distinct.setdefault((letter.source_offset, letter.id, letter.url, *told), letter)
    found = [Errand(path, extent=Extent(start, end)) for start, end in stretches]
    for part in _parts(list(distinct.values())):
        found.append(Errand(path, tuple(part)))
    return found, len(letters) - len(distinct) - len(stretches)


def _is_stretch(letter: Letter) -> bool:
    return letter.reason == "unreadable" or (letter.source_offset < 0 and split_member(letter.source_file) is not None)


def _stretches(letters: Iterable[Letter]) -> list[tuple[int, int]]:
    """Where reading failed, in order, each byte once."""
    merged: list[tuple[int, int]] = []
    for letter in letters:
        start = letter.source_offset
        end = start + letter.length if letter.length >= 0 and start >= 0 else sys.maxsize
        if merged and start < merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _parts(letters: list[Letter]) -> Iterator[list[Letter]]:
    """Letters for one worker each; those of one offset stay together."""
    size = max(LETTERS_AT_ONCE, -(-len(letters) // MAX_ERRANDS))
    part: list[Letter] = []
    for _, group in groupby(letters, key=lambda letter: letter.source_offset):
        part += group
        if len(part) >= size:
            yield part
            part = []
    if part:
        yield part
