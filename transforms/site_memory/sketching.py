"""A page to its sketch: fingerprints of its blocks, the containers they stand in, and what the page says of them."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..classifier.container import ArticleContainer
from ..compiled.sketches import masked_rows, opening_lines, sketch_rows
from ..core.page import Page
from ..matching.wording import block_prints, normalise
from .article_keys import article_key, is_variant
from .container_paths import container_paths
from .sketch import MARKED, MAX_ODDS_STEPS, ODDS_STEP, TEXT_CHARS, ArticleSketch, day_of, pack_texts

if TYPE_CHECKING:
    Prints = array[int]

LogOdds = npt.NDArray[np.float64]

# Of a page with more blocks the first and the last are kept: furniture stands there.
MAX_BLOCKS = 1024
# Characters of all its containers' paths; blocks in further containers are left out. Of 1,400 real pages, the one with
# most has 73,000; a page made to fill the memory has millions, and so would every article of its site.
MAX_PATHS_CHARS = 256 * 1024


def sketch_page(page: Page, log_odds: LogOdds) -> ArticleSketch | None:
    """The sketch of a page, or None where it has no words.

    `log_odds` has a number for each block, nan where a rule has marked it (`classifier.judgement.article_log_odds`).
    Nothing about the page is decided here: blocks are kept as they stand, with what was found out about each.
    """
    exact, masked = block_fingerprints(page)
    if not any(exact):
        return None
    paths, positions = container_paths(page), _sketched(len(exact))
    found, used, blocks = sketch_rows(
        page.columns, positions, exact, paths.numbers, paths.distinct, MAX_PATHS_CHARS, log_odds,
        ODDS_STEP, MAX_ODDS_STEPS, MARKED,
    )  # fmt: skip
    return ArticleSketch(
        key=article_key(page),
        content=content_key(page) or _hash(_little_endian(_in_turn(exact, masked))),
        day=day_of(page.provenance.captured_at),
        is_variant=is_variant(page),
        paths=tuple([sys.intern(paths.distinct[number]) for number in used]),  # the articles of a site share theirs
        rows=_little_endian(found),
        masked=masked_rows(masked, blocks),
        texts=pack_texts(opening_lines(page.columns, blocks, TEXT_CHARS)),
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


def _sketched(count: int) -> Sequence[int]:
    half = MAX_BLOCKS // 2
    return range(count) if count <= MAX_BLOCKS else [*range(half), *range(count - half, count)]


def _in_turn(one: Prints, other: Prints) -> Prints:
    """The first of one, the first of the other, and so on."""
    both = array("Q", bytes(16 * len(one)))
    both[0::2], both[1::2] = one, other
    return both


def _little_endian(numbers: Prints) -> bytes:
    if sys.byteorder == "big":
        numbers = array("Q", numbers)
        numbers.byteswap()
    return numbers.tobytes()
