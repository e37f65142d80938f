"""Pages with known truth, as `learn_main_content.py` learns from them: evidence, labels and publishers.

A block is article if its words stand in the true text.
"""

from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from accuracy import rows

from boiloff.pipeline.clean import Cleaner
from boiloff.transforms import Capture, KeepMainContent, Page, PageTransform, clean_page, parse
from boiloff.transforms.classifier.features import Table, feature_table
from boiloff.transforms.matching.wording import FIRST_UNSPACED, normalise

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Blocks of fewer words are matched as lines of the truth, longer ones by their word shingles.
LONG = 7
SHINGLE = 4
NEARBY = 3
# Below these, a registered domain has three labels: "example.co.uk".
SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "or", "org"})


@dataclass
class Example:
    """One page of a set: its truth, which blocks are article, how many words each has, and who published it."""

    folder: Path
    id: str
    publisher: str
    page: Page
    truth: dict[str, Any]
    article: Flags
    words: Vector

    def table(self) -> Table:
        """Return the features of the page's blocks."""
        return feature_table(self.page)


def steps_around() -> tuple[list[PageTransform], list[PageTransform]]:
    """Return the default configuration's steps before and after KeepMainContent."""
    steps = Cleaner.named("default").steps
    at = next(i for i, step in enumerate(steps) if isinstance(step, KeepMainContent))
    return steps[:at], steps[at + 1 :]


def examples(folder: Path, scorer: ModuleType, cache: Path | None = None) -> list[Example]:
    """Return the pages of a set with markup, after the steps that come before KeepMainContent.

    They are kept in a file of the folder `cache`, if one is given: nobody looks whether the steps have changed since.
    """
    kept = cache / f"{folder.name}.pickle" if cache else None
    if kept and kept.is_file():
        found: list[Example] = pickle.loads(kept.read_bytes())
        return found
    found = list(_read(folder, scorer))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(found))
    return found


def _read(folder: Path, scorer: ModuleType) -> Iterator[Example]:
    before, _ = steps_around()
    captures = {row["id"]: row for row in rows(folder / "captures.jsonl.gz")}
    truths = list(rows(folder / "truth.jsonl.gz"))
    publishers = _publishers(folder, captures, truths)
    for truth in truths:
        row = captures[truth["id"]]
        if "html" not in row:
            continue
        page = clean_page(parse(Capture(body=row["html"], url=row["url"], id=row["id"])), before)
        if page.blocks:
            article, words = labels(page, truth.get("text") or "", scorer)
            yield Example(folder, row["id"], publishers[row["id"]], page, truth, article, words)


def _publishers(folder: Path, captures: dict[str, dict[str, Any]], truths: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Name the publisher of each page: its domain, that of the site, or that of a publisher with several."""
    domains = {id: _domain(row) for id, row in captures.items()}
    if folder.parent.name == "sites":
        most = Counter(domains.values()).most_common(1)[0][0]
        return dict.fromkeys(captures, folder.name if most in captures else most)
    first: dict[str, str] = {}
    return {
        truth["id"]: first.setdefault(truth.get("publisher") or domains[truth["id"]], domains[truth["id"]])
        for truth in truths
    }


def _domain(row: dict[str, Any]) -> str:
    """Return the domain that a page's host is registered under, or its id where the host was made up."""
    labels = (urlsplit(row["url"] or "").hostname or "").split(".")
    if len(labels) < 2 or labels[-1] == "test":
        return str(row["id"])
    return ".".join(labels[-3 if labels[-2] in SECOND_LEVEL else -2 :])


def labels(page: Page, text: str, scorer: ModuleType) -> tuple[Flags, Vector]:
    """Find which blocks are in the true text, and how many words each has.

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


def _drop_echoes(article: Flags, keys: list[str], joined: str) -> None:
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
