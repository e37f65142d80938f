"""Near-duplicates: articles that say nearly what an earlier one says, with another headline or a changed paragraph.

The signature of an article stands for the set of its shingles, 32 letters each. Two signatures agree in about as many
of their 128 bins as the share of shingles that the texts have in common (one-permutation MinHash of four bits, Li and
others 2012). A shingle of 32 letters is about seven words: a number that changes in each sentence, as in a report that
a program writes, changes most shingles, and a paragraph that is cut out changes few.

Learning takes the text of the article's container. On a page with little text that may be a footer. So cleaning names
an original only where the text that it keeps is the text that was compared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..compiled.sketches import text_signature
from ..core.page import Page
from .sketch import held_blocks

Signatures = npt.NDArray[np.uint8]

SHINGLE_LETTERS = 32
# In shorter texts many bins are empty, and a common phrase is a large part of the text.
MIN_LETTERS = 500
SIGNATURE_BYTES = 64
BINS = 2 * SIGNATURE_BYTES
# Two bins with nothing in common are alike once in so many cases.
VALUES = 16
# The least similarity. A reprint in which a tenth is changed has .82, and less where both pages add words of their own.
# On one site, different posts of a series share their frame, and different pages a template; on different sites, only
# copies share as much (benchmarks/near_duplicates.py).
ALIKE, ALIKE_ON_SITE = 0.65, 0.8
# Bytes of a signature that are compared together to find candidates. Of texts of similarity .8, .998 have one of the 21
# bands alike, of texts of .65 still .8, of texts of .3 only .02.
BAND_BYTES = 3
BANDS = SIGNATURE_BYTES // BAND_BYTES
# A text is compared with the earliest texts that have a band alike with it: where thousands have, most are a template.
EARLIEST = 8
# The least similarity of what a page keeps to what was compared. Pages that share a template, and differ in half of
# what they keep, have .33 at most.
KEPT = 0.5
AT_ONCE = 1 << 16
PLACES = np.array([1, 1 << 8, 1 << 16], np.uint32)


def page_signature(page: Page) -> bytes:
    """Return the signature of the text in the page's article container, or b"" if the text is short."""
    return text_signature(page.columns, [*held_blocks(page)], SHINGLE_LETTERS, MIN_LETTERS)


def is_kept(page: Page) -> bool:
    """Return whether the kept text of a marked page is the text of its signature."""
    kept = text_signature(page.columns, [position for position, _ in page.kept()], SHINGLE_LETTERS, MIN_LETTERS)
    compared = page_signature(page)
    if not kept or not compared:
        return False
    both = np.frombuffer(kept + compared, np.uint8).reshape(2, SIGNATURE_BYTES)
    return bool(_similarities(both[:1], both[1:])[0] >= KEPT)


def find_originals(signatures: Signatures, sites: npt.NDArray[np.int64]) -> dict[int, int]:
    """Return each near-duplicate with its original: the earliest similar text that is not a near-duplicate itself.

    A text is identified by its row in `signatures`; earlier rows are earlier texts. `sites` contains a number for the
    site of each text.
    """
    found: dict[int, int] = {}
    candidates = _candidates(signatures)
    for start in range(0, len(candidates), AT_ONCE):
        chunk = candidates[start : start + AT_ONCE]
        later, earlier = chunk.T
        least = np.where(sites[later] == sites[earlier], ALIKE_ON_SITE, ALIKE)
        alike = _similarities(signatures[later], signatures[earlier]) >= least
        for one, original in chunk[alike].tolist():
            if one not in found and original not in found:
                found[one] = original
    return found


def _candidates(signatures: Signatures) -> npt.NDArray[np.int64]:
    """Return the pairs (later, earlier) that have a band alike, in order."""
    count = len(signatures)
    coded = np.zeros(0, np.int64)
    places = np.arange(count)
    for number in range(BANDS):
        part = signatures[:, number * BAND_BYTES : (number + 1) * BAND_BYTES]
        band = part.astype(np.uint32) @ PLACES
        order = np.argsort(band, kind="stable")
        begins = np.ones(count, bool)
        begins[1:] = band[order[1:]] != band[order[:-1]]
        first = np.maximum.accumulate(np.where(begins, places, 0))
        pairs = [coded]
        for nth in range(EARLIEST):
            (later,) = np.nonzero(first + nth < places)
            pairs.append(order[later] * count + order[first[later] + nth])
        coded = np.unique(np.concatenate(pairs))
    return np.stack(np.divmod(coded, max(count, 1)), axis=1)


def _similarities(some: Signatures, others: Signatures) -> npt.NDArray[np.float64]:
    """Estimate the similarity of each signature to the one in the same row."""
    differing = some ^ others
    equal = np.count_nonzero(differing & 15 == 0, axis=1) + np.count_nonzero(differing >> 4 == 0, axis=1)
    by_chance = 1 / VALUES
    found: npt.NDArray[np.float64] = (equal / BINS - by_chance) / (1 - by_chance)
    return found
