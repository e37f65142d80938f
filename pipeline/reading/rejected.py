"""Rejected: a capture that gave no article, with stage and reason; the dead letters of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Rejected:
    """What is known of a capture that gave no article, and why.

    `stage` is the step that gave up, `reason` a short word to count by, `error` a sentence for people that
    names the offending value. `source_offset` is a byte offset (-1: not known, or the whole file), `length`
    the bytes concerned (-1: not known). Unknown strings are empty.

    Reasons of stage `read`: `not-html`, `http-status`, `redirect`, `revisit`, `empty-body`, `too-large`,
    `damaged-record`, `truncated-record`, `not-a-capture`, `unreadable`, `unknown-format`, `undecodable`,
    `broken-line`, `wrong-type`; of dead letters `not-found`, `not-a-letter`.
    """

    id: str = ""
    url: str = ""
    stage: str = "read"
    reason: str = ""
    error: str = ""
    source_file: str = ""
    source_offset: int = -1
    length: int = -1
    captured_at: str = ""

    def to_dict(self) -> dict[str, str | int]:
        """The rejected record of the output folder, keys in the contract's order."""
        return asdict(self)
