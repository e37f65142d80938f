"""Derive a site's memory from its sample: its templates and containers, for rules to look up.

Which texts repeat, where they stand, and what is in each container.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .sample import SiteSample
from .sketch import MARKED, ODDS_STEP, ROWS, ArticleSketch, Table, box_of, date_of, enclosing, tag_of

# The memory of fewer articles is not believed: two show nothing that a site has in common. Templates need more (see
# `repeated_texts.MIN_CARRIERS`): three articles may have their subject in common.
MIN_ARTICLES = 3
# A block of fewer characters is short: a label, a date, a name; hardly a paragraph.
SHORT_CHARS = 80
ANYWHERE = ""
# These hold everything, boilerplate and article alike, so that their record says nothing about a part.
WHOLE_PAGE = frozenset({"html", "body"})
# The container that has the site's articles is on so large a share of them, and the pages are that sure of its text.
# Text that they doubt more than this speaks against it: so it is the smallest that contains all of the article.
MIN_BODY_SHARE, MIN_BODY_LOG_ODDS, DOUBTED_LOG_ODDS = 0.5, 3.0, 1.2


class Template(NamedTuple):
    """A text that at least two of a site's articles carry.

    `fingerprint` is `wording.fingerprint` of the text or, if `is_masked`, of the text with its digits masked.
    `container` is the path of the box around it, or ANYWHERE for the sum over all boxes. `articles` carry it, of the
    `of` sampled articles that have the box. `head`, `body` and `tail` count these articles by its place in
    them (see `derive.ZONE_REACH`). `log_odds` is the mean of the pages' own evidence that it is article, `chars` its
    length. `first_seen` and `last_seen` are capture dates, `text` is its beginning, or `""` if that is unknown.
    """

    fingerprint: int
    is_masked: bool
    container: str
    articles: int
    of: int
    head: int
    body: int
    tail: int
    log_odds: float
    chars: int
    first_seen: str
    last_seen: str
    text: str

    @property
    def share(self) -> float:
        """Share of the articles that have its box, 0 to 1."""
        return self.articles / self.of


class Container(NamedTuple):
    """The contents of all elements with one path, over the sampled articles of a site, including the containers inside
    them.

    `articles` is the number of articles with such an element. `chars` and `blocks` are means over these. `own`,
    `repeated`, `linked` and `marked` are shares of its text: neither repeated nor link; on two articles or more; inside
    links; removed by a rule before main content. `log_odds` is the mean score from single pages, weighted by the length
    of text; 0 if rules remove all of it. `short_articles` is the number of articles with blocks of fewer than
    SHORT_CHARS characters in it, and `short_log_odds` is the mean score of these blocks, with the same weight for each.
    """

    path: str
    articles: int
    blocks: float
    chars: float
    own: float
    repeated: float
    linked: float
    marked: float
    log_odds: float
    short_articles: int
    short_log_odds: float
    first_seen: str
    last_seen: str


@dataclass(frozen=True)
class SiteMemory:
    """The memory of one site.

    `articles` is the estimated number of distinct articles of the site. `sampled` is the number of distinct articles
    that templates and containers were counted on.
    """

    site: str
    articles: int
    sampled: int
    first_seen: str
    last_seen: str
    templates: tuple[Template, ...] = ()
    containers: tuple[Container, ...] = ()

    @property
    def is_believed(self) -> bool:
        """Whether there were enough distinct articles to tell the site's containers from those of one page."""
        return self.sampled >= MIN_ARTICLES

    @property
    def template_texts(self) -> int:
        """The number of distinct texts: a text has one template for each of its boxes, and one for their sum."""
        return len({(found.fingerprint, found.is_masked) for found in self.templates})

    def template(self, fingerprint: int, container: str = ANYWHERE, *, is_masked: bool = False) -> Template | None:
        """Look up the template of a text in a box (see `container_paths.box_of`), or anywhere on the site's pages."""
        return self._templates.get((fingerprint, is_masked, container))

    def container(self, path: str) -> Container | None:
        """Look up the container with this path."""
        return self._containers.get(path)

    @cached_property
    def body(self) -> str:
        """The path of the container with the text of the site's articles, `""` if they have none in common."""
        enough = max(MIN_ARTICLES, MIN_BODY_SHARE * self.sampled)
        likely = (
            found for found in self.containers if found.articles >= enough and tag_of(found.path) not in WHOLE_PAGE
        )
        sure = [found for found in likely if found.log_odds >= MIN_BODY_LOG_ODDS]
        return max(sure, key=_weight_as_body).path if sure else ""

    @cached_property
    def _templates(self) -> dict[tuple[int, bool, str], Template]:
        index = {(found.fingerprint, found.is_masked, found.container): found for found in self.templates}
        for found in self.templates:  # a text in a single box has no template for the sum
            index.setdefault((found.fingerprint, found.is_masked, ANYWHERE), found)
        return index

    @cached_property
    def _containers(self) -> dict[str, Container]:
        return {found.path: found for found in self.containers}


