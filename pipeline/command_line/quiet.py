"""Silence for worker processes, which otherwise tell on stderr how they start and stop."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_stderr(quiet: bool) -> Iterator[None]:
    """While the block runs, what this process and those that it starts write to stderr goes nowhere.

    What matters of a run stands in its records, its summary and the error that ends it; an exception goes through.
    """
    if not quiet:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
