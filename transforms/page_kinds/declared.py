"""What names the kind of a page: its types, systems, names of elements, words of its address and title, and entries.

Entries of a listing are teasers or rows that look alike, each with a link of its own, and together most of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt

from ..compiled.outline import repeated_items
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page, PageKind
from ..data import read_data
from ..matching.headlines import MARK
from ..matching.outline import looks_of, outline_of
from ..matching.wording import UNSPACED, block_measures, normalise
from ..metadata.json_ld import nodes_of_page

# By feature, what it was read from.
Findings = dict[str, list[str]]

# Values of og:type that name no kind of page.
OTHER_OG_TYPE = "og:type other"
DATED = frozenset(
    "article:published_time datepublished og:article:published_time date dc.date parsely-pub-date".split()
)
READ_META = DATED | {"og:type", "generator"}
PUBLISHED = "published"
# What stands further below a folder of entries is an entry: /archives/2012/11/boats.html.
LISTING, MAX_BELOW_LISTING = "address listing", 2
TITLE_LISTING = "title listing"
# Below a folder of people, a name of so many words is the page of one.
PERSON, MAX_NAME_WORDS = "address person", 4
# Of these types also the number counts.
SEVERAL = ("discussion", "product", "listing")
# The kinds of which pages have lines of their own.
LABELLED: tuple[PageKind, ...] = ("discussion", "listing", "other")
# The first types of one object of JSON-LD.
MAX_TYPES = 5
# Parts of a path that are read, and words of a part.
MAX_PARTS, MAX_WORDS = 8, 4
MAX_TITLE_CHARS, MAX_TITLE_PARTS, MAX_TITLE_WORDS = 200, 8, 3
WORD = re.compile(r"[^\W\d_]+")


class Known(NamedTuple):
    """What words of pages stand for: for each the features that it speaks for.

    `names` has ids, class names, and types as microdata writes them; `ends` the last parts of paths, `people` the
    folders with a page for each person, `labels` by line the number of its kind in `LABELLED`.
    """

    types: Mapping[str, tuple[str, ...]]
    og_types: Mapping[str, tuple[str, ...]]
    generators: Mapping[str, tuple[str, ...]]
    address: Mapping[str, tuple[str, ...]]
    host: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    unspaced_titles: tuple[str, ...]
    ends: Mapping[str, tuple[str, ...]]
    people: frozenset[str]
    whole_titles: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, int]
    names: Mapping[str, tuple[str, ...]]
    all_names: frozenset[str]
    generator_starts: tuple[str, ...]


@cache
def known() -> Known:
    """Read `data/names/page_kinds.json`, once a process."""
    data = read_data("names/page_kinds")
    types = _by_word(
        (f"{sort} {kind}", words)
        for kind, words in data["types"].items()
        for sort in (("type", "types") if kind in SEVERAL else ("type",))
    )
    names = _by_word(
        (f"{'names' if entry.get('any') else 'system'} {entry['kind']}", entry["names"])
        for entry in data["systems"].values()
    )
    for scheme in ("http", "https"):
        names |= {f"{scheme}://schema.org/{name}": features for name, features in types.items()}
    titles, whole_titles = (
        _by_word(
            (f"title {kind}", map(normalise, phrases))
            for kind, languages in data[topic].items()
            for phrases in languages.values()
        )
        for topic in ("titles", "whole titles")
    )
    generators = _by_word((f"generator {kind}", words) for kind, words in data["generators"].items())
    return Known(
        types=types,
        og_types=_by_word((f"og:type {kind}", words) for kind, words in data["og types"].items()),
        generators=generators,
        address=_by_word(
            (f"address {kind}", words) for kind, languages in data["address"].items() for words in languages.values()
        ),
        # Below /c a forum has its categories; an address that ends so may be of anything.
        ends=_by_word(
            (f"ends {kind}", [word for word in words if len(word) > 1])
            for kind in data["address ends"]
            for topic in ("address", "address ends")
            for words in data[topic][kind].values()
        ),
        people=frozenset(data["address folders of people"]),
        whole_titles=whole_titles,
        labels={
            written: number
            for number, kind in enumerate(LABELLED)
            for labels in data["labels"][kind].values()
            for label in labels
            for written in (label, label[:1].upper() + label[1:], label.title(), label.upper())
        },
        host=_by_word((f"host {kind}", words) for kind, words in data["host"].items()),
        titles=titles,
        unspaced_titles=tuple(title for title in titles if UNSPACED.match(title)),
        names=names,
        all_names=frozenset(names),
        generator_starts=tuple(generators),
    )


def _by_word(topics: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for feature, words in topics:
        for word in words:
            found.setdefault(word, {})[feature] = None
    return {word: tuple(features) for word, features in found.items()}


def findings(page: Page, parts: Parts) -> Findings:
    """Return the evidence of the page by feature: its declarations, the names of its elements, the words of its
    address and its title.

    `parts` are the parts of its address.
    """
    found: Findings = {}
    _find_types(page, found)
    names = known().names
    for name in known().all_names.intersection(page.columns.pool):
        _add(found, names[name], name.rpartition("/")[2])
    _find_in_meta(page, found)
    _find_in_address(parts, found)
    _find_in_title(page.head.title, found)
    return found


def _add(found: Findings, features: Iterable[str], read_from: str) -> None:
    for feature in features:
        if feature in found:
            found[feature].append(read_from)
        else:
            found[feature] = [read_from]


def _find_types(page: Page, found: Findings) -> None:
    types = known().types
    for node in nodes_of_page(page):
        declared: Any = node.get("@type")
        for name in declared[:MAX_TYPES] if isinstance(declared, list) else (declared,):
            if isinstance(name, str) and (features := types.get(name.rpartition("/")[2] if "/" in name else name)):
                _add(found, features, name)


def _find_in_meta(page: Page, found: Findings) -> None:
    for key, content in page.head.meta:
        if key not in READ_META:
            continue
        if key == "og:type":
            _add(found, known().og_types.get(content.lower(), (OTHER_OG_TYPE,)), content)
        elif key == "generator":
            said = content.lower()
            if said.startswith(known().generator_starts):
                for name, features in known().generators.items():
                    if said.startswith(name):
                        _add(found, features, content)
        else:
            _add(found, (PUBLISHED,), content)


def _find_in_address(parts: Parts, found: Findings) -> None:
    for label in parts.host.split(".")[:-1]:
        if label in known().host:
            _add(found, known().host[label], parts.host)
    words = known().address
    if parts.segments:
        end = parts.segments[-1]
        _add(found, known().ends.get(end.partition(".")[0], ()), end)
        if _is_of_person(parts.segments):
            _add(found, (PERSON,), end)
    last = len(parts.segments) - 1
    for place, segment in enumerate(parts.segments[:MAX_PARTS]):
        stem = segment.partition(".")[0]
        for word in (stem,) if stem in words or place == last else WORD.findall(stem)[:MAX_WORDS]:
            if features := words.get(word):
                is_far = last - place > MAX_BELOW_LISTING
                _add(found, [feature for feature in features if not is_far or feature != LISTING], segment)


def _is_of_person(segments: tuple[str, ...]) -> bool:
    """Return True for a path like /people/anna-berg or /~berg."""
    if segments[-1].startswith("~"):
        return True
    return len(segments) > 1 and segments[-2] in known().people and len(WORD.findall(segments[-1])) <= MAX_NAME_WORDS


def _find_in_title(title: str, found: Findings) -> None:
    titles, unspaced = known().titles, known().unspaced_titles
    parts = MARK.split(title[:MAX_TITLE_CHARS], MAX_TITLE_PARTS)
    for place, part in enumerate(parts):
        key = normalise(part)
        # "Harbour Blog » Blog Archive » Boats" is the title of a post.
        is_between = 0 < place < len(parts) - 1
        if not is_between:
            _add(found, known().whole_titles.get(key, ()), key)
        words = key.split(" ")
        for count in range(1, min(MAX_TITLE_WORDS, len(words)) + 1):
            for said in dict.fromkeys((" ".join(words[:count]), " ".join(words[-count:]))):
                if features := titles.get(said):
                    _add(found, [name for name in features if not is_between or name != TITLE_LISTING], said)
        if words[-1].endswith(unspaced):
            said = next(name for name in unspaced if words[-1].endswith(name))
            _add(found, titles[said], said)


class Parts(NamedTuple):
    """The parts of an address: its host, the segments of its path in lower case, and whether it has a query."""

    host: str = ""
    segments: tuple[str, ...] = ()
    has_query: bool = False


# The page of a folder; with a query it may be any page.
START = "index"
# Most addresses: `urlsplit` takes thirty times as long, and reads the others. No part repeats: linear.
ORDINARY = re.compile(r"https?://([\w.-]+)(/[^?#\x00-\x20]*)?(\?[^#\x00-\x20]+)?(?:#[^\x00-\x20]*)?", re.ASCII)


def parts_of(url: str) -> Parts:
    """Divide an address into parts. A text that is not an address has no parts."""
    if ordinary := ORDINARY.fullmatch(url):
        host, path, query = ordinary[1].lower(), ordinary[2] or "", ordinary[3]
    else:
        try:
            parts = urlsplit(url)
            host, path, query = parts.hostname or "", parts.path, parts.query
        except ValueError:
            return Parts()
    path = unquote(path) if "%" in path else path
    segments = tuple([segment for segment in path.lower().split("/") if segment])
    if segments and segments[-1].partition(".")[0] == START:
        segments = segments[:-1]
    return Parts(host, segments, bool(query))


# A listing has so many entries at least, with so much of its text; fewer are links to other pages below an article.
LEAST_ENTRIES, LEAST_SHARE = 5, 0.5
# So many of them have a linked heading, and lead to different pages.
NEARLY_ALL = 0.8
# Rows without headings must be more. So much of their text is in links, and in paragraphs at most.
LEAST_ROWS = 10
LEAST_LINKED, MOST_LINKED, MOST_PROSE = 0.1, 0.8, 0.3
HEADING = KIND_NUMBERS["heading"]


def entries_of(page: Page) -> int:
    """Return how many entries a page lists, or 0 if it is not a list of entries.

    Entries have a linked heading, or are rows. The parts of an article, posts of a thread and items of a menu look
    alike, too; they have no heading that leads to a page of its own.
    """
    columns, outline = page.columns, outline_of(page)
    paths = looks_of(columns).paths
    if not len(columns.elements):
        return 0
    item = np.array(repeated_items(columns.parents, paths, outline.size, LEAST_ENTRIES))[np.array(columns.elements)]
    widths = np.array(outline.block_width)
    listed = np.flatnonzero(item >= 0)
    if not len(listed):
        return 0
    look = np.array(paths)[item[listed]]
    sizes = np.bincount(look, weights=widths[listed])
    largest = int(sizes.argmax())
    if sizes[largest] < LEAST_SHARE * widths.sum():
        return 0
    blocks = listed[look == largest]
    entries = len(np.unique(item[blocks]))
    linked = np.array(columns.link_chars)[blocks] > 0
    is_heading = np.array(columns.kinds)[blocks] == HEADING
    for leading, fewest in ((linked & is_heading, LEAST_ENTRIES), (linked & _are_rows(columns, blocks), LEAST_ROWS)):
        led = blocks[leading].tolist()
        targets = {columns.links[columns.link_firsts[block]] for block in led}
        least = max(fewest, NEARLY_ALL * entries)
        if len(np.unique(item[led])) >= least and len(targets) >= least:
            return entries
    return 0


def _are_rows(columns: Columns, blocks: npt.NDArray[np.int64]) -> bool:
    """Return True if blocks are rows of links beside other short text, as an index of threads, jobs or files has them.

    The items of a menu are links alone, and the posts of a thread are running text.
    """
    widths, prose = (np.array(measures)[blocks] for measures in block_measures(columns))
    chars = np.maximum(np.diff(np.array(columns.starts))[blocks], 1)
    linked = np.array(columns.link_chars)[blocks].sum() / chars.sum()
    in_prose = (widths * (prose > 0)).sum() / max(widths.sum(), 1)
    return bool(LEAST_LINKED <= linked <= MOST_LINKED and in_prose <= MOST_PROSE)
