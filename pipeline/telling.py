"""Words for messages: what was probably meant, how many of what, and why the system refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from apache_beam.io.filesystem import BeamIOError

# How Python's errors begin, which tells nobody anything.
ERRNO = re.compile(r"^\[Errno -?\d+\] ")
NO_FILESYSTEM = "Unable to get filesystem"
TABLE_NAME = re.compile(r"\.(?:parquet|pq|arrow|feather|ipc)\Z", re.IGNORECASE)
# How alike two words must be for one to be taken for a slip in the other.
NEAR = 0.7


def meant(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words as a question with a blank behind it; "" where none is near.

    >>> meant("treshold", ["threshold", "captions"])
    "did you mean 'threshold'? "
    """
    near = get_close_matches(word, known, n=1, cutoff=NEAR)
    return f"did you mean {near[0]!r}? " if near else ""


def counted(count: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "capture"), counted(1200, "capture")
    ('1 capture', '1,200 captures')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def offset_unit(path: str) -> str:
    """Name what offsets in a file count, going by its name: rows of a table, or bytes.

    >>> offset_unit("crawl.parquet"), offset_unit("crawl.jsonl")
    ('row', 'byte')
    """
    return "row" if TABLE_NAME.search(path) else "byte"


def reason(error: Exception) -> str:
    """Why a file or a folder could not be had, without what Python and Beam wrap around it."""
    while isinstance(error, BeamIOError) and error.exception_details:
        (error, *_) = error.exception_details.values()
    text = ERRNO.sub("", str(getattr(error, "strerror", None) or error))
    if NO_FILESYSTEM in text:
        return "no filesystem opens it; for gs://, s3:// or abfs:// install apache-beam[gcp], [aws] or [azure]"
    return text
