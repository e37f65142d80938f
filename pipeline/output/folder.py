"""The output folder of a run: claimed with its files before anything is read, filled at once when all is written.

A run works in a folder that it holds by a lock, which the system releases when the run ends, however it ends.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.util import find_spec
from operator import attrgetter
from typing import Any

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ..._files import is_remote
from ...transforms.core.article import Body
from ..display import reason
from . import LEARNING_SUFFIX, LOCK, MANIFEST, NOTE, OURS, RECORDS, RUN, STORE_NAME, SUCCESS, SUMMARY, UNFINISHED
from .writer import Format, Shard, create_as_it_is, new_shard, write_json

# Windows has neither this lock nor folders that are moved while a file in them is open.
HAS_LOCKS = find_spec("fcntl") is not None
if HAS_LOCKS:
    import fcntl


class OutputError(ValueError):
    """An output folder that cannot be used; the message names it and the way out."""


def check_output(folder: str, *, overwrite: bool, differs: str = "", resumes: bool = False) -> None:
    """Raise OutputError for a folder that is not empty, unless `overwrite`, or in which another run is at work.

    `differs` says how the run in the folder differs from this one. With `resumes`, an unfinished run may be in it.
    """
    if not HAS_LOCKS:
        raise OutputError("a run into a folder needs Linux, macOS or WSL; on Windows, write to --output - instead")
    if os.path.isfile(folder):
        raise OutputError(f"output {folder!r} is a file; name a folder for the records")
    try:
        names = set(map(_name, entries(folder)))
    except (BeamIOError, OSError, ValueError) as error:
        raise OutputError(f"output {folder!r} cannot be read: {reason(error, folder)}") from error
    working = os.path.join(folder, UNFINISHED)
    if is_held(working):
        raise OutputError(f"another run is using output folder {folder!r}: {holder(working)}")
    if names and not overwrite and not (resumes and UNFINISHED in names):
        why = f" (it differs: {differs})" if differs else ""
        if UNFINISHED in names and not differs and FileSystems.exists(FileSystems.join(working, RUN)):
            why = ", or --resume to go on with it"
        raise OutputError(
            f"output folder {folder!r} is not empty; name another, or pass --overwrite to {_overwriting(names)}{why}"
        )


def _overwriting(names: set[str]) -> str:
    if SUCCESS in names and UNFINISHED not in names:
        return "replace the finished run in it"
    if UNFINISHED in names or any(map(OURS.fullmatch, names)):
        return "replace the unfinished run in it"
    return "write next to the other files"


def check_apart(folder: str, inputs: Sequence[str]) -> None:
    """Raise OutputError for an output folder inside an input folder: the next run would read records as captures."""
    output = os.path.realpath(folder)
    for name in inputs:
        if os.path.isdir(name) and os.path.commonpath([os.path.realpath(name), output]) == os.path.realpath(name):
            raise OutputError(f"output folder {folder!r} is inside the input {name!r}; name a folder outside of it")


@dataclass(frozen=True)
class OutputFolder:
    """An output folder that one run has claimed. Unfinished files lie in a folder that goes with the claim."""

    path: str
    held: HeldFolder

    @property
    def working(self) -> str:
        """The folder for unfinished files."""
        return self.held.path

    def publish(
        self,
        shards: Sequence[Shard],
        manifest: Mapping[str, Any],
        summary: Mapping[str, Any],
        format: Format,
        body: Body = "text",
    ) -> None:
        """Move the files in `working` to their final place: shards and site memory, then the manifest that lists them,
        then the summary, then the mark of a complete run. If anything fails, none of them stays.
        """
        if not self.held.is_ours():
            raise OSError(f"output folder {self.path!r} was deleted or replaced during the run")
        try:
            placed = [entry for name in RECORDS for entry in self._place(name, shards, format, body)]
            memory = FileSystems.join(self.working, STORE_NAME)
            if FileSystems.exists(memory):
                self.move(memory, STORE_NAME)
            write_json(self.file(MANIFEST), {**manifest, "shards": placed})
            write_json(self.file(SUMMARY), summary)
            create_as_it_is(self.file(SUCCESS)).close()
        except BaseException:
            delete_ours(self.path)
            raise

    def file(self, name: str) -> str:
        """Return the path of a file of the folder."""
        return str(FileSystems.join(self.path, name))

    def _place(self, name: str, shards: Sequence[Shard], format: Format, body: Body) -> Iterator[dict[str, Any]]:
        """Give the shards of these records numbers and names. If there are none, write an empty one.

        They are numbered in the order of their digests: the same shards get the same names, whichever worker was first.
        """
        mine = sorted((shard for shard in shards if shard.name == name), key=attrgetter("sha256"))
        for number, shard in enumerate(mine or [new_shard(self.working, name, format, body=body).finish()]):
            ending = shard.path.rpartition("/")[2].partition(".")[2]
            final = f"{name}-{number:05d}-of-{max(len(mine), 1):05d}.{ending}"
            self.move(shard.path, final)
            yield {"name": final, "records": shard.records, "bytes": shard.bytes, "sha256": shard.sha256}

    def move(self, path: str, name: str) -> None:
        """Give a file its final name in the folder."""
        if is_remote(path):
            FileSystems.rename([path], [self.file(name)])
        else:
            os.rename(path, self.file(name))


@contextmanager
def claimed_output(folder: str, *, overwrite: bool, differs: str = "", resumes: bool = False) -> Iterator[OutputFolder]:
    """Make the folder, and claim it for the block. Raises OutputError before it changes anything; see `check_output`.

    An earlier run in it is deleted, its mark of completeness first: it may have had more shards, and a stale one beside
    the new ones would look like part of the result. With `resumes`, unfinished files stay where they are.
    """
    check_output(folder, overwrite=overwrite, differs=differs, resumes=resumes)
    try:
        if not FileSystems.exists(folder):
            FileSystems.mkdirs(folder)
    except (BeamIOError, OSError) as error:
        raise OutputError(f"output folder {folder!r} cannot be created: {reason(error, folder)}") from error
    if overwrite and not resumes and is_remote(folder):
        delete_remote(FileSystems.join(folder, UNFINISHED))
    with ExitStack() as stack:
        try:
            held = stack.enter_context(held_folder(FileSystems.join(folder, UNFINISHED), resumes=resumes))
        except BusyError as error:
            raise OutputError(str(error)) from error
        except OSError as error:
            raise OutputError(f"output folder {folder!r} cannot be written to: {reason(error)}") from error
        try:
            delete_ours(folder)
        except (BeamIOError, OSError) as error:
            raise OutputError(f"the earlier run in {folder!r} cannot be deleted: {reason(error)}") from error
        yield OutputFolder(folder, held)


def delete_ours(folder: str) -> None:
    """Delete the files of a run, the mark of completeness first, and nothing else."""
    for path in sorted(entries(folder), key=lambda path: _name(path) != SUCCESS):
        if OURS.fullmatch(_name(path)) and not os.path.isdir(path):
            FileSystems.delete([path]) if is_remote(path) else os.unlink(path)


def entries(folder: str) -> list[str]:
    """Return the paths of all entries of a folder; none if the folder does not exist."""
    if os.path.isdir(folder):
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    return [entry.path for match in FileSystems.match([FileSystems.join(folder, "*")]) for entry in match.metadata_list]


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


class BusyError(OSError):
    """A folder that another run holds, or that is not boiloff's. The message is one line."""


