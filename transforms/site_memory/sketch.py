"""The sketch of an article: what learning keeps of a page, some 2 KB instead of 80.

Rows are packed, so that a site's sample is a few hundred objects however long its pages are. All numbers are
little-endian; nothing depends on the machine.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.void]

# One row for each distinct block of the page, in document order: a block's text in its container. `fingerprint` is 0
# where the text has neither letters nor digits; `path` is an index into the sketch's `paths`; `chars` and `link_chars`
# are of one copy, of which the container holds `times`; `log_odds` is what the page alone says for its being article,
# in steps of 1/16, or MARKED where a rule before main content took it out.
ROWS = np.dtype([
    ("fingerprint", "<u8"), ("path", "<u2"), ("chars", "<u2"), ("link_chars", "<u2"), ("times", "u1"),
    ("log_odds", "i1"),
])  # fmt: skip
# The fingerprint of a row's text with digits masked, where it has any.
MASKED = np.dtype([("fingerprint", "<u8"), ("row", "<u2")])
ODDS_STEP, MAX_ODDS_STEPS, MARKED = 1 / 16, 127, -128

TEXT_CHARS = 80
# Quick, and 8 % larger than the best: few of the texts are kept, and those are compressed again when they travel.
TEXTS_LEVEL = 1
# What Python adds to a sketch's packed bytes.
OBJECT_BYTES = 500
EPOCH = date(1970, 1, 1)
# One more than the last day that a date can have.
MAX_DAY = (date.max - EPOCH).days + 1
# The unit in which old articles lose weight, in days.
GENERATION_DAYS = 30


@dataclass(frozen=True, slots=True)
class ArticleSketch:
    """What learning keeps of one article.

    `key` is the hash of its address, `content` that of what it says, `day` when it was captured (days since 1970, 0
    unknown). `is_variant` is true for an AMP or print view, a later page, or a copy that names another address as its
    own. `paths` are the containers that its blocks stand in; `rows`, `masked` and `texts` are packed, see ROWS, MASKED
    and `sample_texts`.
    """

    key: int
    content: int
    day: int
    is_variant: bool
    paths: tuple[str, ...]
    rows: bytes
    masked: bytes
    texts: bytes = b""

    def table(self) -> Table:
        """The rows as an array."""
        return np.frombuffer(self.rows, dtype=ROWS)

    def masked_table(self) -> Table:
        """The digit-masked fingerprints as an array."""
        return np.frombuffer(self.masked, dtype=MASKED)

    def sample_texts(self) -> list[str]:
        """How each row's text begins, for showing; all of them empty in a sketch from which they were left out."""
        if not self.texts:
            return [""] * (len(self.rows) // ROWS.itemsize)
        return zlib.decompress(self.texts).decode("utf-8").split("\n")

    def check(self) -> None:
        """Raise ValueError, TypeError or zlib.error unless the packed parts fit together: for a sketch from outside."""
        rows, masked = self.table(), self.masked_table()
        if len(rows) and int(rows["path"].max()) >= len(self.paths):
            raise ValueError("a row of a container that is not in the sketch")
        if len(masked) and int(masked["row"].max()) >= len(rows):
            raise ValueError("a masked fingerprint of no row")
        if self.texts:
            decoder = zlib.decompressobj()
            lines = decoder.decompress(self.texts, 1 + len(rows) * (4 * TEXT_CHARS + 1)).decode("utf-8")
            if not decoder.eof or lines.count("\n") + 1 != max(1, len(rows)):
                raise ValueError("not one text for each row")

    def without_texts(self) -> ArticleSketch:
        """The sketch without its sample texts."""
        return replace(self, texts=b"") if self.texts else self

    @property
    def generation(self) -> int:
        """The month, counted in days from 1970, that the article was captured in."""
        return generation_of(self.day)

    def preference(self) -> tuple[Any, ...]:
        """Order among captures of one article, best first: later months, then the plain view, then later days.

        The rest makes the order total, so that whichever captures meet first, the same one stays.
        """
        return (
            -self.generation, self.is_variant, -self.day, self.content, self.rows, self.masked, self.paths, self.texts,
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Bytes that the sketch takes in memory, near enough to bound what a worker holds."""
        return len(self.rows) + len(self.masked) + len(self.texts) + 8 * len(self.paths) + OBJECT_BYTES


def pack_texts(lines: list[str]) -> bytes:
    """The beginnings of the rows' texts, one a line, as zlib has them."""
    return zlib.compress("\n".join(lines).encode("utf-8", "replace"), TEXTS_LEVEL)


def generation_of(day: int) -> int:
    """The month that a day falls in, counted in days from 1970."""
    return day // GENERATION_DAYS


def day_of(captured_at: str) -> int:
    """The day of an ISO 8601 time as days since 1970; 0 where there is none, or none that can be.

    >>> day_of("1970-01-31T10:00:00Z")
    30
    """
    try:
        return max((date.fromisoformat(captured_at[:10]) - EPOCH).days, 0)
    except ValueError:
        return 0


def date_of(day: int) -> str:
    """The ISO date of a day, `""` for the unknown one.

    >>> date_of(30)
    '1970-01-31'
    """
    return (EPOCH + timedelta(days=day)).isoformat() if day else ""
