"""One page explained: where a run has read it, what happened to each of its blocks, and why; as tables and lines."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from textwrap import wrap
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...transforms.classifier.explanation import BlockExplanation, Scores
from ...transforms.core.page import Capture, Page
from ...transforms.main_content import KeepMainContent
from ..clean import Cleaner, without_article
from ..display import SHOWN_CHARS, json_line, offset_unit, one_line, printable, whole_line
from ..output import MANIFEST
from ..output.manifest import FinishedRun, Record
from ..output.writer import read_json
from ..reading.accept import MAX_BODY_BYTES, Rejected
from ..reading.lookup import BY_ID, Found, Item, Matches, search
from ..reading.retry import DeadLetter, Retry, reread
from ..reading.warc import split_member
from .pages import BlockView, PageView, view_of_page

# Characters that people type in another form.
PLAIN_MARKS = str.maketrans(dict.fromkeys("‘’‚‹›`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑‒–—", "-"))
# The stage of captures that could not be read; the others may be read again.
READING = "read"
COLUMNS = ("position", "fate", "reason", "rule", "score", "evidence", "text")
# The probability of a block that the classifier did not score.
NOT_WEIGHED = -1.0
# Characters of a block's neighbours.
NEIGHBOUR_CHARS = 60
LABEL = 11
# A small change may decide otherwise about a block whose probability is so near the threshold.
NEAR = 0.15


@dataclass(frozen=True)
class Explanation:
    """A cleaned capture, what decided about its blocks, and a `note` for people on how it was found."""

    capture: Capture
    cleaner: Cleaner
    page: Page
    note: str = ""

    @classmethod
    def of(cls, capture: Capture, cleaner: Cleaner) -> Explanation:
        """Clean the capture. Raises StepError when a step fails on it, or it takes too long."""
        return cls(capture, cleaner, cleaner.page(capture))

    @cached_property
    def view(self) -> PageView:
        """The page with all its blocks in order."""
        return view_of_page(self.page, self.cleaner.article(self.page))

    @cached_property
    def rejected(self) -> Rejected | None:
        """The rejected record that a run would write, if the page gives no article."""
        return without_article(self.capture, self.page, self.cleaner.configuration)

    @cached_property
    def weighing(self) -> Scores | None:
        """The scores of the main-content step, for the blocks that no earlier step has marked.

        None if the configuration has no such step. The earlier steps run again.
        """
        configuration = self.cleaner.configuration
        for number, step in enumerate(self.cleaner.steps):
            if isinstance(step, KeepMainContent):
                before = replace(configuration, steps=configuration.steps[:number])
                return step.score(replace(self.cleaner, configuration=before).page(self.capture))
        return None

    @cached_property
    def probabilities(self) -> dict[int, float]:
        """The probability of each scored block that it belongs to the article, by position."""
        return self.weighing.probabilities() if self.weighing else {}

    def standing(self, position: int) -> BlockExplanation | None:
        """Return the evidence for and against a block, or None if the classifier did not score it."""
        return self.weighing.explain(position) if self.weighing and position in self.probabilities else None


def positions_of(words: str, texts: Sequence[str]) -> list[int]:
    """Return which of these texts hold the words, whatever their spacing and case.

    Words that run from one text to the next are in both. All forms of quotation marks and dashes are the same.
    """
    sought, folded = fold(words), list(map(fold, texts))
    ends = list(accumulate(map(len, folded)))
    whole = "".join(folded)
    found: dict[int, None] = {}
    start = whole.find(sought) if sought else -1
    while start >= 0:
        first, last = bisect_right(ends, start), bisect_right(ends, start + len(sought) - 1)
        found.update(dict.fromkeys(number for number in range(first, last + 1) if folded[number]))
        start = whole.find(sought, start + len(sought))
    return list(found)


def nearest_to(words: str, texts: Sequence[str]) -> int:
    """Return which text has most of the words' pairs of letters; -1 where none has any."""
    sought = _pairs(fold(words))
    shares = [len(sought & _pairs(fold(text))) for text in texts]
    best = max(shares, default=0)
    return shares.index(best) if best else -1


