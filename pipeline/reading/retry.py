"""Retry: read again only the captures that an earlier run rejected, from the places that its dead letters name.

A dead letter is a rejected record, read back from the files of the run. Those of one source file become retries, which
workers share.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import SEEK_END, BytesIO
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import IO, Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from ...transforms.core.page import Capture, Source
from ...transforms.parsing.decode import without_surrogates
from ..output.parquet import MAGIC, read_parquet
from ..summary import RETRIED
from .accept import MAX_BODY_BYTES, Rejected, iso_8601
from .captures import Items, open_captures, read_part
from .cursor import WHOLE, Extent, Rewound, open_cursor
from .ranges import open_file, read_file
from .read import REJECTED
from .warc import read_member, split_member

# The output with the counts of dead letters, and the name of one of them in the summary.
COUNTS = "counts"
REPEATED = "letters_repeated"
GONE = "the capture is not at this place (any more)"

MAX_RECORD_BYTES = 1 << 20
# Dead letters in one part of the work. A part of some formats reads the whole file, so a file has at most MAX_RETRIES
# parts.
DEAD_LETTERS_AT_ONCE = 256
MAX_RETRIES = 16


Counts = dict[str, int]


@dataclass(frozen=True)
class DeadLetter(Source):
    """A rejected record of an earlier run: the source of its capture, and why it gave no article."""

    reason: str = ""
    error: str = ""
    length: int = -1


# The fields that are read from a record, in the order by which dead letters are sorted.
FIELDS = ("source_file", "source_offset", "id", "url", "captured_at", "reason", "error", "length")
REQUIRED = frozenset({"source_file", "source_offset"})
NUMBERS = {"source_offset": -1, "length": -1}


@dataclass(frozen=True)
class Retry:
    """A part of a file to read again: the captures of some dead letters, or all that begin in `extent`."""

    path: str
    dead_letters: tuple[DeadLetter, ...] = ()
    extent: Extent = WHOLE


def read_dead_letters(stream: IO[bytes], path: str) -> Iterator[DeadLetter | Rejected]:
    """Yield the dead letters of a file (Parquet, or JSON lines: plain, gzip or zstd); reject anything else in it."""
    head = stream.read(len(MAGIC))
    yield from _in_parquet(head, stream, path) if head == MAGIC else _in_lines(head, stream, path)


def _in_parquet(head: bytes, stream: IO[bytes], path: str) -> Iterator[DeadLetter | Rejected]:
    file = stream if stream.seekable() else BytesIO(head + stream.read())
    source, number = Source(source_file=path), 0
    try:
        for record in read_parquet(file):
            number += 1
            try:
                yield _dead_letter(record)
            except ValueError as error:
                yield Rejected.of(source, "not-a-letter", f"{path}, record {number}: not a rejected record: {error}")
    except (ValueError, OSError) as error:
        yield Rejected.of(source, "not-a-letter", f"{path}, after record {number}: {error}")


def _in_lines(head: bytes, stream: IO[bytes], path: str) -> Iterator[DeadLetter | Rejected]:
    cursor = open_cursor(Rewound(head, stream))
    number = 0
    while not cursor.at_end():
        number += 1
        source = Source(source_file=path, source_offset=cursor.position)
        line = cursor.read_line(MAX_RECORD_BYTES)
        if not line.endswith(b"\n"):
            cursor.skip_line()
        if line.strip():
            try:
                yield _dead_letter(json.loads(line.decode("utf-8", "replace")))
            except (ValueError, RecursionError) as error:
                message = f"{path}, line {number}: not a rejected record: {error}"
                yield Rejected.of(source, "not-a-letter", message, len(line))
    if cursor.damage:
        source = Source(source_file=path, source_offset=cursor.damage.frame)
        message = f"{path}, after line {number}: {cursor.damage.error}; boiloff cannot read the records after it"
        yield Rejected.of(source, "not-a-letter", message, _bytes_from(cursor.damage.frame, stream))


def _bytes_from(offset: int, stream: IO[bytes]) -> int:
    """Count the bytes of a file from a place on; -1 where the stream cannot seek. Moves the stream to its end."""
    return stream.seek(0, SEEK_END) - offset if stream.seekable() else -1


def _dead_letter(record: Any) -> DeadLetter:
    if not isinstance(record, dict):
        raise ValueError(f"a JSON object is needed, this is a {type(record).__name__}")
    if not {"stage", "reason"} <= record.keys():
        raise ValueError("it has no `stage` and `reason`, as rejected records have")
    fields = {name: _field(record, name) for name in FIELDS}
    if not fields["source_file"]:
        raise ValueError("it names no `source_file`")
    return DeadLetter(**fields)


def _field(record: dict[str, Any], name: str) -> Any:
    kind = int if name in NUMBERS else str
    value = record.get(name)
    if value is None and name not in REQUIRED:
        return NUMBERS.get(name, "")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"`{name}` must be a {kind.__name__}, this is {value!r:.60}")
    return without_surrogates(value) if isinstance(value, str) else min(value, sys.maxsize)


def plan_retries(path: str, dead_letters: Iterable[DeadLetter]) -> tuple[list[Retry], int]:
    """Plan how to read the captures of one file's dead letters; return the plan and the number of repeated ones.

    A dead letter of reason `unreadable` stands for all that begins where it points, or in the whole file; one of a
    damaged member of a zip file for the whole member.
    """
    dead_letters = sorted(dead_letters, key=attrgetter(*FIELDS))
    stretches = _stretches(dead for dead in dead_letters if _is_stretch(dead))
    distinct: dict[tuple[Any, ...], DeadLetter] = {}
    for dead in dead_letters:
        if not any(start <= dead.source_offset < end for start, end in stretches):
            details = () if dead.id else (dead.reason, dead.error, dead.length)
            distinct.setdefault((dead.source_offset, dead.id, dead.url, *details), dead)
    plan = [Retry(path, extent=Extent(start, end)) for start, end in stretches]
    plan += [Retry(path, tuple(part)) for part in _parts(list(distinct.values()))]
    return plan, len(dead_letters) - len(distinct) - len(stretches)


def _is_stretch(dead: DeadLetter) -> bool:
    return dead.reason == "unreadable" or (dead.source_offset < 0 and split_member(dead.source_file) is not None)


def _stretches(dead_letters: Iterable[DeadLetter]) -> list[tuple[int, int]]:
    """Merge the places where reading failed, in order, each byte once."""
    merged: list[tuple[int, int]] = []
    for dead in dead_letters:
        start = dead.source_offset
        end = start + dead.length if dead.length >= 0 and start >= 0 else sys.maxsize
        if merged and start < merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _parts(dead_letters: list[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """Divide dead letters into parts for one worker each; those of one offset stay together."""
    size = max(DEAD_LETTERS_AT_ONCE, -(-len(dead_letters) // MAX_RETRIES))
    part: list[DeadLetter] = []
    for _, group in groupby(dead_letters, key=lambda dead: dead.source_offset):
        part += group
        if len(part) >= size:
            yield part
            part = []
    if part:
        yield part


def reread(retry: Retry, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected | int]:
    """Yield one capture or rejected record for each rejected record, and the number of rejected records of the same
    capture.

    If the place of a rejected record has no capture with its id and address, the result is `not-found`: the file was
    removed, moved or changed.
    """
    if not retry.dead_letters:
        yield from _stretch(retry, max_body_bytes)
        return
    groups = groupby(retry.dead_letters, key=lambda dead: dead.source_offset)
    waiting = {offset: dict.fromkeys(group) for offset, group in groups}
    why = GONE
    try:
        with _places(retry.path, list(waiting), max_body_bytes) as places:
            for offset, items in places:
                yield from _answers(waiting[offset], items)
    except Exception as error:  # each filesystem raises its own; the other dead letters still get their records
        why = f"{retry.path}: {error}"
    for dead_letters in waiting.values():
        for dead in dead_letters:
            yield Rejected.of(replace(dead, captured_at=iso_8601(dead.captured_at)), "not-found", why)


def _stretch(retry: Retry, max_body_bytes: int) -> Items:
    for item in _all_of(retry.path, max_body_bytes):
        is_failure = isinstance(item, Rejected) and item.reason == "unreadable"
        if is_failure or retry.extent.start <= item.source_offset < retry.extent.end:
            yield item


def _all_of(path: str, max_body_bytes: int) -> Items:
    member = split_member(path)
    if not member:
        yield from read_file(path, max_body_bytes=max_body_bytes)
        return
    try:
        with open_file(member[0]) as stream, zipfile.ZipFile(stream) as archive:
            yield from read_member(archive, member[1], path, max_body_bytes=max_body_bytes)
    except Exception as error:  # each filesystem raises its own
        yield Rejected.of(Source(source_file=path), "unreadable", f"{path}: {error}")


@contextmanager
def _places(path: str, offsets: list[int], max_body_bytes: int) -> Iterator[Iterator[tuple[int, Items]]]:
    """Yield the items at each of the offsets: by seeking where offsets are bytes of the file, else on the way."""
    member = split_member(path)
    with open_file(member[0] if member else path) as stream:
        if member:
            with zipfile.ZipFile(stream) as archive:
                yield _picked(read_member(archive, member[1], path, max_body_bytes=max_body_bytes), offsets)
            return
        opened = open_captures(stream)
        if opened.is_divisible:
            extents = [(offset, Extent(offset, offset + 1, -1)) for offset in offsets if offset >= 0]
            yield (
                (offset, read_part(stream, path, opened.format, extent, max_body_bytes=max_body_bytes))
                for offset, extent in extents
            )
        else:
            yield _picked(opened.captures(path, max_body_bytes=max_body_bytes), offsets)


def _picked(items: Items, offsets: list[int]) -> Iterator[tuple[int, Items]]:
    wanted = set(offsets)
    for offset, group in groupby(items, key=lambda item: item.source_offset):
        if offset in wanted:
            yield offset, group


def _answers(dead_letters: dict[DeadLetter, None], items: Items) -> Iterator[Capture | Rejected | int]:
    """Match the dead letters of one offset with the items there, and delete them. Skip items without a dead letter."""
    first = list(islice(items, 2))
    if len(first) == 1:
        agreeing = [dead for dead in dead_letters if _agrees(dead, first[0])]
        for dead in agreeing:
            del dead_letters[dead]
        if agreeing:
            yield first[0]
        if agreeing[1:]:
            yield len(agreeing) - 1
        return
    by_name: dict[str | tuple[str], list[DeadLetter]] = {}
    for dead in reversed(dead_letters):
        by_name.setdefault(dead.id or (dead.url,), []).append(dead)
    for item in chain(first, items):
        asking = next((by_name[name] for name in _names(item) if by_name.get(name)), None)
        if asking:
            del dead_letters[asking.pop()]
            yield item
        if not dead_letters:
            return


def _agrees(dead: DeadLetter, item: Capture | Rejected) -> bool:
    """Return whether the only item at a dead letter's place can be its capture."""
    if dead.url not in ("", item.url):
        return False
    if isinstance(item, Rejected):  # without a body, the id made of it is not known
        return dead.id in ("", item.id) or (dead.id.startswith("sha256:") and not item.id)
    return dead.id in ("", item.id, item.record_id())


