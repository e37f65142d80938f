"""Learn the weights of `DetectPageKind`, and the trees that find the content of other pages than articles.

    python benchmarks/learn_page_kinds.py FOLDER... --score SCORE.py [--validate] [--output FOLDER]

A FOLDER holds sets as `accuracy.py` reads them. The truth of `wcxb_types` names the kind of each page, and so does the
key `kind` of any truth; pages of other sets are articles. Of a page whose truth has no text only the kind is learned.
Sets whose licence allows measuring only are left out. With `--validate` nothing is written: pages are judged by weights
and trees that have seen no page of their host, and the figures of each kind are printed. `--weights-only` leaves the
trees as they are. Needs catboost (`pip install -e .[learn]`).
"""

from __future__ import annotations

import argparse
import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from accuracy import load_scorer, rows
from catboost import CatBoostClassifier
from learn_main_content import MAX_WORDS, exported
from learning_pages import labels

from boiloff.pipeline.clean import Cleaner
from boiloff.transforms import Capture, DetectPageKind, KeepMainContent, Page, clean_page, make_article, parse
from boiloff.transforms.classifier.classify import ArticleContainer, SymmetricTrees, read_trees, table_of_kind
from boiloff.transforms.classifier.features import KIND_FEATURES
from boiloff.transforms.core.page import KINDS, PageKind
from boiloff.transforms.main_content import mark_outside_main_content
from boiloff.transforms.matching.outline import looks_of
from boiloff.transforms.page_kinds.classify import FARTHEST, FEATURES, Regression, decide, evidence_of

Numbers = npt.NDArray[np.float64]

OTHERS = "wcxb_types"
# What `type` of the truth stands for.
KIND_OF: dict[str, PageKind] = {
    "forum": "discussion", "product": "product", "documentation": "documentation", "listing": "listing",
    "collection": "listing", "service": "other",
}  # fmt: skip
MEASURED_ONLY = frozenset({"l3sgn1", "dragnet", "trafeval", "mercury_meta"})
# Of one site so many pages of a kind count, and of each of its sets so many are read.
HOST_PAGES, SITE_PAGES = 4, 12
FOLDS = 5
# How much articles count as a whole, beside all other pages together.
ARTICLES = 1.5
SHRINKAGE, ROUNDS = 0.01, 500
# So many elements that look alike share the label of their blocks.
LEAST_ALIKE, MUCH, HARDLY_ANY = 3, 0.35, 0.1
# Articles that look least like one teach the trees what to keep where the kind is wrong.
DOUBTFUL, DOUBTFUL_WEIGHT = 100, 0.5
TREES = {
    "iterations": 200, "depth": 6, "learning_rate": 0.05, "l2_leaf_reg": 20, "rsm": 0.2, "bootstrap_type": "Bernoulli",
    "subsample": 0.8, "random_seed": 1, "verbose": 0, "allow_writing_files": False,
}  # fmt: skip


@dataclass
class Example:
    """A page after the steps before `DetectPageKind`, its truth, and what its kind is recognised by."""

    folder: Path
    page: Page
    truth: dict[str, Any]
    host: str
    kind: PageKind
    evidence: array[float]


def examples(folders: Iterable[Path]) -> Iterable[Example]:
    """Yield the pages with markup of the sets that may train."""
    before, _ = steps_around(DetectPageKind)
    for folder in folders:
        if folder.name in MEASURED_ONLY:
            continue
        truths = {truth["id"]: truth for truth in rows(folder / "truth.jsonl.gz")}
        is_site = folder.parent.name == "sites"
        with_markup = [row for row in rows(folder / "captures.jsonl.gz") if "html" in row]
        for row in with_markup[: SITE_PAGES if is_site else None]:
            truth = truths[row["id"]]
            page = clean_page(parse(Capture(body=row["html"], url=row["url"], id=row["id"])), before)
            if not page.blocks or not (truth.get("text") or "kind" in truth):
                continue  # without a true text a page may be of any kind
            host = folder.name if is_site else urlsplit(row["url"]).hostname or row["id"]
            kind = KIND_OF[truth["type"]] if folder.name == OTHERS else truth.get("kind", "article")
            yield Example(folder, page, truth, row["id"] if host.endswith(".test") else host, kind, evidence_of(page))


