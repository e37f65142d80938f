"""A page to its sketch: fingerprints of its blocks, the containers they stand in, and what the page says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from sys import intern
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..classifier.container import ArticleContainer
from ..core.page import Page
from ..matching.wording import block_prints, normalise
from .article_keys import article_key, is_variant
from .container_paths import container_paths
from .sketch import MARKED, MASKED, MAX_ODDS_STEPS, ODDS_STEP, ROWS, ArticleSketch, day_of, pack_texts

if TYPE_CHECKING:
    from array import array

    Prints = array[int]

LogOdds = npt.NDArray[np.float64]

# Of a page with more blocks the first and the last are kept: furniture stands there.
MAX_BLOCKS = 1024
# Characters of all its containers' paths; blocks in further containers are left out. Of 1,400 real pages, the one with
# most has 73,000; a page made to fill the memory has millions, and so would every article of its site.
MAX_PATHS_CHARS = 256 * 1024
MAX_COUNT = {name: int(np.iinfo(ROWS[name]).max) for name in ("chars", "link_chars", "times")}


def sketch_page(page: Page, log_odds: LogOdds) -> ArticleSketch | None:
    """The sketch of a page, or None where it has no words.

    `log_odds` has a number for each block, nan where a rule has marked it (`classifier.judgement.article_log_odds`).
    Nothing about the page is decided here: blocks are kept as they stand, with what was found out about each.
    """
    prints, masked_prints = block_fingerprints(page)
    content = content_key(page) or _hash(np.array([prints, masked_prints], dtype="<u8").T.tobytes())
    if not any(prints):
        return None
    paths: dict[str, int] = {}
    rows: dict[tuple[int, int], list[int]] = {}
    masked: list[tuple[int, int]] = []
    texts: list[str] = []
    room = MAX_PATHS_CHARS
    of_element = container_paths(page)
    steps = _steps(log_odds)
    for position in _sketched(len(page.blocks)):
        block, exact, digitless = page.blocks[position], prints[position], masked_prints[position]
        name = of_element[block.element]
        if name not in paths:
            if len(name) > room:
                continue
            room -= len(name)
        path = paths.setdefault(name, len(paths))
        known = rows.get((exact, path))
        if known is not None:
            known[4] = min(known[4] + 1, MAX_COUNT["times"])
            continue
        if digitless:
            masked.append((digitless, len(rows)))
        chars = min(len(block.text), MAX_COUNT["chars"])
        links = min(block.link_chars, MAX_COUNT["link_chars"])
        rows[exact, path] = [exact, path, chars, links, 1, steps[position]]
        texts.append(block.text)
    return ArticleSketch(
        key=article_key(page),
        content=content,
        day=day_of(page.provenance.captured_at),
        is_variant=is_variant(page),
        paths=tuple(map(intern, paths)),  # the articles of a site share theirs
        rows=np.array([tuple(row) for row in rows.values()], dtype=ROWS).tobytes(),
        masked=np.array(masked, dtype=MASKED).tobytes(),
        texts=pack_texts(texts),
    )


def content_key(page: Page) -> int:
    """Hash of the page's title and of what its article says, as far as its container tells; 0 where none is found.

    Captures with one key say the same, whatever address and furniture they have. What steps have marked makes no
    difference, so that learning and cleaning find the same key at any point; the weighing of single blocks would cost
    ten times as much, on every page of a crawl.
    """
    return page.columns.derive("content", lambda columns: _content_key(page))


def _content_key(page: Page) -> int:
    held: Iterable[int] = range(len(page.blocks))
    if not page.is_text:
        held = ArticleContainer(page, heeds_marks=False).held()
    text = "\n".join(map(page.columns.block_text, held))
    # On pages with little text the rule may find the same footer; pages that say the same have the same title.
    titled = f"{normalise(page.head.title)}\n{text}"
    return _hash(titled.encode("utf-8", "surrogatepass")) if text else 0


def block_fingerprints(page: Page) -> tuple[Prints, Prints]:
    """For each block its fingerprint and, if it has digits, the one with digits masked; 0 where there is none.

    Computed once for a page and all its marked copies.
    """
    return block_prints(page.columns)


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def _sketched(count: int) -> Iterable[int]:
    half = MAX_BLOCKS // 2
    return range(count) if count <= MAX_BLOCKS else [*range(half), *range(count - half, count)]


def _steps(log_odds: LogOdds) -> list[int]:
    """Log-odds in the steps of a sketch's rows."""
    rounded = np.clip(np.rint(log_odds / ODDS_STEP), -MAX_ODDS_STEPS, MAX_ODDS_STEPS)
    steps: list[int] = np.where(np.isnan(log_odds), MARKED, rounded).astype(np.int64).tolist()
    return steps
