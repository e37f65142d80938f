"""Extents: which part of a file a reader reads."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Extent:
    """What begins at byte `start` or later, and before byte `end`: whole records, whole lines.

    `start` is a place where reading the whole file would stand between two records. `lines` is the number of lines
    before it, of which errors tell; -1 where nobody has counted.
    """

    start: int = 0
    end: int = sys.maxsize
    lines: int = 0


WHOLE = Extent()
