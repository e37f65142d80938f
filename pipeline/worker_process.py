"""Worker processes of this machine: started with the import path of this process, and how the end of one reads."""

from __future__ import annotations

import os
import signal
import sys

# The first words of the message about a dead worker.
DIED = "worker process"


def worker_command(module: str, *words: str, function: str = "main") -> list[str]:
    """Return the command that calls a function of a module, with these words as arguments of the process.

    The main module of this process is not imported there, so a program needs no guard against being run again.
    """
    # `-c` puts the current folder before the import path, which has it where this process has it.
    call = f"import sys; sys.path[0] or sys.path.pop(0); from {module} import {function}; {function}()"
    return [sys.executable, "-c", call, *words]


def worker_environment() -> dict[str, str]:
    """Return the environment of this process, with its import path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(folder or os.getcwd() for folder in sys.path)}


def death_notice(pid: int, status: int) -> str:
    """Return how a worker process ended, and what to do about it. `status` is that of the subprocess module."""
    notice = f"{DIED} {pid} {how_it_ended(status)}"
    if status == -signal.SIGKILL:
        notice += "; the system may have run out of memory: try fewer --workers"
    return notice


def how_it_ended(status: int) -> str:
    """Return the end of a process in words.

    >>> how_it_ended(-signal.SIGSEGV), how_it_ended(3)
    ('was killed (SIGSEGV)', 'ended with exit status 3')
    """
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed ({name})"
