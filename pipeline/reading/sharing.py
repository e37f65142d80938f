"""Ranges that the workers of this machine share: the first finds them, and each takes the next when it is free.

Beam's local engine hands out all the work of a stage before a worker begins with it. So one worker would have to find
every range while the others wait, and one that meets slow pages would keep its share. Here the ranges stand in a file
that grows while they are found, and another file counts those that are taken.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from tempfile import TemporaryFile
from typing import IO
from uuid import uuid4

import apache_beam as beam

from ..._files import is_remote
from .cursor import Extent
from .ranges import Range

# Seconds between two looks for a range that is not found yet.
PAUSE = 0.01
END = b"\n"


@dataclass
class TakeRanges(beam.DoFn):
    """Turns the share of each worker, whatever it is, into ranges that no other worker has taken.

    `find` yields the ranges. `path` is that of the file in which they stand; no file may be there yet.
    """

    path: str
    find: Callable[[], Iterable[Range]]

    def process(self, share: int) -> Iterator[Range]:
        """Yield one range at a time: the next is taken when this one is done."""
        find_ranges(self.path, self.find)
        yield from take_ranges(self.path)


def can_share(folder: str) -> bool:
    """Return whether workers can share ranges in a folder: it is on this machine, and its filesystem has locks."""
    if is_remote(folder) or not os.path.isdir(folder):
        return False
    try:
        with TemporaryFile(dir=folder) as file, _locked(file):
            return True
    except OSError:
        return False


def find_ranges(path: str, find: Callable[[], Iterable[Range]]) -> None:
    """Write the ranges to a file, as they are found. Do nothing if somebody else has begun to.

    The file is locked until all are written, so that readers notice if its writer has failed.
    """
    own = f"{path}-{uuid4().hex}"
    with open(own, "xb") as file, _locked(file):
        try:
            os.link(own, path)
        except FileExistsError:
            return
        finally:
            os.unlink(own)
        for part in find():
            line = [part.path, part.format, astuple(part.extent)]
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
        file.write(END)
        file.flush()


def take_ranges(path: str) -> Iterator[Range]:
    """Yield the ranges of a file that no other reader of it takes. Wait for those that are not found yet."""
    with open(path, "rb") as found, open(f"{path}.taken", "a+b") as counter:
        at = 0
        while True:
            mine = _next(counter)
            while at <= mine:
                line = _line(found)
                if line == END:
                    return
                at += 1
            name, form, extent = json.loads(line)
            yield Range(name, form, Extent(*extent))


def _next(counter: IO[bytes]) -> int:
    """Return the number of the next range, and count it as taken."""
    with _locked(counter):
        counter.seek(0)
        number = int(counter.read() or 0)
        counter.truncate(0)
        counter.write(str(number + 1).encode())
        counter.flush()
    return number


def _line(found: IO[bytes]) -> bytes:
    """Return the next line, as soon as it is whole. Raises RuntimeError if it will never be."""
    start = found.tell()
    while True:
        is_final = not _is_locked(found)
        found.seek(start)
        if (line := found.readline()).endswith(b"\n"):
            return line
        if is_final:
            raise RuntimeError("the worker that finds the ranges has failed")
        time.sleep(PAUSE)


@contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    import fcntl  # which Windows has not

    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _is_locked(file: IO[bytes]) -> bool:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False