def steps_around(step: type) -> tuple[list[Any], list[Any]]:
    """Return the default configuration's steps before and after one."""
    steps = Cleaner.named("default").steps
    at = next(i for i, other in enumerate(steps) if isinstance(other, step))
    return steps[:at], steps[at + 1 :]


def learn_kinds(pages: list[Example]) -> Regression:
    """Learn a multinomial logistic regression, by accelerated gradient descent."""
    evidence = np.array([page.evidence for page in pages])
    numbers = np.array([KINDS.index(page.kind) for page in pages])
    hosts = Counter((page.host, page.kind) for page in pages)
    counts = np.array([min(1.0, HOST_PAGES / hosts[page.host, page.kind]) for page in pages])
    is_article = numbers == 0
    counts[is_article] *= ARTICLES * counts[~is_article].sum() / counts[is_article].sum()
    counts /= counts.sum()
    means, scales = evidence.mean(axis=0), evidence.std(axis=0)
    scales[scales < 1e-6] = 1.0
    standard = np.clip((evidence - means) / scales, -FARTHEST, FARTHEST)
    wanted = np.eye(len(KINDS))[numbers]
    weights = ahead = np.zeros((len(KINDS), evidence.shape[1]))
    biases = ahead_biases = np.zeros(len(KINDS))
    steepest = 0.5 * np.linalg.norm(np.sqrt(counts)[:, None] * standard, 2) ** 2 + SHRINKAGE + 0.5
    pace = 1.0
    for _ in range(ROUNDS):
        scores = standard @ ahead.T + ahead_biases
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        wrong = (chances / chances.sum(axis=1, keepdims=True) - wanted) * counts[:, None]
        new, new_biases = (
            ahead - (wrong.T @ standard + SHRINKAGE * ahead) / steepest,
            ahead_biases - wrong.sum(0) / steepest,
        )
        next_pace = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead, ahead_biases = (
            new + (pace - 1) / next_pace * (new - weights),
            new_biases + (pace - 1) / next_pace * (new_biases - biases),
        )
        weights, biases, pace = new, new_biases, next_pace
    return Regression(means, scales, weights, biases)


def unseen_chances(pages: list[Example], folds: npt.NDArray[np.int64]) -> Numbers:
    """Return for each page the probability of each kind, by weights that have seen no page of its host."""
    chances = np.zeros((len(pages), len(KINDS)))
    for fold in range(FOLDS):
        model = learn_kinds([page for page, own in zip(pages, folds, strict=True) if own != fold])
        for i in np.flatnonzero(folds == fold):
            chances[i] = model.chances(pages[i].evidence)
    return chances


def folds_of(pages: list[Example]) -> npt.NDArray[np.int64]:
    """Return the fold of each page, the same for all pages of a host."""
    hosts = sorted({page.host for page in pages})
    np.random.default_rng(0).shuffle(hosts)
    fold = {host: i % FOLDS for i, host in enumerate(hosts)}
    return np.array([fold[page.host] for page in pages])


@dataclass
class Lesson:
    """A page as the trees see it if it is taken for a kind: its table, and how much each block counts."""

    number: int
    table: npt.NDArray[np.float32]
    content: npt.NDArray[np.bool_]
    counts: Numbers


