"""Inputs: from what the caller named (file, folder, glob, any path Beam opens) to the files to read."""

from __future__ import annotations

import glob
import logging
import os
import re
from collections.abc import Callable, Iterable

from apache_beam.io.filesystem import FileMetadata
from apache_beam.io.filesystems import FileSystems

from ...transforms.core.remote import is_remote
from ..display import reason
from .written_before import told, written_before

_log = logging.getLogger(__name__)

GLOB_CHARACTERS = frozenset("*?[")
ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")


class InputError(ValueError):
    """An input that matches nothing, or cannot be read: one line that names it and says what to do."""


def expand_inputs(inputs: Iterable[str], tell: Callable[[str], None] = _log.warning) -> list[str]:
    """Every file that the inputs name: each once, those of one input in sorted order.

    A folder stands for all that is in it, at any depth, but hidden names (that begin with a dot) and linked folders,
    which may lead out of it or in circles. What cannot be read in it (without permission, a socket, a folder that
    does not open) is named all the same, so that its reader rejects it. What runs of boiloff have written in it is left
    out, as records are no captures, and `tell` is told so once; such files are read where they are named. Raises
    InputError, before anything is read, for an input that matches no file, or none but such, and for a local one that
    is no file or may not be read.
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
                    f"{name}: holds only what runs of boiloff have written, and records are no captures; "
                    "name captures, or the files themselves to read them all the same"
                )
            if os.path.isdir(name):
                raise InputError(f"{name}: the folder holds no files")
            raise InputError(f"{name}: no such file, and no files match; check the path, and quote globs")
        paths.update(dict.fromkeys(found))
    if left_out:
        tell(told(map(escaped, left_out)))
    return list(paths)


def escaped(path: str) -> str:
    r"""A local path as text that can be stored anywhere: bytes of it that are not UTF-8 are written as `\xe9`."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def real_path(path: str) -> str:
    """The path to open: the one that `escaped` was given, unless there is a file of the escaped name itself."""
    if not ESCAPED_BYTE.search(path) or os.path.lexists(path):
        return path
    real = os.fsdecode(
        ESCAPED_BYTE.sub(lambda found: chr(0xDC00 + int(found[1], 16)), path).encode(errors="surrogateescape")
    )
    return real if os.path.lexists(real) else path


def absolute(path: str) -> str:
    """A path that means the same from any folder: workers elsewhere have another."""
    return path if is_remote(path) else os.path.abspath(path)


def _expand(name: str, records: list[str]) -> list[str]:
    """The files that a name stands for; what runs have written among those of a folder comes to `records` instead."""
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
        raise InputError(f"{name}: cannot be listed ({reason(error)}); check the path and its access rights") from error
    return remote


def _captures_of(files: list[str], records: list[str]) -> list[str]:
    written = written_before(files)
    records += written
    return [path for path in files if path not in written]


def _match(pattern: str) -> list[str]:
    metadata: list[FileMetadata] = FileSystems.match([pattern])[0].metadata_list
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
