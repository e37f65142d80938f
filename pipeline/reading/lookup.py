"""Lookup: find the capture of one address in the files of a crawl."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from heapq import heappush, heappushpop

from ...transforms.core.page import Capture
from .accept import MAX_BODY_BYTES, Rejected
from .ranges import read_file

Item = Capture | Rejected

# How many captures of one address are kept: the first may be a page without an article.
MOST_KEPT = 8
# How many other addresses are named, and how much of longer ones is compared.
MOST_NAMED = 3
COMPARED_CHARS = 300
# How a capture was found without an address.
BY_ID, AS_ONLY_ONE = "by its id", "as the only one"
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


@dataclass
class Matches:
    """The matches of a lookup: the first captures and rejected records, the number of captures, and the number of
    rejected records by reason.
    """

    captures: list[Capture] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        """Count a match, and keep it if it is one of the first."""
        kept: list[Item] = self.rejected if isinstance(item, Rejected) else self.captures  # type: ignore[assignment]
        if isinstance(item, Rejected):
            self.reasons[item.reason] += 1
        else:
            self.count += 1
        if len(kept) < MOST_KEPT:
            kept.append(item)

    def __bool__(self) -> bool:
        return bool(self.captures or self.rejected)


@dataclass
class Found:
    """The result of a lookup. `matches` are of one address, `how` describes how it was matched.

    Without a match, `addresses` are the first ones that the address asked for is a part of, all `ambiguous`, or else
    the nearest. `seen` counts the captures looked at.
    """

    matches: Matches = field(default_factory=Matches)
    how: str = ""
    addresses: list[str] = field(default_factory=list)
    ambiguous: bool = False
    seen: int = 0


def look_up(files: Iterable[str], url: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Found:
    """Find the captures of `url`: with exactly this address; else with one that differs in scheme, `www.`, trailing
    slash or fragment only; else with the only address that `url` is a part of.

    Files are read in order, up to the end of the first that has a capture of the exact address.
    """
    search = _Search(url)
    for path in files:
        for item in read_file(path, max_body_bytes=max_body_bytes):
            search.look_at(item)
        if search.exact.captures:
            break
    return search.found()


def search(items: Iterable[Item], url: str) -> Found:
    """Find those of the items that `look_up` would find."""
    looking = _Search(url)
    for item in items:
        looking.look_at(item)
    return looking.found()


def look_up_id(files: Iterable[str], id: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Found:
    """Find the captures with this id, as records have it, in the first file that has any."""
    found = Found(how=BY_ID)
    for path in files:
        for item in read_file(path, max_body_bytes=max_body_bytes):
            found.seen += 1
            if id in (item.id, item.record_id() if isinstance(item, Capture) and not item.id else item.id):
                found.matches.add(item)
        if found.matches:
            break
    return found


def only_capture(files: Iterable[str], *, max_body_bytes: int = MAX_BODY_BYTES) -> Found:
    """Find the only capture of some files. If there is a second one, reading stops, and the matches contain both."""
    found = Found(how=AS_ONLY_ONE)
    for path in files:
        for item in read_file(path, max_body_bytes=max_body_bytes):
            found.seen += 1
            found.matches.add(item)
            if found.matches.count > 1:
                return found
    return found


def simplified(url: str) -> str:
    """Shorten an address by the parts that seldom distinguish two pages.

    >>> simplified("https://WWW.Tides.example/low/#top")
    'tides.example/low'
    """
    rest = SCHEME.sub("", url.partition("#")[0])
    host, _, path = rest.partition("/")
    return f"{host.lower().removeprefix('www.')}/{path}".rstrip("/")


class _Search:
    """Matches of three kinds, and the nearest addresses until one is found."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.simple = simplified(url)
        self.part = url.lower()
        self.exact, self.alike = Matches(), Matches()
        self.parts: dict[str, Matches] = {}
        self.rejected_parts = Matches()
        self.near: list[tuple[float, str]] = []
        self.seen = 0
        self.matcher = SequenceMatcher(b=self.simple[:COMPARED_CHARS], autojunk=False)

    def look_at(self, item: Item) -> None:
        self.seen += 1
        url = item.url
        if url == self.url:
            self.exact.add(item)
        elif self.exact.captures or not url:
            return
        elif simplified(url) == self.simple:
            self.alike.add(item)
        elif self.alike.captures:
            return
        elif self.part in url.lower():
            if isinstance(item, Rejected):
                self.rejected_parts.add(item)
            elif url in self.parts or len(self.parts) <= MOST_NAMED:
                self.parts.setdefault(url, Matches()).add(item)
        elif not self.parts:
            self._compare(url)

    def found(self) -> Found:
        """Return the best kind of match: one with a capture before one with rejected records only."""
        for matches, how in (
            (self.exact, ""),
            (self.alike, "except for scheme, www., trailing slash or fragment"),
            *((matches, "as the only address with these words in it") for matches in self._only_part()),
        ):
            if matches.captures:
                return Found(matches, how, seen=self.seen)
        rejected = self.exact or self.alike or self.rejected_parts
        if rejected and not self.parts:
            return Found(rejected, seen=self.seen)
        nearest = [url for _, url in sorted(self.near, reverse=True)]
        return Found(addresses=list(self.parts) or nearest, ambiguous=bool(self.parts), seen=self.seen)

    def _only_part(self) -> list[Matches]:
        return list(self.parts.values()) if len(self.parts) == 1 else []

    def _compare(self, url: str) -> None:
        self.matcher.set_seq1(simplified(url)[:COMPARED_CHARS])
        worst = self.near[0][0] if len(self.near) == MOST_NAMED else -1.0
        for ratio in self._ratios():
            if ratio <= worst:
                return
        if any(url == known for _, known in self.near):
            return
        if len(self.near) < MOST_NAMED:
            heappush(self.near, (ratio, url))
        else:
            heappushpop(self.near, (ratio, url))

    def _ratios(self) -> Iterator[float]:
        """Yield bounds of the similarity of two addresses, each slower and tighter, and at last the similarity."""
        yield self.matcher.real_quick_ratio()
        yield self.matcher.quick_ratio()
        yield self.matcher.ratio()