def _names(item: Capture | Rejected) -> Iterator[str | tuple[str]]:
    """Yield the names that a dead letter may have for an item among many of one frame: its id, or its address."""
    if item.id:
        yield item.id
    else:
        if isinstance(item, Capture):
            yield item.record_id()
        yield (item.url,)


class ReadDeadLetters(beam.DoFn):
    """Turns paths of files into dead letters, by the file of their captures; rejects other lines."""

    def process(self, path: str) -> Iterator[tuple[str, DeadLetter] | TaggedOutput]:
        """Read one line at a time."""
        try:
            with open_file(path) as stream:
                for found in read_dead_letters(stream, path):
                    yield TaggedOutput(REJECTED, found) if isinstance(found, Rejected) else (found.source_file, found)
        except Exception as error:  # each filesystem raises its own
            yield TaggedOutput(REJECTED, Rejected.of(Source(source_file=path), "unreadable", f"{path}: {error}"))


class PlanRetries(beam.DoFn):
    """Turns all dead letters of one file into retries; counts them, and repeated ones, on an output of their own."""

    def process(self, of_file: tuple[str, Iterable[DeadLetter]]) -> Iterator[Retry | TaggedOutput]:
        """Gather the dead letters of one file in memory: they are small."""
        path, letters = of_file[0], list(of_file[1])
        plan, repeated = plan_retries(path, letters)
        yield from plan
        yield TaggedOutput(COUNTS, {RETRIED: len(letters)} | ({REPEATED: repeated} if repeated else {}))


@dataclass
class FindRetries(beam.PTransform):
    """Find the captures of the rejected records in `rejected_files`: each capture once, with its file.

    Returns a collection of three kinds of items: Retries, Rejected (for lines that are not rejected records), and
    counts of rejected records, by name. Beam shuffles rejected records by the file that they name; it
    shuffles no bodies.
    """

    rejected_files: Iterable[str]

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection[Retry | Rejected | Counts]:
        """Turn dead letters into retries."""
        dead_letters = (
            begin
            | "RejectedFiles" >> beam.Create(list(self.rejected_files))
            | "ReadDeadLetters" >> beam.ParDo(ReadDeadLetters()).with_outputs(REJECTED, main="dead_letters")
        )
        plan = (
            dead_letters.dead_letters
            | "ByFile" >> beam.GroupByKey()
            | "Plan" >> beam.ParDo(PlanRetries()).with_outputs(COUNTS, main="retries")
        )
        retries = plan.retries | "Spread" >> beam.Reshuffle()
        return (retries, dead_letters[REJECTED], plan[COUNTS]) | "AllRetries" >> beam.Flatten()
