"""The blocks of a page with their fates: as a table on a terminal, as lines to search, as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...explaining import Explanation
from ...records.lines import to_json_line
from ...report.page_view import BlockView
from ...telling import offset_unit
from ..calls.asked_page import Asked
from .printable import SHOWN_CHARS, escaped, one_line, printable

COLUMNS = ("position", "fate", "reason", "rule", "score", "evidence", "text")
# Where a block was not weighed.
NOT_WEIGHED = -1.0


def facts(asked: Asked) -> Iterator[tuple[str, str]]:
    """What is told of a page above its blocks: name and value, those that are known."""
    page, capture = asked.explanation.page, asked.explanation.capture
    metadata = page.metadata
    unit = offset_unit(capture.source_file)
    place = f" at {unit} {capture.source_offset:,}" if capture.source_offset >= 0 else ""
    for name, value in (
        ("file", f"{capture.source_file}{place}"),
        ("capture", asked.note),
        ("address", page.url),
        ("title", metadata.title or "unknown"),
        ("authors", ", ".join(metadata.authors) or "unknown"),
        ("published", f"{metadata.date_published} ({metadata.date_source})" if metadata.date_published else "unknown"),
        ("language", page.language),
        ("flags", ", ".join(page.quality_flags)),
        ("no article", no_article(asked.explanation)),
    ):
        if value:
            yield name, one_line(value)


def no_article(explanation: Explanation) -> str:
    """That the page gives none, and what becomes of it in a run; `""` where it gives one."""
    rejected = explanation.rejected
    return f"a run rejects this page as {rejected.reason}: {rejected.error}" if rejected else ""


def tally(asked: Asked) -> str:
    """How much of the page is its article."""
    blocks = asked.explanation.view.blocks
    kept = [block for block in blocks if block.is_kept]
    chars, all_chars = (sum(len(block.text) for block in group) for group in (kept, blocks))
    return f"{len(kept):,} of {len(blocks):,} blocks kept, {chars:,} of {all_chars:,} characters"


def print_table(asked: Asked, blocks: Iterable[BlockView], console: Console) -> None:
    """For a terminal: one row a block, why it went below its text. Text of the page is never read as markup."""
    head = Table.grid(padding=(0, 1))
    head.add_column(justify="right", style="bold", no_wrap=True)
    head.add_column(overflow="fold")
    for name, value in facts(asked):
        head.add_row(name, Text(value))
    console.print(head)
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("fate", no_wrap=True)
    table.add_column("text, and why it went", ratio=1, overflow="fold")
    for block in blocks:
        if block.is_kept:
            table.add_row(str(block.position), Text("kept", "green"), Text(printable(block.text)))
            continue
        why = f"\n{printable(block.evidence)} [{one_line(block.rule, SHOWN_CHARS)}, {block.score:.2f}]"
        text = Text.assemble((printable(block.text), "dim"), (why, "italic"))
        table.add_row(str(block.position), Text(one_line(block.reason, SHOWN_CHARS), "red"), text)
    console.print(table)
    console.print(tally(asked), highlight=False)


def plain_lines(asked: Asked, blocks: Iterable[BlockView]) -> Iterator[str]:
    """For a pipe: one line a block, columns apart by tabs and whole; lines of other things begin with `#`."""
    for name, value in facts(asked):
        yield f"# {name}\t{value}"
    yield "# " + "\t".join(COLUMNS)
    for block in blocks:
        fate = "kept" if block.is_kept else "removed"
        why = (block.reason, block.rule, "" if block.is_kept else f"{block.score:.2f}", block.evidence)
        yield "\t".join((str(block.position), fate, *(_whole(value) or "-" for value in why), _whole(block.text)))
    yield f"# {tally(asked)}"


def json_lines(explanation: Explanation, blocks: Iterable[BlockView]) -> Iterator[str]:
    """One JSON object a block, safe to look at: `probability` is that of being article, -1 where it was not weighed."""
    for block in blocks:
        yield escaped(to_json_line(block_record(explanation, block)).decode("utf-8"))


def block_record(explanation: Explanation, block: BlockView) -> dict[str, Any]:
    """A block as a flat record, every key always there."""
    return {
        "id": explanation.view.id,
        "url": explanation.view.url,
        "position": block.position,
        "kind": block.kind,
        "fate": "kept" if block.is_kept else "removed",
        "reason": block.reason,
        "rule": block.rule,
        "evidence": block.evidence,
        "score": block.score,
        "probability": round(explanation.probabilities.get(block.position, NOT_WEIGHED), 4),
        "text": block.text,
    }


def _whole(text: str) -> str:
    return one_line(text, max(len(text), 1))
