"""What a tree was written as, read into columns and a head: the one way from markup to a page, whichever parser built
the tree.
"""

from __future__ import annotations

from typing import NamedTuple

from ..compiled.scan import scan
from ..core.columns import Columns
from ..core.limits import Limits
from ..core.page import Element, Head
from .head import make_head
from .left_out import LeftOut, text_left_out


class Parsed(NamedTuple):
    """What a page is made of, and what of its text is missing in it."""

    columns: Columns
    head: Head
    left_out: tuple[LeftOut, ...] = ()
    flags: tuple[str, ...] = ()


def read_markup(markup: bytes, limits: Limits, *, explicit: bool = False) -> Parsed:
    """Read markup in UTF-8 whose every tag and every value is written out; see `compiled.scan` for its grammar."""
    columns, head, left_out, rest, why = scan(
        markup, limits.max_blocks, limits.max_text_chars, limits.max_block_chars, explicit=explicit
    )
    if not len(columns.parents):
        columns = Columns.from_rows((), [Element("body")])
    return Parsed(columns, make_head(*head), (text_left_out(rest, left_out, why),) if left_out else ())
