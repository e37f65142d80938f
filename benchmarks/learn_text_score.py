"""Learn the weights of `text_score` on pages of unseen publishers, and print how well it is calibrated.

    python benchmarks/learn_text_score.py FOLDER --score SCORE.py [--cache FOLDER] [--output FILE]

A page's text is right if at least `WHOLE` of its shingles are the article's, and as much of the article's are in it.
Every page is judged by trees that know no page of its publisher, and the printed table by weights that do not either.
Sets that are measured only (`MEASURED_ONLY`) get a table of their own. FOLDER and `--cache` are those of
`learn_main_content.py`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
from accuracy import load_scorer
from learn_main_content import FOLDS, SITE_PAGES, folds, record, unseen
from learning_pages import Example, examples

from boiloff.transforms import KeepMainContent
from boiloff.transforms.classifier.classify import EVIDENCE, classify, evidence

Numbers = npt.NDArray[np.float64]

WHOLE = 0.9
MEASURED_ONLY = frozenset({"dragnet", "l3sgn1"})
BINS = 10
# How strongly weights are drawn to 0, and how often Newton's method is repeated.
RIDGE, ROUNDS = 1.0, 30


def judged(pages: list[Example], scorer: ModuleType) -> tuple[list[Example], Numbers, Numbers]:
    """Return the pages that have any text left, the evidence about each, and 1 for each whose text is right."""
    kept, table, right = [], [], []
    for page, trees in unseen(pages):
        found = classify(page.page, trees)
        row = evidence(page.page, found, 1 / (1 + np.exp(-found.log_odds)), KeepMainContent.threshold)
        if row:
            score = scorer.score_page(page.truth, record(page, trees))
            kept.append(page)
            table.append(row)
            right.append(min(score["P"] or 0, score["R"] or 0) >= WHOLE)
    return kept, np.array(table), np.array(right, dtype=np.float64)


def weights_of(table: Numbers, right: Numbers, counts: Numbers) -> Numbers:
    """Return the weights of a logistic regression, the bias last. `counts` is how much each row counts."""
    rows = np.hstack([table, np.ones((len(table), 1))])
    ridge = np.diag([RIDGE] * table.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (counts * (right - chance)) - ridge @ weights
        curvature = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + ridge
        weights += np.linalg.solve(curvature, gradient)
    return weights


def chances(table: Numbers, weights: Numbers) -> Numbers:
    """Return the probability of each row."""
    found: Numbers = 1 / (1 + np.exp(-(table @ weights[:-1] + weights[-1])))
    return found


def print_reliability(title: str, scores: Numbers, right: Numbers) -> None:
    """Print for each tenth of the scale how many pages are there, their mean score, and how many are right."""
    print(f"{title}: {len(scores)} pages, {right.mean():.3f} right, Brier {np.mean((scores - right) ** 2):.4f}")
    order = np.argsort(scores)
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(len(scores))
    positives = right.sum()
    area = (ranks[right == 1].sum() - positives * (positives - 1) / 2) / max(positives * (len(right) - positives), 1)
    print(f"   area under the curve {area:.3f}")
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    for number in range(BINS):
        held = place == number
        if held.any():
            print(f"   {number / BINS:.1f}  {held.sum():5} pages  {scores[held].mean():.3f}  {right[held].mean():.3f}")


def main() -> None:
    """Learn, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="keep the parsed pages in this folder, and read them from there")
    parser.add_argument("--output", type=Path, default=Path("transforms/data/text_score.json"))
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.score)
    folders = sorted(path.parent for path in arguments.folder.rglob("truth.jsonl.gz"))
    pages = [page for folder in folders for page in examples(folder, scorer, arguments.cache)]
    pages, table, right = judged([page for page in pages if page.truth.get("text")], scorer)
    write(arguments.output, fit_and_print(pages, table, right))


def fit_and_print(pages: list[Example], table: Numbers, right: Numbers) -> Numbers:
    """Print both tables, and return the weights learned from all pages that may be learned from."""
    measured = np.array([page.folder.name in MEASURED_ONLY for page in pages])
    counted = Counter(page.folder for page in pages)
    counts = np.array(
        [min(1.0, SITE_PAGES / counted[page.folder]) if page.folder.parent.name == "sites" else 1.0 for page in pages]
    )
    numbers = np.array(folds(pages))
    scores = np.zeros(len(pages))
    for fold in range(FOLDS):
        known = (numbers != fold) & ~measured
        scores[numbers == fold] = chances(table[numbers == fold], weights_of(table[known], right[known], counts[known]))
    print_reliability("unseen pages", scores[~measured], right[~measured])
    print_reliability("measured only", scores[measured], right[measured])
    return weights_of(table[~measured], right[~measured], counts[~measured])


def write(path: Path, weights: Numbers) -> None:
    """Write the weights, each with the name of its evidence."""
    document = {
        "about": ["Weights of text_score, a logistic regression: see classifier/classify.py."],
        "source": "Learned by benchmarks/learn_text_score.py.",
        "weights": {name: round(float(weight), 4) for name, weight in zip(EVIDENCE, weights[:-1], strict=True)},
        "bias": round(float(weights[-1]), 4),
    }
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
