"""Standard input, for commands that read a file once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

STANDARD_INPUT = "-"


@contextmanager
def as_file(name: str) -> Iterator[str]:
    """The path to read: `name`, or for `-` that of a temporary file with all that standard input gives.

    Readers look ahead and back, which a pipe does not let them. The file is gone when the block ends.
    """
    if name != STANDARD_INPUT:
        yield name
        return
    with NamedTemporaryFile(prefix="boiloff-stdin-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield file.name
