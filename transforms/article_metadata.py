"""The metadata of an article: read what each source claims about title, authors, dates and the rest, and choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from .core.base import PageTransform, transform
from .core.page import Metadata, Page
from .metadata.authors import choose_signers
from .metadata.dates import parse_date
from .metadata.json_ld import json_ld_claims, meta_claims
from .metadata.signed_lines import byline_below, line_claims
from .metadata.text_signatures import thread_starter
from .metadata.titles import Headings, best_title
from .metadata.values import Claims, absolute, canonical_links, home_of, letters, plain, same_page
from .metadata.visible import later_claims, markup_claims, names_author
from .metadata.visible_dates import choose_dates, is_dated_by_headline, near_headline

_MOST_TAGS = 50
_LONGEST_TAG = 100
# Kinds of page that present others, and how sure it must be that a site's front page is an article.
_PRESENTING, _SURE = frozenset({"listing", "other"}), 0.9
# An author with more spaces whose words are in the title is a part of the title. Names of people are shorter.
_MOST_SPACES = 3


def extract_metadata(page: Page) -> Metadata:
    """Extract title, authors, dates, tags, site name and canonical address of the page's article.

    For each field, boiloff tries several sources and starts with the most reliable one: JSON-LD, then meta tags, then
    the markup of visible text, then the text itself. It reads a later source only if the earlier ones do not have the
    field. It normalizes values but never guesses them: a field without a source stays empty. If a page only has a
    modified date, the published date is this date, and `date_source` names its source.

    A page that presents others has many bylines: those of its entries, of a card of news, of people who praise a
    service. None is its own, so only what it declares counts, unless a date stands beside its headline. Never raises.
    """
    is_article = not presents_others(page)
    json_ld, meta = json_ld_claims(page, only_own=not is_article), meta_claims(page.head)
    claims = [json_ld, meta]
    language = page.head.language or page.language
    site_name = meta.site_name or json_ld.site_name
    title = _title(page, [json_ld.title, meta.title], site_name)
    near = near_headline(page, title)
    is_signed = is_article or (
        not (page.kind in _PRESENTING and _is_front_page(page)) and is_dated_by_headline(page, near, title, language)
    )
    shown: list[Claims] = []

    def visible() -> Iterator[Claims]:
        if page.kind == "discussion":
            yield Claims(authors=thread_starter(page, near, title))
        shown.append(markup_claims(page))
        yield shown[0]
        yield from line_claims(page, near)
        yield later_claims(page)

    signers = choose_signers(
        page, claims, lambda names: byline_below(page, near, names), visible() if is_signed else ()
    )
    dates = choose_dates(
        page,
        claims,
        lambda: shown[0] if shown else markup_claims(page, with_authors=False),
        near,
        language,
        _last_day(page),
        is_signed=is_signed,
    )
    return Metadata(
        title=title,
        description=meta.description or json_ld.description,
        authors=tuple([name for name in signers.authors if not _is_title(name, title)]),
        organisations=signers.organisations,
        tags=_tags((*claims, *shown)),
        site_name=site_name,
        canonical_url=_canonical(page, meta.url, json_ld.url),
        date_published=dates.published,
        date_modified=dates.modified,
        date_source=dates.source,
    )


def presents_others(page: Page) -> bool:
    """Return True for a list, the page of a company or a service, a site's front page, and the profile of an author."""
    if page.kind in _PRESENTING or names_author(page.url):
        return True
    return page.kind_score < _SURE and _is_front_page(page)


def _is_front_page(page: Page) -> bool:
    return "?" not in page.url and same_page(page.url, home_of(page.url))


def _title(page: Page, named: list[str], site_name: str) -> str:
    if page.is_text:
        from .metadata.text_titles import title_of_text  # here, because pages with markup do not need it

        return title_of_text(page)
    headings = Headings(page)
    return headings.as_written(best_title(named, plain(page.head.title), headings, site_name, page.url))


def _is_title(name: str, title: str) -> bool:
    """Return True for the title of several words in the place of a name."""
    return name.count(" ") > _MOST_SPACES and letters(name) in letters(title)


def _last_day(page: Page) -> str:
    """Return the last day that an article can have: that of its capture, or today; later by what zones differ."""
    captured = parse_date(page.provenance.captured_at)
    return _two_days_after(captured[:10] if len(captured) >= 10 else datetime.now(timezone.utc).date().isoformat())


@lru_cache(maxsize=64)
def _two_days_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=2)).isoformat()


def _tags(sources: Iterable[Claims]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for claims in sources:
        for tag in claims.tags:
            if tag and len(tag) <= _LONGEST_TAG:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MOST_TAGS]


def _canonical(page: Page, *urls: str) -> str:
    hrefs = (*canonical_links(page.head), *urls)
    return next((url for href in hrefs if href and (url := absolute(href, page.url))), "")


@transform
@dataclass
class ExtractMetadata(PageTransform):
    """Extract the metadata of the page: title, authors, dates, tags, site name and canonical address."""

    def clean(self, page: Page) -> Page:
        """Return the page with `metadata` set; see `extract_metadata`."""
        return page.replaced(metadata=extract_metadata(page))
