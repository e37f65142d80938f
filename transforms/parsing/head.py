"""What a page says of itself in `<title>`, `<meta>`, `<link>` and JSON-LD, whichever parser found it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..page import Head

Attributes = Mapping[str, str | None]

META_KEYS = ("property", "name", "itemprop", "http-equiv")


def make_head(
    title: str,
    language: str,
    metas: Iterable[Attributes],
    links: Iterable[Attributes],
    scripts: Iterable[tuple[Attributes, Callable[[], str | None]]],
) -> Head:
    """The head of a page. The text of a script is asked for only where it is JSON-LD."""
    return Head(
        title=" ".join(title.split()),
        language=language.strip(),
        meta=tuple(pair for meta in metas for pair in _meta_pairs(meta)),
        links=tuple(((link.get("rel") or "").lower(), href.strip()) for link in links if (href := link.get("href"))),
        json_ld=tuple(text() or "" for script, text in scripts if _is_json_ld(script)),
    )


def _meta_pairs(meta: Attributes) -> Iterable[tuple[str, str]]:
    content = meta.get("content")
    if content and content.strip():
        for key in META_KEYS:
            if name := meta.get(key):
                yield name.strip().lower(), content.strip()


def _is_json_ld(script: Attributes) -> bool:
    return "ld+json" in (script.get("type") or "").lower()
