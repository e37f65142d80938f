"""Learn the weights of `KeepMainContent` from pages with known truth, and measure them by cross-validation.

    python benchmarks/learn_main_content.py FOLDER --score SCORE.py [--validate] [--output FILE]

FOLDER holds sets as `accuracy.py` reads them. A block is article if its words stand in the true text. Sets and pages
count by weight: every page of a set of articles counts alike, a set of one site's pages no more than `SITE_PAGES` of
them. With `--validate` nothing is written: pages are judged by trees that have seen no page of their publisher.
Needs catboost, which trains the trees (`pip install -e .[learn]`); boiloff itself reads them with numpy.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from accuracy import COLUMNS, load_scorer, rows
from catboost import CatBoostClassifier

from boiloff.pipeline.clean import Cleaner
from boiloff.transforms import Capture, KeepMainContent, Page, PageTransform, clean_page, make_article, parse
from boiloff.transforms.classifier.classify import read_trees
from boiloff.transforms.classifier.features import FEATURES, feature_table
from boiloff.transforms.main_content import mark_outside_main_content
from boiloff.transforms.matching.wording import FIRST_UNSPACED, normalise

Vector = npt.NDArray[np.float64]

TREES = {
    "iterations": 300,
    "depth": 6,
    "learning_rate": 0.07,
    "l2_leaf_reg": 5,
    "rsm": 0.4,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.8,
    "random_seed": 1,
    "verbose": 0,
    "allow_writing_files": False,
}
FOLDS = 4
# No evidence is as large.
NEVER = 1e30
SITE_PAGES = 15
# Blocks of fewer words are matched as lines of the truth, longer ones by their word shingles.
LONG = 7
SHINGLE = 4
NEARBY = 3
# A block weighs as its words, up to this many: the figures count words, but a page is more than its longest block.
MAX_WORDS = 120


@dataclass
class Example:
    """One page: its evidence, which blocks are article, and how much each counts."""

    folder: Path
    id: str
    publisher: str
    page: Page
    table: npt.NDArray[np.float32]
    article: npt.NDArray[np.bool_]
    words: Vector


def steps_around() -> tuple[list[PageTransform], list[PageTransform]]:
    """Return the default configuration's steps before and after KeepMainContent."""
    steps = Cleaner.named("default").steps
    at = next(i for i, step in enumerate(steps) if isinstance(step, KeepMainContent))
    return steps[:at], steps[at + 1 :]


def examples(folder: Path, scorer: ModuleType) -> Iterable[Example]:
    """Yield the pages of a set that have markup and a true text, after the steps before KeepMainContent."""
    before, _ = steps_around()
    captures = {row["id"]: row for row in rows(folder / "captures.jsonl.gz")}
    for truth in rows(folder / "truth.jsonl.gz"):
        row = captures[truth["id"]]
        if "html" not in row or not truth.get("text"):
            continue
        page = clean_page(parse(Capture(body=row["html"], url=row["url"], id=row["id"])), before)
        if page.blocks:
            article, words = labels(page, truth["text"], scorer)
            yield Example(folder, row["id"], _publisher(folder, row, truth), page, feature_table(page), article, words)


def _publisher(folder: Path, row: dict[str, Any], truth: dict[str, Any]) -> str:
    if folder.parent.name == "sites":
        return folder.name
    host = urlsplit(row["url"]).hostname or row["id"]
    return str(truth.get("publisher") or (row["id"] if host.endswith(".test") else host))


def labels(page: Page, text: str, scorer: ModuleType) -> tuple[npt.NDArray[np.bool_], Vector]:
    """Which blocks are in the true text, and how many words each has.

    A short block counts only where the truth has it as a line, or inside one beside a long block that is in it. Of
    blocks with the same words no more are article than the truth has, the ones nearest to the rest of it.
    """
    words = [scorer.WORD.findall(block.text) for block in page.blocks]
    truth = scorer.WORD.findall(text)
    shingles = {tuple(truth[i : i + SHINGLE]) for i in range(len(truth))}
    article = np.array([len(w) >= LONG and _overlap(w, shingles) >= 0.5 for w in words])
    long = np.flatnonzero(article)
    keys = [normalise(block.text) for block in page.blocks]
    lines = {normalise(line) for line in text.split("\n")}
    joined = f" {normalise(text)} "
    for position, key in enumerate(keys):
        if key and len(words[position]) < LONG:
            near = len(long) > 0 and np.abs(long - position).min() <= NEARBY
            article[position] = key in lines or (near and _inside(key, joined))
    _drop_echoes(article, keys, joined)
    return article, np.array([max(len(w), 1) for w in words], dtype=np.float64)


def _overlap(words: list[str], shingles: set[tuple[str, ...]]) -> float:
    own = [tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]
    return sum(shingle in shingles for shingle in own) / len(own)


def _inside(key: str, joined: str) -> bool:
    if max(key) >= FIRST_UNSPACED:
        return len(key) > 1 and key.replace(" ", "") in joined.replace(" ", "")
    return f" {key} " in joined


