"""The store of site memory: one SQLite file, read-only to everything but learning.

A store holds, for each site, the sample that learning merges into (`samples`) and what was derived from it (`sites`,
all that cleaning reads); and for each content the capture that stands for it (`contents`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from ..core.remote import is_remote
from .memory import SiteMemory
from .packing import PackingError, unpack_memory, unpack_sample
from .sample import SiteSample

APPLICATION_ID = 0x424F494C  # "BOIL", which `file` shows
VERSION = 1
# Where SQLite's header has it (sqlite.org/fileformat.html).
APPLICATION_ID_AT = 68
SQLITE_HEADER = b"SQLite format 3\x00"
# Files that SQLite keeps beside a database while it is written to.
WRITING_SUFFIXES = ("-journal", "-wal")
# The tables, as SQLite keeps what made them. Anything else in a store, such as a view or a trigger, may make a query
# run for ever, so that a store with it is refused.
TABLES = {
    "sites": """CREATE TABLE sites (
        site TEXT PRIMARY KEY, articles INTEGER NOT NULL, sampled INTEGER NOT NULL, templates INTEGER NOT NULL,
        containers INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, memory BLOB NOT NULL
    )""",
    "samples": "CREATE TABLE samples (site TEXT PRIMARY KEY, sample BLOB NOT NULL)",
    "contents": """CREATE TABLE contents (
        key INTEGER PRIMARY KEY, captured_at TEXT NOT NULL, id TEXT NOT NULL, is_shared INTEGER NOT NULL
    )""",
}
# Steps of SQLite's machine that one query may take for each byte of the store. Sorting all sites takes less than one; a
# damaged store whose pages name each other in a circle has no end.
STEPS_PER_BYTE, STEPS_BETWEEN_LOOKS = 20, 100_000
# Memories that a worker keeps unpacked: those of the sites that it met last, some 100 KB each.
CACHED_SITES = 512
# 64-bit keys are unsigned, SQLite's integers signed.
SIGN = 1 << 63

T = TypeVar("T")


class StoreError(ValueError):
    """A store that cannot be used: missing, no store, damaged, of another version, being written. One line."""


class SiteLine(NamedTuple):
    """A site of a store, in a line: estimated articles, sampled ones, texts of templates, when it was last captured."""

    site: str
    articles: int
    sampled: int
    templates: int
    containers: int
    last_seen: str


class Content(NamedTuple):
    """A content with the capture that stands for it, the first by time and id, and whether others share it."""

    key: int
    captured_at: str
    id: str
    is_shared: bool = False


class Store:
    """An open store, for reading. Made by `open_store`; any number of threads may ask, one after the other."""

    def __init__(self, path: str, connection: sqlite3.Connection, size: int) -> None:
        self.path = path
        self._connection = connection
        self._budget = _Budget(size)
        connection.set_progress_handler(self._budget, STEPS_BETWEEN_LOOKS)
        self._cached_site = lru_cache(maxsize=CACHED_SITES)(self._site)

    def site(self, site: str) -> SiteMemory | None:
        """What is known of a site, or None. The sites asked for last are kept unpacked."""
        return self._cached_site(site)

    def _site(self, site: str) -> SiteMemory | None:
        row = self._row("SELECT memory FROM sites WHERE site = ?", (bytes,), site)
        return _unpacked(self.path, unpack_memory, site, row[0]) if row else None

    def sample(self, site: str) -> SiteSample | None:
        """The sample that a site's memory was derived from."""
        row = self._row("SELECT sample FROM samples WHERE site = ?", (bytes,), site)
        return _unpacked(self.path, unpack_sample, site, row[0]) if row else None

    def duplicate_of(self, content: int) -> str:
        """The id of the capture that stands for this content, or `""` where only one capture has it, or none."""
        row = self._row("SELECT id FROM contents WHERE key = ? AND is_shared", (str,), to_signed(content))
        return str(row[0]) if row else ""

    def sites(self) -> Iterator[SiteLine]:
        """Every site, those of most articles first."""
        query = f"SELECT {', '.join(SiteLine._fields)} FROM sites ORDER BY articles DESC, site"
        return map(SiteLine._make, self._rows(query, (str, int, int, int, int, str)))

    def samples(self) -> Iterator[SiteSample]:
        """Every site's sample, by name."""
        for site, packed in self._rows("SELECT site, sample FROM samples ORDER BY site", (str, bytes)):
            yield _unpacked(self.path, unpack_sample, site, packed)

    def contents(self) -> Iterator[Content]:
        """Every content with the capture that stands for it."""
        query = "SELECT key, captured_at, id, is_shared FROM contents ORDER BY key"
        for key, captured_at, identity, is_shared in self._rows(query, (int, str, str, int)):
            yield Content(key + SIGN, captured_at, identity, bool(is_shared))

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
        """Rows whose values have these types: SQLite keeps any value in any column."""
        self._budget.looks = 0
        with _told(self.path):
            for row in self._connection.execute(query, values):
                if tuple(map(type, row)) != types:
                    raise StoreError(f"store {self.path!r} is damaged: wrong types in a row; learn anew")
                yield row


