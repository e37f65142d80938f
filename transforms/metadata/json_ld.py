"""What a page declares about its article in JSON-LD and in meta tags.

Publishers write JSON-LD for search engines, and so keep it right. Meta tags are those of Open Graph and Dublin Core,
and the names that analytics and newsletters use.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..core.page import Head, Page
from .values import NO_PAGE, NOTHING, Claims, host_and_path, letters, plain, split_tags, words

Node = dict[str, Any]
# A name and the type of what has it.
_Signer = tuple[str, str]

_LONGEST = 1_000_000
_MOST_NODES = 3000
_DEEPEST = 12
_MOST_NAMES = 40
_DECODER = json.JSONDecoder(strict=False)  # raw newlines in strings are common, and harmless

# Optional comment and CDATA openers; anchored, each alternative starts differently.
_WRAPPING = re.compile(r"(?:\s|<!--|//|/\*|\*/|<!\[CDATA\[)*")
# A comma before a closing bracket. White space is scanned once for each comma: linear.
_SPARE_COMMA = re.compile(r",(\s*[\]}])")
# A key and a string without raw quotes; both classes exclude their own end, and lengths are bounded.
_PAIR = re.compile(
    r'"(headline|datePublished|dateModified|description|@type)"\s{0,20}:\s{0,20}"((?:[^"\\]|\\.){0,2000})"'
)

# Endings of the types of articles, and of pages.
_ARTICLE = ("article", "posting", "report", "recipe", "review", "chapter")
_PAGE = ("webpage", "itempage", "creativework", "webcontent", "aboutpage")
_ORGANISATION = ("Organization", "Corporation")
_BASIC_KEYS = ("author", "datePublished", "headline")


def json_ld_claims(page: Page, *, only_own: bool = False) -> Claims:
    """Return what the page's JSON-LD says about the article of this page.

    Of several articles, the one counts that has the page's own address or headline: others are teasers of other pages.
    With `only_own`, a single article without these does not count either.
    Videos, breadcrumbs, organisations and lists do not count. Invalid JSON is salvaged as far as that costs little.
    Never raises.
    """
    nodes = nodes_of_page(page)
    articles = _articles(nodes, page, only_own) if nodes else []
    if not articles:
        return NOTHING
    article = articles[0]
    signers = next((found for node in articles if (found := _signers(node, nodes))), ())
    return Claims(
        title=_text(article, "headline", "name"),
        description=_text(article, "description"),
        authors=tuple([name for name, _ in signers]),
        organisations=tuple([name for name, kind in signers if kind.endswith(_ORGANISATION)]),
        tags=tuple([tag for value in _strings(article.get("keywords")) for tag in split_tags(value)]),
        site_name=_site(article, nodes),
        url=next(iter(_addresses(article)), ""),
        published=_dates(article, "datePublished", "dateCreated", "uploadDate"),
        modified=_dates(article, "dateModified"),
    )


def nodes_of_page(page: Page) -> list[Node]:
    """List every object in the page's JSON-LD, computed once for a page and its marked copies."""
    return page.cached("json-ld", None, lambda: [node for raw in page.head.json_ld for node in nodes_of(raw)])


def nodes_of(raw: str) -> list[Node]:
    """List every object in a JSON-LD script, outermost first. Malformed, huge or deep input gives what it can."""
    raw = raw.strip()
    if not raw:
        return []
    values = _load(raw) if len(raw) <= _LONGEST else []
    return _walk(values) if values else _salvage(raw[:100_000])


def _load(raw: str) -> list[Any]:
    start = _WRAPPING.match(raw)
    return next(filter(None, map(_decode, _readings(raw[start.end() :] if start else raw))), [])


def _readings(raw: str) -> Iterator[str]:
    """Yield the text as it is, then with its commonest faults mended."""
    yield raw
    if "&quot;" in raw or "&#34;" in raw:
        raw = html.unescape(raw)
        yield raw
    yield _SPARE_COMMA.sub(r"\1", raw)


def _decode(text: str) -> list[Any]:
    """Decode the objects and lists at the start of the text, one after the other, up to the first fault."""
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < 20:
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n;,":
            at += 1
    return [value for value in values if isinstance(value, (dict, list))]


