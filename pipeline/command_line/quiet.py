"""Silence for worker processes, which otherwise tell on stderr how they start and stop."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def quiet_stderr(quiet: bool) -> Iterator[TextIO]:
    """While the block runs, what this process and those that it starts write to stderr goes nowhere, but for what is
    written to the stream that the block is given.

    What matters of a run stands in its records, its summary and the error that ends it; an exception goes through.
    """
    if not quiet:
        yield sys.stderr
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        with open(kept, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as stream:
            yield stream
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