@dataclass(frozen=True)
class HeldFolder:
    """A folder that this run holds. `lock` is the open file of its lock, or None on a filesystem without locks."""

    path: str
    lock: int | None = None

    def is_ours(self) -> bool:
        """Return False once somebody has deleted or replaced the folder."""
        return self.lock is None or _is_at(self.lock, self.path)


@contextmanager
def held_folder(path: str, *, resumes: bool = False) -> Iterator[HeldFolder]:
    """Make an empty folder that this run alone holds, and delete it when the block ends.

    If the block fails and a portion is noted in the folder, the folder stays. Files that a killed run has left in it
    are deleted, unless this run `resumes` that one. Raises BusyError while another run holds the folder, and OSError if
    it cannot be made. Only local folders have locks: a remote one counts as held if it exists.
    """
    if is_remote(path):
        with _made_folder(path, resumes=resumes):
            yield HeldFolder(path)
        return
    lock = _locked(path)
    held = HeldFolder(path, lock)
    is_kept = False
    try:
        if not resumes:
            _empty(path)
        _sign(path)
        yield held
    except BaseException:
        is_kept = has_portions(path)
        raise
    finally:
        if held.is_ours() and not is_kept:
            shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def has_portions(path: str) -> bool:
    """Return True if a folder contains the note of a portion, so that a run can be resumed there. The run may have been
    learning: then the note is in the folder in which the store is built.
    """
    learning = FileSystems.join(path, STORE_NAME + LEARNING_SUFFIX)
    with suppress(BeamIOError, OSError, ValueError):
        return any(NOTE.fullmatch(_name(entry)) for folder in (path, learning) for entry in entries(folder))
    return False