def lessons(pages: list[Example], chances: Numbers, scorer: ModuleType) -> list[Lesson]:
    """Make lessons of pages other than articles, by their own kind and by the one they are taken for.

    Articles give a lesson where they are taken for another kind, or nearly so.
    """
    found: list[Lesson] = []
    is_article = np.array([page.kind == "article" for page in pages])
    has_text = np.array([bool(page.truth.get("text")) for page in pages])
    doubtful = set(np.argsort(np.where(is_article & has_text, chances[:, 0], np.inf))[:DOUBTFUL].tolist())
    for number, page in enumerate(pages):
        if not page.truth.get("text"):
            continue
        taken = KINDS[1 + int(np.argmax(chances[number, 1:]))]
        kinds = {page.kind: 1.0} if page.kind != "article" else {}
        if number in doubtful and page.kind == "article":
            kinds[taken] = DOUBTFUL_WEIGHT
        elif kinds and taken != page.kind:
            kinds = {page.kind: 0.7, taken: 0.3}
        for kind, weight in kinds.items():
            lesson = lesson_of(page, kind, scorer, number)
            lesson.counts *= weight
            found.append(lesson)
    return found


def before_main_content(page: Page, kind: PageKind) -> Page:
    """Take a page for a kind, and run the steps from `DetectPageKind` to `KeepMainContent` on it."""
    before, _ = steps_around(KeepMainContent)
    at = next(i for i, step in enumerate(before) if isinstance(step, DetectPageKind))
    return clean_page(page.replaced(kind=kind, kind_score=1.0, cache={}), before[at + 1 :])


def lesson_of(example: Example, kind: PageKind, scorer: ModuleType, number: int) -> Lesson:
    """Make the lesson of one page."""
    page = before_main_content(example.page, kind)
    content, words = labels(page, example.truth["text"], scorer)
    is_open = np.array([removal is None for removal in page.removals])
    total = max(float(words[content].sum()), 30.0)
    counts = is_open * (np.minimum(words, MAX_WORDS) + 3) / (total + 50) * 100
    return Lesson(number, table_of_kind(page, ArticleContainer(page)), shared(page, content, words * is_open), counts)


def shared(page: Page, content: npt.NDArray[np.bool_], weights: Numbers) -> npt.NDArray[np.bool_]:
    """Return labels that blocks in elements that look alike share: all are content if much of their text is.

    None is if hardly any is. A ground truth may have only a part of the entries or posts.
    """
    paths = np.array(looks_of(page.columns).paths)[np.array(page.columns.elements)]
    blocks = np.bincount(paths, weights=weights > 0)[paths]
    sums = np.maximum(np.bincount(paths, weights=weights), 1e-9)
    share = (np.bincount(paths, weights=weights * content) / sums)[paths]
    is_shared = blocks >= LEAST_ALIKE
    found: npt.NDArray[np.bool_] = np.where(is_shared & (share >= MUCH), True, content)
    found[is_shared & (share <= HARDLY_ANY)] = False
    return found


def learn_trees(taught: list[Lesson]) -> CatBoostClassifier:
    """Learn which blocks are the content of other pages than articles."""
    model = CatBoostClassifier(**TREES)
    model.fit(
        np.vstack([lesson.table for lesson in taught]),
        np.concatenate([lesson.content for lesson in taught]).astype(int),
        sample_weight=np.concatenate([lesson.counts for lesson in taught]),
    )
    return model


def record(example: Example, kind: PageKind, trees: SymmetricTrees | None) -> dict[str, Any]:
    """Return the record of a page that is taken for a kind."""
    _, after = steps_around(KeepMainContent)
    page = before_main_content(example.page, kind)
    judged = mark_outside_main_content(
        page,
        threshold=KeepMainContent.threshold,
        captions=KeepMainContent.captions,
        trees=trees if kind != "article" else None,
    )
    return make_article(clean_page(judged, after)).to_dict()