def _weight_as_body(found: Container) -> float:
    return found.articles * found.chars * (1 - found.marked) * (found.log_odds - DOUBTED_LOG_ODDS)


Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

# A text repeats if at least so many articles have it. A text of one article is its own.
MIN_CARRIERS = 2
# Blocks of the article's own that may stand between a text and the edge of the article.
ZONE_REACH = 2
HEAD, BODY, TAIL, NOWHERE = range(4)
DIGITS = 4


def derive(sample: SiteSample) -> SiteMemory:
    """Derive the memory of a site. Articles with the same content under several addresses count as one.

    A site of fewer than `memory.MIN_ARTICLES` articles gets neither templates nor containers.
    """
    articles = _distinct(sample.articles)
    first, last = _seen(article.day for article in articles)
    estimate = round(sample.estimate() * len(articles) / len(sample.articles)) if articles else 0
    if len(articles) < MIN_ARTICLES:
        return SiteMemory(sample.site, estimate, len(articles), first, last)
    rows = _Rows.of(articles)
    templates = [*_templates(rows, is_masked=False), *_templates(rows, is_masked=True)]
    templates.sort(key=lambda found: (found.is_masked, -found.articles, found.fingerprint, found.container))
    containers = tuple(_containers(rows))
    return SiteMemory(sample.site, estimate, len(articles), first, last, tuple(templates), containers)


def _distinct(articles: Iterable[ArticleSketch]) -> list[ArticleSketch]:
    """Keep one article for each content: the one with the smallest key, so that order does not matter."""
    by_content: dict[int, ArticleSketch] = {}
    for article in sorted(articles, key=lambda article: article.key):
        by_content.setdefault(article.content, article)
    return list(by_content.values())


@dataclass(frozen=True)
class _Rows:
    """The rows of all articles, one after the other.

    `article`, `path` and `box` are indices. `is_own` is true for rows that look like article and that no other article
    has. `present` is true where an article (row) has a path (column).
    """

    articles: Sequence[ArticleSketch]
    table: Table
    article: Integers
    paths: Sequence[str]
    parents: Integers
    path: Integers
    box: Integers
    present: Booleans
    repeats: Booleans
    is_own: Booleans
    zone: Integers
    texts: Sequence[str]

    @classmethod
    def of(cls, articles: Sequence[ArticleSketch]) -> _Rows:
        tables = [article.table() for article in articles]
        table = np.concatenate(tables) if tables else np.zeros(0, dtype=ROWS)
        article = np.repeat(np.arange(len(tables)), [len(rows) for rows in tables])
        numbers = _number_paths(articles)
        paths = list(numbers)
        parents = np.array([numbers.get(enclosing(path), -1) for path in paths])
        boxes = np.array([numbers[box_of(path)] for path in paths])
        path = np.concatenate([
            np.array([numbers[path] for path in sketch.paths])[rows["path"]]
            for sketch, rows in zip(articles, tables, strict=True)
        ])  # fmt: skip
        repeats = _carriers(table["fingerprint"], article) >= MIN_CARRIERS
        is_own = (table["log_odds"] > 0) & ~repeats & (table["fingerprint"] != 0)
        present = _present(article, path, parents, len(articles))
        zone = _zones(article, is_own)
        texts = [text for sketch in articles for text in sketch.sample_texts()]
        return cls(articles, table, article, paths, parents, path, boxes[path], present, repeats, is_own, zone, texts)

    @property
    def starts(self) -> Integers:
        """The position of each article's first row."""
        return np.searchsorted(self.article, np.arange(len(self.articles)))


