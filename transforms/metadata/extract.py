"""Extract the metadata of an article: read what each source claims, and choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from functools import cache, partial

from ..core.page import Metadata, Page
from .authors import clean_authors
from .chosen_dates import choose_dates
from .dates import parse_date
from .json_ld import json_ld_claims
from .meta_tags import meta_claims
from .text_titles import title_of_text
from .titles import Headings, best_title
from .values import Claims, absolute, canonical_links, host_of, letters, plain
from .visible import line_claims, markup_claims
from .visible_dates import near_headline

_MOST_TAGS = 50
_LONGEST_TAG = 100


def extract_metadata(page: Page) -> Metadata:
    """Extract title, authors, dates, tags, site name and canonical address of the page's article.

    Each field comes from the source that is right about it most often: JSON-LD, then meta tags, then the markup of
    visible text, then the text itself. The later sources are read only for fields that the earlier ones leave open.
    Values are cleaned, never guessed: a field that no source has stays empty. A page that states only when it was last
    changed gets that date, and `date_source` says so. Never raises.
    """
    json_ld, meta = json_ld_claims(page), meta_claims(page.head)
    claims = [json_ld, meta]
    language = page.head.language or page.language
    site_name = meta.site_name or json_ld.site_name
    sites = _site_keys(page, claims)
    authors, is_person = _people(claims, sites)
    title = _title(page, [json_ld.title, meta.title], site_name)
    near = cache(partial(near_headline, page, title))
    markup = cache(partial(markup_claims, page, with_authors=not is_person))
    for by_markup in (True, False):
        if is_person:
            break
        claims.append(shown := markup() if by_markup else line_claims(page, near().positions))
        names, is_person = _people([shown], sites)
        may_replace = is_person and not shown.is_guess and any(" " in name for name in names)
        authors = names if may_replace or not authors else authors
    dates = choose_dates(page, (json_ld, meta), markup, near, language, _last_day(page))
    return Metadata(
        title=title,
        description=meta.description or json_ld.description,
        authors=authors,
        tags=_tags(claims),
        site_name=site_name,
        canonical_url=_canonical(page, meta.url, json_ld.url),
        date_published=dates.published,
        date_modified=dates.modified,
        date_source=dates.source,
    )


def _title(page: Page, named: list[str], site_name: str) -> str:
    if page.is_text:
        return title_of_text(page)
    return best_title(named, plain(page.head.title), Headings(page), site_name, page.url)


def _people(sources: Iterable[Claims], sites: set[str]) -> tuple[tuple[str, ...], bool]:
    """Return the names of the first source that has any besides the site itself, and whether there is one.

    Without such a source the site is the author.
    """
    signed: tuple[str, ...] = ()
    for claims in sources:
        names = clean_authors(claims.authors) if claims.authors else ()
        if people := tuple([name for name in names if not _is_site(name, sites)]):
            return people, True
        signed = signed or names
    return signed, False


def _is_site(name: str, sites: set[str]) -> bool:
    mine = letters(name)
    return mine in sites or any(len(site) > 2 and len(mine) > 2 and mine.startswith(site) for site in sites)


def _site_keys(page: Page, declared: Iterable[Claims]) -> set[str]:
    """Return the letters of the names that the site gives itself, of its host, and of the host's labels."""
    host = host_of(page.url)
    names = [*(claims.site_name for claims in declared), *host.split(".")[:-1], host]
    return {letters(name) for name in names} - {""}


def _last_day(page: Page) -> str:
    """Return the last day that an article can have: that of its capture, or today; later by what zones differ."""
    captured = parse_date(page.provenance.captured_at)
    day = date.fromisoformat(captured[:10]) if len(captured) >= 10 else datetime.now(timezone.utc).date()
    return (day + timedelta(days=2)).isoformat()


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
