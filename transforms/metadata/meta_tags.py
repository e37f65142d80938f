"""Meta tags: Open Graph, Dublin Core, and the names that analytics and newsletters have brought in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..core.page import Head
from .claims import Claims
from .plain import plain
from .words import words

_MOST_TAGS = 500

# Best first. Keys are compared without marks, so `article:published_time` stands for every spelling of itself.
_TITLE = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title", "parsely-title")
_AUTHOR = (
    "citation_author",
    "citation_authors",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "dc.creator",
    "dcterms.creator",
    "author",
    "byl",
    "article:author",
    "og:article:author",
    "articleauthor",
    "og:author",
    "creator",
)
_DESCRIPTION = ("og:description", "description", "twitter:description", "dc.description", "dcterms.abstract")
_TAGS = ("article:tag", "keywords", "news_keywords", "parsely-tags", "sailthru.tags", "dc.subject")
_SITE = ("og:site_name", "citation_journal_title", "dc.publisher", "application-name")
_URL = ("og:url",)
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "citation_publication_date",
    "citation_date",
    "prism.publicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "date",
    "pubdate",
    "publishdate",
    "publish_date",
    "published-date",
    "publication_date",
    "published",
    "published_at",
    "og:publish_date",
    "content:publishdate",
    "date.created",
    "date.available",
    "displaydate",
    "pdate",
    "ptime",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "article:modified",
    "dcterms.modified",
    "dc.date.modified",
    "date.modified",
    "modified-time",
    "modified-date",
    "date.updated",
    "last-modified",
    "lastmod",
    "utime",
)
_MARKS = str.maketrans("", "", ":._- ")
_BARE = {
    key: key.translate(_MARKS)
    for keys in (_TITLE, _AUTHOR, _DESCRIPTION, _TAGS, _SITE, _URL, _PUBLISHED, _MODIFIED)
    for key in keys
}
_CARD = {"twitterlabel1": "twitterdata1", "twitterlabel2": "twitterdata2"}
_WANTED = frozenset((*_BARE.values(), *_CARD, *_CARD.values()))


def meta_claims(head: Head) -> Claims:
    """What the page's meta tags say. Values that only name an account (`@paper`) or an address are left out."""
    found = _by_key(head)
    return Claims(
        titles=tuple(text for _, value in _values(found, _TITLE) if (text := plain(value))),
        description=next((text for _, value in _values(found, _DESCRIPTION) if (text := plain(value))), ""),
        authors=tuple(_authors(found)),
        tags=tuple(plain(part) for _, value in _values(found, _TAGS) for part in value[:5000].split(",")),
        site_name=next((text for _, value in _values(found, _SITE) if (text := plain(value))), ""),
        url=next((value for _, value in _values(found, _URL)), ""),
        published=tuple((f"meta:{key}", value) for key, value in _values(found, _PUBLISHED)),
        modified=tuple((f"meta:{key}", value) for key, value in _values(found, _MODIFIED)),
    )


def _by_key(head: Head) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for keys, value in head.meta[:_MOST_TAGS]:
        for bare in _wanted(keys[:200]):
            found.setdefault(bare, []).append(value)
    return found


@lru_cache(maxsize=2048)
def _wanted(keys: str) -> list[str]:
    """Those of a tag's keys that are read, without marks."""
    return [bare for key in keys.split() if (bare := key.translate(_MARKS)) in _WANTED]


def _values(found: dict[str, list[str]], keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key in keys:
        for value in found.get(_BARE[key], ()):
            yield key, value


def _authors(found: dict[str, list[str]]) -> Iterator[str]:
    """The names of the best key that has any: the others repeat it in other spellings.

    Where none has, the card that is shown beside a shared link may say "Written by", as label and value.
    """
    for key in _AUTHOR:
        names = [plain(value, 500) for value in found.get(_BARE[key], ())]
        if usable := [name for name in names if _may_be_name(name)]:
            yield from usable
            return
    for label, value in _CARD.items():
        if found.get(label, [""])[0].casefold() in words("by"):
            yield from found.get(value, ())


def _may_be_name(value: str) -> bool:
    """Not an account, an address, or the last part of one (`ann-roe`)."""
    slug = "-" in value and " " not in value and value.islower()
    return bool(value) and not value.startswith(("@", "http://", "https://")) and not slug