def _number_paths(articles: Iterable[ArticleSketch]) -> dict[str, int]:
    """Give every path, and those that enclose it, a number. A path has a greater number than the one around it."""
    numbers: dict[str, int] = {}
    for path in sorted({path for article in articles for path in article.paths}):
        unknown = []
        while path and path not in numbers:
            unknown.append(path)
            path = enclosing(path)
        for outer in reversed(unknown):
            numbers[outer] = len(numbers)
    return numbers


def _carriers(fingerprints: npt.NDArray[np.uint64], article: Integers) -> Integers:
    """Count, for each row, the articles that have its fingerprint; 0 for a row without one."""
    pairs = np.unique(np.stack([fingerprints, article.astype(np.uint64)]), axis=1)
    known, counts = np.unique(pairs[0], return_counts=True)
    carriers: Integers = np.where(fingerprints == 0, 0, counts[np.searchsorted(known, fingerprints)])
    return carriers


def _present(article: Integers, path: Integers, parents: Integers, count: int) -> Booleans:
    present = np.zeros((count, len(parents)), dtype=np.bool_)
    present[article, path] = True
    for child in range(len(parents) - 1, 0, -1):
        if parents[child] >= 0:
            present[:, parents[child]] |= present[:, child]
    return present


def _zones(article: Integers, is_own: Booleans) -> Integers:
    """Return the zone of each row among its article's own blocks."""
    total = np.bincount(article, weights=is_own)[article].astype(np.int64)
    running: Integers = np.cumsum(is_own)
    first = np.searchsorted(article, article)
    above: Integers = running - is_own
    before = above - above[first]
    after = total - before - is_own
    zone = np.where(after <= ZONE_REACH, TAIL, BODY)
    zone = np.where((before <= ZONE_REACH) & (before < after), HEAD, zone)
    zones: Integers = np.where(total == 0, NOWHERE, zone)
    return zones


def _templates(rows: _Rows, *, is_masked: bool) -> Iterator[Template]:
    """Yield each text of two articles or more: by each box with two of them, and over all boxes if several have it."""
    groups: dict[int, dict[int, list[int]]] = {}
    for fingerprint, row in _masked(rows) if is_masked else _exact(rows):
        groups.setdefault(fingerprint, {}).setdefault(int(rows.box[row]), []).append(row)
    for fingerprint, boxes in groups.items():
        if len(boxes) > 1:
            copies = [row for box in boxes.values() for row in box]
            yield _template(rows, fingerprint, sorted(copies), list(boxes), is_masked=is_masked)
        for box, copies in boxes.items():
            if len({int(rows.article[row]) for row in copies}) >= MIN_CARRIERS:
                yield _template(rows, fingerprint, copies, [box], is_masked=is_masked)


def _exact(rows: _Rows) -> Iterator[tuple[int, int]]:
    fingerprints = rows.table["fingerprint"]
    return ((int(fingerprints[row]), int(row)) for row in np.flatnonzero(rows.repeats))


def _masked(rows: _Rows) -> Iterator[tuple[int, int]]:
    tables = [article.masked_table() for article in rows.articles]
    row = np.concatenate([table["row"] + start for table, start in zip(tables, rows.starts, strict=True)])
    fingerprints = np.concatenate([table["fingerprint"] for table in tables])
    carriers = _carriers(fingerprints, rows.article[row])
    return ((int(fingerprints[i]), int(row[i])) for i in np.flatnonzero(carriers >= MIN_CARRIERS))


