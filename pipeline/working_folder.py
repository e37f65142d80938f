"""A folder for what is not finished, held by one run at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ..transforms.core.remote import is_remote

# The system lets go of the lock when the run that holds it ends, however it ends.
LOCK = "boiloff.lock"


class BusyError(OSError):
    """The folder is not to be had: another run holds it, or it is not ours. One line."""


@dataclass(frozen=True)
class HeldFolder:
    """A folder that this run holds; `lock` is the open file of its lock, or None where there are no locks."""

    path: str
    lock: int | None = None

    def is_ours(self) -> bool:
        """False once somebody has deleted the folder, or put another in its place."""
        return self.lock is None or _is_at(self.lock, self.path)


@contextmanager
def held_folder(path: str) -> Iterator[HeldFolder]:
    """The folder at `path`, made, empty and held by this run alone; it goes when the block ends, however it ends.

    What a run that was killed has left in it is thrown away. Raises BusyError while another run holds it, and OSError
    where it cannot be made. Only local folders can be held: of others, one that exists is taken for held.
    """
    if is_remote(path):
        with _made_folder(path):
            yield HeldFolder(path)
        return
    lock = _locked(path)
    held = HeldFolder(path, lock)
    try:
        _empty(path)
        yield held
    finally:
        if held.is_ours():
            shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def is_held(path: str) -> bool:
    """True while a run of this machine holds the folder."""
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
    """Who holds the folder, in words, as far as that is known."""
    try:
        with open(os.path.join(path, LOCK), encoding="utf-8") as lock:
            return lock.read(200).strip() or "a process that has just begun"
    except OSError:
        return "a process that is not known"


@contextmanager
def _made_folder(path: str) -> Iterator[None]:
    try:
        FileSystems.mkdirs(path)
    except BeamIOError as error:
        if FileSystems.exists(path):
            raise BusyError(
                f"another run is at work in {path!r}; if there is none, one was killed: delete it"
            ) from error
        raise OSError(str(error)) from error
    try:
        yield
    finally:
        delete_remote(path)


def delete_remote(path: str) -> None:
    """Delete a folder that is not local, and all in it; object stores know of the latter alone."""
    found = FileSystems.match([FileSystems.join(path, "**")])
    with suppress(BeamIOError):
        FileSystems.delete([entry.path for match in found for entry in match.metadata_list])
    with suppress(BeamIOError):
        FileSystems.delete([path])


def _locked(path: str) -> int:
    """An open file that holds the folder's lock. Who waits for a lock may get one whose file is gone: then again."""
    if os.path.islink(path):
        raise BusyError(f"{path!r} is a link; delete it")
    while True:
        is_new = not os.path.exists(path)
        os.makedirs(path, exist_ok=True)
        if not is_new and os.listdir(path) not in ([], [LOCK]) and not os.path.exists(os.path.join(path, LOCK)):
            raise BusyError(f"{path!r} holds what is none of boiloff's; move it away")
        lock = os.open(os.path.join(path, LOCK), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise BusyError(f"another run is at work in {path!r}: {holder(path)}") from error
        except OSError:  # a filesystem without locks
            pass
        if _is_at(lock, path):
            return lock
        os.close(lock)


def _is_at(lock: int, path: str) -> bool:
    """True if the lock's file still lies in the folder."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(lock), os.stat(os.path.join(path, LOCK)))
    return False


def _empty(path: str) -> None:
    for entry in list(os.scandir(path)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        elif entry.name != LOCK:
            os.unlink(entry.path)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(os.path.join(path, LOCK), "w", encoding="utf-8") as lock:
        lock.write(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n")
