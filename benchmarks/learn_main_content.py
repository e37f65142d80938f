"""Learn the weights of `KeepMainContent` from pages with known truth, and measure them by cross-validation.

    python benchmarks/learn_main_content.py FOLDER... --score SCORE.py [--validate [--without GROUP]]
        [--cache FOLDER] [--output FILE]

A folder is a set as `accuracy.py` reads it, or contains sets; those of `NEVER_LEARNED` are measured only. A block is
article if its words are in the true text. Every page counts alike, and of a site no more than `SITE_PAGES` are learned.
With `--validate` nothing is written: trees that have seen no page of its publisher score each page. With
`--without GROUP`, a group of features of `GROUPS` is left out: the table "which evidence carries how much" in
docs/accuracy.md comes from that.

Needs catboost, which trains the trees (`pip install -e .[learn]`); boiloff itself reads them with numpy.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
from accuracy import COLUMNS, load_scorer
from catboost import CatBoostClassifier
from learning_pages import Example, Flags, examples, steps_around

from boiloff.transforms import KeepMainContent, Page, clean_page, make_article
from boiloff.transforms.classifier.classify import SymmetricTrees, read_trees
from boiloff.transforms.classifier.features import FEATURES, WORD_FEATURES
from boiloff.transforms.main_content import mark_outside_main_content
from boiloff.transforms.matching.wording import normalise

TREES = {
    "iterations": 300,
    "depth": 6,
    "learning_rate": 0.07,
    "l2_leaf_reg": 5,
    "rsm": 0.4,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.8,
    "border_count": 64,
    "thread_count": 1,
    "random_seed": 1,
    "verbose": 0,
    "allow_writing_files": False,
}
# Groups of features, by the beginnings of their names.
GROUPS = {
    "words": WORD_FEATURES,
    "tags": ("tag ", "inner tag "),
    "elements near": ("inside ",),
    "elements around": ("somewhere inside ",),
    "containers": ("parent: ", "grandparent: "),
    "alike": ("same path: ",),
    "place": (
        "position", "blocks ", "prose before", "depth", "in best", "steps ", "before best", "after best", "place in",
        "hidden", "page: ",
    ),
    "marks": ("marked ",),
    "neighbours": ("block -", "block +"),
}  # fmt: skip
FOLDS = 4
# No evidence is as large.
NEVER = 1e30
SITE_PAGES = 15
# A block weighs as its words, up to this many: the figures count words, but a page is more than its longest block.
MAX_WORDS = 120
# The licences of the first two allow research only, the third has snippets and no text; pages of the last are no
# articles.
NEVER_LEARNED = frozenset({"dragnet", "l3sgn1", "trafeval", "wcxb_types"})


def learned(pages: list[Example]) -> list[Example]:
    """Return the pages to learn from: those with a true text, few of each site, none of sets that are measured only."""
    known = [page for page in pages if page.folder.name not in NEVER_LEARNED and page.truth.get("text")]
    seen: Counter[Path] = Counter()
    chosen = []
    for place in np.random.default_rng(1).permutation(len(known)):
        page = known[place]
        seen[page.folder] += 1
        if page.folder.parent.name != "sites" or seen[page.folder] <= SITE_PAGES:
            chosen.append(page)
    return chosen


def fit(pages: list[Example], without: str = "", **options: Any) -> CatBoostClassifier:
    """Learn trees from these pages, without a group of features. `options` replace those of `TREES`."""
    hidden = [column for column, name in enumerate(FEATURES) if without and name.startswith(GROUPS[without])]
    tables, answers, weights = [], [], []
    for page in pages:
        judged = _open(page.page)
        total = max(float(page.words[page.article].sum()), 30.0)
        tables.append(page.table()[judged])
        answers.append(page.article[judged])
        weights.append((np.minimum(page.words[judged], MAX_WORDS) + 3) / (total + 50) * 100)
    table = np.vstack(tables)
    table[:, hidden] = 0
    model = CatBoostClassifier(**TREES | options)
    model.fit(table, np.concatenate(answers).astype(int), sample_weight=np.concatenate(weights))
    return model


def _open(page: Page) -> Flags:
    """Flag the blocks that the trees judge: other steps mark the rest, whatever a set's truth thinks of titles."""
    title = normalise(page.head.title)
    return np.array(
        [
            removal is None and block.kind != "caption" and not (block.tag == "h1" and normalise(block.text) in title)
            for block, removal in zip(page.blocks, page.removals, strict=True)
        ]
    )


def folds(pages: list[Example]) -> list[int]:
    """Return the fold of each page, the same for all pages of a publisher."""
    publishers = sorted({page.publisher for page in pages})
    np.random.default_rng(0).shuffle(publishers)
    number = {publisher: i % FOLDS for i, publisher in enumerate(publishers)}
    return [number[page.publisher] for page in pages]


def unseen(pages: list[Example], without: str = "") -> Iterator[tuple[Example, SymmetricTrees]]:
    """Iterate over the pages, each with trees that know no page of its publisher."""
    numbers = folds(pages)
    for fold in range(FOLDS):
        others = [page for page, number in zip(pages, numbers, strict=True) if number != fold]
        trees = read_trees(exported(fit(learned(others), without)), FEATURES)
        yield from ((page, trees) for page, number in zip(pages, numbers, strict=True) if number == fold)


def unseen_scores(pages: list[Example], scorer: ModuleType, without: str) -> dict[str, list[dict[str, float]]]:
    """Return the scores of each set's pages, every page judged by trees that know no page of its publisher."""
    found: dict[str, list[dict[str, float]]] = {page.folder.name: [] for page in pages}
    for page, trees in unseen(pages, without):
        found[page.folder.name].append(scorer.score_page(page.truth, record(page, trees)))
    return found


def record(page: Example, trees: SymmetricTrees) -> dict[str, Any]:
    """Return the article record of a page as these trees judge it."""
    _, after = steps_around()
    settings = {"threshold": KeepMainContent.threshold, "captions": KeepMainContent.captions}
    return make_article(clean_page(mark_outside_main_content(page.page, **settings, trees=trees), after)).to_dict()


def print_figures(pages: list[Example], found: dict[str, list[dict[str, float]]], scorer: ModuleType) -> None:
    """Print the figures of each set, and the means of the sets of one site."""
    sites = {page.folder.name for page in pages if page.folder.parent.name == "sites"}
    means = []
    for name, scores in found.items():
        result = {column: scorer.mean([score.get(column) for score in scores]) for column in COLUMNS}
        p, r = result["P"], result["R"]
        result["F1"] = 2 * p * r / (p + r) if p and r else None
        print(f"{name:28}", *(f"{k} {v:.3f}" for k, v in result.items() if v is not None), flush=True)
        if name in sites:
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
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--without", choices=GROUPS, default="", help="a group of features to leave out")
    parser.add_argument("--cache", type=Path, help="keep the parsed pages in this folder, and read them from there")
    parser.add_argument("--output", type=Path, default=Path("transforms/data/main_content_trees.json"))
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.score)
    folders = sorted({path.parent for folder in arguments.folders for path in folder.rglob("truth.jsonl.gz")})
    pages = [page for folder in folders for page in examples(folder, scorer, arguments.cache)]
    if arguments.validate:
        print_figures(pages, unseen_scores(pages, scorer, arguments.without), scorer)
    else:
        text = json.dumps(exported(fit(learned(pages))), separators=(",", ":")).replace("],[", "],\n[")
        arguments.output.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
