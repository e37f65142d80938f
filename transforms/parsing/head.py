"""What a page says of itself in `<title>`, `<meta>`, `<link>` and JSON-LD, whichever parser found it."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.page import Head

# The values of some attributes of an element, None for those that are not there.
Values = list[str | None]

# A page says what it has to say of itself in a hundredth of these.
MAX_TITLE_CHARS = 10_000
MAX_CONTENT_CHARS = 200_000
MAX_ROWS = 5_000
MAX_JSON_LD_CHARS = 4_000_000


def make_head(
    title: str, language: str, metas: Iterable[Values], links: Iterable[Values], scripts: Iterable[Values]
) -> Head:
    """The head of a page, as far as it is bearable. Of scripts only JSON-LD is read.

    Values are those of META_KEYS, LINK_KEYS and SCRIPT_KEYS of `markup_words`, with a script's text behind them.
    """
    meta: list[tuple[str, str]] = []
    for *names, content in metas:
        if content and (said := content.strip()[:MAX_CONTENT_CHARS]):
            meta += [(name.strip().lower(), said) for name in names if name]
    hrefs = [(rel.lower(), href.strip()) for rel, href in links if href and rel is not None]
    return Head(
        title=" ".join(title[:MAX_TITLE_CHARS].split()),
        language=language.strip()[:MAX_TITLE_CHARS],
        meta=tuple(meta[:MAX_ROWS]),
        links=tuple(hrefs[:MAX_ROWS]),
        json_ld=_json_ld([text or "" for kind, text in scripts if kind and "ld+json" in kind.lower()]),
    )


def _json_ld(texts: list[str]) -> tuple[str, ...]:
    left, found = MAX_JSON_LD_CHARS, []
    for text in texts[:MAX_ROWS]:
        if left > 0:
            found.append(text[:left])
            left -= len(found[-1])
    return tuple(found)
