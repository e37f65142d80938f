"""Writing a store: it is built beside the old one, and moved into its place when it is complete."""

from __future__ import annotations

import os
import shutil
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from itertools import islice
from tempfile import TemporaryDirectory, gettempdir

import numpy as np
from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ..._files import is_remote
from ...transforms.site_memory.derive import derive
from ...transforms.site_memory.near_duplicates import SIGNATURE_BYTES, find_originals
from ...transforms.site_memory.sample import SiteSample, merge
from ...transforms.site_memory.store import (
    APPLICATION_ID,
    TABLES,
    VERSION,
    Content,
    StoreError,
    is_store,
    open_store,
    pack_memory,
    pack_sample,
    to_signed,
    unpack_sample,
)
from ..display import reason
from ..output import LEARNING_SUFFIX
from ..output.folder import BusyError, held_folder
from ..output.writer import create_as_it_is, open_as_it_is

SCHEMA = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; {'; '.join(TABLES.values())};"
# Of two captures with one content the first by time and id stands for it. One capture that is learned twice is not
# shared.
ADD_CONTENT = """
INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, '') ON CONFLICT (key) DO UPDATE SET
    is_shared = is_shared OR excluded.is_shared OR id <> excluded.id,
    site = iif((excluded.captured_at, excluded.id) < (captured_at, id), excluded.site, site),
    captured_at = iif((excluded.captured_at, excluded.id) < (captured_at, id), excluded.captured_at, captured_at),
    id = iif((excluded.captured_at, excluded.id) < (captured_at, id), excluded.id, id)
WHERE is_shared < (excluded.is_shared OR id <> excluded.id) OR (excluded.captured_at, excluded.id) < (captured_at, id)
"""
# Rows that are sorted before they are added, so that neighbours share a page of the table.
BATCH = 50_000
CACHE_KIB = 32 * 1024
STORE_NAME = "store.sqlite"