def _salvage(raw: str) -> list[Node]:
    """Make one object of plain key and string pairs in a text that is not JSON; the first of each key counts."""
    found: Node = {}
    for key, value in _PAIR.findall(raw):
        found.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    return [found] if found.get("headline") else []


def _walk(values: list[Any]) -> list[Node]:
    """List objects breadth first, so that the outermost come first; bounded in number and depth."""
    found: list[Node] = []
    level: list[Any] = [values]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for item in level:
            if type(item) is dict:
                found.append(item)
                item = item.values()
            for child in item:
                if type(child) is dict or type(child) is list:
                    below.append(child)
        if not below or len(found) > _MOST_NODES:
            break
        level = below[:_MOST_NODES]
    return found


def _articles(nodes: list[Node], page: Page, only_own: bool) -> list[Node]:
    """List the node that is about this page's article, then those that have its address or headline too."""
    ranked: list[tuple[float, bool, Node]] = []
    page_title, own = letters(plain(page.head.title)), host_and_path(page.url)
    for node in nodes:
        score = _type_score(node)
        if not score:
            continue
        here = own != NO_PAGE and own in map(host_and_path, _addresses(node))
        headline = letters(_text(node, "headline", "name"))
        titled = bool(headline) and headline in page_title
        score += 4 * here + 3 * titled + 0.5 * sum([key in node for key in _BASIC_KEYS])
        ranked.append((score, here or titled, node))
    ranked.sort(key=lambda entry: -entry[0])
    return [node for i, (_, is_own, node) in enumerate(ranked) if is_own or not (i or only_own)]


def _type_score(node: Node) -> float:
    kind = node.get("@type")
    if kind is None and "@type" not in node and "headline" not in node:
        return 0.0
    if type(kind) is str:  # as most
        score = _score(kind[-100:])
    else:
        score = max([_score(name[-100:]) for name in _strings(kind)], default=0.0)
    return score or (0.5 if "headline" in node and "datePublished" in node else 0.0)


@lru_cache(maxsize=1024)
def _score(kind: str) -> float:
    kind = kind.casefold()
    return 3.0 if kind.endswith(_ARTICLE) else 1.0 if kind.endswith(_PAGE) else 0.0


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value[:200] if isinstance(item, str)] if isinstance(value, list) else []


def _text(node: Node, *keys: str) -> str:
    """Return the first plain text under these keys, or `""`."""
    for key in keys:
        for value in _strings(node.get(key)):
            if text := plain(value):
                return text
    return ""


def _addresses(node: Node) -> list[str]:
    found: list[str] = []
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            found += _strings(value.get("@id"))
            found += _strings(value.get("url"))
        elif value is not None:
            found += _strings(value)
    return found


def _signers(article: Node, nodes: Sequence[Node]) -> tuple[_Signer, ...]:
    return tuple(_named(article.get("author"), nodes)) or tuple(_named(article.get("creator"), nodes))


def _named(value: Any, nodes: Sequence[Node], kind: str = "", depth: int = 0) -> Iterator[_Signer]:
    """Yield names and types in a string, a person, an organisation, a reference to one, or a list of these."""
    if isinstance(value, str):
        yield plain(value, 500), kind
    elif isinstance(value, list) and depth < 4:
        for item in value[:_MOST_NAMES]:
            yield from _named(item, nodes, kind, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        node = value if value.get("name") else _node_of(value.get("@id"), nodes)
        kind = next(iter(_strings(node.get("@type"))), "")
        yield from _named(node.get("name"), (), kind, depth + 1)


def _node_of(identifier: Any, nodes: Sequence[Node]) -> Node:
    known = (node for node in nodes if "name" in node and node.get("@id") == identifier) if identifier else ()
    return next(iter(known), {})


def _site(article: Node, nodes: Sequence[Node]) -> str:
    for node in nodes:
        if node.get("@type") in ("WebSite", ["WebSite"]) and (name := _text(node, "name")):
            return name
    return next((name for name, _ in _named(article.get("publisher"), nodes)), "")


def _dates(article: Node, *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple([(f"json-ld:{key}", value) for key in keys for value in _strings(article.get(key))])


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
