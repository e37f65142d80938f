"""Meta tags: Open Graph, Dublin Core, and the names that analytics and newsletters use."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ..core.page import Head
from .values import Claims, plain, split_tags, words

_MOST_TAGS = 500

# The keys of each field, best first. Marks do not count: `article:published_time` stands for every spelling of itself.
_KEYS = {
    "title": "citation_title dc.title dcterms.title og:title twitter:title parsely-title",
    "author": (
        "citation_author citation_authors article:author_name parsely-author sailthru.author cxenseparse:author "
        "dc.creator dcterms.creator author byl article:author og:article:author articleauthor og:author creator"
    ),
    "description": "og:description description twitter:description dc.description dcterms.abstract",
    "tags": "article:tag keywords news_keywords parsely-tags sailthru.tags dc.subject",
    "site": "og:site_name citation_journal_title dc.publisher application-name",
    "url": "og:url",
    "published": (
        "article:published_time og:article:published_time og:published_time article:published datepublished "
        "parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime "
        "citation_publication_date citation_date prism.publicationdate dc.date.issued dcterms.issued dcterms.created "
        "dc.date.created dc.date date pubdate publishdate publish_date published-date publication_date published "
        "published_at og:publish_date content:publishdate date.created date.available displaydate pdate ptime"
    ),
    "modified": (
        "article:modified_time og:updated_time datemodified article:modified dcterms.modified dc.date.modified "
        "date.modified modified-time modified-date date.updated last-modified lastmod utime"
    ),
    # The card beside a shared link has labels and values.
    "label1": "twitter:label1",
    "data1": "twitter:data1",
    "label2": "twitter:label2",
    "data2": "twitter:data2",
}
_MARKS = str.maketrans("", "", ":._- ")


class _Key(NamedTuple):
    """The field that a key fills, its rank there (0 is best), and how the record writes it."""

    field: str
    rank: int
    name: str


_FIELDS: dict[str, _Key] = {}
for _field, _names in _KEYS.items():
    for _rank, _name in enumerate(_names.split()):
        _FIELDS.setdefault(_name.translate(_MARKS), _Key(_field, _rank, _name))

# A value with its key.
_Values = list[tuple[_Key, str]]


def meta_claims(head: Head) -> Claims:
    """Return what the page's meta tags say, without accounts (`@paper`) and addresses as authors."""
    found = _values(head)
    return Claims(
        title=_first_text(found["title"]),
        description=_first_text(found["description"]),
        authors=_authors(found),
        tags=tuple([tag for _, value in found["tags"] for tag in split_tags(value)]),
        site_name=_first_text(found["site"]),
        url=found["url"][0][1] if found["url"] else "",
        published=tuple([(f"meta:{key.name}", value) for key, value in found["published"]]),
        modified=tuple([(f"meta:{key.name}", value) for key, value in found["modified"]]),
    )


def _values(head: Head) -> dict[str, _Values]:
    """Collect the values of each field, best key first, and in document order for one key."""
    found: dict[str, _Values] = {field: [] for field in _KEYS}
    for names, value in head.meta[:_MOST_TAGS]:
        for key in _known_keys(names[:200]):
            found[key.field].append((key, value))
    for values in found.values():
        if len(values) > 1:
            values.sort(key=_rank_of)
    return found


def _rank_of(entry: tuple[_Key, str]) -> int:
    return entry[0].rank


@lru_cache(maxsize=2048)
def _known_keys(names: str) -> list[_Key]:
    """List those of a tag's keys that fill a field."""
    return [key for name in names.split() if (key := _FIELDS.get(name.translate(_MARKS)))]


def _first_text(values: _Values) -> str:
    return next((text for _, value in values if (text := plain(value))), "")


def _authors(found: dict[str, _Values]) -> tuple[str, ...]:
    """Return the names of the best key that has any: other keys repeat them in other spellings.

    If no key has a name, the card beside a shared link may say "Written by", as label and value.
    """
    best = -1
    names: list[str] = []
    for key, value in found["author"]:
        if names and key.rank != best:
            break
        if _may_be_name(name := plain(value, 500)):
            best = key.rank
            names.append(name)
    if names:
        return tuple(names)
    cards = (("label1", "data1"), ("label2", "data2"))
    signed = [data for label, data in cards if found[label] and found[label][0][1].casefold() in words("by")]
    return tuple([value for data in signed for _, value in found[data]])


def _may_be_name(value: str) -> bool:
    """Return whether a value is none of these: an account, an address, the last part of one (`ann-roe`)."""
    if not value or value.startswith(("@", "http://", "https://")):
        return False
    return "-" not in value or " " in value or not value.islower()
