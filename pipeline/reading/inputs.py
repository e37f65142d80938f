"""Inputs: from the names that the caller gave (file, folder, glob, any path Beam opens) to the files to read."""

from __future__ import annotations

import glob
import logging
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import IO

from ..._files import is_remote, open_bytes
from ..display import reason
from ..output.names import LOCK, MANIFEST, OURS, SUCCESS, SUMMARY, UNFINISHED

_log = logging.getLogger(__name__)

GLOB_CHARACTERS = frozenset("*?[")
ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")
# A finished run has all three, a damaged one perhaps two. Other programs use each of these names, too.
RUN_MARKS = frozenset({MANIFEST, SUMMARY, SUCCESS})
LEAST_RUN_MARKS = 2


class InputError(ValueError):
    """An input that matches nothing, or cannot be read. The message is one line that names it and the way out."""


def expand_inputs(inputs: Iterable[str], warn: Callable[[str], None] = _log.warning) -> list[str]:
    """List every file that the inputs name: each once, those of one input in sorted order.

    A folder stands for its files at any depth, except hidden names (that begin with a dot) and linked folders, which
    may lead out of it or in circles. The list includes entries that cannot be read (without permission, a socket, a
    folder that does not open), so that their reader rejects them. It skips files that runs of boiloff have written in a
    folder, as records are not captures, and `warn` is called once with a message; such a file is read if its own name
    is given. Raises InputError, before anything is read, for an input that matches no file, or only such files, and for
    a local path that is not a file or may not be read.
    """
    paths: dict[str, None] = {}
    left_out: list[str] = []
    for name in inputs:
        records: list[str] = []
        found = sorted(map(escaped, _expand(real_path(name), records)))
        left_out += records
        if not found:
            if records:
                raise InputError(
                    f"{name}: holds only files that runs of boiloff have written, and records are not captures; "
                    "name captures, or the files themselves to read them all the same"
                )
            if os.path.isdir(name):
                raise InputError(f"{name}: the folder holds no files")
            raise InputError(f"{name}: no such file, and no files match; check the path, and quote globs")
        paths.update(dict.fromkeys(found))
    if left_out:
        warn(_notice_of_skipped(map(escaped, left_out)))
    return list(paths)


def escaped(path: str) -> str:
    r"""Write a local path as text that can be stored anywhere, bytes of it that are not UTF-8 as `\xe9`."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def real_path(path: str) -> str:
    """Return the path that `escaped` was given, to open it, unless a file has the escaped name itself."""
    if not ESCAPED_BYTE.search(path) or os.path.lexists(path):
        return path
    real = os.fsdecode(
        ESCAPED_BYTE.sub(lambda found: chr(0xDC00 + int(found[1], 16)), path).encode(errors="surrogateescape")
    )
    return real if os.path.lexists(real) else path


def absolute(path: str) -> str:
    """Make a path absolute, because workers run in another folder."""
    return path if is_remote(path) else os.path.abspath(path)


def _expand(name: str, records: list[str]) -> list[str]:
    """List the files that a name stands for; those of a folder that runs have written go to `records` instead."""
    if os.path.isdir(name):
        return _captures_of(_files_in(name), records)
    if os.path.isfile(name):
        if not os.access(name, os.R_OK):
            raise InputError(f"{name}: no permission to read; change it (chmod +r) or leave the file out")
        return [name]
    if os.path.exists(name):
        raise InputError(f"{name}: a pipe, socket or device; what it gives must be in a file, which is read twice")
    if not is_remote(name):
        found = glob.glob(name, recursive=True)
        folders = {path: _captures_of(_files_in(path), records) for path in found if os.path.isdir(path)}
        return [file for path in found for file in folders.get(path, [path])]
    try:
        remote = _match(name)
        if not remote and not GLOB_CHARACTERS & set(name):
            remote = _captures_of(_match(name.rstrip("/") + "/**"), records)
    except Exception as error:  # each filesystem raises its own
        raise InputError(
            f"{name}: cannot be listed ({reason(error, name)}); check the path and its access rights"
        ) from error
    return remote


def _captures_of(files: list[str], records: list[str]) -> list[str]:
    written = _written_by_runs(files)
    records += written
    return [path for path in files if path not in written]


def _match(pattern: str) -> list[str]:
    from apache_beam.io.filesystems import FileSystems

    metadata = FileSystems.match([pattern])[0].metadata_list
    return [entry.path for entry in metadata if not _is_hidden(entry.path)]


def _files_in(folder: str) -> list[str]:
    files: list[str] = []

    def keep(error: OSError) -> None:
        if error.filename == folder:
            raise InputError(f"{folder}: {error.strerror}; change its permissions or leave it out") from error
        files.append(error.filename)

    for parent, folders, names in os.walk(folder, onerror=keep):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        files += [os.path.join(parent, name) for name in names if not _is_hidden(name)]
    return files


def _is_hidden(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(".")


def open_file(path: str) -> IO[bytes]:
    """Open a file for its bytes as they are.

    The readers decompress, member by member and several times as fast as Beam. Raises OSError for a local path that is
    not a regular file: a pipe would make the reader wait for ever.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(f"{path!r} is not a regular file")
    return open_bytes(path)


def _written_by_runs(paths: Collection[str]) -> set[str]:
    """Find the files of runs among these, be the run finished, at work or killed.

    Several of its files together show a run. Only files with the names that a run gives count as its own.
    """
    working = {parent for path in paths if (parent := _working_folder(path))}
    names = defaultdict(set)
    for path in paths:
        folder, name = os.path.split(path)
        names[folder].add(name)
    homes = {folder for folder, found in names.items() if len(found & RUN_MARKS) >= LEAST_RUN_MARKS}
    homes.update(map(os.path.dirname, working))
    return {path for path in paths if _is_written_by_run(path, homes, working)}


def _notice_of_skipped(paths: Iterable[str]) -> str:
    """Write the notice that these files are skipped, with the way to read them."""
    folders = sorted({os.path.dirname(path) for path in paths})
    more = f" and {len(folders) - 1:,} more" if folders[1:] else ""
    return (
        f"files that runs of boiloff have written in {folders[0]!r}{more} are skipped: records are not captures; "
        "name the files themselves to read them all the same"
    )


def _working_folder(path: str) -> str:
    """Return the folder in which a run works, by its lock; on a remote filesystem by its name."""
    if is_remote(path):
        before, found, _ = path.partition(f"/{UNFINISHED}/")
        return f"{before}/{UNFINISHED}" if found else ""
    folder, name = os.path.split(path)
    return folder if name == LOCK and os.path.basename(folder) == UNFINISHED else ""


def _is_written_by_run(path: str, homes: Collection[str], working: Collection[str]) -> bool:
    folder, name = os.path.split(path)
    if folder in homes and OURS.fullmatch(name):
        return True
    return any(path.startswith(f"{one}/") for one in working)
