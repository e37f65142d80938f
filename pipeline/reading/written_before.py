"""What runs of boiloff have written, among the files of a folder: records are no captures."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable

from ...transforms.core.remote import is_remote
from ..output.folder import LOCK, MANIFEST, OURS, SUCCESS, SUMMARY, UNFINISHED

# A run that is finished has all three; of one that was damaged one may be gone. Each name alone is others' as well.
MARKS = frozenset({MANIFEST, SUMMARY, SUCCESS})
LEAST_MARKS = 2


def written_before(paths: Collection[str]) -> set[str]:
    """Those of the files below a folder that a run has written: one that is finished, is at work, or was killed.

    A run is known by several of its files together, and only files with names that runs give are taken: what else lies
    in its folder is left alone.
    """
    working = {parent for path in paths if (parent := _working_folder(path))}
    names = defaultdict(set)
    for path in paths:
        folder, name = os.path.split(path)
        names[folder].add(name)
    homes = {folder for folder, found in names.items() if len(found & MARKS) >= LEAST_MARKS}
    homes.update(map(os.path.dirname, working))
    return {path for path in paths if _is_of(path, homes, working)}


def told(paths: Iterable[str]) -> str:
    """That these files are left out, and the way out, for people."""
    folders = sorted({os.path.dirname(path) for path in paths})
    more = f" and {len(folders) - 1:,} more" if folders[1:] else ""
    return (
        f"what runs of boiloff have written in {folders[0]!r}{more} is left out: records are no captures; "
        "name the files themselves to read them all the same"
    )


def _working_folder(path: str) -> str:
    """The folder that a run works in, by the lock in it; paths that are not local have none."""
    if is_remote(path):
        before, found, _ = path.partition(f"/{UNFINISHED}/")
        return f"{before}/{UNFINISHED}" if found else ""
    folder, name = os.path.split(path)
    return folder if name == LOCK and os.path.basename(folder) == UNFINISHED else ""


def _is_of(path: str, homes: Collection[str], working: Collection[str]) -> bool:
    folder, name = os.path.split(path)
    if folder in homes and OURS.fullmatch(name):
        return True
    return any(path.startswith(f"{one}/") for one in working)