class _Budget:
    """Stops a query that takes more steps than a sound store of so many bytes can need."""

    def __init__(self, size: int) -> None:
        self.most = 1 + size * STEPS_PER_BYTE // STEPS_BETWEEN_LOOKS
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.looks > self.most


def _unpacked(path: str, unpack: Callable[[str, bytes], T], site: str, packed: bytes) -> T:
    try:
        return unpack(site, packed)
    except PackingError as error:
        raise StoreError(f"store {path!r}: what it has of {site!r} is {error}; learn it anew") from error


def to_signed(key: int) -> int:
    """A 64-bit key as SQLite keeps it, in the same order."""
    return key - SIGN


def open_store(path: str) -> Store:
    """Open a store for reading, after checks that it is one, whole, and nobody writes to it.

    A path of Beam's filesystems that is not local is copied to a local file first, which goes when the process lets go
    of the store. Raises StoreError.
    """
    if is_remote(path):
        with _fetched(path) as local:
            return _open_local(local, path)
    return _open_local(path, path)


def is_store(path: str) -> bool:
    """True for a local file that is a store, whole or not."""
    try:
        with open(path, "rb") as stream:
            header = stream.read(APPLICATION_ID_AT + 4)
    except OSError:
        return False
    return header.startswith(SQLITE_HEADER) and header[APPLICATION_ID_AT:] == APPLICATION_ID.to_bytes(4, "big")


def _open_local(local: str, path: str) -> Store:
    if os.path.isdir(local):
        raise StoreError(f"store {path!r} is a folder; name the file that boiloff learn has written")
    if not os.path.isfile(local):
        raise StoreError(f"store {path!r} does not exist; make it with: boiloff learn INPUT... --templates {path}")
    with _told(path):
        _check_header(local, path)
        name = quote(os.path.abspath(local))
        connection = sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=0)
        try:
            connection.set_progress_handler(_Budget(os.path.getsize(local)), STEPS_BETWEEN_LOOKS)
            _check(connection, local, path)
        finally:
            connection.close()
        # Nothing changes a store in place, so that no lock is needed any more.
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
        raise StoreError(f"{path!r} is no store; make one with: boiloff learn INPUT... --templates STORE")
    if any(os.path.exists(local + suffix) for suffix in WRITING_SUFFIXES):
        raise StoreError(f"store {path!r} is being written by another program; wait until that is done")


def _check(connection: sqlite3.Connection, local: str, path: str) -> None:
    connection.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
    application, version, pages, page_size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "page_count", "page_size")
    )
    if application != APPLICATION_ID:
        raise StoreError(f"{path!r} is a database, but no store of boiloff's")
    if version != VERSION:
        raise StoreError(f"store {path!r} has version {version}, this boiloff reads version {VERSION}; learn anew")
    if os.path.getsize(local) != pages * page_size:
        raise StoreError(f"store {path!r} is damaged: cut short; learn anew, or take another copy")
    made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    if {name: str(sql).split() for name, sql in made.items()} != {name: sql.split() for name, sql in TABLES.items()}:
        raise StoreError(f"store {path!r} does not have the tables of a store, and them alone; learn anew")
    connection.execute("SELECT site, memory FROM sites LIMIT 1").fetchone()


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Tell SQLite's errors in words that name the store and the way out."""
    try:
        yield
    except sqlite3.ProgrammingError:  # a mistake of ours, such as asking a store that was closed
        raise
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreError(f"store {path!r} is being written by another program; wait until that is done") from error
        if "interrupted" in str(error):
            raise StoreError(f"store {path!r} is damaged: its pages have no end; learn anew") from error
        raise StoreError(f"store {path!r} cannot be read: {error}") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter from an error that quotes damaged text
        raise StoreError(f"store {path!r} is damaged: {error}; learn anew, or take another copy") from error


@contextmanager
def _fetched(path: str) -> Iterator[str]:
    """A local copy of a store. SQLite keeps an open file when its name goes."""
    try:
        source = FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    except Exception as error:  # each filesystem raises its own
        raise StoreError(f"store {path!r} cannot be opened: {error}") from error
    with source, NamedTemporaryFile(prefix="boiloff-store-") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        yield copy.name
