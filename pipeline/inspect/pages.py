"""Pages for people: all blocks in document order, with reasons, shortened, as data and as one HTML file.

The file uses no network, no other file, and no script except its own. The template escapes all text of a page, or the
script shows it as text. As a second safeguard, the content security policy of the file allows only its own script and
style sheet, by their digests.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..._version import __version__
from ...transforms.core.article import Article
from ...transforms.core.page import Page
from ..display import is_web_address, number, offset_unit, percent, visible
from ..output.folder import OutputError


@dataclass(frozen=True)
class BlockView:
    """A block with its fate. `reason`, `rule` and `evidence` are `""` if it was kept.

    `position` counts the blocks of the page from 0. `kind` is `""` for a block of the ledger, which does not record it.
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
        """Whether the block is in the article."""
        return not self.reason


@dataclass(frozen=True)
class PageView:
    """A page with its blocks in document order, and fields of its article's record.

    `place` is the file and the byte offset of the capture. `tally` says how many blocks were kept or changed, if
    `blocks` are only some of the page's.
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
    """Return the place of a record's capture, such as `crawl.jsonl at byte 1,024`; "" if that is unknown."""
    file, offset = record.get("source_file", ""), record.get("source_offset", -1)
    return f"{file} at {offset_unit(file)} {offset:,}" if file and offset >= 0 else str(file)


def view_of_page(page: Page, article: Article) -> PageView:
    """Return the view of a page that was cleaned in this process."""
    blocks = []
    for position, (block, removal) in enumerate(zip(page.blocks, page.removals, strict=True)):
        why = () if removal is None else (removal.reason, removal.rule, removal.evidence, round(removal.score, 4))
        blocks.append(BlockView(position, block.kind, block.text, *why))
    return _page_view(vars(article), blocks)


