"""How well boiloff does on the pages of tests/data/gate: the formulas, the floors, and the table.

    python tests/gate_measure.py [--write]

prints the table; with `--write` the figures also become those that `floors.json` holds. Every page is judged by
itself. A word is a run of letters and digits, or one letter of a script written without spaces; case is ignored.
Texts are compared as multisets of words, T the true one and F the one found:

    precision = |T ∩ F| / |F|     recall = |T ∩ F| / |T|     f1 = 2 · precision · recall / (precision + recall)

    kept      the share of the article's words that stand in blocks found whole
    leak      the share of boilerplate lines that are found
    comments  the share of readers' comments that are found

A line is found if its words stand in F one after the other. `title` and `authors` agree if they are the same but for
case and signs, `date` if the day is the same, `language` if the code is; what a truth leaves empty is not scored.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Capture

PAGES = Path(__file__).parent / "data" / "gate"
FLOORS = PAGES / "floors.json"
COLUMNS = ("f1", "precision", "recall", "kept", "leak", "comments", "title", "authors", "date", "language")
LOWER_IS_BETTER = frozenset({"leak", "comments"})
MEAN = "mean"
# Thai, Lao, Burmese, Khmer, kana and Han.
UNSPACED = "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")

Figures = dict[str, float]


@dataclass(frozen=True)
class GatePage:
    """A page and its truth; README.md beside the pages describes each key."""

    name: str
    capture: Capture
    truth: dict[str, Any]


def gate_pages() -> list[GatePage]:
    """Every page that has a truth, by name."""
    found = []
    for path in sorted(PAGES.iterdir()):
        if path.suffix in {".html", ".txt"}:
            truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
            capture = Capture(path.read_bytes(), "html" if path.suffix == ".html" else "text", truth["url"])
            found.append(GatePage(path.stem, capture, truth))
    return found


def measure(pages: Iterable[GatePage], cleaner: Cleaner) -> dict[str, Figures]:
    """Measure each page, by name. A page that gives no article scores as an empty one."""
    found = {}
    for page in pages:
        result = clean_capture(page.capture, cleaner)
        record = {} if isinstance(result, Rejected) else cleaner.article(result).to_dict()
        found[page.name] = score(page.truth, record)
    return found


def score(truth: Mapping[str, Any], record: Mapping[str, Any]) -> Figures:
    """Measure one page."""
    found = words(record.get("text", ""))
    figures = overlap(words("\n".join(truth["article"])), found)
    run = joined(found)
    blocks = [words(block) for block in truth["article"]]
    figures["kept"] = sum(len(block) for block in blocks if joined(block) in run) / sum(map(len, blocks))
    for column, key in (("leak", "boilerplate"), ("comments", "comments")):
        if truth[key]:
            figures[column] = fmean(joined(words(line)) in run for line in truth[key])
    for column in ("title", "authors"):
        if truth[column]:
            figures[column] = float(spelled(truth[column]) == spelled(record.get(column, "")))
    for column, key, length in (("date", "date_published", 10), ("language", "language", 2)):
        if truth[column]:
            figures[column] = float(truth[column] == record.get(key, "")[:length])
    return figures


def overlap(truth: list[str], found: list[str]) -> Figures:
    """Precision, recall and F1 of two texts as multisets of words."""
    common = sum((Counter(truth) & Counter(found)).values())
    precision, recall = (common / len(side) if side else 0.0 for side in (found, truth))
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return {"f1": f1, "precision": precision, "recall": recall}


def words(text: str) -> list[str]:
    """Split a text into words, without case."""
    return WORD.findall(unicodedata.normalize("NFC", text).casefold())


def joined(found: list[str]) -> str:
    """Words as one string in which a run of whole words can be looked up."""
    return f" {' '.join(found)} "


def spelled(value: str | list[str]) -> set[str]:
    """Compare a title or names by their letters and digits alone."""
    return {"".join(words(text)) for text in ([value] if isinstance(value, str) else value)}


def means(rows: Iterable[Figures]) -> Figures:
    """Average each column over the pages that have it."""
    columns: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for column, value in row.items():
            columns[column].append(value)
    return {column: fmean(columns[column]) for column in COLUMNS if column in columns}


def summary(pages: Iterable[GatePage], figures: Mapping[str, Figures]) -> dict[str, Figures]:
    """Average the figures of each kind of page, and of all pages."""
    kinds: dict[str, list[Figures]] = defaultdict(list)
    for page in pages:
        kinds[page.truth["kind"]].append(figures[page.name])
    return {kind: means(rows) for kind, rows in sorted(kinds.items())} | {MEAN: means(figures.values())}


def read_floors() -> dict[str, Any]:
    """Return the content of `floors.json`: margins, and the figures of the day on which it was written."""
    return dict(json.loads(FLOORS.read_text("utf-8")))


def shortfall(column: str, before: float, now: float) -> float:
    """How much worse a figure has become; negative if it is better."""
    return now - before if column in LOWER_IS_BETTER else before - now


def below_the_floor(found: Mapping[str, Figures], floors: Mapping[str, Any]) -> list[str]:
    """One line for each figure of a kind, and of the mean, that is worse than before by more than its margin."""
    lines = []
    for name, before in floors["figures"].items():
        margin = floors["margin"][MEAN if name == MEAN else "kind"]
        for column, value in before.items():
            now = found[name][column]
            if shortfall(column, value, now) > margin + 1e-9:
                lines.append(f"{name}: {column} was {value:.3f}, may be worse by {margin}, and is {now:.3f}")
    return lines


def changed_pages(figures: Mapping[str, Figures], floors: Mapping[str, Any]) -> list[str]:
    """One line for each page that became worse, the worst first, with every figure that fell and by how much."""
    lines = []
    for name, before in floors["pages"].items():
        fell = {c: shortfall(c, value, figures[name][c]) for c, value in before.items()}
        fell = {column: by for column, by in fell.items() if by > 0.0005}
        if fell:
            falls = (f"{c} {before[c]:.3f} → {figures[name][c]:.3f}" for c in fell)
            lines.append((max(fell.values()), f"{name}: {', '.join(falls)}"))
    return [line for _, line in sorted(lines, reverse=True)]


def table(rows: Mapping[str, Figures]) -> str:
    """Write the figures as text, one row for each name."""
    width = max(map(len, rows))
    lines = [" ".join([" " * width, *(f"{column:>9}" for column in COLUMNS)])]
    for name, row in rows.items():
        cells = (f"{row[column]:9.3f}" if column in row else " " * 9 for column in COLUMNS)
        lines.append(" ".join([f"{name:{width}}", *cells]))
    return "\n".join(lines)


def write_floors(figures: Mapping[str, Figures], found: Mapping[str, Figures]) -> None:
    """Hold today's figures; the margins and their reason stay as they are."""
    rounded = {
        key: {name: {column: round(value, 4) for column, value in row.items()} for name, row in rows.items()}
        for key, rows in (("figures", found), ("pages", figures))
    }
    text = json.dumps(read_floors() | rounded, indent=1, ensure_ascii=False)
    # A row a line, so that a change shows in a diff.
    FLOORS.write_text(re.sub(r"\n {3,}|\n {2}(?=\})", " ", text) + "\n", "utf-8")


def main(arguments: list[str]) -> None:
    """Print the table, and hold it if asked to."""
    pages = gate_pages()
    figures = measure(pages, Cleaner.named("default"))
    found = summary(pages, figures)
    print(table(figures), table(found), sep="\n\n")
    if "--write" in arguments:
        write_floors(figures, found)


if __name__ == "__main__":
    main(sys.argv[1:])
