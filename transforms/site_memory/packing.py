"""Pack samples and memories as bytes, for a shuffle or a store: plain numbers and text, so that reading runs no code.

A store may come from somebody else. So unpacking bounds the size, and checks the type and range of every value: rules
rely on them.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import wraps
from sys import intern
from typing import Any, NamedTuple, ParamSpec, TypeVar, get_type_hints

from .container_paths import MAX_STEP_CHARS, MAX_STEPS, SEPARATOR
from .memory import Container, SiteMemory, Template
from .sample import SAMPLE, SiteSample
from .sketch import MAX_DAY, ArticleSketch

COMPRESSION_LEVEL = 6
HEADER_LENGTH = struct.Struct("<I")
# In real crawls the largest sample of a site takes 2 MB, the largest memory 1 MB.
MAX_UNPACKED_BYTES = 64 << 20
MAX_PATH_CHARS = MAX_STEPS * (MAX_STEP_CHARS + len(SEPARATOR))
# Keys and fingerprints have 64 bits; no other number is as large.
TOO_LARGE = 1 << 64

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", Template, Container)

COLUMNS: dict[type[NamedTuple], tuple[type, ...]] = {
    kind: tuple(get_type_hints(kind)[name] for name in kind._fields) for kind in (Template, Container)
}


class PackingError(ValueError):
    """The bytes are not a packed sample or memory, or only a part of one."""


def _checked(unpack: Callable[P, T]) -> Callable[P, T]:
    """Wrap an unpacking function, so that it raises PackingError for any damage."""

    @wraps(unpack)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return unpack(*args, **kwargs)
        except (zlib.error, struct.error, ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
            raise PackingError(f"damaged: {type(error).__name__}: {error}") from error

    return checked


def pack_sample(sample: SiteSample) -> bytes:
    """Pack a sample, without the site's name. Each path is written once, however many articles have it."""
    numbers = _numbered(path for article in sample.articles for path in article.paths)
    header = {
        "paths": list(numbers),
        "articles": [
            [a.key, a.content, a.day, int(a.is_variant), [numbers[path] for path in a.paths],
             len(a.rows), len(a.masked), len(a.texts)]
            for a in sample.articles
        ],
    }  # fmt: skip
    text = _json(header)
    bodies = [part for a in sample.articles for part in (a.rows, a.masked, a.texts)]
    return zlib.compress(b"".join([HEADER_LENGTH.pack(len(text)), text, *bodies]), COMPRESSION_LEVEL)


@_checked
def unpack_sample(site: str, packed: bytes) -> SiteSample:
    """Unpack a sample. Raises PackingError if the bytes are anything else."""
    data = _decompressed(packed)
    (length,) = HEADER_LENGTH.unpack_from(data)
    start = HEADER_LENGTH.size + length
    header = json.loads(data[HEADER_LENGTH.size : start])
    shared = [intern(_path(path)) for path in header["paths"]]
    articles = []
    for key, content, day, is_variant, paths, *lengths in header["articles"]:
        parts = []
        for size in map(_number, lengths):
            parts.append(data[start : start + size])
            start += size
        own = tuple(shared[_number(path)] for path in paths)
        sketch = ArticleSketch(_number(key), _number(content), _number(day, MAX_DAY), bool(is_variant), own, *parts)
        sketch.check()
        articles.append(sketch)
    if start != len(data):
        raise ValueError(f"{len(data)} bytes where {start} were written")
    if len(articles) > 2 * SAMPLE:
        raise ValueError(f"{len(articles)} articles where {2 * SAMPLE} have a place")
    return SiteSample(site, tuple(articles))


def pack_memory(memory: SiteMemory) -> bytes:
    """Pack a memory, without the site's name."""
    paths = _numbered([*(found.path for found in memory.containers), *(found.container for found in memory.templates)])
    document = {
        "counts": [memory.articles, memory.sampled, memory.first_seen, memory.last_seen],
        "paths": list(paths),
        "templates": [[paths[found.container], *found._replace(container="")] for found in memory.templates],
        "containers": [[paths[found.path], *found._replace(path="")] for found in memory.containers],
    }
    return zlib.compress(_json(document), COMPRESSION_LEVEL)


@_checked
def unpack_memory(site: str, packed: bytes) -> SiteMemory:
    """Unpack a memory. Raises PackingError if the bytes are anything else."""
    document = json.loads(_decompressed(packed))
    paths = [_path(path) for path in document["paths"]]
    templates = tuple(_row(Template, row, container=paths[_number(path)]) for path, *row in document["templates"])
    containers = tuple(_row(Container, row, path=paths[_number(path)]) for path, *row in document["containers"])
    if not all(found.of for found in templates):
        raise ValueError("a template of no articles")
    articles, sampled, *seen = document["counts"]
    first_seen, last_seen = map(_text, seen)
    return SiteMemory(site, _number(articles), _number(sampled), first_seen, last_seen, templates, containers)


def _decompressed(packed: bytes) -> bytes:
    """Decompress at most MAX_UNPACKED_BYTES. Raises ValueError for more."""
    decoder = zlib.decompressobj()
    data = decoder.decompress(packed, MAX_UNPACKED_BYTES)
    if not decoder.eof:
        raise ValueError(f"cut short, or more than {MAX_UNPACKED_BYTES} bytes")
    return data


def _row(kind: type[Row], values: Sequence[Any], **path: Any) -> Row:
    """Make a row of the memory and check its values. Numbers are finite; only log-odds may be below 0."""
    row = kind._make(values)._replace(**path)
    for name, wanted in zip(kind._fields, COLUMNS[kind], strict=True):
        _check_value(name, getattr(row, name), wanted)
    return row


def _check_value(name: str, value: Any, wanted: type) -> None:
    given = type(value)
    if given is not wanted and (wanted, given) != (float, int):
        raise TypeError(f"{name} is {value!r:.40}, not {wanted.__name__}")
    if wanted is not str and not (-TOO_LARGE if name.endswith("log_odds") else 0) <= value < TOO_LARGE:
        raise ValueError(f"{name} is {value!r:.40}")


def _number(value: Any, end: int = TOO_LARGE) -> int:
    if type(value) is not int or not 0 <= value < end:
        raise ValueError(f"{value!r:.40} is not a number from 0 to {end}")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r:.40} is not text")
    return value


def _path(value: Any) -> str:
    path = _text(value)
    if len(path) > MAX_PATH_CHARS or path.count(SEPARATOR) >= MAX_STEPS:
        raise ValueError(f"{path!r:.40} is not the path of a container")
    return path


def _numbered(paths: Any) -> dict[str, int]:
    return {path: number for number, path in enumerate(sorted(set(paths)))}


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
