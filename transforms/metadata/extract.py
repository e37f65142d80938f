"""The metadata of an article: what its sources claim, weighed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timezone
from functools import partial

from ..core.page import Metadata, Page
from .addresses import absolute, host_of
from .authors import clean_authors
from .claims import NOTHING, Claims
from .dates import date_in_url, in_time, parse_date
from .headings import visible_headings
from .json_ld import json_ld_claims
from .markup import markup_claims
from .meta_tags import meta_claims
from .plain import letters, plain
from .text_title import title_of_text
from .titles import best_title
from .visible import visible_claims

_MOST_TAGS = 50


def extract_metadata(page: Page) -> Metadata:
    """Title, authors, dates, tags, site name and canonical address of the page's article.

    Each field is taken from the source that is right about it most often: JSON-LD, then meta tags, then the
    markup of visible text, then the text itself; the later ones are read only for what the earlier left open.
    Values are cleaned, never guessed: what no source gives stays empty. A page that tells only when it was changed
    last is dated by that, and `date_source` says so. Never raises.
    """
    declared = (json_ld_claims(page), meta_claims(page.head))
    latest = _latest(page)
    language = page.head.language or page.language
    site_name = next((c.site_name for c in reversed(declared) if c.site_name), "")
    sites = _sites(page, declared)
    authors, is_person = _people(declared, sites)
    published = _date(declared, latest, language)
    title = _title(page, declared, site_name)
    shown: list[Claims] = []
    for read in (markup_claims, _url_claims, partial(visible_claims, title=title)):
        if is_person and published[0]:
            break
        shown.append(claims := read(page))
        if not is_person:
            seen, is_person = _people((claims,), sites)
            may_replace = is_person and not claims.is_guess and any(" " in name for name in seen)
            authors = seen if may_replace or not authors else authors
        published = published if published[0] else _date((claims,), latest, language)
    modified = _first_date((pair for c in (*declared, *shown) for pair in c.modified), latest, language)
    dated = published if published[0] else modified
    return Metadata(
        title=title,
        description=next((c.description for c in reversed(declared) if c.description), ""),
        authors=authors,
        tags=_tags((*declared, *shown)),
        site_name=site_name,
        canonical_url=_canonical(page, declared),
        date_published=dated[0],
        date_modified=modified[0],
        date_source=dated[1],
    )


def _title(page: Page, declared: tuple[Claims, ...], site_name: str) -> str:
    if page.is_text:
        return title_of_text(page)
    named = [title for claims in declared for title in claims.titles[:1]]
    return best_title(named, plain(page.head.title), visible_headings(page), site_name, page.url)


def _people(sources: Iterable[Claims], sites: set[str]) -> tuple[tuple[str, ...], bool]:
    """The names of the first source that has any besides the site itself, and whether it has.

    Without such a source it is the site that signs.
    """
    signed: tuple[str, ...] = ()
    for claims in sources:
        names = clean_authors(claims.authors)
        if people := tuple(name for name in names if not _is_site(name, sites)):
            return people, True
        signed = signed or names
    return signed, False


def _is_site(name: str, sites: set[str]) -> bool:
    mine = letters(name)
    return mine in sites or any(len(site) > 2 and mine.startswith(site) and len(mine) > 2 for site in sites)


def _sites(page: Page, declared: Iterable[Claims]) -> set[str]:
    host = host_of(page.url)
    names = {letters(claims.site_name) for claims in declared} | {letters(label) for label in host.split(".")[:-1]}
    return (names | {letters(host)}) - {""}


def _url_claims(page: Page) -> Claims:
    day = date_in_url(page.url)
    return Claims(published=(("url", day),)) if day else NOTHING


def _date(sources: Iterable[Claims], latest: date, language: str) -> tuple[str, str]:
    return _first_date((pair for claims in sources for pair in claims.published), latest, language)


def _first_date(pairs: Iterable[tuple[str, str]], latest: date, language: str) -> tuple[str, str]:
    for where, value in pairs:
        found = parse_date(value, language)
        if found and in_time(found, latest):
            return found, where
    return "", ""


def _latest(page: Page) -> date:
    """No article is younger than its capture; where that is unknown, than today."""
    captured = parse_date(page.provenance.captured_at)
    return date.fromisoformat(captured[:10]) if len(captured) >= 10 else datetime.now(timezone.utc).date()


def _tags(sources: Iterable[Claims]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for claims in sources:
        for tag in claims.tags:
            if tag and len(tag) <= 100:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MOST_TAGS]


def _canonical(page: Page, declared: tuple[Claims, ...]) -> str:
    hrefs = [href for rel, href in page.head.links if "canonical" in rel.casefold().split()]
    hrefs += [claims.url for claims in reversed(declared)]
    return next((url for href in hrefs if href and (url := absolute(href, page.url))), "")
