"""Pages as data for the browser of a report: JSON that holds no markup, in as many bytes as are allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .page_view import BlockView
from .shortened import MEASURES, ShortPage, alike
from .visible import is_web_address, visible

# Of UTF-8. A report stays below 3 MB with all else that is in it.
PAGES_BYTES = 2_400_000
TITLE_CHARS = 300
EVIDENCE_CHARS = 500
# What could end a script element, begin a comment in it, or end a line of script.
NOT_IN_SCRIPTS = re.compile("[<>&\u2028\u2029]")


def script_json(value: Any) -> str:
    """JSON that can stand in a script element: whatever the strings hold, nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return NOT_IN_SCRIPTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Words:
    """Strings that come again and again, each by its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        return self.numbers.setdefault(visible(word[:EVIDENCE_CHARS]), len(self.numbers))


def pages_json(
    pages: Sequence[ShortPage], limit: int = PAGES_BYTES, articles: Mapping[str, int] | None = None
) -> tuple[str, list[ShortPage]]:
    """The data of the pages in at most `limit` bytes, and the pages that are in it, in the order of their address.

    Sites with most `articles` come first, pages without a site last. All are shortened by one measure, the largest that
    fits; where none does, pages are left out, the last first.
    """
    chosen = list(pages)
    for measure in MEASURES:
        shown = _in_order(alike(chosen, measure), articles or {})
        data = script_json(_document(shown))
        if len(data.encode()) <= limit:
            return data, shown
    while len(data.encode()) > limit:
        chosen = chosen[: len(chosen) * 9 // 10]
        shown = _in_order(alike(chosen, MEASURES[-1]), articles or {})
        data = script_json(_document(shown))
    return data, shown


def _in_order(pages: Iterable[ShortPage], articles: Mapping[str, int]) -> list[ShortPage]:
    def place(page: ShortPage) -> tuple[bool, int, str, str, str]:
        view = page.view
        return not view.site, -articles.get(view.site, 0), view.site, view.url, view.id

    return sorted(pages, key=place)


def _document(pages: Iterable[ShortPage]) -> dict[str, Any]:
    words = _Words()
    words.number("")  # so that it is 0
    return {"pages": [_page(page, words) for page in pages], "words": list(words.numbers)}


def _page(page: ShortPage, words: _Words) -> dict[str, Any]:
    view = page.view
    return {
        "id": visible(view.id),
        "url": visible(view.url[:2000]),
        "place": "" if view.url else visible(view.place[:2000]),
        "link": is_web_address(view.url) and len(view.url) <= 2000,
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


def _block(block: BlockView, length: int, words: _Words) -> list[Any]:
    """Kind, text, characters left out; of what was removed reason, rule, evidence and score as well."""
    row = [words.number(block.kind), visible(block.text), length - len(block.text)]
    if block.is_kept:
        return row
    return [*row, *map(words.number, (block.reason, block.rule, block.evidence)), block.score]
