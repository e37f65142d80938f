"""What a report shows of a run, gathered in one pass over its files, in memory that does not grow with them.

A sample of pages has every reason and the largest sites in it. The ledger and the articles of a run lie in files of
their own, in no common order. So the ledger is read once, page by page, and of each stratum (all pages, a reason, a
site) the pages with the smallest hashes of their ids are held; then the articles are read once, and joined to them.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ...transforms.core.page import site_of
from ...transforms.site_memory.derive import SiteMemory
from ...transforms.site_memory.store import open_store
from ..output.manifest import FinishedRun, Record
from .pages import ShortPage, view_of_records

# Rows of lists that may be long; a number stands for the rest.
MAX_SITES, FEW_SITES, MAX_TEMPLATES, MAX_RULES, MAX_LANGUAGES = 20, 5, 6, 40, 12
REJECTED_EXAMPLES = 3
# Bounds of the groups of text lengths, in characters: three to each power of ten.
LENGTH_BOUNDS = (0, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


class Removed(NamedTuple):
    """Blocks and characters that a rule, or all rules of a reason, removed."""

    name: str
    blocks: int
    chars: int
    articles: int = 0
    rules: tuple[Removed, ...] = ()


class TemplateLine(NamedTuple):
    """A text that repeats on a site: on `articles` of the `of` sampled ones that have its container."""

    text: str
    articles: int
    of: int

    @property
    def share(self) -> float:
        """Share of these articles, 0 to 1."""
        return self.articles / self.of if self.of else 0.0


class SiteLine(NamedTuple):
    """A site: its articles, the characters kept and removed, and its templates."""

    site: str
    articles: int
    kept_chars: int
    removed_chars: int
    templates: tuple[TemplateLine, ...] = ()
    all_templates: int = 0

    @property
    def removed_share(self) -> float:
        """Share of its text that was removed, 0 to 1."""
        return self.removed_chars / max(self.removed_chars + self.kept_chars, 1)


class RejectedLine(NamedTuple):
    """A reason of rejection with its count and some examples."""

    reason: str
    captures: int
    examples: tuple[Record, ...]


@dataclass(frozen=True)
class Survey:
    """Everything that a report shows.

    `lengths` counts articles from each of LENGTH_BOUNDS to the next; `median_chars` is their median to two digits.
    """

    folder: str
    summary: Record
    removals: tuple[Removed, ...]
    sites: tuple[SiteLine, ...]
    lengths: tuple[int, ...]
    median_chars: int
    rejected: tuple[RejectedLine, ...]
    pages: tuple[ShortPage, ...]


def survey(run: FinishedRun) -> Survey:
    """Read a finished run once. Raises InputError for a file that cannot be read, StoreError for a damaged store."""
    summary = run.summary
    largest = _largest_sites(summary.get("sites", {}))
    sample = PageSample([site for site, _ in largest])
    removals = _removals(run.records("removed"), sample)
    lengths: Counter[int] = Counter()
    for article in run.records("articles"):
        sample.add_article(article)
        lengths[_two_digits(len(article["text"]))] += 1
    lines = (SiteLine(site, row["articles"], row["text_chars"], row["removed_chars"]) for site, row in largest)
    return Survey(
        folder=run.folder,
        summary=summary,
        removals=removals,
        sites=tuple(_with_templates(lines, run.site_memory)),
        lengths=_grouped(lengths),
        median_chars=_median(lengths),
        rejected=_rejected(run.records("rejected")),
        pages=tuple(sample.pages()),
    )


def _largest_sites(sites: Record) -> list[tuple[str, Record]]:
    """Return the sites with most articles; only those with several, if there are enough."""
    ordered = sorted(sites.items(), key=lambda item: (-item[1]["articles"], item[0]))
    several = [item for item in ordered if item[1]["articles"] > 1]
    return (several if len(several) >= FEW_SITES else ordered)[:MAX_SITES]


def _removals(ledger: Iterable[Record], sample: PageSample) -> tuple[Removed, ...]:
    """Count the ledger by reason and rule, most characters first, and add each page's ledger to the sample."""
    blocks: Counter[tuple[str, str]] = Counter()
    chars: Counter[tuple[str, str]] = Counter()
    articles: Counter[str] = Counter()
    for identity, group in groupby(ledger, key=itemgetter("id")):
        records = list(group)
        sample.add_ledger(identity, records)
        articles.update({record["reason"] for record in records})
        for record in records:
            key = record["reason"], record["rule"]
            blocks[key] += 1
            chars[key] += len(record["text"])
    by_reason: dict[str, list[Removed]] = {}
    for reason, rule in sorted(blocks, key=lambda key: (-chars[key], key)):
        by_reason.setdefault(reason, []).append(Removed(rule, blocks[reason, rule], chars[reason, rule]))
    sums = (
        Removed(reason, sum(r.blocks for r in rules), sum(r.chars for r in rules), articles[reason], tuple(rules))
        for reason, rules in by_reason.items()
    )
    return tuple(sorted(sums, key=lambda removed: (-removed.chars, removed.name)))


