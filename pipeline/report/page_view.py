"""One page as a person looks at it: every block in document order, kept or removed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from ...transforms.core.article import Article
from ...transforms.core.page import Page
from ..telling import offset_unit


@dataclass(frozen=True)
class BlockView:
    """A block with its fate. `reason`, `rule` and `evidence` are `""` where it was kept.

    `position` counts the blocks of the page from 0. `kind` is `""` where it is not known: the ledger does not tell it.
    """

    position: int
    kind: str
    text: str
    reason: str = ""
    rule: str = ""
    evidence: str = ""
    score: float = 0.0

    @property
    def is_kept(self) -> bool:
        """True where the block is in the article."""
        return not self.reason


@dataclass(frozen=True)
class PageView:
    """A page with its blocks in document order, and what its article's record tells of it.

    `place` is the file and the byte where the capture lies. `tally` says how many blocks became what, where that is not
    to be counted on `blocks`: these may be some of the page's.
    """

    id: str
    url: str
    title: str
    site: str
    language: str
    date_published: str
    captured_at: str
    blocks: tuple[BlockView, ...]
    place: str = ""
    tally: str = ""


def place_of(record: Mapping[str, Any]) -> str:
    """Where the capture of a record lies, for people: `crawl.jsonl at byte 1,024`; `""` where it is not known."""
    file, offset = record.get("source_file", ""), record.get("source_offset", -1)
    return f"{file} at {offset_unit(file)} {offset:,}" if file and offset >= 0 else str(file)


def view_of_page(page: Page, article: Article) -> PageView:
    """The view of a page that has been cleaned in this process."""
    blocks = []
    for position, (block, removal) in enumerate(zip(page.blocks, page.removals, strict=True)):
        why = () if removal is None else (removal.reason, removal.rule, removal.evidence, round(removal.score, 4))
        blocks.append(BlockView(position, block.kind, block.text, *why))
    return _page_view(vars(article), blocks)


def view_of_records(article: Mapping[str, Any], ledger: Iterable[Mapping[str, Any]]) -> PageView:
    """The view of a page from its article's record and those of its ledger, in any order.

    What the ledger holds stands where its `position` says, and the article's blocks fill the other places in order.
    """
    return _page_view(article, _in_order(article, sorted(ledger, key=itemgetter("position"))))


def _in_order(article: Mapping[str, Any], ledger: list[Mapping[str, Any]]) -> Iterator[BlockView]:
    text, spans = article["text"], iter(article["blocks"])
    position = 0
    for record in ledger:
        while position < record["position"] and (span := next(spans, None)):
            yield BlockView(position, span["kind"], text[span["start"] : span["end"]])
            position += 1
        why = (record["reason"], record["rule"], record["evidence"], record["score"])
        yield BlockView(record["position"], "", record["text"], *why)
        position = record["position"] + 1
    for after, span in enumerate(spans, position):
        yield BlockView(after, span["kind"], text[span["start"] : span["end"]])


def _page_view(record: Mapping[str, Any], blocks: Iterable[BlockView]) -> PageView:
    return PageView(
        id=record["id"],
        url=record["url"],
        title=record["title"],
        site=record["site"],
        language=record["language"],
        date_published=record["date_published"],
        captured_at=record["captured_at"],
        blocks=tuple(blocks),
        place=place_of(record),
    )
