"""Finished runs: their records read back, whatever the format, and their manifests compared with a new run.

So no run is repeated needlessly, and `--since` skips files that were read before.
"""

from __future__ import annotations

import glob
import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ..._files import is_remote
from ..reading.ranges import GLOB_CHARACTERS, InputError, absolute, real_path
from . import MANIFEST, RUN, STORE_NAME, SUCCESS, SUMMARY, UNFINISHED
from .folder import OutputError
from .parquet import read_parquet
from .writer import open_as_it_is, read_json

# The size of a file whose manifest has none.
ANY_SIZE = -1
# The keys of a manifest that identify a run, apart from the inputs, and how a message names a difference.
DIFFERENCES = {
    "tool_version": "another version of boiloff",
    "schema_version": "another version of the records",
    "config_sha256": "another configuration",
    "format": "another format",
    "ledger": "another --ledger",
    "retry": "with --retry in one of them",
    "learns": "learning in one of them alone",
    "templates": "another store, or a store that has changed",
}


class Known(NamedTuple):
    """A file with its size in bytes and the time of its last change in seconds since 1970; both -1 if unknown."""

    path: str
    bytes: int = -1
    modified: float = -1.0


def known_of(paths: Iterable[str]) -> list[Known]:
    """Return files as manifests list them: by absolute path, with size and time of change."""
    return list(map(_known, paths))


def _known(path: str) -> Known:
    if is_remote(path):
        try:
            (entry,) = FileSystems.match([path])[0].metadata_list
        except (BeamIOError, ValueError):
            return Known(path)
        return Known(path, entry.size_in_bytes, entry.last_updated_in_seconds or -1.0)
    try:
        status = os.stat(real_path(path))
    except OSError:
        return Known(absolute(path))
    return Known(absolute(path), status.st_size, status.st_mtime)


