"""`boiloff explain --why`: what became of certain words, and what decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from ....transforms.classifier.explanation import BlockExplanation
from ...explaining import Explanation, fold, nearest_to, positions_of
from ...records.lines import to_json_line
from ...report.page_view import BlockView
from .blocks import block_record
from .printable import SHOWN_CHARS, escaped, one_line

# Characters of a block's neighbours, and of the text of the block itself.
NEIGHBOUR_CHARS = 60
LABEL = 11
# A block whose probability is so near the threshold may go the other way with little.
NEAR = 0.15


def blocks_with(words: str, blocks: Iterable[BlockView]) -> list[BlockView]:
    """The blocks that hold these words."""
    blocks = list(blocks)
    return [blocks[number] for number in positions_of(words, [block.text for block in blocks])]


def why_lines(explanation: Explanation, blocks: Iterable[BlockView], width: int = 0) -> Iterator[str]:
    """For each block its fate, what decided it with all its evidence, and its neighbours; folded to a `width`."""
    for number, block in enumerate(blocks):
        if number:
            yield ""
        total = len(explanation.view.blocks)
        fate = "kept" if block.is_kept else f"removed as {one_line(block.reason, SHOWN_CHARS)}"
        yield f"block {block.position} of {total} ({block.kind}): {fate}"
        for label, value in _told(explanation, block):
            yield from _folded(f"  {f'{label}:':<{LABEL}} ", value, width)


def why_json_lines(explanation: Explanation, blocks: Iterable[BlockView]) -> Iterator[str]:
    """One JSON object a block: as `--json` gives it, and what spoke for and against it where it was weighed."""
    for block in blocks:
        standing = explanation.standing(block.position)
        record: dict[str, Any] = {
            **block_record(explanation, block),
            "threshold": standing.threshold if standing else -1.0,
            "speaks_for": list(standing.speaks_for) if standing else [],
            "speaks_against": list(standing.speaks_against) if standing else [],
        }
        yield escaped(to_json_line(record).decode("utf-8"))


def nowhere(words: str, explanation: Explanation, shown: str) -> str:
    """That no block has the words; where else the page has them, and which block is nearest."""
    metadata = explanation.page.metadata
    elsewhere = {
        "title": metadata.title,
        "description": metadata.description,
        "authors": " ".join(metadata.authors),
        "tags": " ".join(metadata.tags),
    }
    places = [name for name, text in elsewhere.items() if fold(words) in fold(text)]
    message = f"no {shown} has the words {one_line(words, SHOWN_CHARS)!r}"
    if places:
        message += f"; they are in the article's {' and '.join(places)}"
    blocks = explanation.view.blocks
    nearest = nearest_to(words, [block.text for block in blocks])
    return message if nearest < 0 else f"{message}; the nearest: {_in_a_line(blocks[nearest])}"


def _told(explanation: Explanation, block: BlockView) -> Iterator[tuple[str, str]]:
    yield "text", one_line(block.text, SHOWN_CHARS)
    if not block.is_kept:
        yield "rule", one_line(block.rule)
        yield "evidence", one_line(block.evidence, len(block.evidence) + 1)
        yield "score", f"{block.score:.2f}"
    standing = explanation.standing(block.position)
    if standing is not None:
        yield from _weighed(standing)
    elif block.is_kept:
        yield "because", _unweighed(explanation)
    blocks = explanation.view.blocks
    if block.position > 0:
        yield "before", _in_a_line(blocks[block.position - 1])
    if block.position + 1 < len(blocks):
        yield "after", _in_a_line(blocks[block.position + 1])


def _folded(label: str, value: str, width: int) -> list[str]:
    if not width:
        return [label + value]
    return wrap(value, max(width, 2 * len(label)), initial_indent=label, subsequent_indent=" " * len(label)) or [label]


def _weighed(standing: BlockExplanation) -> Iterator[tuple[str, str]]:
    """What the main-content step found, whichever step decided."""
    is_near = abs(standing.probability - standing.threshold) < NEAR
    near = ", and this is close" if is_near else ""
    words = f"article with probability {standing.probability:.3f}; blocks below {standing.threshold:g} are removed"
    yield "weighed", words + near
    if standing.speaks_for:
        yield "for it", one_line("; ".join(standing.speaks_for))
    if standing.speaks_against:
        yield "against it", one_line("; ".join(standing.speaks_against))
    if standing.rule:
        yield (
            "place",
            ("where the article is" if standing.rule > 0 else "apart from the article") + _odds(standing.rule),
        )
    if standing.memory:
        words = "the site's other pages speak " + ("for it" if standing.memory > 0 else "against it")
        yield "memory", words + _odds(standing.memory)


def _odds(log_odds: float) -> str:
    return f" ({log_odds:+.1f} in log-odds)"


def _unweighed(explanation: Explanation) -> str:
    what = "text captures have no markup to weigh" if explanation.page.is_text else "main content was not weighed"
    return f"no step took it away; {what}"


def _in_a_line(block: BlockView) -> str:
    fate = "kept" if block.is_kept else one_line(block.reason, SHOWN_CHARS)
    return f"{block.position} {fate}: {one_line(block.text, NEIGHBOUR_CHARS)}"
