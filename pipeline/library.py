"""boiloff without a pipeline: one page in, one article out."""

from __future__ import annotations

from functools import lru_cache
from os import PathLike, fspath
from typing import Any, TypeAlias

from ..transforms.core.article import Article, ledger
from ..transforms.core.capture import Capture
from ..transforms.core.page import Page
from .cleaning import Cleaner
from .configuration import DEFAULT

Path: TypeAlias = "str | PathLike[str]"


@lru_cache(maxsize=8)
def _cleaner(config: str, templates: str) -> Cleaner:
    return Cleaner.named(config, templates)


def clean(html: str | bytes, url: str | None = "", templates: Path | None = None, *, config: str = DEFAULT) -> Article:
    """The article of an HTML page: its text without furniture, and what is known about it.

    Bytes are decoded by their byte order mark, `<meta>` or a detector. `url` decides the site and resolves
    relative links; it is never fetched. `templates` is the path of a store that `boiloff learn` has made, read once a
    process: what it knows of the site counts beside what the page shows. `config` is the name of a shipped
    configuration or a YAML file. A page without text gives an article with empty `text`. Raises `StepError` when a step
    fails, `ConfigurationError` for a configuration and `StoreError` for a store that cannot be used.
    """
    cleaner, page = _cleaned(Capture(body=html, media="html", url=url or ""), config, templates)
    return cleaner.article(page)


def clean_with_ledger(
    html: str | bytes, url: str | None = "", templates: Path | None = None, *, config: str = DEFAULT
) -> tuple[Article, list[dict[str, Any]]]:
    """The article of an HTML page, as `clean` gives it, and what was taken away from the page, in document order.

    A ledger record is a dictionary as in `removed-*.jsonl`: `id`, `url`, `position` of the block on its page, `reason`,
    `rule`, `evidence`, `score` and `text`. The article's blocks fill the positions that the ledger leaves.
    """
    cleaner, page = _cleaned(Capture(body=html, media="html", url=url or ""), config, templates)
    return cleaner.article(page), list(ledger(page))


def clean_text(text: str, url: str | None = "", templates: Path | None = None, *, config: str = DEFAULT) -> Article:
    """The article of text that was already extracted from a page (WET, another extractor's output, `.txt`).

    Lines and blank lines are its blocks. Otherwise like `clean`.
    """
    cleaner, page = _cleaned(Capture(body=text, media="text", url=url or ""), config, templates)
    return cleaner.article(page)


def _cleaned(capture: Capture, config: str, templates: Path | None) -> tuple[Cleaner, Page]:
    if not isinstance(capture.body, str | bytes):
        raise TypeError(f"a page is text or bytes, not {type(capture.body).__name__}")
    cleaner = _cleaner(config, fspath(templates or ""))
    return cleaner, cleaner.page(capture)