def _rejected(records: Iterable[Record]) -> tuple[RejectedLine, ...]:
    """Return counts and examples by reason, most first; the examples are those with the smallest hashes."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[tuple[int, tuple[Any, ...], Record]]] = {}
    for record in records:
        reason = record["reason"]
        counts[reason] += 1
        place = record["source_file"], record["source_offset"], record["url"], record["error"]
        found = [*examples.get(reason, ()), (rank(f"{record['id']}{place}"), place, record)]
        examples[reason] = sorted(found, key=itemgetter(0, 1))[:REJECTED_EXAMPLES]
    ordered = sorted(counts, key=lambda reason: (-counts[reason], reason))
    return tuple(RejectedLine(reason, counts[reason], tuple(row[2] for row in examples[reason])) for reason in ordered)


def _with_templates(lines: Iterable[SiteLine], store: str) -> Iterator[SiteLine]:
    if not store:
        yield from lines
        return
    with open_store(store) as opened:
        for line in lines:
            memory = opened.site(line.site)
            yield line if memory is None or not memory.is_believed else _with_memory(line, memory)


def _with_memory(line: SiteLine, memory: SiteMemory) -> SiteLine:
    """Return the site with its most frequent texts; a text that several containers hold counts once."""
    texts: dict[str, TemplateLine] = {}
    for found in memory.templates:
        known = texts.get(found.text)
        if found.text and (known is None or found.articles > known.articles):
            texts[found.text] = TemplateLine(found.text, found.articles, found.of)
    ordered = sorted(texts.values(), key=lambda template: (-template.articles, -len(template.text), template.text))
    return line._replace(templates=tuple(ordered[:MAX_TEMPLATES]), all_templates=memory.template_texts)


def _two_digits(number: int) -> int:
    """Round a number down to two digits, so that there are few: 34,567 becomes 34,000."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return number // step * step


def _grouped(lengths: Counter[int]) -> tuple[int, ...]:
    bounds = (*LENGTH_BOUNDS[1:], float("inf"))
    groups = [0] * len(LENGTH_BOUNDS)
    for length, articles in lengths.items():
        groups[next(place for place, bound in enumerate(bounds) if length < bound)] += articles
    return tuple(groups)


def _median(lengths: Counter[int]) -> int:
    """Return the middle length, or the lower one of two."""
    left = (sum(lengths.values()) + 1) // 2
    for length in sorted(lengths):
        left -= lengths[length]
        if left <= 0:
            return length
    return 0


# Pages of each stratum.
OF_ALL, OF_REASON, OF_SITE = 40, 6, 4
# A page with more removed blocks is not shown; characters held of a text, and of all texts of a page.
MAX_RECORDS = 20_000
MAX_TEXT_CHARS = 20_000
MAX_PAGE_CHARS = 200_000

Stratum = tuple[str, str]


def rank(identity: str) -> int:
    """Return a hash of an id. The smallest of a stratum are its sample, in whatever order the pages come."""
    return int.from_bytes(hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Strata:
    """Holds the ids of smallest rank of each stratum."""

    def __init__(self) -> None:
        self._members: dict[Stratum, list[tuple[int, str]]] = {}
        self._held: Counter[str] = Counter()

    def offer(self, identity: str, strata: Iterable[tuple[Stratum, int]]) -> list[str]:
        """Offer a page to strata, each with its size. Return the ids that no stratum holds any more."""
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
        """Return the ids, the first of each stratum first, so that any first part of them has every stratum."""
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
        """Add the records of one page, or some of them if its ledger continues in another file."""
        reasons = [(("reason", reason), OF_REASON) for reason in sorted({record["reason"] for record in records})]
        self._offer(identity, site_of(records[0]["url"]), reasons)
        if identity in self._strata:
            self._ledgers.setdefault(identity, []).extend(_slim(records))

    def add_article(self, article: Record) -> None:
        """Add an article; it is joined to its ledger if it is in the sample."""
        identity = article["id"]
        if not article["removed_blocks"]:
            self._offer(identity, article["site"], [])
        if identity in self._strata and identity not in self._pages:
            ledger = {record["position"]: record for record in self._ledgers.get(identity, ())}
            if _fits(article, ledger.values()):
                lengths = {position: record["chars"] for position, record in ledger.items()}
                self._pages[identity] = ShortPage.of(view_of_records(article, ledger.values()), lengths)

    def pages(self) -> list[ShortPage]:
        """Return the sample in an order of which any first part is a sample too.

        Of pages of one site with the same title and the same blocks with the same fates, the first stands for all.
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
    """Return the records with their texts cut, and the lengths that these had."""
    room = MAX_PAGE_CHARS
    slim: list[Record] = []
    for record in records[: MAX_RECORDS + 1]:
        text = record["text"][: min(room, MAX_TEXT_CHARS)]
        room -= len(text)
        slim.append({**record, "text": text, "chars": len(record["text"])})
    return slim


def _fits(article: Record, ledger: Iterable[Record]) -> bool:
    """Return whether these are all records of the article's ledger: several captures may have one id."""
    counted = [record["chars"] for record in ledger]
    return (len(counted), sum(counted)) == (article["removed_blocks"], article["removed_chars"])
