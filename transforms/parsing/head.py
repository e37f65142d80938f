"""What a page says of itself in `<title>`, `<meta>`, `<link>` and JSON-LD, whichever parser found it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from ..core.page import Head

Attributes = Mapping[str, str | None]

# A page says what it has to say of itself in a hundredth of these.
MAX_TITLE_CHARS = 10_000
MAX_CONTENT_CHARS = 200_000
MAX_ROWS = 5_000
MAX_JSON_LD_CHARS = 4_000_000

META_KEYS = ("property", "name", "itemprop", "http-equiv")


def make_head(
    title: str,
    language: str,
    metas: Iterable[Attributes],
    links: Iterable[Attributes],
    scripts: Iterable[tuple[Attributes, str]],
) -> Head:
    """The head of a page, as far as it is bearable. Of scripts only JSON-LD is read."""
    hrefs = (((link.get("rel") or "").lower(), href.strip()) for link in links if (href := link.get("href")))
    return Head(
        title=" ".join(title[:MAX_TITLE_CHARS].split()),
        language=language.strip()[:MAX_TITLE_CHARS],
        meta=tuple(islice((pair for meta in metas for pair in _meta_pairs(meta)), MAX_ROWS)),
        links=tuple(islice(hrefs, MAX_ROWS)),
        json_ld=tuple(_json_ld(text for script, text in scripts if _is_json_ld(script))),
    )


def _json_ld(texts: Iterable[str]) -> Iterator[str]:
    left = MAX_JSON_LD_CHARS
    for text in islice(texts, MAX_ROWS):
        if left > 0:
            script = text[:left]
            left -= len(script)
            yield script


def _meta_pairs(meta: Attributes) -> Iterable[tuple[str, str]]:
    content = meta.get("content")
    if content and content.strip():
        for key in META_KEYS:
            if name := meta.get(key):
                yield name.strip().lower(), content.strip()[:MAX_CONTENT_CHARS]


def _is_json_ld(script: Attributes) -> bool:
    return "ld+json" in (script.get("type") or "").lower()
