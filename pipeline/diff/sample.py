"""A sample of a crawl's captures, and what two cleaners make of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heappush, heappushpop
from typing import NamedTuple

from ...transforms.core.capture import Capture
from ...transforms.core.sites import site_of
from ..cleaning import Cleaner
from ..reading.read import read_file
from ..reading.rejected import Rejected
from ..reading.verdict import MAX_BODY_BYTES
from ..report.sample import rank
from .changes import Compared, compare
from .outcome import outcome_of_capture


class _Held(NamedTuple):
    """A capture of the sample, its body compressed; the one of largest rank goes first when there are too many."""

    order: int
    id: str
    capture: Capture
    body: bytes
    is_text: bool

    def unpacked(self) -> Capture:
        body = zlib.decompress(self.body)
        return replace(self.capture, body=body.decode("utf-8", "surrogatepass") if self.is_text else body)


@dataclass(frozen=True)
class Sample:
    """The captures of a crawl whose ids have the smallest hashes, whatever the order of files. `seen` counts all that
    were read, `unread` those that are no pages. Of captures with one id the first counts.
    """

    held: tuple[_Held, ...]
    seen: int
    unread: int

    def __len__(self) -> int:
        return len(self.held)

    def __iter__(self) -> Iterator[Capture]:
        return (held.unpacked() for held in self.held)


def take_sample(
    files: Iterable[str],
    size: int,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    tick: Callable[[int], None] = lambda seen: None,
) -> Sample:
    """Read the files once and hold at most `size` captures, compressed: some 20 MB for a thousand.

    `tick` is called with the number of captures read so far.
    """
    heap: list[_Held] = []
    ids: set[str] = set()
    seen = unread = 0
    for path in files:
        for item in read_file(path, max_body_bytes=max_body_bytes):
            if isinstance(item, Rejected):
                unread += 1
                continue
            seen += 1
            tick(seen)
            id = item.record_id()
            order = -rank(id)
            if id in ids or (len(heap) == size and order <= heap[0].order):
                continue
            ids.add(id)
            held = _held(order, id, item)
            if len(heap) < size:
                heappush(heap, held)
            else:
                ids.remove(heappushpop(heap, held).id)
    return Sample(tuple(sorted(heap, key=lambda held: -held.order)), seen, unread)


def _held(order: int, id: str, capture: Capture) -> _Held:
    is_text = isinstance(capture.body, str)
    body = capture.body.encode("utf-8", "surrogatepass") if isinstance(capture.body, str) else capture.body
    return _Held(order, id, replace(capture, body=b""), zlib.compress(body, 1), is_text)


def compare_captures(captures: Iterable[Capture], a: Cleaner, b: Cleaner) -> Iterator[Compared]:
    """Clean each capture twice, in this process."""
    for capture in captures:
        outcomes = outcome_of_capture(capture, a), outcome_of_capture(capture, b)
        yield compare(capture.record_id(), capture.url, site_of(capture.url), *outcomes)
