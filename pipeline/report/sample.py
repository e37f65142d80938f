"""A sample of pages to look at: by hashes of their ids, with every reason and the largest sites in it.

The ledger and the articles of a run lie in files of their own, in no common order, and may be larger than memory. So
the ledger is read once, page by page, and of each stratum (all pages, a reason, a site) the pages of the smallest
hashes are held; then the articles are read once, and those of the held pages are joined to them.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...transforms.core.sites import site_of
from .page_view import view_of_records
from .shortened import ShortPage

# Pages of each stratum.
OF_ALL, OF_REASON, OF_SITE = 40, 6, 4
# A page with more removed blocks than this is none to look at; of its texts no more than so much is held.
MAX_RECORDS = 20_000
MAX_TEXT_CHARS = 20_000
MAX_PAGE_CHARS = 200_000

Record = Mapping[str, Any]
Stratum = tuple[str, str]


def rank(identity: str) -> int:
    """A hash of an id: the smallest of a stratum are its sample, in whatever order the pages come."""
    return int.from_bytes(hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Strata:
    """The ids of smallest rank of each stratum, and which ids are held by any."""

    def __init__(self) -> None:
        self._members: dict[Stratum, list[tuple[int, str]]] = {}
        self._held: Counter[str] = Counter()

    def offer(self, identity: str, strata: Iterable[tuple[Stratum, int]]) -> list[str]:
        """Offer a page to strata, each with the number of pages that it holds. Returns the ids that none holds now."""
        entry = (rank(identity), identity)
        dropped = []
        for stratum, size in strata:
            members = self._members.setdefault(stratum, [])
            if entry in members or (len(members) == size and entry > members[-1]):
                continue
            insort(members, entry)
            self._held[identity] += 1
            if len(members) > size:
                _, last = members.pop()
                self._held[last] -= 1
                if not self._held[last]:
                    del self._held[last]
                    dropped.append(last)
        return dropped

    def __contains__(self, identity: str) -> bool:
        return identity in self._held

    def in_order(self) -> list[str]:
        """The ids held, first of each stratum first, so that a part of them from the start has every stratum."""
        places: dict[str, tuple[int, int]] = {}
        for members in self._members.values():
            for place, (number, identity) in enumerate(members):
                places[identity] = min(places.get(identity, (place, number)), (place, number))
        return sorted(places, key=lambda identity: (places[identity], identity))


class PageSample:
    """Gathers the sample: first `add_ledger` for every page's ledger, then `add_article` for every article."""

    def __init__(self, sites: Sequence[str]) -> None:
        self._sites = frozenset(sites)
        self._strata = Strata()
        self._ledgers: dict[str, list[Record]] = {}
        self._pages: dict[str, ShortPage] = {}

    def add_ledger(self, identity: str, records: Sequence[Record]) -> None:
        """The records of one page, or some of them where its ledger goes on in another file."""
        reasons = [(("reason", reason), OF_REASON) for reason in sorted({record["reason"] for record in records})]
        self._offer(identity, site_of(records[0]["url"]), reasons)
        if identity in self._strata:
            self._ledgers.setdefault(identity, []).extend(_slim(records))

    def add_article(self, article: Record) -> None:
        """An article, which is joined to its ledger if it is in the sample."""
        identity = article["id"]
        if not article["removed_blocks"]:
            self._offer(identity, article["site"], [])
        if identity in self._strata and identity not in self._pages:
            ledger = {record["position"]: record for record in self._ledgers.get(identity, ())}
            if _fits(article, ledger.values()):
                lengths = {position: record["chars"] for position, record in ledger.items()}
                self._pages[identity] = ShortPage.of(view_of_records(article, ledger.values()), lengths)

    def pages(self) -> list[ShortPage]:
        """The sample, in an order of which any beginning is a sample too. Of pages of one site that have the same title
        and the same blocks with the same fates, the first stands for all.
        """
        found = [self._pages[identity] for identity in self._strata.in_order() if identity in self._pages]
        different: dict[tuple[Any, ...], ShortPage] = {}
        for page in found:
            view = page.view
            different.setdefault((view.site, view.title, page.more, page.lengths, view.blocks), page)
        return list(different.values())

    def _offer(self, identity: str, site: str, strata: list[tuple[Stratum, int]]) -> None:
        own = [(("site", site), OF_SITE)] if site in self._sites else []
        for dropped in self._strata.offer(identity, [(("all", ""), OF_ALL), *own, *strata]):
            self._ledgers.pop(dropped, None)
            self._pages.pop(dropped, None)


def _slim(records: Sequence[Record]) -> list[Record]:
    """The records with what is held of their texts, and how long these were."""
    room = MAX_PAGE_CHARS
    slim: list[Record] = []
    for record in records[: MAX_RECORDS + 1]:
        text = record["text"][: min(room, MAX_TEXT_CHARS)]
        room -= len(text)
        slim.append({**record, "text": text, "chars": len(record["text"])})
    return slim


def _fits(article: Record, ledger: Iterable[Record]) -> bool:
    """True where these are all records of the article's ledger: several captures may have one id."""
    counted = [record["chars"] for record in ledger]
    return (len(counted), sum(counted)) == (article["removed_blocks"], article["removed_chars"])
