"""What one side of a comparison made of a capture, in one form for a page just cleaned and for a run's records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...transforms.core.capture import Capture
from ..cleaning import Cleaner, clean_capture
from ..reading.accept import Rejected
from ..report.page_view import BlockView, view_of_page, view_of_records

# Why a run has no article of a capture that the other has one of, where none of its records tells.
NOT_CAPTURED = "not-captured"


@dataclass(frozen=True)
class Outcome:
    """An article's record and all blocks of its page; or, where `record` is empty, why there is none."""

    record: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[BlockView, ...] = ()
    reason: str = ""
    error: str = ""

    @property
    def is_article(self) -> bool:
        """True where the capture gave an article."""
        return bool(self.record)


def outcome_of_capture(capture: Capture, cleaner: Cleaner) -> Outcome:
    """Clean a capture now."""
    limit = cleaner.configuration.limits.max_body_bytes
    if len(capture.octets) > limit:  # read with the larger limit of the two sides
        return Outcome(reason="too-large", error=f"the body has more than {limit:,} bytes")
    result = clean_capture(capture, cleaner)
    if isinstance(result, Rejected):
        return Outcome(reason=result.reason, error=result.error)
    article = cleaner.article(result)
    return Outcome(article.to_dict(), view_of_page(result, article).blocks)


def outcome_of_records(article: Mapping[str, Any], ledger: Iterable[Mapping[str, Any]]) -> Outcome:
    """What a run wrote of a capture."""
    return Outcome(article, view_of_records(article, ledger).blocks)