def finished_before(folder: str, run: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the summary of the finished run in a folder if its manifest is that of `run`; None otherwise.

    Raises OutputError if it is the same run, but its files are damaged.
    """
    manifest = _manifest_of(folder)
    shards = (manifest or {}).pop("shards", [])
    if manifest != as_json(run):
        return None
    if damaged := _damaged(folder, shards, needs_memory=bool(run["learns"])):
        more = f" and {len(damaged) - 1:,} more" if damaged[1:] else ""
        raise OutputError(
            f"the same run is finished in {folder!r}, but some of its files are damaged: {damaged[0]}{more}; "
            "--overwrite repeats it"
        )
    return read_json(FileSystems.join(folder, SUMMARY))


def _damaged(folder: str, shards: Sequence[Mapping[str, Any]], *, needs_memory: bool) -> list[str]:
    """Return the files of a finished run that are missing or have another size than in its manifest, with the cause."""
    wanted: dict[str, Any] = {str(shard["name"]): shard["bytes"] for shard in shards}
    if needs_memory:
        wanted[STORE_NAME] = ANY_SIZE
    found = []
    for name, known in zip(wanted, known_of(FileSystems.join(folder, name) for name in wanted), strict=True):
        if known.bytes < 0:
            found.append(f"{name} is missing")
        elif wanted[name] not in (known.bytes, ANY_SIZE):
            found.append(f"{name} has {known.bytes:,} bytes instead of {wanted[name]:,}")
    return found


def is_unfinished(folder: str, run: Mapping[str, Any]) -> bool:
    """Return whether `run` has begun in a folder and has not ended well."""
    return _manifest_of(folder) is None and _begun_in(folder, UNFINISHED) == as_json(run)


def is_begun(working: str, run: Mapping[str, Any]) -> bool:
    """Return whether `run` works in a folder, or has worked there and was killed."""
    return _begun_in(working) == as_json(run)


def differences(folder: str, run: Mapping[str, Any]) -> str:
    """Return in words how the run in a folder, finished or not, differs from `run`; "" if there is none."""
    manifest = _manifest_of(folder) or _begun_in(folder, UNFINISHED)
    if manifest is None:
        return ""
    now = as_json(run)
    found = [words for name, words in DIFFERENCES.items() if manifest.get(name) != now[name]]
    return ", ".join([*found, *_other_inputs(manifest.get("inputs", []), now["inputs"])])


def _other_inputs(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how the files that were read differ from those to read."""
    then, these = ({entry["path"]: entry for entry in entries} for entries in (before, now))
    for words, paths in (
        ("not read then", these.keys() - then.keys()),
        ("not read now", then.keys() - these.keys()),
        ("changed since", {path for path in these.keys() & then.keys() if these[path] != then[path]}),
    ):
        if paths:
            first, rest = min(paths), len(paths) - 1
            yield f"{first!r}{f' and {rest:,} more' if rest else ''} {words}"


def as_json(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as JSON gives it back: without tuples."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    return copy


def _manifest_of(folder: str) -> dict[str, Any] | None:
    """Return the manifest of the finished run in a folder; None if there is none."""
    try:
        if not all(FileSystems.exists(FileSystems.join(folder, name)) for name in (SUCCESS, MANIFEST, SUMMARY)):
            return None
        manifest = read_json(FileSystems.join(folder, MANIFEST))
    except (BeamIOError, OSError, ValueError):  # claiming the folder reports what is wrong with it
        return None
    return manifest if isinstance(manifest, dict) else None


def _begun_in(*working: str) -> dict[str, Any] | None:
    """Return the manifest of the unfinished run that works in a folder, given in parts; None if there is none."""
    try:
        path = FileSystems.join(*working, RUN)
        manifest = read_json(path) if FileSystems.exists(path) else None
    except (BeamIOError, OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def new_inputs(files: Sequence[str], since: Sequence[str]) -> list[str]:
    """Return the files that no run of `since` has read, and the files that have changed since, in their order.

    `since` contains folders of finished runs, their manifests, or globs of either. Raises InputError for other values.
    """
    if not since:
        return list(files)
    done = {Known(**entry) for name in since for path in _manifests(name) for entry in _inputs_of(path)}
    return [path for path, known in zip(files, known_of(files), strict=True) if known not in done]


def _manifests(name: str) -> list[str]:
    """Return the manifests that a folder, a file or a glob names."""
    path = name if name.endswith(MANIFEST) else FileSystems.join(name.rstrip("/"), MANIFEST)
    if not GLOB_CHARACTERS & set(name):
        return [path]
    if is_remote(path):
        found = sorted(entry.path for entry in FileSystems.match([path])[0].metadata_list)
    else:
        found = sorted(glob.glob(path, recursive=True))
    if not found:
        raise InputError(f"{name}: no earlier run matches; check the path, and quote globs")
    return found


def _inputs_of(path: str) -> list[dict[str, Any]]:
    folder = path.removesuffix(MANIFEST) or "."
    try:
        if not FileSystems.exists(FileSystems.join(folder, SUCCESS)):
            raise InputError(f"{folder}: not a finished run (it has no {SUCCESS}); name the folder of a finished run")
        entries: list[dict[str, Any]] = read_json(path)["inputs"]
        return [{name: entry[name] for name in Known._fields} for entry in entries]
    except InputError:
        raise
    except (BeamIOError, OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read as the manifest of a run: {error!r}") from error


Record = dict[str, Any]


@dataclass(frozen=True)
class FinishedRun:
    """The output folder of a run that ended well, with the names of its files of records from the manifest."""

    folder: str
    summary: Record
    shards: tuple[str, ...]

    def records(self, name: str) -> Iterator[Record]:
        """Yield the records of `articles`, `removed` or `rejected`, in the order of the files.

        Raises InputError for a file that is missing or cannot be read.
        """
        for shard in self.shards_of(name):
            yield from self.records_of(shard)

    def shards_of(self, name: str) -> list[str]:
        """Return the names of the files of `articles`, `removed` or `rejected`."""
        return [shard for shard in self.shards if shard.startswith(f"{name}-")]

    def records_of(self, shard: str) -> Iterator[Record]:
        """Yield the records of one file, as `records` does."""
        try:
            with open_as_it_is(self.file(shard)) as stream:
                if shard.endswith(".parquet"):
                    yield from read_parquet(stream)
                else:
                    yield from map(json.loads, gzip.GzipFile(fileobj=stream) if shard.endswith(".gz") else stream)
        except (BeamIOError, OSError, EOFError, ValueError) as error:
            raise InputError(f"{self.file(shard)}: cannot be read: {error}; repeat the run with --overwrite") from error

    def require_full_ledger(self, what: str) -> None:
        """Raise InputError if the ledger lacks texts of removed blocks. The message says that `what` needs them."""
        ledger = self.summary.get("ledger", "full")
        if ledger != "full":
            raise InputError(
                f"{self.folder}: the run used --ledger {ledger}, but {what} needs the texts of removed blocks; repeat "
                "the run with --overwrite and without --ledger"
            )

    def file(self, name: str) -> str:
        """Return the path of a file of the folder."""
        return str(FileSystems.join(self.folder, name))

    @property
    def site_memory(self) -> str:
        """The path of the store that the run wrote, or `""` if it did not learn."""
        path = self.file(STORE_NAME)
        return path if FileSystems.exists(path) else ""


def is_finished_run(name: str) -> bool:
    """Return whether this is the folder of a finished run; other programs write the same mark of completeness."""
    if not is_remote(name) and not os.path.isdir(name):
        return False
    return all(FileSystems.exists(FileSystems.join(name, part)) for part in (SUCCESS, SUMMARY, MANIFEST))


def open_finished_run(folder: str) -> FinishedRun:
    """Open the run in an output folder. Raises InputError if there is none, or if it is not finished."""
    try:
        if not is_remote(folder) and not os.path.exists(folder):
            raise InputError(f"{folder}: no such folder; name the output folder of a finished run")
        if not FileSystems.exists(FileSystems.join(folder, SUCCESS)):
            raise InputError(f"{folder}: not a finished run (it has no {SUCCESS}); name the folder of a finished run")
        summary = read_json(FileSystems.join(folder, SUMMARY))
        shards = tuple(str(shard["name"]) for shard in read_json(FileSystems.join(folder, MANIFEST))["shards"])
    except InputError:
        raise
    except (BeamIOError, OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder}: cannot be read as a finished run: {error!r}; repeat the run") from error
    return FinishedRun(folder, summary, shards)