class StoreWriter:
    """A store that is being built; `write_store` makes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._totals: dict[str, int] = {}

    def add_sample(self, sample: SiteSample) -> None:
        """Merge a sample into that of its site."""
        row = self._connection.execute("SELECT sample FROM samples WHERE site = ?", (sample.site,)).fetchone()
        if row:
            sample = merge([sample, unpack_sample(sample.site, row[0])])
        packed = pack_sample(sample)
        if not row or packed != row[0]:
            self._connection.execute("DELETE FROM sites WHERE site = ?", (sample.site,))
            self._connection.execute("INSERT OR REPLACE INTO samples VALUES (?, ?)", (sample.site, packed))

    def add_contents(self, contents: Iterable[Content]) -> None:
        """Merge contents into the contents of the store."""
        rest = iter(contents)
        while batch := sorted(islice(rest, BATCH)):
            self._connection.executemany(ADD_CONTENT, [(to_signed(c.key), *c[1:]) for c in batch])

    def finish(self) -> None:
        """Derive the memories of the sites whose samples have changed, and find the contents that resemble others."""
        changed = self._connection.execute("SELECT site FROM samples EXCEPT SELECT site FROM sites").fetchall()
        for (site,) in changed:
            (packed,) = self._connection.execute("SELECT sample FROM samples WHERE site = ?", (site,)).fetchone()
            memory = derive(unpack_sample(site, packed))
            counts = (memory.articles, memory.sampled, memory.template_texts, len(memory.containers))
            row = (site, *counts, memory.first_seen, memory.last_seen, pack_memory(memory))
            self._connection.execute("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._find_near_duplicates()
        sites, templates = self._connection.execute("SELECT count(*), ifnull(sum(templates), 0) FROM sites").fetchone()
        (shared,) = self._connection.execute("SELECT count(*) FROM contents WHERE is_shared").fetchone()
        self._totals = {"sites": sites, "templates": templates, "shared_contents": shared}

    def _find_near_duplicates(self) -> None:
        """Note for each content that resembles an earlier one which that is. Holds some 150 bytes for each content."""
        keys, sites, packed, numbers = array("q"), array("q"), bytearray(), dict[str, int]()
        query = "SELECT key, site, signature FROM contents WHERE length(signature) = ? ORDER BY captured_at, id, key"
        for key, site, signature in self._connection.execute(query, (SIGNATURE_BYTES,)):
            keys.append(key)
            # Texts without a site count as those of one site.
            sites.append(numbers.setdefault(site, len(numbers)))
            packed += signature
        signatures = np.frombuffer(packed, np.uint8).reshape(-1, SIGNATURE_BYTES)
        noted = dict(self._connection.execute("SELECT key, resembles FROM contents WHERE resembles <> ''"))
        found = {}
        for later, earlier in find_originals(signatures, np.array(sites)).items():
            ((found[keys[later]],),) = self._connection.execute(
                "SELECT id FROM contents WHERE key = ?", (keys[earlier],)
            )
        # Rows that stay as they are must not count as changes of the store.
        changed = [(found.get(key, ""), key) for key in noted | found if found.get(key, "") != noted.get(key, "")]
        self._connection.executemany("UPDATE contents SET resembles = ? WHERE key = ?", changed)

    @property
    def has_changed(self) -> bool:
        """Whether the store is another one than that with which the writer began."""
        return self._connection.total_changes > 0

    def totals(self) -> dict[str, int]:
        """Return the numbers of sites, templates and shared contents of the finished store."""
        return dict(self._totals)


def check_target(path: str, *, update: bool) -> bool:
    """Return whether a store exists. Raises StoreError unless it may be written: updated, or new."""
    if not _exists(path):
        return False
    if os.path.isdir(path):
        raise StoreError(f"{path!r} is a folder; name a file for the store")
    if not update:
        if os.path.isfile(path) and not is_store(path):
            raise StoreError(f"{path!r} exists and is not a store; name another file")
        raise StoreError(f"store {path!r} exists; name another, or pass --update to merge into it")
    open_store(path).close()
    return True


@contextmanager
def working_folder(path: str, *, resumes: bool = False) -> Iterator[str]:
    """Make the folder beside a store in which its successor is built, and delete it when the block ends.

    While one run holds the folder, no other run can write the store. If the block fails and a portion is noted in the
    folder, the folder stays; a run that `resumes` finds its files there. Raises StoreError.
    """
    with ExitStack() as stack:
        try:
            held = stack.enter_context(held_folder(path + LEARNING_SUFFIX, resumes=resumes))
        except BusyError as error:
            raise StoreError(f"store {path!r} cannot be written now: {error}") from error
        except OSError as error:
            raise StoreError(f"store {path!r} cannot be written: {reason(error, path)}") from error
        yield held.path


@contextmanager
def write_store(path: str, folder: str) -> Iterator[StoreWriter]:
    """Yield a writer that begins with the store at `path`, if there is one.

    When the block ends well, the result takes its place in one move; otherwise the old store stays unchanged. It also
    stays if the result is the same: a run that used it would be another run with a newer file.
    """
    # SQLite needs a local file.
    with TemporaryDirectory(prefix="boiloff-store-") if is_remote(path) else nullcontext(folder) as local_folder:
        local = os.path.join(local_folder, STORE_NAME)
        with suppress(FileNotFoundError):
            os.unlink(local)  # of a run that was killed
        is_new = not _exists(path)
        if not is_new:
            _copy(path, local)
        with _naming_files(local), closing(_connect(local)) as connection:
            writer = StoreWriter(connection)
            yield writer
            writer.finish()
            connection.commit()
            has_changed = is_new or writer.has_changed
        if has_changed:
            _put_in_place(local, path, folder)


# What cleaning reads of a store: memories, and the contents that others share or resemble.
FOR_RECALL = """
DELETE FROM samples;
DELETE FROM contents WHERE NOT is_shared AND resembles = '';
UPDATE contents SET site = '', signature = x'';
VACUUM;
"""


def write_for_recall(path: str, target: str) -> None:
    """Write a store with what cleaning reads of the store at `path`, for workers that must copy it."""
    with TemporaryDirectory(prefix="boiloff-store-") as folder:
        local = os.path.join(folder, STORE_NAME)
        _copy(path, local)
        with _naming_files(local), closing(_connect(local)) as connection:
            connection.executescript(FOR_RECALL)
        _upload(local, target)


@contextmanager
def _naming_files(local: str) -> Iterator[None]:
    """Add the names of the file, and of the folder for temporary files, to an error of SQLite."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"cannot write {local!r}, or to {gettempdir()!r}: {error}") from error


def _connect(local: str) -> sqlite3.Connection:
    """Open for writing, without a journal: an unfinished store is deleted."""
    is_new = not os.path.exists(local)
    connection = sqlite3.connect(local)
    connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB};")
    if is_new:
        connection.executescript(SCHEMA)
    return connection


def _copy(path: str, local: str) -> None:
    open_store(path).close()
    with open_as_it_is(path) as source, open(local, "wb") as target:
        shutil.copyfileobj(source, target)


def _put_in_place(local: str, path: str, folder: str) -> None:
    if not is_remote(path):
        with open(local, "rb") as written:
            os.fsync(written.fileno())
        os.replace(local, path)
        return
    uploaded = FileSystems.join(folder, STORE_NAME)
    _upload(local, uploaded)
    FileSystems.rename([uploaded], [path])


def _upload(local: str, path: str) -> None:
    with open(local, "rb") as source, create_as_it_is(path) as target:
        shutil.copyfileobj(source, target)


def _exists(path: str) -> bool:
    try:
        return bool(FileSystems.exists(path))
    except (BeamIOError, ValueError) as error:
        raise StoreError(f"store {path!r} cannot be read: {error}") from error
