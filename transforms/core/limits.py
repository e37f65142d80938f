"""Limits on what a page may cost, however large or hostile it is: how much of it is read."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any


def _limit(default: float, lowest: float, highest: float) -> Any:
    return field(default=default, metadata={"range": (lowest, highest)})


@dataclass(frozen=True)
class Limits:
    """What one page may cost. Beyond a limit it is cut and flagged `truncated`; the ledger says how much is missing.

    `seconds_per_page`: of CPU time; a page that passes it is rejected as `too-slow`; 0 means without a limit.
    `max_body_bytes`: of a stored body, decompressed; a larger one is rejected as `too-large`.
    `max_page_bytes`: of a body, as far as it is read.
    `max_tags`: of markup, as far as it is parsed.
    `max_depth`: of elements inside each other; deeper tags are passed over, and their text stays.
    `max_blocks` and `max_text_chars`: of what a page gives.
    `max_block_chars`: of one block; a longer text becomes several blocks.

    The largest of 1,354 real pages of news, blogs and portals have 1.6 MB, 32,000 tags, 3,100 blocks and 132,000
    characters.
    """

    seconds_per_page: float = _limit(20.0, 0, 86_400)
    max_body_bytes: int = _limit(32 << 20, 1 << 10, 1 << 30)
    max_page_bytes: int = _limit(4 << 20, 1 << 10, 1 << 30)
    max_tags: int = _limit(70_000, 1_000, 10_000_000)
    max_depth: int = _limit(512, 64, 10_000)
    max_blocks: int = _limit(10_000, 100, 1_000_000)
    max_text_chars: int = _limit(2_000_000, 1_000, 1 << 30)
    max_block_chars: int = _limit(200_000, 1_000, 10_000_000)

    def __post_init__(self) -> None:
        for limit in fields(self):
            self._check(limit)

    def _check(self, limit: Field[Any]) -> None:
        value = getattr(self, limit.name)
        lowest, highest = limit.metadata["range"]
        kinds = (int, float) if isinstance(limit.default, float) else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds) or not lowest <= value <= highest:
            kind = "number" if float in kinds else "whole number"
            raise ValueError(f"{limit.name} must be a {kind} from {lowest} to {highest}, not {value!r}")


DEFAULT_LIMITS = Limits()
