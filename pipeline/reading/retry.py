"""Retry: only what an earlier run rejected, read again from the place that its dead letters tell."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby, islice

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from ...transforms.core.capture import Capture
from .captures import read_captures, read_part
from .extent import Extent
from .files import open_file
from .formats import find_format
from .letters import Errand, Letter, errands, read_letters
from .ranges import is_divisible
from .read import REJECTED, read_file, tagged
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin
from .wacz import read_member, split_member

REPEATED = "repeated"

Items = Iterator[Capture | Rejected]
GONE = "there is no such capture at this place (any more)"


def reread(errand: Errand, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected | int]:
    """One capture or rejected record for each letter, and the number of letters that say what others have said.

    A capture that is not where its letter says, under the id and address that it says, is rejected as `not-found`:
    the file has gone, moved or changed.
    """
    if not errand.letters:
        yield from _stretch(errand, max_body_bytes)
        return
    groups = groupby(errand.letters, key=lambda letter: letter.source_offset)
    waiting = {offset: dict.fromkeys(group) for offset, group in groups}
    why = GONE
    try:
        with _places(errand.path, list(waiting), max_body_bytes) as places:
            for offset, items in places:
                yield from _answers(waiting[offset], items)
    except Exception as error:  # each filesystem raises its own; what is left is answered all the same
        why = f"{errand.path}: {error}"
    for letters in waiting.values():
        for letter in letters:
            yield letter.answer(why)


def _stretch(errand: Errand, max_body_bytes: int) -> Items:
    for item in _all_of(errand.path, max_body_bytes):
        is_failure = isinstance(item, Rejected) and item.reason == "unreadable"
        if is_failure or errand.extent.start <= item.source_offset < errand.extent.end:
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
        yield Origin(source_file=path).reject("unreadable", f"{path}: {error}")


@contextmanager
def _places(path: str, offsets: list[int], max_body_bytes: int) -> Iterator[Iterator[tuple[int, Items]]]:
    """What stands at each of the offsets: sought there where they are bytes of the file, else found on the way."""
    member = split_member(path)
    with open_file(member[0] if member else path) as stream:
        if member:
            with zipfile.ZipFile(stream) as archive:
                yield _picked(read_member(archive, member[1], path, max_body_bytes=max_body_bytes), offsets)
        elif is_divisible(stream, found := find_format(stream)):
            yield (
                (offset, read_part(stream, path, found, Extent(offset, offset + 1, -1), max_body_bytes=max_body_bytes))
                for offset in offsets
                if offset >= 0
            )
        else:
            yield _picked(read_captures(stream, path, max_body_bytes=max_body_bytes), offsets)


def _picked(items: Items, offsets: list[int]) -> Iterator[tuple[int, Items]]:
    wanted = set(offsets)
    for offset, group in groupby(items, key=lambda item: item.source_offset):
        if offset in wanted:
            yield offset, group


def _answers(letters: dict[Letter, None], items: Items) -> Iterator[Capture | Rejected | int]:
    """Answer letters of one offset by what stands there, and take them off. What nobody asked for is left out."""
    first = list(islice(items, 2))
    if len(first) == 1:
        agreeing = [letter for letter in letters if _agrees(letter, first[0])]
        for letter in agreeing:
            del letters[letter]
        if agreeing:
            yield first[0]
        if agreeing[1:]:
            yield len(agreeing) - 1
        return
    by_name: dict[str | tuple[str], list[Letter]] = {}
    for letter in reversed(letters):
        by_name.setdefault(letter.id or (letter.url,), []).append(letter)
    for item in chain(first, items):
        asking = next((by_name[name] for name in _names(item) if by_name.get(name)), None)
        if asking:
            del letters[asking.pop()]
            yield item
        if not letters:
            return


def _agrees(letter: Letter, item: Capture | Rejected) -> bool:
    """Whether the only item at a letter's place can be the one it means."""
    if letter.url not in ("", item.url):
        return False
    if isinstance(item, Rejected):  # without a body nobody can tell the id made of it
        return letter.id in ("", item.id) or (letter.id.startswith("sha256:") and not item.id)
    return letter.id in ("", item.id, item.record_id())


def _names(item: Capture | Rejected) -> Iterator[str | tuple[str]]:
    """By what a letter may call an item among many of one frame: its id, or its address."""
    if item.id:
        yield item.id
    else:
        if isinstance(item, Capture):
            yield item.record_id()
        yield (item.url,)


class ReadLetters(beam.DoFn):
    """Paths of files of letters to letters by the file of their captures; lines that are none are rejected."""

    def process(self, path: str) -> Iterator[tuple[str, Letter] | TaggedOutput]:
        """One line at a time."""
        try:
            with open_file(path) as stream:
                for found in read_letters(stream, path):
                    yield TaggedOutput(REJECTED, found) if isinstance(found, Rejected) else (found.source_file, found)
        except Exception as error:  # each filesystem raises its own
            yield TaggedOutput(REJECTED, Origin(source_file=path).reject("unreadable", f"{path}: {error}"))


class SortLetters(beam.DoFn):
    """All letters of one file to errands; how many say what others have said is on the output tagged `repeated`."""

    def process(self, of_file: tuple[str, Iterable[Letter]]) -> Iterator[Errand | TaggedOutput]:
        """Letters are small: those of one file fit in memory."""
        found, repeated = errands(*of_file)
        yield from found
        if repeated:
            yield TaggedOutput(REPEATED, repeated)


class RunErrand(beam.DoFn):
    """Errands to captures; rejected records and repeated letters as above."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_body_bytes = max_body_bytes

    def process(self, errand: Errand) -> Iterator[Capture | TaggedOutput]:
        """One capture at a time."""
        for item in reread(errand, max_body_bytes=self._max_body_bytes):
            if isinstance(item, int):
                yield TaggedOutput(REPEATED, item)
            else:
                yield from tagged([item])


@dataclass
class RetryCaptures(beam.PTransform):
    """The captures that the dead letters in the files `letters` tell of, each once, from the files they came from.

    Returns `captures`, `rejected` (captures that are not there any more, lines that are no letters, and what the
    reader rejects again) and `repeated`, numbers of letters that say what others have said. Letters are shuffled by
    the file they name, bodies are not.
    """

    letters: Iterable[str]
    max_body_bytes: int = MAX_BODY_BYTES

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, begin: beam.pvalue.PBegin) -> dict[str, beam.PCollection]:
        """Letters to captures."""
        letters = (
            begin
            | "Letters" >> beam.Create(list(self.letters))
            | "ReadLetters" >> beam.ParDo(ReadLetters()).with_outputs(REJECTED, main="letters")
        )
        sorted_letters = (
            letters.letters
            | "ByFile" >> beam.GroupByKey()
            | "Sort" >> beam.ParDo(SortLetters()).with_outputs(REPEATED, main="errands")
        )
        read = (
            sorted_letters.errands
            | "Spread" >> beam.Reshuffle()
            | "Read" >> beam.ParDo(RunErrand(self.max_body_bytes)).with_outputs(REJECTED, REPEATED, main="captures")
        )
        return {
            "captures": read.captures,
            REJECTED: (letters[REJECTED], read[REJECTED]) | "AllRejected" >> beam.Flatten(),
            REPEATED: (sorted_letters[REPEATED], read[REPEATED]) | "AllRepeated" >> beam.Flatten(),
        }