def view_of_records(article: Mapping[str, Any], ledger: Iterable[Mapping[str, Any]]) -> PageView:
    """Return the view of a page from its article's record and those of its ledger, in any order.

    A block of the ledger is at its `position`; the article's blocks fill the other places in order.
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
    known = {key: record[key] for key in ("id", "url", "title", "site", "language", "date_published", "captured_at")}
    return PageView(**known, blocks=tuple(blocks), place=place_of(record))


# How much is shown, from everything to a minimum: characters of a block, and blocks of a page.
MEASURES = ((20_000, 5_000), (4_000, 1_500), (1_200, 600), (500, 300), (240, 160))
# Characters of a page in memory, about.
PAGE_CHARS = 120_000
# Bytes of UTF-8: a report stays below 3 MB with everything else in it.
PAGES_BYTES = 2_400_000
TITLE_CHARS, URL_CHARS, EVIDENCE_CHARS = 300, 2000, 500
# Characters that could end a script element, begin a comment in it, or end a line of script.
NOT_IN_SCRIPTS = re.compile("[<>&\u2028\u2029]")
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class ShortPage:
    """The part of a page that is shown.

    `lengths` are those of its blocks before they were cut; `more` and `more_removed` count the blocks after the last
    one shown, and the removed ones among them.
    """

    view: PageView
    lengths: tuple[int, ...]
    more: int = 0
    more_removed: int = 0

    @classmethod
    def of(cls, view: PageView, lengths: Mapping[int, int] | None = None) -> ShortPage:
        """Shorten the page by the largest measure that keeps it within PAGE_CHARS.

        `lengths` has the lengths of blocks whose texts were cut before, by position.
        """
        known = lengths or {}
        page = cls(view, tuple(known.get(block.position, len(block.text)) for block in view.blocks))
        for measure in MEASURES:
            shorter = page.by(*measure)
            if sum(len(block.text) + len(block.evidence) for block in shorter.view.blocks) <= PAGE_CHARS:
                break
        return shorter

    def by(self, chars: int, blocks: int) -> ShortPage:
        """Return the page with at most so many characters a block, and so many blocks."""
        shown, rest = self.view.blocks[:blocks], self.view.blocks[blocks:]
        return ShortPage(
            replace(self.view, blocks=tuple(replace(block, text=block.text[:chars]) for block in shown)),
            self.lengths[:blocks],
            self.more + len(rest),
            self.more_removed + sum(not block.is_kept for block in rest),
        )


def script_json(value: Any) -> str:
    """Return JSON for a script element: whatever the strings hold, nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return NOT_IN_SCRIPTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def pages_json(
    pages: Sequence[ShortPage], limit: int = PAGES_BYTES, articles: Mapping[str, int] | None = None
) -> tuple[str, list[ShortPage]]:
    """Return the data of the pages in at most `limit` bytes, and the pages that are in it, ordered by address.

    Sites with most `articles` come first, pages without a site last. All are shortened by the same measure, the largest
    that fits; if none does, pages are left out, the last first.
    """
    counts = articles or {}

    def place(page: ShortPage) -> tuple[bool, int, str, str, str]:
        view = page.view
        return not view.site, -counts.get(view.site, 0), view.site, view.url, view.id

    chosen, measures = list(pages), iter(MEASURES)
    measure = next(measures)
    while True:
        shown = sorted((page.by(*measure) for page in chosen), key=place)
        data = script_json(_document(shown))
        if len(data.encode()) <= limit:
            return data, shown
        if measure == MEASURES[-1]:
            chosen = chosen[: len(chosen) * 9 // 10]
        else:
            measure = next(measures)


def _document(pages: Iterable[ShortPage]) -> dict[str, Any]:
    """Return the pages with repeated strings replaced by their places in `words`; the first of them is empty."""
    words = {"": 0}
    return {"pages": [_page(page, words) for page in pages], "words": list(words)}


def _page(page: ShortPage, words: dict[str, int]) -> dict[str, Any]:
    view = page.view
    return {
        "id": visible(view.id),
        "url": visible(view.url[:URL_CHARS]),
        "place": "" if view.url else visible(view.place[:URL_CHARS]),
        "link": is_web_address(view.url) and len(view.url) <= URL_CHARS,
        "title": visible(view.title[:TITLE_CHARS]),
        "site": visible(view.site),
        "language": visible(view.language),
        "date": visible(view.date_published),
        "captured": visible(view.captured_at),
        "tally": visible(view.tally),
        "blocks": [_block(block, length, words) for block, length in zip(view.blocks, page.lengths, strict=True)],
        "more": page.more,
        "moreRemoved": page.more_removed,
    }


def _block(block: BlockView, length: int, words: dict[str, int]) -> list[Any]:
    """Return kind, text and the number of characters cut; for a removed block also reason, rule, evidence and score."""
    kind, *why = (
        words.setdefault(visible(word[:EVIDENCE_CHARS]), len(words))
        for word in (block.kind, *(() if block.is_kept else (block.reason, block.rule, block.evidence)))
    )
    row = [kind, visible(block.text), length - len(block.text)]
    return row if block.is_kept else [*row, *why, block.score]


def render_pages(views: Iterable[PageView], title: str = "") -> str:
    """Return the browser for some pages as HTML: with a list of them, unless there is just one."""
    data, shown = pages_json([ShortPage.of(view) for view in views])
    is_single = len(shown) == 1
    title = title or (shown[0].view.title if is_single else f"{len(shown)} pages")
    return render("pages.html", {"title": title, "is_single": is_single, "sections": (), "data": data})


def render(template: str, values: Mapping[str, Any]) -> str:
    """Render a template with the style sheet, the script, and the policy that allows only these two."""
    style, script = _source("report.css") + _source("browser.css"), _source("blocks.js") + _source("browser.js")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    own = {"style": Markup(style), "script": Markup(script), "policy": policy, "version": __version__}
    document: str = _environment().get_template(template).render({**values, **own, "data": Markup(values["data"])})
    return document


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # most commands need no template

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # What a template prints, but for our own Markup, gets signs for controls.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters.update(number=number, percent=percent)
    return environment


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _digest(source: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def write_pages(views: Iterable[PageView], path: str, title: str = "") -> None:
    """Write the browser for these pages to `path`. Raises OutputError if that fails."""
    document = render_pages(views, title).encode("utf-8", "replace")
    try:
        with open(path, "wb") as file:
            file.write(document)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}; name another file") from error
