"""What of a page is not read, told as a block of it that is marked from the start: it stands in the ledger, so that
nothing goes missing in silence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..core.page import Block, Page, Removal, Run

# So much is shown of what is left out.
SHOWN_CHARS = 1_000
RULE = "left_out"
FLAG = "truncated"
# Enough markup for as many characters of text as are shown. The class excludes both ends: linear.
SEEN_BYTES = 8 * SHOWN_CHARS
TAG = re.compile(r"<[^<>]{0,2000}>")


class LeftOut(NamedTuple):
    """A part of a page that is not read: how it begins, how much it is, and why it is not."""

    beginning: str
    size: int
    unit: str
    why: str

    def rows(self) -> tuple[Block, Removal]:
        """The block that stands for the part, and its mark."""
        text = " ".join(self.beginning.split())[:SHOWN_CHARS] or "…"
        evidence = f"the {self.size:,} {self.unit} from here on are not read: {self.why}"
        return Block(text, runs=(Run(0, len(text), 0),)), Removal("other", RULE, evidence)


def markup_left_out(rest: bytes, why: str) -> LeftOut:
    """The end of a page's markup."""
    return LeftOut(TAG.sub(" ", rest[:SEEN_BYTES].decode("utf-8", "ignore")), len(rest), "bytes of markup", why)


def text_left_out(beginning: str, size: int, why: str) -> LeftOut:
    """The end of a page's text."""
    return LeftOut(beginning[:SHOWN_CHARS], size, "characters", why)


def beyond_end(rest: str | bytes, why: str) -> LeftOut:
    """The end of a body that is larger than what is read of one."""
    unit = "bytes" if isinstance(rest, bytes) else "characters"
    start = rest[:SEEN_BYTES]
    beginning = start.decode("utf-8", "ignore") if isinstance(start, bytes) else start
    return LeftOut(TAG.sub(" ", beginning), len(rest), unit, why)


def left_out_marks(page: Page) -> list[Removal]:
    """The marks that stand for what of the page was not read."""
    return [mark for mark in page.removals if mark is not None and mark.rule == RULE]