def validate(pages: list[Example], scorer: ModuleType) -> None:
    """Print for each kind how many pages are named rightly, and the figures of their content, all on unseen hosts."""
    folds = folds_of(pages)
    chances = unseen_chances(pages, folds)
    named = [decide(row, page.evidence, page.page)[0] for row, page in zip(chances, pages, strict=True)]
    taught = lessons(pages, chances, scorer)
    scores: dict[str, list[dict[str, float]]] = defaultdict(list)
    harmed: dict[str, list[float]] = defaultdict(list)
    for fold in range(FOLDS):
        trees = read_trees(
            exported(learn_trees([one for one in taught if folds[one.number] != fold]), KIND_FEATURES), KIND_FEATURES
        )
        for i in np.flatnonzero(folds == fold):
            page = pages[i]
            if not page.truth.get("text"):
                continue
            if page.kind != "article":
                scores[page.kind].append(scorer.score_page(page.truth, record(page, named[i], trees)))
            elif named[i] != "article":
                a, b = (scorer.score_page(page.truth, record(page, kind, trees)) for kind in (named[i], "article"))
                harmed[page.folder.name].append(f1(a) - f1(b))
    print_figures(pages, named, scores, scorer)
    for name, changes in sorted(harmed.items()):
        print(f"articles of {name:24} taken for others {len(changes):3}, F1 of these together {sum(changes):+.3f}")


def f1(score: dict[str, float]) -> float:
    """Return the F1 of one page."""
    p, r = score.get("P") or 0, score.get("R") or 0
    return 2 * p * r / (p + r) if p + r else 0.0


def print_figures(
    pages: list[Example], named: list[PageKind], scores: dict[str, list[dict[str, float]]], scorer: ModuleType
) -> None:
    """Print a table by kind."""
    print(f"{'kind':14} {'pages':>6} {'right':>6} {'F1':>6} {'P':>6} {'R':>6}   named")
    total = [score for kind in scores for score in scores[kind]]
    for kind in (*KINDS, "all but articles"):
        own = [i for i, page in enumerate(pages) if page.kind == kind or (kind not in KINDS and page.kind != "article")]
        right = sum(named[i] == pages[i].kind for i in own) / len(own)
        line = f"{kind:14} {len(own):6} {right:6.3f}"
        if measured := scores.get(kind, total if kind not in KINDS else []):
            p, r = (scorer.mean([score.get(column) for score in measured]) for column in "PR")
            line += f" {2 * p * r / (p + r):6.3f} {p:6.3f} {r:6.3f}"
        print(line, dict(Counter(named[i] for i in own).most_common()) if kind in KINDS else "", flush=True)


def write_weights(pages: list[Example], folder: Path) -> None:
    """Learn the kinds from all pages, and write the weights."""
    model = learn_kinds(pages)
    document = {
        "about": "Learned by benchmarks/learn_page_kinds.py; transforms/page_kinds/classify.py has the formula.",
        "kinds": KINDS,
        "features": FEATURES,
        "means": _rounded(model.means),
        "scales": _rounded(model.scales),
        "weights": _rounded(model.weights),
        "biases": _rounded(model.biases),
    }
    _write(document, folder / "page_kind_weights.json")


def write_trees(pages: list[Example], scorer: ModuleType, folder: Path) -> None:
    """Learn the content of other pages than articles, and write the trees."""
    taught = lessons(pages, unseen_chances(pages, folds_of(pages)), scorer)
    trees = exported(learn_trees(taught), KIND_FEATURES)
    trees["about"] = "Learned by benchmarks/learn_page_kinds.py; transforms/classifier/classify.py has the layout."
    _write(trees, folder / "page_kind_trees.json")


def _rounded(values: Numbers) -> Any:
    return np.vectorize(lambda value: float(f"{value:.5g}"))(values).tolist()


def _write(document: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")).replace("],[", "],\n[") + "\n", "utf-8")


def main() -> None:
    """Learn and write, or validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--weights-only", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("transforms/data"))
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.score)
    found = [path.parent for folder in arguments.folders for path in sorted(folder.rglob("truth.jsonl.gz"))]
    pages = list(examples(found))
    if arguments.validate:
        validate(pages, scorer)
        return
    write_weights(pages, arguments.output)
    if not arguments.weights_only:
        write_trees(pages, scorer, arguments.output)


if __name__ == "__main__":
    main()
