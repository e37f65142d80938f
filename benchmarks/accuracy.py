"""Score boiloff on evaluation sets, beside the figures of other extractors.

    python benchmarks/accuracy.py FOLDER --score SCORE.py [--set NAME ...] [--config NAME|FILE]

FOLDER contains sets at any depth: a folder with `captures.jsonl.gz` (id, url, html or text) and `truth.jsonl.gz`.
SCORE.py has `score_page(truth, record)` and `mean(values)`. Each page is cleaned by itself, without site memory.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Capture

COLUMNS = ("F1", "P", "R", "kept", "leaked", "inbody", "comments", "title", "author", "date", "lang")
BASELINES = json.loads((Path(__file__).parent / "baselines.json").read_text("utf-8"))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def load_scorer(path: Path) -> ModuleType:
    """Import the scorer."""
    if not path.is_file():
        raise SystemExit(f"{path}: no such scorer; name one with --score (make accuracy SCORE=...)")
    spec = importlib.util.spec_from_file_location("scorer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def records(folder: Path, cleaner: Cleaner) -> dict[str, dict[str, Any]]:
    """Clean the captures of a set; return the article records by id."""
    found = {}
    for row in rows(folder / "captures.jsonl.gz"):
        media, body = ("html", row["html"]) if "html" in row else ("text", row["text"])
        page = clean_capture(Capture(body=body, media=media, url=row["url"], id=row["id"]), cleaner)
        if not isinstance(page, Rejected):
            found[row["id"]] = cleaner.article(page).to_dict()
    return found


def figures(folder: Path, cleaner: Cleaner, scorer: ModuleType) -> dict[str, float]:
    """Return the mean figures of a set, as the scorer defines them, and milliseconds of CPU per page."""
    started = time.process_time()
    found = records(folder, cleaner)
    milliseconds = (time.process_time() - started) * 1000
    pages = [scorer.score_page(truth, found.get(truth["id"], {})) for truth in rows(folder / "truth.jsonl.gz")]
    means = {column: scorer.mean([page.get(column) for page in pages]) for column in COLUMNS}
    if means["P"] and means["R"]:
        means["F1"] = 2 * means["P"] * means["R"] / (means["P"] + means["R"])
    return {**{key: value for key, value in means.items() if value is not None}, "ms": milliseconds / len(pages)}


def main() -> None:
    """Print one row a set and the mean over the same-site sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--set", dest="sets", action="append", default=[])
    parser.add_argument("--config", default="default")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    scorer, cleaner = load_scorer(arguments.score), Cleaner.named(arguments.config)
    folders = sorted(path.parent for path in arguments.folder.rglob("captures.jsonl.gz"))
    chosen = [folder for folder in folders if not arguments.sets or folder.name in arguments.sets]
    if not chosen:
        raise SystemExit(f"{arguments.folder} holds no set with captures.jsonl.gz")
    results = {folder.name: figures(folder, cleaner, scorer) for folder in chosen}
    sites = [
        results[folder.name] for folder in chosen if folder.parent.name == "sites" and "F1" in results[folder.name]
    ]
    if sites:
        results["mean of sites"] = {
            column: scorer.mean([site.get(column) for site in sites]) for column in (*COLUMNS, "ms")
        }
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), "utf-8")
    _print(results)


def _print(results: dict[str, dict[str, Any]]) -> None:
    table = Table(caption=BASELINES["about"])
    table.add_column("set")
    for column in ("rival F1", *COLUMNS, "ms"):
        table.add_column(column, justify="right")
    for name, result in results.items():
        cells = [result.get(column) for column in (*COLUMNS, "ms")]
        rival = BASELINES["F1"].get(name)
        table.add_row(
            name,
            f"{rival:.3f}" if rival else "",
            *(f"{cell:.3f}" if cell is not None else "" for cell in cells[:-1]),
            f"{cells[-1]:.1f}",
        )
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
