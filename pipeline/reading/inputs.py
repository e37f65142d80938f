"""Inputs: from what the caller named (file, folder, glob, any path Beam opens) to the files to read."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable

from apache_beam.io.filesystem import FileMetadata
from apache_beam.io.filesystems import FileSystems

GLOB_CHARACTERS = frozenset("*?[")


class InputError(ValueError):
    """An input that matches nothing, or cannot be read: one line that names it and says what to do."""


def expand_inputs(inputs: Iterable[str]) -> list[str]:
    """Every file that the inputs name: each once, those of one input in sorted order.

    A folder stands for all files in it, at any depth, but hidden ones (names that begin with a dot). Raises
    InputError, before anything is read, for an input that matches no file, and for a local file without read
    permission.
    """
    paths: dict[str, None] = {}
    for name in inputs:
        found = sorted(_expand(name))
        if not found:
            if os.path.isdir(name):
                raise InputError(f"{name}: the folder holds no files")
            raise InputError(f"{name}: no such file, and no files match; check the path, and quote globs")
        paths.update(dict.fromkeys(found))
    for path in paths:
        if os.path.exists(path) and not os.access(path, os.R_OK):
            raise InputError(f"{path}: no permission to read; change it (chmod +r) or leave the file out")
    return list(paths)


def _expand(name: str) -> list[str]:
    if os.path.isdir(name):
        return _files_in(name)
    if os.path.isfile(name):
        return [name]
    if "://" not in name:
        found = glob.glob(name, recursive=True)
        return [file for path in found for file in (_files_in(path) if os.path.isdir(path) else [path])]
    try:
        remote = _match(name)
        if not remote and not GLOB_CHARACTERS & set(name):
            remote = _match(name.rstrip("/") + "/**")
    except Exception as error:  # each filesystem raises its own
        raise InputError(f"{name}: cannot be listed ({error}); check the path and its access rights") from error
    return remote


def _match(pattern: str) -> list[str]:
    metadata: list[FileMetadata] = FileSystems.match([pattern])[0].metadata_list
    return [entry.path for entry in metadata if not _is_hidden(entry.path)]


def _files_in(folder: str) -> list[str]:
    def fail(error: OSError) -> None:
        raise InputError(f"{error.filename}: {error.strerror}; change its permissions or leave it out")

    files: list[str] = []
    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        files += [os.path.join(parent, name) for name in names if not _is_hidden(name)]
    return files


def _is_hidden(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(".")
