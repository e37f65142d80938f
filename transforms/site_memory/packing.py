"""Samples and memories as bytes: for a shuffle, for a store. Plain numbers and text, so that reading runs no code."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import wraps
from sys import intern
from typing import Any, ParamSpec, TypeVar

from .memory import Container, SiteMemory, Template
from .sample import SiteSample
from .sketch import ArticleSketch

LEVEL = 6
HEADER_LENGTH = struct.Struct("<I")

P = ParamSpec("P")
T = TypeVar("T")


class PackingError(ValueError):
    """Bytes that are no packed sample or memory, or only part of one."""


def _checked(unpack: Callable[P, T]) -> Callable[P, T]:
    """`unpack`, with whatever damage makes it stumble over told as one error."""

    @wraps(unpack)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return unpack(*args, **kwargs)
        except (zlib.error, struct.error, ValueError, TypeError, LookupError) as error:
            raise PackingError(f"damaged: {type(error).__name__}: {error}") from error

    return checked


def pack_sample(sample: SiteSample) -> bytes:
    """The sample as bytes, without the site's name. Paths are written once, however many articles have them."""
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
    return zlib.compress(b"".join([HEADER_LENGTH.pack(len(text)), text, *bodies]), LEVEL)


@_checked
def unpack_sample(site: str, packed: bytes) -> SiteSample:
    """The sample that was packed. Raises PackingError for anything else."""
    data = zlib.decompress(packed)
    (length,) = HEADER_LENGTH.unpack_from(data)
    start = HEADER_LENGTH.size + length
    header = json.loads(data[HEADER_LENGTH.size : start])
    shared = [intern(path) for path in header["paths"]]
    articles = []
    for key, content, day, is_variant, paths, *lengths in header["articles"]:
        parts = []
        for size in lengths:
            parts.append(data[start : start + size])
            start += size
        own = tuple(shared[number] for number in paths)
        articles.append(ArticleSketch(key, content, day, bool(is_variant), own, *parts))
    if start != len(data):
        raise ValueError(f"{len(data)} bytes where {start} were written")
    return SiteSample(site, tuple(articles))


def pack_memory(memory: SiteMemory) -> bytes:
    """The memory as bytes, without the site's name."""
    paths = _numbered([*(found.path for found in memory.containers), *(found.container for found in memory.templates)])
    document = {
        "counts": [memory.articles, memory.sampled, memory.first_seen, memory.last_seen],
        "paths": list(paths),
        "templates": [[paths[found.container], *found._replace(container="")] for found in memory.templates],
        "containers": [[paths[found.path], *found._replace(path="")] for found in memory.containers],
    }
    return zlib.compress(_json(document), LEVEL)


@_checked
def unpack_memory(site: str, packed: bytes) -> SiteMemory:
    """The memory that was packed. Raises PackingError for anything else."""
    document = json.loads(zlib.decompress(packed))
    paths: Sequence[str] = document["paths"]
    templates = (Template._make(row)._replace(container=paths[path]) for path, *row in document["templates"])
    containers = (Container._make(row)._replace(path=paths[path]) for path, *row in document["containers"])
    articles, sampled, first_seen, last_seen = document["counts"]
    return SiteMemory(site, articles, sampled, first_seen, last_seen, tuple(templates), tuple(containers))


def _numbered(paths: Any) -> dict[str, int]:
    return {path: number for number, path in enumerate(sorted(set(paths)))}


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
