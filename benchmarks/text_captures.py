"""Score boiloff on text captures: what is right before and after it, where the text came without markup.

    python benchmarks/text_captures.py FOLDER --score SCORE.py [--set NAME ...] [--source NAME ...] [--json FILE]

FOLDER contains sets as `accuracy.py` reads them. Sets of pages with markup are turned into text in three ways first:
by trafilatura without and with comments, and as WET records are, the page's title and then every visible block on a
line of its own (`whole page`). Sets of text are read as they are. The columns give each figure three times: before
boiloff, after it cleaned each text alone, and after it learned from all texts of the set first. `kept` is over title
and text together, since the record has the title apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from accuracy import load_scorer, rows
from pages_seen import memory_of, record
from rich.console import Console
from rich.table import Table

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.config import Configuration, load_configuration
from boiloff.pipeline.site_memory.sketcher import Learner
from boiloff.transforms import Capture, parse

COLUMNS = ("F1", "P", "R", "kept", "leaked", "inbody", "comments", "title")
STAGES = ("before", "alone", "memory")
TEXT = "text"
Row = dict[str, Any]
Figures = dict[str, float]


def extracted(row: Row) -> str:
    """Return the text that trafilatura finds, without comments."""
    return trafilatura.extract(row["html"], url=row["url"], include_comments=False) or ""


def extracted_with_comments(row: Row) -> str:
    """Return the text that trafilatura finds, with comments."""
    return trafilatura.extract(row["html"], url=row["url"], include_comments=True) or ""


def whole_page(row: Row) -> str:
    """Return the page's title and every block that is not hidden, one on each line."""
    page = parse(Capture(body=row["html"], url=row["url"]))
    visible = (block.text for block in page.blocks if not page.elements[block.element].hidden)
    return "\n".join(" ".join(text.split()) for text in (page.head.title, *visible))


SOURCES: dict[str, Callable[[Row], str]] = {
    "extracted": extracted,
    "with comments": extracted_with_comments,
    "whole page": whole_page,
}


def captures(folder: Path, sources: Sequence[str]) -> Iterator[tuple[str, list[Capture]]]:
    """Each way in which a set can be text, with its captures."""
    found = list(rows(folder / "captures.jsonl.gz"))
    if not any("html" in row for row in found):
        if TEXT in sources:
            yield TEXT, [_capture(row, row["text"]) for row in found]
        return
    for name, text_of in SOURCES.items():
        if name in sources:
            yield name, [_capture(row, text_of(row)) for row in found if "html" in row]


def _capture(row: Row, text: str) -> Capture:
    return Capture(text, "text", url=row["url"], id=row["id"])


def means(truths: list[Row], records: dict[str, Row], scorer: ModuleType) -> Figures:
    """Average the scorer's figures over the pages; for `kept`, the title is part of the text."""
    pages = []
    for truth in truths:
        found = records.get(truth["id"]) or {"title": "", "text": ""}
        whole = {"text": f"{found['title']}\n\n{found['text']}"}
        pages.append({**scorer.score_page(truth, found), "kept": scorer.score_page(truth, whole).get("kept")})
    found = {column: scorer.mean([page.get(column) for page in pages]) for column in COLUMNS}
    if found["P"] and found["R"]:
        found["F1"] = 2 * found["P"] * found["R"] / (found["P"] + found["R"])
    return {column: value for column, value in found.items() if value is not None}


def compare(
    folder: Path, sources: Sequence[str], configuration: Configuration, scorer: ModuleType
) -> Iterator[tuple[str, list[Figures]]]:
    """Figures before boiloff, after it without and with site memory, for each way in which a set can be text."""
    truths = list(rows(folder / "truth.jsonl.gz"))
    learner = Learner(configuration)
    for source, texts in captures(folder, sources):
        before = {text.id: {"title": "", "text": text.body} for text in texts}
        found = [means(truths, before, scorer)]
        for lessons in ([], [learner.lesson(text) for text in texts]):
            with memory_of(lessons) as store:
                cleaner = Cleaner(configuration, store)
                found.append(means(truths, {text.id: record(text, cleaner) for text in texts}, scorer))
        yield source, found


def main() -> None:
    """Print one row for each set and source, and the means over the sets of a source."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--set", dest="sets", action="append", default=[])
    parser.add_argument("--source", dest="sources", action="append", choices=[*SOURCES, TEXT], default=[])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.score)
    folders = sorted(path.parent for path in arguments.folder.rglob("captures.jsonl.gz"))
    chosen = [folder for folder in folders if not arguments.sets or folder.name in arguments.sets]
    if not chosen:
        raise SystemExit(f"{arguments.folder} holds no set with captures.jsonl.gz")
    sources, configuration = arguments.sources or [*SOURCES, TEXT], load_configuration("default")
    results = {
        (source, folder.name): found
        for folder in chosen
        for source, found in compare(folder, sources, configuration, scorer)
    }
    for source in dict.fromkeys(source for source, _ in results):
        of_source = [found for (name, _), found in results.items() if name == source]
        results[source, "mean"] = [
            {column: scorer.mean([found[stage].get(column) for found in of_source]) for column in COLUMNS}
            for stage in range(len(STAGES))
        ]
    if arguments.json:
        listed = [
            {"source": source, "set": name, **dict(zip(STAGES, found, strict=True))}
            for (source, name), found in results.items()
        ]
        arguments.json.write_text(json.dumps(listed, indent=1), "utf-8")
    _print(results)


def _print(results: dict[tuple[str, str], list[Figures]]) -> None:
    table = Table(caption="each figure before boiloff → after it, page by page → after it, with site memory")
    for column in ("source", "set", *COLUMNS):
        table.add_column(column)
    for (source, name), found in sorted(results.items()):
        cells = ([figures.get(column) for figures in found] for column in COLUMNS)
        table.add_row(source, name, *("" if None in cell else " → ".join(f"{x:.3f}" for x in cell) for cell in cells))
    Console(width=260).print(table)


if __name__ == "__main__":
    main()