def _template(
    rows: _Rows, fingerprint: int, copies: Sequence[int], boxes: Sequence[int], *, is_masked: bool
) -> Template:
    """Make the template of a text from the rows that have it, in the articles' order."""
    firsts = dict(reversed([(int(rows.article[row]), row) for row in copies]))
    zones = rows.zone[list(firsts.values())]
    odds = rows.table["log_odds"][list(copies)]
    scored = odds[odds != MARKED]
    first, last = _seen(rows.articles[article].day for article in firsts)
    return Template(
        fingerprint=fingerprint,
        is_masked=is_masked,
        container=rows.paths[boxes[0]] if len(boxes) == 1 else ANYWHERE,
        articles=len(firsts),
        of=int(rows.present[:, list(boxes)].any(axis=1).sum()),
        head=int((zones == HEAD).sum()),
        body=int((zones == BODY).sum()),
        tail=int((zones == TAIL).sum()),
        log_odds=round(float(scored.mean()) * ODDS_STEP, DIGITS) if len(scored) else 0.0,
        chars=int(rows.table["chars"][list(copies)].max()),
        first_seen=first,
        last_seen=last,
        text=next((text for row in copies if (text := rows.texts[row])), ""),
    )


def _containers(rows: _Rows) -> Iterator[Container]:
    """Yield each path of two articles or more, with the sums of its contents over them."""
    times, chars = rows.table["times"].astype(float), rows.table["chars"] * rows.table["times"].astype(float)
    links = rows.table["link_chars"] * times
    is_scored = rows.table["log_odds"] != MARKED
    odds = np.where(is_scored, rows.table["log_odds"] * ODDS_STEP, 0.0)
    is_short = is_scored & (rows.table["chars"] < SHORT_CHARS)
    columns = [times, chars, np.where(rows.repeats, 0, chars - links), np.where(rows.repeats, chars, 0), links,
               np.where(is_scored, 0, chars), odds * chars, is_short, np.where(is_short, odds, 0)]  # fmt: skip
    sums: Floats = np.stack([np.bincount(rows.path, weights=column, minlength=len(rows.paths)) for column in columns])
    short = _present(rows.article[is_short], rows.path[is_short], rows.parents, len(rows.articles)).sum(axis=0)
    for child in range(len(rows.paths) - 1, 0, -1):
        if rows.parents[child] >= 0:
            sums[:, rows.parents[child]] += sums[:, child]
    days = np.array([article.day for article in rows.articles])
    for number, path in enumerate(rows.paths):
        holders = rows.present[:, number]
        if holders.sum() >= MIN_CARRIERS:
            yield _container(
                path, int(holders.sum()), int(short[number]), sums[:, number], *_seen(days[holders].tolist())
            )


def _container(path: str, articles: int, short_articles: int, sums: Floats, first: str, last: str) -> Container:
    times, chars, own, repeated, linked, marked, odds, short, short_odds = sums.tolist()
    return Container(
        path=path,
        articles=articles,
        blocks=round(times / articles, DIGITS),
        chars=round(chars / articles, DIGITS),
        own=round(own / (chars or 1), DIGITS),
        repeated=round(repeated / (chars or 1), DIGITS),
        linked=round(linked / (chars or 1), DIGITS),
        marked=round(marked / (chars or 1), DIGITS),
        log_odds=round(odds / ((chars - marked) or 1), DIGITS),
        short_articles=short_articles,
        short_log_odds=round(short_odds / (short or 1), DIGITS),
        first_seen=first,
        last_seen=last,
    )


def _seen(days: Iterable[int]) -> tuple[str, str]:
    known = [day for day in days if day]
    return (date_of(min(known)), date_of(max(known))) if known else ("", "")
