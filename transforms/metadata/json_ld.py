"""JSON-LD: what search engines are told, and so what publishers keep right."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ..core.page import Page
from .addresses import same_page
from .claims import NOTHING, Claims
from .plain import letters, plain

Node = dict[str, Any]

_LONGEST = 1_000_000
_MOST_NODES = 3000
_DEEPEST = 12
_MOST_NAMES = 40
_STRICT_ENOUGH = json.JSONDecoder(strict=False)  # raw newlines in strings are common, and harmless

# Optional comment and CDATA openers; anchored, each alternative starts differently.
_WRAPPING = re.compile(r"(?:\s|<!--|//|/\*|\*/|<!\[CDATA\[)*")
# A comma before a closing bracket. White space is scanned once for each comma: linear.
_SPARE_COMMA = re.compile(r",(\s*[\]}])")
# A key and a string without raw quotes; both classes exclude their own end, and lengths are bounded.
_PAIR = re.compile(
    r'"(headline|datePublished|dateModified|description|@type)"\s{0,20}:\s{0,20}"((?:[^"\\]|\\.){0,2000})"'
)

_NESTED = (dict, list)
_ARTICLE = ("article", "posting", "report", "recipe", "review", "chapter")
_PAGE = ("webpage", "itempage", "creativework", "webcontent", "aboutpage")


def json_ld_claims(page: Page) -> Claims:
    """What the page's JSON-LD says about the article of this page.

    Of several articles the one is taken whose address or headline is the page's own: others are teasers for
    other pages. Videos, breadcrumbs, organisations and lists are passed over. Values that are not valid JSON
    are salvaged as far as that costs little. Never raises.
    """
    nodes = [node for raw in page.head.json_ld for node in nodes_of(raw)]
    articles = _articles(nodes, page)
    if not articles:
        return NOTHING
    article = articles[0]
    return Claims(
        titles=tuple(_texts(article, "headline", "name")),
        description=next(_texts(article, "description"), ""),
        authors=next((names for node in articles if (names := tuple(_names(node, nodes)))), ()),
        tags=tuple(_tags(article)),
        site_name=_site(article, nodes),
        url=next(_addresses(article), ""),
        published=_dates(article, "datePublished", "dateCreated", "uploadDate"),
        modified=_dates(article, "dateModified"),
    )


def nodes_of(raw: str) -> list[Node]:
    """Every object in a JSON-LD script, outermost first. Malformed, huge or deep input gives what it can."""
    raw = raw.strip()
    if not raw:
        return []
    values = _load(raw) if len(raw) <= _LONGEST else []
    return _walk(values) if values else _salvage(raw[:100_000])


def _load(raw: str) -> list[Any]:
    start = _WRAPPING.match(raw)
    raw = raw[start.end() :] if start else raw
    for text in _readings(raw):
        if values := _decode(text):
            return values
    return []


def _readings(raw: str) -> Iterator[str]:
    """The text as it is, then with its commonest faults mended."""
    yield raw
    if "&quot;" in raw or "&#34;" in raw:
        raw = html.unescape(raw)
        yield raw
    yield _SPARE_COMMA.sub(r"\1", raw)


def _decode(text: str) -> list[Any]:
    """The values at the start of the text, one after the other, up to the first fault."""
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < 20:
        try:
            value, at = _STRICT_ENOUGH.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n;,":
            at += 1
    return [value for value in values if isinstance(value, (dict, list))]


def _salvage(raw: str) -> list[Node]:
    """Plain key and string pairs out of a text that is not JSON, as one object; the first of each key counts."""
    found: Node = {}
    for key, value in _PAIR.findall(raw):
        found.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    return [found] if found.get("headline") else []


def _walk(values: list[Any]) -> list[Node]:
    """Objects in breadth, so that what stands outermost comes first; bounded in number and depth."""
    found: list[Node] = []
    level: list[Any] = [values]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for item in level:
            children = item
            if isinstance(item, dict):
                found.append(item)
                children = item.values()
            below += [child for child in children if isinstance(child, _NESTED)]
        if not below or len(found) > _MOST_NODES:
            break
        level = below[:_MOST_NODES]
    return found


def _articles(nodes: list[Node], page: Page) -> list[Node]:
    """The node that is about this page's article, then those that have its address or headline too."""
    ranked: list[tuple[float, bool, Node]] = []
    page_title = letters(plain(page.head.title))
    for node in nodes:
        score = _kind_score(node)
        if not score:
            continue
        headline = letters(next(_texts(node, "headline", "name"), ""))
        here = any(same_page(address, page.url) for address in _addresses(node))
        titled = bool(headline) and headline in page_title
        score += 4 * here + 3 * titled + 0.5 * sum(key in node for key in ("author", "datePublished", "headline"))
        ranked.append((score, here or titled, node))
    ranked.sort(key=lambda entry: -entry[0])
    return [node for i, (_, told, node) in enumerate(ranked) if told or not i]


def _kind_score(node: Node) -> float:
    if "@type" not in node and "headline" not in node:
        return 0.0
    kind = node.get("@type")
    if isinstance(kind, str):  # as most
        score = _type_score(kind[-100:])
    else:
        score = max((_type_score(name[-100:]) for name in _strings(kind)), default=0.0)
    return score or (0.5 if "headline" in node and "datePublished" in node else 0.0)


@lru_cache(maxsize=1024)
def _type_score(name: str) -> float:
    name = name.casefold()
    return 3.0 if name.endswith(_ARTICLE) else 1.0 if name.endswith(_PAGE) else 0.0


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value[:200] if isinstance(item, str))


def _texts(node: Node, *keys: str) -> Iterator[str]:
    for key in keys:
        for value in _strings(node.get(key)):
            if text := plain(value):
                yield text


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            yield from _strings(value.get("@id"))
            yield from _strings(value.get("url"))
        else:
            yield from _strings(value)


def _names(article: Node, nodes: Sequence[Node]) -> Iterator[str]:
    for key in ("author", "creator"):
        if names := list(_people(article.get(key), nodes)):
            yield from names
            return


def _people(value: Any, nodes: Sequence[Node], depth: int = 0) -> Iterator[str]:
    """Names in a string, a person, an organisation, a reference to one, or a list of these."""
    if isinstance(value, str):
        yield plain(value, 500)
    elif isinstance(value, list) and depth < 4:
        for item in value[:_MOST_NAMES]:
            yield from _people(item, nodes, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        name = value.get("name") or _name_of(value.get("@id"), nodes)
        yield from _people(name, (), depth + 1)


def _name_of(identifier: Any, nodes: Sequence[Node]) -> Any:
    if not identifier:
        return None
    return next((node["name"] for node in nodes if "name" in node and node.get("@id") == identifier), None)


def _tags(article: Node) -> Iterator[str]:
    for value in _strings(article.get("keywords")):
        yield from (plain(part) for part in value[:5000].split(","))


def _site(article: Node, nodes: Sequence[Node]) -> str:
    for node in nodes:
        if node.get("@type") in ("WebSite", ["WebSite"]) and (name := next(_texts(node, "name"), "")):
            return name
    return next(_people(article.get("publisher"), nodes), "")


def _dates(article: Node, *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"json-ld:{key}", value) for key in keys for value in _strings(article.get(key)))
