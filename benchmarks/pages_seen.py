"""How accuracy grows with the number of a site's pages that were learned from.

    python benchmarks/pages_seen.py FOLDER --score SCORE.py [--svg FILE]

FOLDER contains same-site sets as `accuracy.py` reads them. Of each site's pages the first 1, 2, 3, 5, 10, 20 and all in
one random order are learned from, and every page of the site is cleaned with that memory. Prints F1 for each site and
the means of all figures; `--svg` draws the curves.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from accuracy import load_scorer, rows
from rich.console import Console
from rich.table import Table

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.config import Configuration, load_configuration
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.site_memory.sketcher import Learner, Lesson
from boiloff.pipeline.site_memory.writer import working_folder, write_store
from boiloff.transforms import Capture
from boiloff.transforms.site_memory.sample import SiteSample, merge
from boiloff.transforms.site_memory.store import Store, open_store

SEEN = (0, 1, 2, 3, 5, 10, 20, None)
COLUMNS = ("F1", "kept", "leaked", "inbody", "comments")
SEED = 20


@contextmanager
def memory_of(lessons: Sequence[Lesson]) -> Iterator[Store | None]:
    """Make a store of these lessons, or None if there are none."""
    if not lessons:
        yield None
        return
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "store")
        with working_folder(path) as work, write_store(path, work) as writer:
            for site in sorted({lesson.site for lesson in lessons if lesson.sketch}):
                samples = [SiteSample(site, (one.sketch,)) for one in lessons if one.site == site and one.sketch]
                writer.add_sample(merge(samples))
        with open_store(path) as store:
            yield store


def curve(folder: Path, configuration: Configuration, scorer: ModuleType) -> list[dict[str, Any]]:
    """Measure one site: a row for each of SEEN."""
    captures = [Capture(body=row["html"], url=row["url"], id=row["id"]) for row in rows(folder / "captures.jsonl.gz")]
    learner = Learner(configuration)
    order = random.Random(SEED).sample(captures, len(captures))
    lessons = [learner.lesson(capture) for capture in order]
    truths = list(rows(folder / "truth.jsonl.gz"))
    found = []
    for seen in SEEN:
        with memory_of(lessons[:seen]) as store:
            cleaner = Cleaner(configuration, store)
            records = {capture.id: record(capture, cleaner) for capture in captures}
        scores = [scorer.score_page(truth, records[truth["id"]]) for truth in truths]
        means = {name: scorer.mean([score.get(name) for score in scores]) for name in ("P", "R", *COLUMNS)}
        if means["P"] and means["R"]:
            means["F1"] = 2 * means["P"] * means["R"] / (means["P"] + means["R"])
        found.append(means)
    return found


def record(capture: Capture, cleaner: Cleaner) -> dict[str, Any]:
    """Return the record of a capture, an empty one if it gave no article."""
    page = clean_capture(capture, cleaner)
    return {} if isinstance(page, Rejected) else cleaner.article(page).to_dict()


def main() -> None:
    """Print the table of F1 and the means, and draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--svg", type=Path)
    arguments = parser.parse_args()
    scorer, configuration = load_scorer(arguments.score), load_configuration("default")
    table = Table("site", *(str(seen if seen is not None else "all") for seen in SEEN))
    sites = {
        folder.name: curve(folder, configuration, scorer)
        for folder in sorted(path.parent for path in arguments.folder.rglob("captures.jsonl.gz"))
        if "html" in next(rows(folder / "captures.jsonl.gz")) and next(rows(folder / "truth.jsonl.gz")).get("text")
    }
    curves = {name: [point["F1"] for point in points] for name, points in sites.items()}
    means = {
        column: [scorer.mean([points[i].get(column) for points in sites.values()]) for i in range(len(SEEN))]
        for column in COLUMNS
    }
    for name, values in curves.items():
        table.add_row(name, *(f"{value:.3f}" for value in values))
    for column, values in means.items():
        table.add_row(f"mean {column}", *(f"{value:.4f}" for value in values))
    Console(width=140).print(table)
    if arguments.svg:
        arguments.svg.write_text(drawn({**curves, "mean": means["F1"]}), "utf-8")


WIDTH, HEIGHT, LEFT, TOP, LOWEST = 640, 360, 48, 16, 0.84


def drawn(curves: dict[str, list[float]]) -> str:
    """Draw the curves as an SVG picture: a thin line for each site, a thick one for the mean."""
    step = (WIDTH - LEFT - 16) / (len(SEEN) - 1)
    labels = [str(seen if seen is not None else "all") for seen in SEEN]

    def height(value: float) -> float:
        return TOP + (1 - value) / (1 - LOWEST) * (HEIGHT - TOP - 40)

    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{height(mark):.1f}" y2="{height(mark):.1f}" stroke="#8884"/>'
        f'<text x="{LEFT - 6}" y="{height(mark) + 4:.1f}" text-anchor="end">{mark:.2f}</text>'
        for mark in (0.84, 0.88, 0.92, 0.96, 1.0)
    ]
    parts += [
        f'<text x="{LEFT + i * step:.1f}" y="{HEIGHT - 20}" text-anchor="middle">{label}</text>'
        for i, label in enumerate(labels)
    ]
    for name, values in curves.items():
        points = " ".join(f"{LEFT + i * step:.1f},{height(value):.1f}" for i, value in enumerate(values))
        style = 'stroke="#d33" stroke-width="3"' if name == "mean" else 'stroke="#57a" stroke-opacity=".45"'
        parts.append(f'<polyline points="{points}" fill="none" {style}><title>{name}</title></polyline>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return (
        head
        + ' font-size="11" fill="#777" role="img"><title>F1 by the number of pages of the site seen</title>'
        + "".join(parts)
        + f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">pages of the site learned from</text></svg>\n'
    )


if __name__ == "__main__":
    main()
