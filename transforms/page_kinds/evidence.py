"""Evidence of a page's kind, as numbers: types it declares, names of systems, words of its address, and its shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import log1p
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt

from ..classifier.features import BLOCK_FEATURES, REMOVED_FEATURES, unmarked_table
from ..core.page import Page
from ..core.tags import TAG_NUMBERS
from ..data import read_data
from ..metadata.json_ld import nodes_of_page

if TYPE_CHECKING:
    from collections.abc import Mapping

Numbers = npt.NDArray[np.float64]

KINDS = ("article", "discussion", "product", "documentation", "listing", "other")
# Sorts of evidence that name a kind.
TYPE, MANY, OG, GENERATOR, SYSTEM, NAMES, ADDRESS, HOST = (
    "type", "types", "og:type", "generator", "system", "names", "address", "host",
)  # fmt: skip
OG_TYPES = ("article", "discussion", "product", "website", "other")
GENERATORS = ("discussion", "shop", "documentation", "article")
# Systems without a name of their own: what designers of any page of a kind call its parts.
ANY_SYSTEM = frozenset({"forum", "shop product", "shop listing", "list", "documentation", "help centre", "article", "service page"})
DATED = ("article:published_time", "datepublished", "og:article:published_time", "date", "dc.date", "parsely-pub-date")

DECLARED = (
    *(f"{TYPE} {kind}" for kind in KINDS),
    *(f"{MANY} {kind}" for kind in ("discussion", "product", "listing")),
    *(f"{OG} {kind}" for kind in OG_TYPES),
    *(f"{GENERATOR} {kind}" for kind in GENERATORS),
    "published",
    *(f"{SYSTEM} {kind}" for kind in KINDS),
    *(f"{NAMES} {kind}" for kind in KINDS),
    *(f"{ADDRESS} {kind}" for kind in KINDS),
    *(f"{HOST} {kind}" for kind in KINDS),
    "address: root", "address: depth", "address: words", "address: number", "address: date", "address: query",
    "address: file",
)  # fmt: skip
COUNTED = ("blocks", "text", "times", "code", "tables", "prices", "headings")
MEANS = tuple(name for name in BLOCK_FEATURES if name not in REMOVED_FEATURES)
FEATURES = (
    *DECLARED,
    *(f"count: {name}" for name in COUNTED),
    *(f"mean: {name}" for name in MEANS),
    *(f"mean of blocks: {name}" for name in MEANS),
)
PLACES = {name: place for place, name in enumerate(FEATURES)}
PRICE_SIGNS = ("$", "€", "£", "¥", "₹", "₽", "zł", "₺", " kr", "CHF")
DATE_IN_PATH = re.compile(r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/|$)|(?:19|20)\d\d-[01]\d-[0-3]\d|/20\d{6}\b")
WORD = re.compile(r"[^\W\d_]+")


@cache
def _table(name: str) -> dict[str, frozenset[str]]:
    """Read for each type, value, word or name the features that it counts for."""
    found: dict[str, set[str]] = {}

    def add(words: Iterable[str], feature: str) -> None:
        for word in words:
            found.setdefault(word, set()).add(feature)

    data: dict[str, Any] = read_data("names/page_kinds")[name]
    for kind, entries in data.items():
        if name == "systems":
            add(entries["names"], kind)
        elif name == "address":
            for words in entries.values():
                add(words, f"{ADDRESS} {kind}")
        else:
            add(entries, kind)
    return {word: frozenset(features) for word, features in found.items()}


@cache
def system_kinds() -> Mapping[str, str]:
    return {system: entry["kind"] for system, entry in read_data("names/page_kinds")["systems"].items()}


@cache
def _item_types() -> dict[str, frozenset[str]]:
    return {
        f"{scheme}://schema.org/{name}": kinds for name, kinds in _table("types").items() for scheme in ("http", "https")
    }


@cache
def _known_names() -> frozenset[str]:
    return frozenset(_table("systems")) | frozenset(_item_types())


def evidence_of(page: Page) -> Numbers:
    """Return the evidence of a page with markup, one number for each of `FEATURES`."""
    values = np.zeros(len(FEATURES))
    for feature, value in _declared(page):
        values[PLACES[feature]] = max(values[PLACES[feature]], value)
    first = len(DECLARED)
    values[first : first + len(COUNTED)] = _counts(page)
    _write_means(page, values[first + len(COUNTED) :])
    return values


def _declared(page: Page) -> Iterator[tuple[str, float]]:
    types, names = _types_and_names(page)
    for kind, count in types.items():
        yield f"{TYPE} {kind}", 1.0
        if f"{MANY} {kind}" in PLACES:
            yield f"{MANY} {kind}", log1p(count)
    for system, count in names.items():
        yield f"{NAMES if system in ANY_SYSTEM else SYSTEM} {system_kinds()[system]}", log1p(count)
    for key, content in page.head.meta:
        if key == "og:type":
            for kind in _table("og types").get(content.lower(), ("other",)):
                yield f"{OG} {kind}", 1.0
        elif key == "generator":
            for kind in generators(content):
                yield f"{GENERATOR} {kind}", 1.0
        elif key in DATED:
            yield "published", 1.0
    yield from _of_address(page.url)


def generators(content: str) -> frozenset[str]:
    said = content.lower()
    return frozenset(kind for name, kinds in _table("generators").items() if said.startswith(name) for kind in kinds)


def _types_and_names(page: Page) -> tuple[dict[str, int], dict[str, int]]:
    types: dict[str, int] = {}
    names: dict[str, int] = {}
    known = _table("types")
    for node in nodes_of_page(page):
        kind = node.get("@type")
        for name in (kind,) if isinstance(kind, str) else kind[:5] if isinstance(kind, list) else ():
            if isinstance(name, str):
                for group in known.get(name.rpartition("/")[2], ()):
                    types[group] = types.get(group, 0) + 1
    items, systems = _item_types(), _table("systems")
    for name in _known_names().intersection(page.columns.pool):
        for group in items.get(name, ()):
            types[group] = types.get(group, 0) + 1
        for system in systems.get(name, ()):
            names[system] = names.get(system, 0) + 1
    return types, names


def _of_address(url: str) -> Iterator[tuple[str, float]]:
    try:
        parts = urlsplit(url)
        host, path = parts.hostname or "", unquote(parts.path)
    except ValueError:
        return
    for label in host.split(".")[:-1]:
        for kind in _table("host").get(label, ()):
            yield f"{HOST} {kind}", 1.0
    segments = [segment for segment in path.lower().split("/") if segment]
    words = _table("address")
    for segment in segments[:8]:
        stem = segment.partition(".")[0]
        for feature in words.get(stem, ()):
            yield feature, 1.0
        if stem not in words and segment is not segments[-1]:
            for word in WORD.findall(stem)[:4]:
                for feature in words.get(word, ()):
                    yield feature, 0.5
    last = segments[-1] if segments else ""
    yield "address: root", float(not segments)
    yield "address: depth", min(len(segments), 6.0)
    yield "address: words", min(len(WORD.findall(last)), 10.0)
    yield "address: number", float(any(character.isdigit() for character in last))
    yield "address: date", float(DATE_IN_PATH.search(path) is not None)
    yield "address: query", float(bool(parts.query))
    yield "address: file", float("." in last)


def _counts(page: Page) -> list[float]:
    columns = page.columns
    tags, kinds = columns.element_tags, columns.kinds
    from ..core.columns import KIND_NUMBERS

    blocks = len(kinds)
    prices = sum(map(columns.text.count, PRICE_SIGNS))
    return [
        log1p(blocks),
        log1p(len(columns.text)),
        log1p(tags.count(TAG_NUMBERS["time"])),
        log1p(kinds.count(KIND_NUMBERS["code"])),
        log1p(kinds.count(KIND_NUMBERS["table"])),
        log1p(prices),
        kinds.count(KIND_NUMBERS["heading"]) / max(blocks, 1),
    ]


def _write_means(page: Page, out: Numbers) -> None:
    if not len(page.blocks):
        return
    rows = unmarked_table(page)[: len(MEANS)]
    weights = np.ones((rows.shape[1], 2), dtype=np.float32)
    weights[:, 0] = rows[0]
    weights /= np.maximum(weights.sum(axis=0), 1)
    means = rows @ weights
    out[: len(MEANS)], out[len(MEANS) :] = means[:, 0], means[:, 1]