def is_resumable(output: str) -> bool:
    """Return True if an output folder contains an unfinished run that has finished a portion."""
    return has_portions(FileSystems.join(output, UNFINISHED))


def is_held(path: str) -> bool:
    """Return whether a run on this machine holds the folder."""
    try:
        lock = os.open(os.path.join(path, LOCK), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(lock)
    return False


def holder(path: str) -> str:
    """Return in words who holds the folder."""
    try:
        with open(os.path.join(path, LOCK), encoding="utf-8") as lock:
            return lock.read(200).strip() or "a process that has just started"
    except OSError:
        return "an unknown process"


@contextmanager
def _made_folder(path: str, *, resumes: bool) -> Iterator[None]:
    try:
        if not (resumes and FileSystems.exists(path)):
            FileSystems.mkdirs(path)
    except BeamIOError as error:
        if FileSystems.exists(path):
            raise BusyError(
                f"another run is using {path!r}; if no run is active, a killed run left it: delete it"
            ) from error
        raise OSError(str(error)) from error
    is_kept = False
    try:
        yield
    except BaseException:
        is_kept = has_portions(path)
        raise
    finally:
        if not is_kept:
            delete_remote(path)


def delete_remote(path: str) -> None:
    """Delete a remote folder with its files; object stores know only of the files."""
    found = FileSystems.match([FileSystems.join(path, "**")])
    with suppress(BeamIOError):
        FileSystems.delete([entry.path for match in found for entry in match.metadata_list])
    with suppress(BeamIOError):
        FileSystems.delete([path])


def _locked(path: str) -> int:
    """Return an open file with the folder's lock. Tries again if the file was deleted while it waited."""
    if os.path.islink(path):
        raise BusyError(f"{path!r} is a link; delete it")
    while True:
        is_new = not os.path.exists(path)
        os.makedirs(path, exist_ok=True)
        if not is_new and os.listdir(path) not in ([], [LOCK]) and not os.path.exists(os.path.join(path, LOCK)):
            raise BusyError(f"{path!r} contains other files than boiloff's; move them away")
        lock = os.open(os.path.join(path, LOCK), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise BusyError(f"another run is using {path!r}: {holder(path)}") from error
        except OSError:  # a filesystem without locks
            pass
        if _is_at(lock, path):
            return lock
        os.close(lock)


def _is_at(lock: int, path: str) -> bool:
    """Return whether the lock's file is still in the folder."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(lock), os.stat(os.path.join(path, LOCK)))
    return False


def _empty(path: str) -> None:
    for entry in list(os.scandir(path)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        elif entry.name != LOCK:
            os.unlink(entry.path)


def _sign(path: str) -> None:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(os.path.join(path, LOCK), "w", encoding="utf-8") as lock:
        lock.write(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n")