def _drop_echoes(article: npt.NDArray[np.bool_], keys: list[str], joined: str) -> None:
    copies: dict[str, list[int]] = defaultdict(list)
    for position in np.flatnonzero(article):
        copies[keys[position]].append(int(position))
    for key, positions in copies.items():
        allowed = max(joined.count(f" {key}"), 1)  # with the space behind, copies in a row would count once
        if len(positions) <= allowed:
            continue
        others = np.array([p for p in np.flatnonzero(article) if p not in positions] or positions)
        centre = float(np.median(others))
        ranked = sorted(positions, key=lambda p: (np.abs(others - p).min(), abs(centre - p)))
        article[ranked[allowed:]] = False


def fit(pages: list[Example]) -> CatBoostClassifier:
    """Trees learned from these pages."""
    counts = Counter(page.folder for page in pages)
    weights = []
    for page in pages:
        share = min(1.0, SITE_PAGES / counts[page.folder]) if page.folder.parent.name == "sites" else 1.0
        total = max(float(page.words[page.article].sum()), 30.0)
        weights.append(_open(page.page) * share * (np.minimum(page.words, MAX_WORDS) + 3) / (total + 50) * 100)
    model = CatBoostClassifier(**TREES)
    model.fit(
        np.vstack([page.table for page in pages]),
        np.concatenate([page.article for page in pages]).astype(int),
        sample_weight=np.concatenate(weights),
    )
    return model


def _open(page: Page) -> npt.NDArray[np.bool_]:
    """Which blocks it is for the trees to judge: others mark the rest, whatever a set's truth thinks of titles."""
    title = normalise(page.head.title)
    return np.array(
        [
            removal is None and block.kind != "caption" and not (block.tag == "h1" and normalise(block.text) in title)
            for block, removal in zip(page.blocks, page.removals, strict=True)
        ]
    )


def validate(pages: list[Example], scorer: ModuleType) -> None:
    """Print the figures of each set, every page judged by trees that know no page of its publisher."""
    publishers = sorted({page.publisher for page in pages})
    np.random.default_rng(0).shuffle(publishers)
    fold = {publisher: i % FOLDS for i, publisher in enumerate(publishers)}
    _, after = steps_around()
    found: dict[tuple[Path, str], dict[str, Any]] = {}
    for k in range(FOLDS):
        trees = read_trees(exported(fit([page for page in pages if fold[page.publisher] != k])), FEATURES)
        for example in (page for page in pages if fold[page.publisher] == k):
            settings = {"threshold": KeepMainContent.threshold, "captions": KeepMainContent.captions}
            judged = mark_outside_main_content(example.page, **settings, trees=trees)
            found[example.folder, example.id] = make_article(clean_page(judged, after)).to_dict()
    means = []
    for folder in sorted({page.folder for page in pages}):
        truths = rows(folder / "truth.jsonl.gz")
        scores = [scorer.score_page(truth, found.get((folder, truth["id"]), {})) for truth in truths]
        result = {column: scorer.mean([score.get(column) for score in scores]) for column in COLUMNS}
        p, r = result["P"], result["R"]
        result["F1"] = 2 * p * r / (p + r)
        print(f"{folder.name:28}", *(f"{k} {v:.3f}" for k, v in result.items() if v is not None), flush=True)
        if folder.parent.name == "sites":
            means.append(result)
    for column in ("F1", "kept", "leaked", "inbody", "comments"):
        print(f"mean of sites {column:10} {scorer.mean([result[column] for result in means]):.4f}")


def exported(model: CatBoostClassifier, features: tuple[str, ...] = FEATURES) -> dict[str, Any]:
    """Return the trees as arrays, with columns by name, as `transforms/classifier/classify.py` reads them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trees.json"
        model.save_model(str(path), format="json")
        trees = json.loads(path.read_text("utf-8"))
    scale, (bias,) = trees["scale_and_bias"]
    full = [_deepened(tree) for tree in trees["oblivious_trees"]]
    used = sorted({split["float_feature_index"] for tree in full for split in tree["splits"]})
    place = {column: i for i, column in enumerate(used)}
    return {
        "about": "Trees learned by benchmarks/learn_main_content.py; transforms/classifier/trees.py has the layout.",
        "columns": [features[column] for column in used],
        "bias": bias,
        "questions": [[place[split["float_feature_index"]] for split in tree["splits"]] for tree in full],
        "thresholds": [[round(split["border"], 6) for split in tree["splits"]] for tree in full],
        "leaves": [[round(value * scale, 4) for value in tree["leaf_values"]] for tree in full],
    }


def _deepened(tree: dict[str, Any]) -> dict[str, Any]:
    """Add questions to a tree, until it has as many as the others. Every row answers no to them."""
    missing = int(TREES["depth"]) - len(tree["splits"])
    never = {"float_feature_index": tree["splits"][0]["float_feature_index"], "border": NEVER}
    leaves = tree["leaf_values"]
    return {
        "splits": tree["splits"] + [never] * missing,
        "leaf_values": leaves + [0.0] * (len(leaves) * (2**missing - 1)),
    }


def main() -> None:
    """Learn and write, or validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("transforms/data/main_content_trees.json"))
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.score)
    folders = sorted(path.parent for path in arguments.folder.rglob("truth.jsonl.gz"))
    pages = [page for folder in folders for page in examples(folder, scorer)]
    if arguments.validate:
        validate(pages, scorer)
    else:
        text = json.dumps(exported(fit(pages)), separators=(",", ":")).replace("],[", "],\n[")
        arguments.output.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
