"""Score boiloff on text captures: what is right before and after it, where the text came without markup.

    python benchmarks/text_captures.py FOLDER --score SCORE.py [--set NAME ...] [--json FILE]

FOLDER holds sets as `accuracy.py` reads them. Sets of pages with markup are turned into text in three ways first:
by trafilatura without and with comments, and as WET records are, the page's title and then every visible block on a
line of its own (`whole page`). Sets of text are read as they are. The columns give each figure before and after
boiloff; `kept` is over title and text together, since the record has the title apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from accuracy import load_scorer, rows
from rich.console import Console
from rich.table import Table

import boiloff
from boiloff.transforms import Capture, parse

COLUMNS = ("F1", "P", "R", "kept", "leaked", "inbody", "comments")
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


def captures(folder: Path) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each way in which a set can be text, with the id, URL and text of its pages."""
    found = list(rows(folder / "captures.jsonl.gz"))
    if not any("html" in row for row in found):
        yield "text", [(row["id"], row["url"], row["text"]) for row in found]
        return
    for name, text_of in SOURCES.items():
        yield name, [(row["id"], row["url"], text_of(row)) for row in found if "html" in row]


def means(truths: list[Row], records: dict[str, Row], scorer: ModuleType) -> Figures:
    """Average the scorer's figures over the pages; for `kept`, the title is part of the text."""
    pages = []
    for truth in truths:
        record = records.get(truth["id"], {"title": "", "text": ""})
        whole = {"text": f"{record['title']}\n\n{record['text']}"}
        pages.append({**scorer.score_page(truth, record), "kept": scorer.score_page(truth, whole).get("kept")})
    found = {column: scorer.mean([page.get(column) for page in pages]) for column in COLUMNS}
    if found["P"] and found["R"]:
        found["F1"] = 2 * found["P"] * found["R"] / (found["P"] + found["R"])
    return {column: value for column, value in found.items() if value is not None}


def compare(folder: Path, scorer: ModuleType) -> Iterator[tuple[str, Figures, Figures]]:
    """Figures before and after boiloff, for each way in which a set can be text."""
    truths = list(rows(folder / "truth.jsonl.gz"))
    for source, pages in captures(folder):
        before = {identity: {"title": "", "text": text} for identity, _, text in pages}
        after = {identity: boiloff.clean_text(text, url=url).to_dict() for identity, url, text in pages}
        yield source, means(truths, before, scorer), means(truths, after, scorer)


def main() -> None:
    """Print one row for each set and source, and the means over the sets of a source."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--set", dest="sets", action="append", default=[])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.score)
    folders = sorted(path.parent for path in arguments.folder.rglob("captures.jsonl.gz"))
    chosen = [folder for folder in folders if not arguments.sets or folder.name in arguments.sets]
    if not chosen:
        raise SystemExit(f"{arguments.folder} holds no set with captures.jsonl.gz")
    results = {(source, folder.name): (a, b) for folder in chosen for source, a, b in compare(folder, scorer)}
    for source in dict.fromkeys(source for source, _ in results):
        of_source = [pair for (name, _), pair in results.items() if name == source]
        before, after = (
            {column: scorer.mean([pair[side].get(column) for pair in of_source]) for column in COLUMNS}
            for side in (0, 1)
        )
        results[source, "mean"] = before, after
    if arguments.json:
        listed = [{"source": key[0], "set": key[1], "before": a, "after": b} for key, (a, b) in results.items()]
        arguments.json.write_text(json.dumps(listed, indent=1), "utf-8")
    _print(results)


def _print(results: dict[tuple[str, str], tuple[Figures, Figures]]) -> None:
    table = Table(caption="each figure before → after boiloff")
    for column in ("source", "set", *COLUMNS):
        table.add_column(column)
    for (source, name), (before, after) in sorted(results.items()):
        cells = ((before.get(column), after.get(column)) for column in COLUMNS)
        table.add_row(source, name, *("" if a is None or b is None else f"{a:.3f} → {b:.3f}" for a, b in cells))
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