def fold(text: str) -> str:
    """Return a text without what a search ignores: spaces, invisible characters, case, forms of quotes."""
    plain = unicodedata.normalize("NFKC", text).translate(PLAIN_MARKS).casefold()
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf")


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def look_up_in_run(run: FinishedRun, url: str, id: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Found:
    """Find the captures with an address or an id in the records of a run, and read them again from its inputs.

    If a capture is no longer in its input, the result contains it as rejected, with the reason `not-found`.
    """
    found = _with_id(_items(run), id) if id else search(_items(run), url)
    held, places = found.matches, _places(run)
    matches = Matches(rejected=held.rejected, count=held.count - len(held.captures), reasons=Counter(held.reasons))
    for capture in held.captures:
        for item in _again(capture, places, max_body_bytes):
            matches.add(item)
    found.matches = matches
    return found


def memory_of(run: FinishedRun) -> str:
    """Return the path of the store that the run cleaned with, "" where it had none."""
    given = read_json(run.file(MANIFEST)).get("templates") or [{"path": ""}]
    return run.site_memory or str(given[0]["path"])


def _items(run: FinishedRun) -> Iterator[Item]:
    """Yield the captures that the records name, without bodies."""
    for record in run.records("articles"):
        yield _bodiless(record)
    for record in run.records("rejected"):
        yield Rejected(**record) if record["stage"] == READING else _bodiless(record)


def _bodiless(record: Record) -> Capture:
    place = {name: record[name] for name in ("id", "url", "source_file", "source_offset")}
    return Capture(body="", media="html", **place)


def _with_id(items: Iterator[Item], id: str) -> Found:
    found = Found(how=BY_ID)
    for item in items:
        found.seen += 1
        if item.id == id:
            found.matches.add(item)
    return found


def _places(run: FinishedRun) -> dict[str, str]:
    """Map the names that records give the inputs to their paths: the run may have started in another folder."""
    known = read_json(run.file(MANIFEST))["inputs"]
    return dict(zip(run.summary["inputs"], (str(entry["path"]) for entry in known), strict=True))


def _again(capture: Capture, places: dict[str, str], max_body_bytes: int) -> Iterator[Item]:
    file, *member = split_member(capture.source_file) or (capture.source_file,)
    path = "!".join([places.get(file, file), *member])
    dead = DeadLetter(url=capture.url, id=capture.id, source_file=path, source_offset=capture.source_offset)
    for item in reread(Retry(path, (dead,)), max_body_bytes=max_body_bytes):
        if not isinstance(item, int):
            yield item


def _facts(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """Yield the names and values for the lines above the blocks of a page."""
    page, capture = explanation.page, explanation.capture
    metadata = page.metadata
    place = f" at {offset_unit(capture.source_file)} {capture.source_offset:,}" if capture.source_offset >= 0 else ""
    for name, value in (
        ("file", f"{capture.source_file}{place}"),
        ("capture", explanation.note),
        ("address", page.url),
        ("title", metadata.title or "unknown"),
        ("authors", ", ".join(metadata.authors) or "unknown"),
        ("published", f"{metadata.date_published} ({metadata.date_source})" if metadata.date_published else "unknown"),
        ("language", page.language),
        ("flags", ", ".join(page.quality_flags)),
        ("no article", no_article(explanation)),
    ):
        if value:
            yield name, one_line(value)


def no_article(explanation: Explanation) -> str:
    """Return why a run rejects the page; "" where the page gives an article."""
    rejected = explanation.rejected
    return f"a run rejects this page as {rejected.reason}: {rejected.error}" if rejected else ""


def tally(explanation: Explanation) -> str:
    """Return how much of the page is its article."""
    blocks = explanation.view.blocks
    kept = [block for block in blocks if block.is_kept]
    chars, all_chars = (sum(len(block.text) for block in group) for group in (kept, blocks))
    return f"{len(kept):,} of {len(blocks):,} blocks kept, {chars:,} of {all_chars:,} characters"


def print_table(explanation: Explanation, blocks: Iterable[BlockView], console: Console) -> None:
    """Print a row for each block, with the reason for its removal below its text. Nothing of the page is markup."""
    head = Table.grid(padding=(0, 1))
    head.add_column(justify="right", style="bold", no_wrap=True)
    head.add_column(overflow="fold")
    for name, value in _facts(explanation):
        head.add_row(name, Text(value))
    console.print(head)
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("fate", no_wrap=True)
    table.add_column("text, and why it was removed", ratio=1, overflow="fold")
    for block in blocks:
        if block.is_kept:
            table.add_row(str(block.position), Text("kept", "green"), Text(printable(block.text)))
            continue
        why = f"\n{printable(block.evidence)} [{one_line(block.rule, SHOWN_CHARS)}, {block.score:.2f}]"
        text = Text.assemble((printable(block.text), "dim"), (why, "italic"))
        table.add_row(str(block.position), Text(one_line(block.reason, SHOWN_CHARS), "red"), text)
    console.print(table)
    console.print(tally(explanation), highlight=False)


def plain_lines(explanation: Explanation, blocks: Iterable[BlockView]) -> Iterator[str]:
    """Yield a line for each block, with tabs between the columns; other lines begin with `#`."""
    for name, value in _facts(explanation):
        yield f"# {name}\t{value}"
    yield "# " + "\t".join(COLUMNS)
    for block in blocks:
        fate = "kept" if block.is_kept else "removed"
        why = (block.reason, block.rule, "" if block.is_kept else f"{block.score:.2f}", block.evidence)
        yield "\t".join((str(block.position), fate, *(whole_line(v) or "-" for v in why), whole_line(block.text)))
    yield f"# {tally(explanation)}"


def json_lines(explanation: Explanation, blocks: Iterable[BlockView]) -> Iterator[str]:
    """Yield a JSON object for each block, with every key. `probability` is -1 if the classifier did not score the
    block.
    """
    for block in blocks:
        yield json_line(_record(explanation, block))


def why_json_lines(explanation: Explanation, blocks: Iterable[BlockView]) -> Iterator[str]:
    """Yield the same objects, with the evidence for and against each scored block."""
    for block in blocks:
        standing = explanation.standing(block.position)
        yield json_line({
            **_record(explanation, block),
            "threshold": standing.threshold if standing else -1.0,
            "speaks_for": list(standing.speaks_for) if standing else [],
            "speaks_against": list(standing.speaks_against) if standing else [],
        })  # fmt: skip


def _record(explanation: Explanation, block: BlockView) -> dict[str, Any]:
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


def why_lines(explanation: Explanation, blocks: Iterable[BlockView], width: int = 0) -> Iterator[str]:
    """Yield what decided about each block, with all evidence, and its neighbours; folded to `width` columns."""
    for number, block in enumerate(blocks):
        if number:
            yield ""
        fate = "kept" if block.is_kept else f"removed as {one_line(block.reason, SHOWN_CHARS)}"
        yield f"block {block.position} of {len(explanation.view.blocks)} ({block.kind}): {fate}"
        for name, value in _details(explanation, block):
            label = f"  {f'{name}:':<{LABEL}} "
            if width:
                room, rest = max(width, 2 * len(label)), " " * len(label)
                yield from wrap(value, room, initial_indent=label, subsequent_indent=rest) or [label]
            else:
                yield label + value


def _details(explanation: Explanation, block: BlockView) -> Iterator[tuple[str, str]]:
    yield "text", one_line(block.text, SHOWN_CHARS)
    if not block.is_kept:
        yield "rule", one_line(block.rule)
        yield "evidence", whole_line(block.evidence)
        yield "score", f"{block.score:.2f}"
    standing = explanation.standing(block.position)
    if standing is not None:
        yield from _classified(standing)
    elif block.is_kept:
        what = (
            "KeepMainContent does not score text captures"
            if explanation.page.is_text
            else "KeepMainContent did not score it"
        )
        yield "because", f"no step removed it; {what}"
    blocks = explanation.view.blocks
    if block.position > 0:
        yield "before", _summary(blocks[block.position - 1])
    if block.position + 1 < len(blocks):
        yield "after", _summary(blocks[block.position + 1])


def _classified(standing: BlockExplanation) -> Iterator[tuple[str, str]]:
    """Yield what the main-content step found, whichever step decided."""
    near = ", and this is close" if abs(standing.probability - standing.threshold) < NEAR else ""
    words = f"article with probability {standing.probability:.3f}; blocks below {standing.threshold:g} are removed"
    yield "classifier", words + near
    if standing.speaks_for:
        yield "for it", one_line("; ".join(standing.speaks_for))
    if standing.speaks_against:
        yield "against it", one_line("; ".join(standing.speaks_against))
    if standing.rule:
        words = "where the article is" if standing.rule > 0 else "apart from the article"
        yield "place", f"{words} ({standing.rule:+.1f} in log-odds)"
    if standing.memory:
        words = "the other pages of the site are evidence " + ("for it" if standing.memory > 0 else "against it")
        yield "memory", f"{words} ({standing.memory:+.1f} in log-odds)"


def _summary(block: BlockView) -> str:
    fate = "kept" if block.is_kept else one_line(block.reason, SHOWN_CHARS)
    return f"{block.position} {fate}: {one_line(block.text, NEIGHBOUR_CHARS)}"


def nowhere(words: str, explanation: Explanation, shown: str) -> str:
    """Return that no block has the words, where else the page has them, and which block is nearest."""
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
    return message if nearest < 0 else f"{message}; the most similar: {_summary(blocks[nearest])}"
