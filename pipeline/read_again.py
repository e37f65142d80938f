"""A finished run's pages read again: found by the run's records, taken from where these say they came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..transforms.core.capture import Capture
from .finished_run import FinishedRun, Record
from .output_folder import MANIFEST
from .reading.accept import MAX_BODY_BYTES, Rejected
from .reading.lookup import BY_ID, Found, Item, Matches, search
from .reading.retry import DeadLetter, Retry, reread
from .reading.warc import split_member
from .writing import read_json

# The stage of captures that could not be read; others may be read again.
READING = "read"


def look_up_in_run(run: FinishedRun, url: str, id: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Found:
    """The captures of an address or an id, as `look_up` and `look_up_id` find them, among all that a run has read.

    What is no longer where the run has read it is among the rejected, as `not-found`.
    """
    found = _with_id(_items(run), id) if id else search(_items(run), url)
    held, places = found.matches, _places(run)
    matches = Matches(rejected=held.rejected, count=held.count - len(held.captures), reasons=Counter(held.reasons))
    for capture in held.captures:
        for item in _again(capture, places, max_body_bytes):
            matches.add(item)
    found.matches = matches
    return found


def memory_of(run: FinishedRun) -> str:
    """The path of the store that the run cleaned with, "" where it had none."""
    given = read_json(run.file(MANIFEST)).get("templates") or [{"path": ""}]
    return run.site_memory or str(given[0]["path"])


def _items(run: FinishedRun) -> Iterator[Item]:
    """What the records tell of captures; no bodies."""
    for record in run.records("articles"):
        yield _bodiless(record)
    for record in run.records("rejected"):
        yield Rejected(**record) if record["stage"] == READING else _bodiless(record)


def _bodiless(record: Record) -> Capture:
    place = {name: record[name] for name in ("id", "url", "source_file", "source_offset")}
    return Capture(body="", media="html", **place)


def _with_id(items: Iterator[Item], id: str) -> Found:
    found = Found(how=BY_ID)
    for item in items:
        found.seen += 1
        if item.id == id:
            found.matches.add(item)
    return found


def _places(run: FinishedRun) -> dict[str, str]:
    """Where the inputs are, by the names that records give them: the run may have been started in another folder."""
    known = read_json(run.file(MANIFEST))["inputs"]
    return dict(zip(run.summary["inputs"], (str(entry["path"]) for entry in known), strict=True))


def _again(capture: Capture, places: dict[str, str], max_body_bytes: int) -> Iterator[Item]:
    file, *member = split_member(capture.source_file) or (capture.source_file,)
    path = "!".join([places.get(file, file), *member])
    letter = DeadLetter(url=capture.url, id=capture.id, source_file=path, source_offset=capture.source_offset)
    for item in reread(Retry(path, (letter,)), max_body_bytes=max_body_bytes):
        if not isinstance(item, int):
            yield item
