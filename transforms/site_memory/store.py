"""The store of site memory: one SQLite file, read-only to everything but learning.

For each site, a store has the sample that learning merges into (`samples`) and the memory that was derived from it
(`sites`; cleaning reads nothing else). For each content, it has the capture that represents it (`contents`).

Samples and memories are packed as plain numbers and text, so that reading runs no code. A store may come from somebody
else. So unpacking bounds the size, and checks the type and range of every value: rules rely on them.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from sys import intern
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, get_type_hints
from urllib.parse import quote

from ..._files import is_remote, open_bytes
from .derive import Container, SiteMemory, Template
from .near_duplicates import SIGNATURE_BYTES
from .sample import SAMPLE, SiteSample
from .sketch import MAX_DAY, MAX_STEP_CHARS, MAX_STEPS, SEPARATOR, ArticleSketch

if TYPE_CHECKING:
    import sqlite3

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
    """The bytes are not a complete packed sample or memory."""


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


APPLICATION_ID = 0x424F494C  # "BOIL", which `file` shows
VERSION = 3
# Its place in SQLite's header (sqlite.org/fileformat.html).
APPLICATION_ID_AT = 68
SQLITE_HEADER = b"SQLite format 3\x00"
# Files that SQLite keeps beside a database while it is written to.
WRITING_SUFFIXES = ("-journal", "-wal")
# The statements that make the tables, as SQLite keeps them. A store with anything else, such as a view or a trigger, is
# refused: it may make a query run forever.
TABLES = {
    "sites": """CREATE TABLE sites (
        site TEXT PRIMARY KEY, articles INTEGER NOT NULL, sampled INTEGER NOT NULL, templates INTEGER NOT NULL,
        containers INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, memory BLOB NOT NULL
    )""",
    "samples": "CREATE TABLE samples (site TEXT PRIMARY KEY, sample BLOB NOT NULL)",
    "contents": """CREATE TABLE contents (
        key INTEGER PRIMARY KEY, captured_at TEXT NOT NULL, id TEXT NOT NULL, is_shared INTEGER NOT NULL,
        site TEXT NOT NULL, signature BLOB NOT NULL, resembles TEXT NOT NULL
    )""",
}
# Steps of SQLite's machine that one query may take for each byte of the store. Sorting all sites takes less than one.
# In a damaged store, pages may refer to each other in a cycle. A query would then never end.
STEPS_PER_BYTE, STEPS_BETWEEN_LOOKS = 20, 100_000
# A worker caches the memories of the sites that it met last, some 100 KB each.
CACHED_SITES = 512
# 64-bit keys are unsigned, SQLite's integers signed.
SIGN = 1 << 63


class StoreError(ValueError):
    """A store that cannot be used: it is missing, damaged, not a store, of another version, or another program is
    writing it. The message is one line.
    """


class SiteLine(NamedTuple):
    """Counts of a site in a store: estimated and sampled articles, template texts, containers; and its last capture."""

    site: str
    articles: int
    sampled: int
    templates: int
    containers: int
    last_seen: str


class Content(NamedTuple):
    """A content, its first capture by time and id, and whether other captures have the same content.

    `site` is the site of this capture. `signature` is the signature of the text (`near_duplicates.page_signature`).
    """

    key: int
    captured_at: str
    id: str
    is_shared: bool = False
    site: str = ""
    signature: bytes = b""


class Store:
    """An open store, for reading; `open_store` makes it. Threads may share it, one query at a time."""

    def __init__(self, path: str, connection: sqlite3.Connection, size: int) -> None:
        self.path = path
        self._connection = connection
        self._budget = _Budget(size)
        connection.set_progress_handler(self._budget, STEPS_BETWEEN_LOOKS)
        self._cached_site = lru_cache(maxsize=CACHED_SITES)(self._site)

    def site(self, site: str) -> SiteMemory | None:
        """Return the memory of a site, or None. Memories of recent sites are cached."""
        return self._cached_site(site)

    def _site(self, site: str) -> SiteMemory | None:
        row = self._row("SELECT memory FROM sites WHERE site = ?", (bytes,), site)
        return _unpacked(self.path, unpack_memory, site, row[0]) if row else None

    def sample(self, site: str) -> SiteSample | None:
        """Return the sample that a site's memory was derived from, or None."""
        row = self._row("SELECT sample FROM samples WHERE site = ?", (bytes,), site)
        return _unpacked(self.path, unpack_sample, site, row[0]) if row else None

    def duplicate_of(self, content: int) -> str:
        """Return the id of the capture that represents this content; `""` unless several captures share it."""
        return self.originals(content)[0]

    def originals(self, content: int) -> tuple[str, str]:
        """Return `duplicate_of`, and the id of the earlier capture that this content resembles; `""` for none."""
        query = "SELECT iif(is_shared, id, ''), resembles FROM contents WHERE key = ?"
        same, resembled = self._row(query, (str, str), to_signed(content)) or ("", "")
        return str(same), str(resembled)

    def sites(self) -> Iterator[SiteLine]:
        """Yield every site, those of most articles first."""
        query = f"SELECT {', '.join(SiteLine._fields)} FROM sites ORDER BY articles DESC, site"
        return map(SiteLine._make, self._rows(query, (str, int, int, int, int, str)))

    def samples(self) -> Iterator[SiteSample]:
        """Yield every site's sample, by name."""
        for site, packed in self._rows("SELECT site, sample FROM samples ORDER BY site", (str, bytes)):
            yield _unpacked(self.path, unpack_sample, site, packed)

    def contents(self) -> Iterator[Content]:
        """Yield every content with the capture that represents it."""
        query = "SELECT key, captured_at, id, is_shared, site, signature FROM contents ORDER BY key"
        types = (int, str, str, int, str, bytes)
        for key, captured_at, identity, is_shared, site, signature in self._rows(query, types):
            if len(signature) not in (0, SIGNATURE_BYTES):
                raise StoreError(f"store {self.path!r} is damaged: a signature of {len(signature)} bytes; learn anew")
            yield Content(key + SIGN, captured_at, identity, bool(is_shared), site, signature)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _row(self, query: str, types: tuple[type, ...], *values: Any) -> tuple[Any, ...] | None:
        return next(self._rows(query, types, *values), None)

    def _rows(self, query: str, types: tuple[type, ...], *values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield rows, and check the types of their values: SQLite keeps any value in any column."""
        self._budget.looks = 0
        with _store_errors(self.path):
            for row in self._connection.execute(query, values):
                if tuple(map(type, row)) != types:
                    raise StoreError(f"store {self.path!r} is damaged: wrong types in a row; learn a new store")
                yield row


class _Budget:
    """A progress handler that stops a query after more steps than a sound store of this size can need."""

    def __init__(self, size: int) -> None:
        self.limit = 1 + size * STEPS_PER_BYTE // STEPS_BETWEEN_LOOKS
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.looks > self.limit


def _unpacked(path: str, unpack: Callable[[str, bytes], T], site: str, packed: bytes) -> T:
    try:
        return unpack(site, packed)
    except PackingError as error:
        raise StoreError(f"store {path!r}: its data of {site!r} is {error}; learn a new store") from error


def to_signed(key: int) -> int:
    """Convert a 64-bit key to the signed integer that SQLite keeps, in the same order."""
    return key - SIGN


def open_store(path: str) -> Store:
    """Open a store for reading, after checks that it is complete and that no program is writing it.

    A store on a remote filesystem is copied to a local file first, which lasts as long as the open store. Raises
    StoreError.
    """
    if is_remote(path):
        with _local_copy(path) as local:
            return _open_local(local, path)
    return _open_local(path, path)


def is_store(path: str) -> bool:
    """Return whether a local file is a store, whole or not."""
    try:
        with open(path, "rb") as stream:
            header = stream.read(APPLICATION_ID_AT + 4)
    except OSError:
        return False
    return header.startswith(SQLITE_HEADER) and header[APPLICATION_ID_AT:] == APPLICATION_ID.to_bytes(4, "big")


def _open_local(local: str, path: str) -> Store:
    import sqlite3  # most programs open no store

    if os.path.isdir(local):
        raise StoreError(f"store {path!r} is a folder; name the file that boiloff learn has written")
    if not os.path.isfile(local):
        raise StoreError(f"store {path!r} does not exist; make it with: boiloff learn INPUT... --templates {path}")
    with _store_errors(path):
        _check_header(local, path)
        name = quote(os.path.abspath(local))
        connection = sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=0)
        try:
            connection.set_progress_handler(_Budget(os.path.getsize(local)), STEPS_BETWEEN_LOOKS)
            _check(connection, local, path)
        finally:
            connection.close()
        # From here on no lock is needed: nothing changes a store in place.
        connection = sqlite3.connect(f"file:{name}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return Store(path, connection, os.path.getsize(local))


def _check_header(local: str, path: str) -> None:
    try:
        with open(local, "rb") as stream:
            header = stream.read(len(SQLITE_HEADER))
    except OSError as error:
        raise StoreError(f"store {path!r} cannot be read: {error.strerror}") from error
    if header != SQLITE_HEADER:
        raise StoreError(f"{path!r} is not a store; make one with: boiloff learn INPUT... --templates STORE")
    if any(os.path.exists(local + suffix) for suffix in WRITING_SUFFIXES):
        raise StoreError(f"store {path!r} is being written by another program; wait until it has finished")


def _check(connection: sqlite3.Connection, local: str, path: str) -> None:
    connection.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
    application, version, pages, page_size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "page_count", "page_size")
    )
    if application != APPLICATION_ID:
        raise StoreError(f"{path!r} is a database, but not a store of boiloff")
    if version != VERSION:
        raise StoreError(
            f"store {path!r} has version {version}, this boiloff reads version {VERSION}; learn a new store"
        )
    if os.path.getsize(local) != pages * page_size:
        raise StoreError(f"store {path!r} is damaged: cut short; learn a new store, or use another copy")
    made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    if {name: str(sql).split() for name, sql in made.items()} != {name: sql.split() for name, sql in TABLES.items()}:
        raise StoreError(f"store {path!r} does not have exactly the tables of a store; learn a new store")
    connection.execute("SELECT site, memory FROM sites LIMIT 1").fetchone()


@contextmanager
def _store_errors(path: str) -> Iterator[None]:
    """Turn SQLite's errors into a StoreError that names the store and the way out."""
    import sqlite3

    try:
        yield
    except sqlite3.ProgrammingError:  # a bug in the caller, such as a query after close
        raise
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreError(
                f"store {path!r} is being written by another program; wait until it has finished"
            ) from error
        if "interrupted" in str(error):
            raise StoreError(
                f"store {path!r} is damaged: its pages refer to each other in a cycle; learn a new store"
            ) from error
        raise StoreError(f"store {path!r} cannot be read: {error}") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter from an error that quotes damaged text
        raise StoreError(f"store {path!r} is damaged: {error}; learn a new store, or use another copy") from error


@contextmanager
def _local_copy(path: str) -> Iterator[str]:
    """Copy a remote store to a local file. SQLite can read the open file after its name is gone."""
    from shutil import copyfileobj
    from tempfile import NamedTemporaryFile

    try:
        source = open_bytes(path)
    except Exception as error:  # each filesystem raises its own
        raise StoreError(f"store {path!r} cannot be opened: {error}") from error
    with source, NamedTemporaryFile(prefix="boiloff-store-") as copy:
        copyfileobj(source, copy)
        copy.flush()
        yield copy.name
