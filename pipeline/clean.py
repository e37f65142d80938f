"""Clean one page: from a capture to its article and ledger, or to the reason why it gives no article."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from os import PathLike, fspath
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from .._loading import without_collection
from .._version import __version__
from ..configs import DEFAULT
from ..transforms.core.article import Article, Body, Rejected, ledger, make_article, write_body
from ..transforms.core.base import PageTransform, StepError, TooSlowError, clean_page, within
from ..transforms.core.page import Capture, Page
from ..transforms.page_kinds.classify import reasons
from ..transforms.parsing.page_limits import FLAG as TRUNCATED
from ..transforms.parsing.page_limits import left_out_removals
from ..transforms.parsing.parse import parse
from .config import Configuration, load_configuration

if TYPE_CHECKING:
    from ..transforms.site_memory.store import Store

Path: TypeAlias = "str | PathLike[str]"

# A page that makes every step load its tables.
WARM_UP = "<h1>Tides</h1><p>The tide comes in twice a day, as the harbour master has written down since 1911.</p>"
# New containers before a collection of the youngest, where older Pythons have 700. A page makes some ten thousand, and
# almost none is part of a cycle. Measured on 554 pages: learning 12.9 ms a page becomes 11.5; 11.2 without any
# collection.
NEW_OBJECTS = 20_000


class Stopwatch:
    """Counts the time of each part of the work, by name. It is clock time, so waiting for a disk counts."""

    def __init__(self) -> None:
        self.nanoseconds: Counter[str] = Counter()
        self._last = perf_counter_ns()

    def lap(self, name: str) -> None:
        """Add the time since the last lap to this name."""
        now = perf_counter_ns()
        self.nanoseconds[name] += now - self._last
        self._last = now


@dataclass(frozen=True)
class Cleaner:
    """A configuration ready for use, with a store of site memory or without: for a whole crawl or for one page."""

    configuration: Configuration
    store: Store | None = None

    @classmethod
    def of(cls, configuration: Configuration, templates: str = "") -> Cleaner:
        """Make a cleaner with the store at `templates`, if there is one."""
        if not templates:
            return cls(configuration)
        from ..transforms.site_memory.store import open_store

        return cls(configuration, open_store(templates))

    @classmethod
    def named(cls, name_or_path: str, templates: str = "") -> Cleaner:
        """Make the cleaner of a shipped configuration or a YAML file, with the store at `templates`."""
        return cls.of(load_configuration(name_or_path), templates)

    @cached_property
    def steps(self) -> list[PageTransform]:
        """The transforms, built once."""
        return self.configuration.build()

    @cached_property
    def config_sha256(self) -> str:
        """Digest of the configuration, for the record."""
        return self.configuration.sha256()

    def warm_up(self) -> None:
        """Load the tables of all steps. A step that fails here fails on each page, and rejects them one by one."""
        with suppress(StepError):
            self.page(Capture(body=WARM_UP))

    def page(self, capture: Capture, watch: Stopwatch | None = None) -> Page:
        """Parse and mark the capture; `watch` counts the time of each part of the work.

        Raises StepError when a step fails on the page, or when it takes too long.
        """
        if "steps" in self.__dict__:
            return self._within(capture, watch)
        with without_collection():  # the first page loads the tables of all steps
            return self._within(capture, watch)

    def _within(self, capture: Capture, watch: Stopwatch | None) -> Page:
        work = self._page if self.configuration.body == "text" else self._page_with_body
        return within(self.configuration.limits.seconds_per_page, partial(work, capture, watch))

    def _page(self, capture: Capture, watch: Stopwatch | None) -> Page:
        page = parse(self.configuration.with_site(capture), self.configuration.parser, self.configuration.limits)
        lap = watch.lap if watch is not None else None
        if lap:
            lap("parse")
        if self.store is None:
            return clean_page(page, self.steps, lap)
        # Here and not above: the first page without a store starts sooner.
        from ..transforms.site_memory.near_duplicates import is_kept
        from ..transforms.site_memory.sketch import content_key

        same, resembled = self.store.originals(content_key(page))
        own = page.provenance.id
        page = page.replaced(site_memory=self.store.site(page.site), duplicate_of="" if same == own else same)
        if lap:
            lap("recall")
        page = clean_page(page, self.steps, lap)
        return page.replaced(duplicate_of=resembled) if resembled not in ("", own) and is_kept(page) else page

    def _page_with_body(self, capture: Capture, watch: Stopwatch | None) -> Page:
        """Also write the body that the record has: it may fail, or take too long, as a step may. The page keeps it."""
        page = self._page(capture, watch)
        if page.rejection is None:
            try:
                write_body(page, self.configuration.body)
            except Exception as error:
                raise StepError("body", error, write_body.__module__) from error
            if watch is not None:
                watch.lap("write body")
        return page

    def article(self, page: Page, *, keeps_page: bool = False) -> Article:
        """Make the article of a marked page, with the page for further bodies if it `keeps_page`."""
        body = self.configuration.body
        return make_article(
            page, body=body, keeps_page=keeps_page, tool_version=__version__, config_sha256=self.config_sha256
        )


@lru_cache(maxsize=8)
def _cleaner(config: str, templates: str, kinds: tuple[str, ...], body: str | None) -> Cleaner:
    configuration = load_configuration(config).writing(body)
    return Cleaner.of(configuration.keeping(kinds, "kinds") if kinds else configuration, templates)


def _cleaned(
    capture: Capture,
    config: str,
    templates: Path | None,
    body: Body | None = None,
    kinds: tuple[str, ...] = (),
) -> tuple[Cleaner, Page]:
    if not isinstance(capture.body, str | bytes):
        raise TypeError(f"a page is text or bytes, not {type(capture.body).__name__}")
    if not isinstance(capture.url, str):
        raise TypeError(f"url must be text, not {type(capture.url).__name__}")
    if capture.media == "html" and _is_address(capture.body):
        raise ValueError(f"boiloff fetches no pages; pass the HTML of {capture.body!r:.60}, and the address as url")
    cleaner = _cleaner(config, fspath(templates or ""), kinds, body)
    return cleaner, cleaner.page(capture)


def _is_address(body: str | bytes) -> bool:
    return isinstance(body, str) and body.startswith(("https://", "http://")) and len(body.split()) == 1


@overload
def clean(
    html: str | bytes,
    url: str | None = "",
    templates: Path | None = None,
    *,
    config: str = DEFAULT,
    body: Body | None = None,
) -> Article: ...


@overload
def clean(
    html: str | bytes,
    url: str | None = "",
    templates: Path | None = None,
    *,
    config: str = DEFAULT,
    kinds: str | Iterable[str] | None,
    body: Body | None = None,
) -> Article | Rejected: ...


def clean(
    html: str | bytes,
    url: str | None = "",
    templates: Path | None = None,
    *,
    config: str = DEFAULT,
    kinds: str | Iterable[str] | None = None,
    body: Body | None = None,
) -> Article | Rejected:
    """Return the article of an HTML page: its text without boilerplate, and its metadata.

    If the page has no text, the `text` of the article is empty. The article keeps its page in memory, so that it can
    write `markdown` and `html`; its record and a pickled copy do not contain the page.

    Args:
        html: The page. The encoding of bytes is found by a byte order mark, `<meta>` or a detector.
        url: The address of the page. It sets the site and resolves relative links. boiloff never fetches it.
        templates: Path of a store from `boiloff learn`. A process reads a store once. The memory of the site is used
            in addition to the evidence of the page.
        config: Name of a shipped configuration, or path of a YAML file.
        kinds: The kinds of page to keep, such as `"article,discussion"` or `["article"]`. A page of another kind gives
            a `Rejected` with the reason `kind`. By default each page gives an article, whatever the configuration says.
        body: "markdown" or "html" to have this in the record, too. The default is the body of the configuration.

    Raises:
        StepError: A step fails on the page.
        TypeError: The page is neither text nor bytes, or the address is not text.
        ValueError: The page is an address.
        ConfigurationError: The configuration cannot be used, or a kind is not known.
        StoreError: The store cannot be used.
    """
    names = tuple(filter(None, (kinds,) if isinstance(kinds, str) else kinds or ()))
    capture = Capture(body=html, media="html", url=url or "")
    cleaner, page = _cleaned(capture, config, templates, body, names)
    other = _of_other_kind(capture, page, cleaner.configuration) if names else None
    return cleaner.article(page, keeps_page=True) if other is None else other


def clean_with_ledger(
    html: str | bytes,
    url: str | None = "",
    templates: Path | None = None,
    *,
    config: str = DEFAULT,
    body: Body | None = None,
) -> tuple[Article, list[dict[str, Any]]]:
    """Return the article of an HTML page, as `clean` does, and the removed blocks in document order.

    A removed block is a dictionary as in `removed-*.jsonl`: `id`, `url`, `position` of the block on its page, `reason`,
    `rule`, `evidence`, `score` and `text`. The blocks of the article have the other positions.
    """
    cleaner, page = _cleaned(Capture(body=html, media="html", url=url or ""), config, templates, body)
    return cleaner.article(page, keeps_page=True), list(ledger(page))


def clean_text(
    text: str,
    url: str | None = "",
    templates: Path | None = None,
    *,
    config: str = DEFAULT,
    body: Body | None = None,
) -> Article:
    """Return the article of a text that another tool extracted from a page (WET, another extractor, `.txt`).

    Line breaks and blank lines separate the blocks. The arguments are the same as for `clean`, without `kinds`.
    """
    cleaner, page = _cleaned(Capture(body=text, media="text", url=url or ""), config, templates, body)
    return cleaner.article(page, keeps_page=True)


def clean_capture(capture: Capture, cleaner: Cleaner, watch: Stopwatch | None = None) -> Page | Rejected:
    """Return the marked page of a capture, or why it gave no article. Never raises: no page may stop a crawl."""
    try:
        page = cleaner.page(capture, watch)
    except TooSlowError as late:
        return reject(capture, late.step, "too-slow", str(late))
    except StepError as failed:
        return reject(capture, failed.step, "step-failed", str(failed))
    except Exception as mistake:
        return reject(capture, "parse", "not-parsed", f"{type(mistake).__name__}: {mistake}")
    return without_article(capture, page, cleaner.configuration) or page


def without_article(capture: Capture, page: Page, configuration: Configuration) -> Rejected | None:
    """Return why a marked page gives no article, or none that the configuration keeps; None if it gives one."""
    marks = left_out_removals(page.removals)
    missing = f"; {marks[0].evidence}" if marks else ""
    has_text = len(marks) < len(page.blocks)
    if not has_text and TRUNCATED in capture.quality_flags:
        error = f"the part before the cut has no visible text{missing}"
        return reject(capture, "parse", "truncated-record", error)
    if page.rejection is not None:
        return reject(capture, "clean", page.rejection.reason, f"{page.rejection.evidence}{missing}")
    if not has_text:
        return reject(capture, "parse", "no-text", f"the page has no visible text{missing}")
    if next(page.kept(), None) is None:
        count = len(page.blocks)
        what = f"all {count:,} blocks of the page are" if count > 1 else "the only block of the page is"
        return reject(capture, "clean", "no-article", f"{what} boilerplate{missing}")
    return _of_other_kind(capture, page, configuration)


def _of_other_kind(capture: Capture, page: Page, configuration: Configuration) -> Rejected | None:
    """Return the rejected record of a page of a kind that the configuration does not keep; None for other pages."""
    if configuration.keeps(page.kind):
        return None
    kept = " or ".join(configuration.kinds)
    error = f"the kind of the page is {page.kind} ({page.kind_score:.0%} sure), and only {kept} is kept"
    why = "; ".join(reasons(page, page.kind))
    return reject(capture, "clean", "kind", f"{error}; the page {why}" if why else error)


def article_of(item: Capture | Rejected, cleaner: Cleaner) -> Article | Rejected:
    """Return the article of a capture, or why there is none. What a reader has rejected stays so."""
    result = clean_capture(item, cleaner) if isinstance(item, Capture) else item
    return result if isinstance(result, Rejected) else cleaner.article(result)


def settle_garbage() -> None:
    """Spare a worker most of its garbage collection. Call it when the worker has loaded its tables.

    The tables stay in memory and are not collected again. The garbage of pages is then collected once a page instead of
    twenty times.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def reject(capture: Capture, stage: str, reason: str, error: str) -> Rejected:
    """Make the rejected record of a capture that was read but gave no article."""
    return Rejected.of(capture.provenance(), reason, error, len(capture.body), stage)
