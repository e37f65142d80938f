"""What must hold for every page and every file, whatever is in them: property tests and fuzzing check it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.output.schemas import to_json_line
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.captures import read_captures
from boiloff.transforms import Capture, ledger, parse
from boiloff.transforms.compiled.tags import TagReader
from boiloff.transforms.core.article import SEPARATOR
from boiloff.transforms.core.base import clean_page
from boiloff.transforms.core.limits import Limits

# A page that gives no article for one of these reasons shows a defect: a parser or a step stumbled over it.
DEFECTS = {"not-parsed", "step-failed"}


def rebuilt(article: dict[str, Any], removed: Sequence[dict[str, Any]]) -> list[str]:
    """Join the texts of a page's blocks, in order, from its article record and its ledger records alone."""
    taken = {record["position"]: record["text"] for record in removed}
    assert len(taken) == len(removed), "two ledger records have one position"
    kept = (article["text"][span["start"] : span["end"]] for span in article["blocks"])
    return [taken[at] if at in taken else next(kept) for at in range(len(article["blocks"]) + len(removed))]


def check_spans(article: dict[str, Any]) -> None:
    """Check that the spans of a record cut its text into blocks: none overlaps, with only blank lines between."""
    texts = [article["text"][span["start"] : span["end"]] for span in article["blocks"]]
    assert SEPARATOR.join(texts) == article["text"]
    at = 0
    for span, text in zip(article["blocks"], texts, strict=True):
        assert (span["start"], span["end"]) == (at, at + len(text))
        at = span["end"] + len(SEPARATOR)


def as_written(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as a reader of the output folder gets it."""
    line = to_json_line(record)
    assert b"\n" not in line
    read: dict[str, Any] = json.loads(line.decode("utf-8"))
    return read


def check_page(capture: Capture, cleaner: Cleaner) -> Rejected | None:
    """One capture is one article, whose blocks and those of its ledger are the page's, or one rejected record.

    Cleaning the page that was cleaned undoes no mark. It may find more: steps look at what others left beside a block.
    """
    page = clean_capture(capture, cleaner)
    if isinstance(page, Rejected):
        assert page.reason not in DEFECTS, page.error
        as_written(page.to_dict())
        return page
    article, removed = as_written(cleaner.article(page).to_dict()), [as_written(record) for record in ledger(page)]
    check_spans(article)
    parsed = parse(capture, cleaner.configuration.parser, cleaner.configuration.limits)
    assert rebuilt(article, removed) == [as_written({"text": block.text})["text"] for block in parsed.blocks]
    assert article["removed_blocks"] == len(removed)
    again = clean_page(page, cleaner.steps)
    assert again.blocks == page.blocks
    assert all(old in (None, new) for old, new in zip(page.removals, again.removals, strict=True))
    return None


def check_file(data: bytes, name: str = "file") -> list[Capture | Rejected]:
    """Check that reading a file raises no error and gives the same twice, and that rejected records name the file."""
    items = list(read_captures(io.BytesIO(data), name))
    assert items == list(read_captures(io.BytesIO(data), name))
    for item in items:
        assert item.source_file.partition("!")[0] == name
        if isinstance(item, Rejected):
            assert item.reason
            assert item.error
            as_written(item.to_dict())
    return items


def depth_of(html: bytes) -> int:
    """How deep the tree is that lexbor builds."""
    deepest = depth = 0
    node = LexborHTMLParser(html, scripting=True).root
    while node is not None:
        deepest = max(deepest, depth)
        if node.first_child is not None:
            node, depth = node.first_child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return deepest


def check_depth(html: bytes, allowed: int = 64) -> None:
    """Check that the limited page gives no tree much deeper than allowed, and takes no longer to parse."""
    reader = TagReader(html, Limits(max_depth=64))
    reader.read()
    assert 0 <= reader.end <= len(html)
    assert bool(reader.why) == (reader.end < len(html))
    # Between two elements that are counted stand five at most that are not.
    assert depth_of(reader.edited()) < 6 * allowed
