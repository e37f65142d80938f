"""Evidence in a block's own words: length, links, punctuation, how it begins and ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..core.page import Page
from ..matching.outline import Outline
from ..matching.wording import SENTENCE_END, normalise

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

NAMES = (
    "width", "is_prose", "same_text", "bold", "word_length", "title_overlap", "description_overlap", "words",
    "link_density", "links", "sentences", "commas", "ends_sentence", "ends_colon", "ends_question", "starts_lower",
    "digits", "upper", "quotes", "bars", "opening_mark", "runs", "line_breaks",
)  # fmt: skip

LIKENESS = slice(NAMES.index("word_length"), NAMES.index("description_overlap") + 1)
SHARES = slice(NAMES.index("digits"), NAMES.index("bars") + 1)

# Characters are classed in this many code points from the start; their shares settle early.
SAMPLE = 160
# So many are counted at a time: each takes some 50 bytes on the way.
MOST_CHARS = 250_000
# What is counted of all of a text, in the order of `NAMES`, and what of its sample.
WHOLE = (re.compile(" "), SENTENCE_END, re.compile("[,;:，、；：،]"), re.compile("\n"))
SAMPLED = (
    re.compile("[0-9]"),
    re.compile("[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]"),
    re.compile('["“”„«»「」『』]'),
    re.compile("[|•·»›→▶/#@©]"),
)
ENDINGS = frozenset('.!?…。！？؟۔।॥"”»」』)')
BOLD_TAGS = frozenset({"strong", "b", "em", "i", "h1", "h2", "h3", "h4"})
BEYOND = 0xFFFF  # a code point that is no character: it stands for all that are not classed


@cache
def _character_kinds() -> tuple[npt.NDArray[np.intp], Array]:
    """For each code point the number of its kind, and for each kind which of `WHOLE` and `SAMPLED` it counts for."""
    classed = "".join(map(chr, range(BEYOND)))
    bits = np.zeros(BEYOND + 1, dtype=np.int64)
    for number, pattern in enumerate((*WHOLE, *SAMPLED)):
        bits[[match.start() for match in pattern.finditer(classed)]] |= 1 << number
    combinations, kinds = np.unique(bits, return_inverse=True)
    return kinds.reshape(-1), ((combinations[:, None] >> np.arange(len(WHOLE) + len(SAMPLED))) & 1).astype(np.float64)


def word_columns(page: Page, outline: Outline) -> Array:
    """One row for each of `NAMES`, a column for each block."""
    texts, _, _, elements, link_chars, links, runs, _ = zip(*page.blocks, strict=True)
    keys = [normalise(text[:SAMPLE]) for text in texts]
    copies = Counter(keys)
    title = frozenset(normalise(page.head.title).split())
    description = frozenset(normalise(page.description()).split())
    lengths = np.fromiter(map(len, texts), np.int64)
    (spaces, sentences, commas, breaks), sampled = _counts(texts, lengths)
    firsts, lasts = [text[0] for text in texts], [text[-1] for text in texts]
    bold = [element.tag in BOLD_TAGS for element in page.elements]
    table = np.empty((len(NAMES), len(texts)))
    table[LIKENESS] = np.array([_likeness(key, title, description) for key in keys]).T
    table[SHARES] = sampled
    for name, values in {
        "width": outline.block_width,
        "is_prose": np.array(outline.block_prose) > 0,
        "same_text": np.fromiter(map(copies.__getitem__, keys), np.int64),
        "bold": np.array(bold)[list(elements)],
        "words": spaces + 1,
        "link_density": np.array(link_chars) / lengths,
        "links": np.fromiter(map(len, links), np.int64),
        "sentences": sentences,
        "commas": commas,
        "ends_sentence": np.fromiter(map(ENDINGS.__contains__, lasts), np.bool_),
        "ends_colon": np.fromiter(map(":：".__contains__, lasts), np.bool_),
        "ends_question": np.fromiter(map("?？؟".__contains__, lasts), np.bool_),
        "starts_lower": np.fromiter(map(str.islower, firsts), np.bool_),
        "opening_mark": ~np.fromiter(map(str.isalnum, firsts), np.bool_),
        "runs": np.fromiter(map(len, runs), np.int64),
        "line_breaks": breaks,
    }.items():
        table[NAMES.index(name)] = values
    return table


def _likeness(key: str, title: frozenset[str], description: frozenset[str]) -> tuple[float, float, float]:
    """Mean length of the block's words, and the share of its different words that title and description have."""
    words = key.split()
    if not words:
        return 0.0, 0.0, 0.0
    count = len(frozenset(words))
    return len(key) / len(words), len(title.intersection(words)) / count, len(description.intersection(words)) / count


def _counts(texts: Sequence[str], lengths: Integers) -> tuple[Array, Array]:
    """How often each text has characters of `WHOLE`, and how large a share of its sample those of `SAMPLED` are.

    Texts are counted together, as many as bearable at once: their characters as one array of code points.
    """
    _, counts_for = _character_kinds()
    tally = np.concatenate([_tally(texts[part], lengths[part]) for part in _parts(lengths)])
    whole = tally.sum(axis=1) @ counts_for[:, : len(WHOLE)]
    sampled = tally[:, 0] @ counts_for[:, len(WHOLE) :]
    return whole.T, sampled.T * (1.0 / np.minimum(lengths, SAMPLE))


def _parts(lengths: Integers) -> Iterator[slice]:
    """Stretches of texts that hold about MOST_CHARS each."""
    numbers = np.cumsum(lengths) // MOST_CHARS
    edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(lengths)]
    return (slice(start, end) for start, end in pairwise(edges))


def _tally(texts: Sequence[str], lengths: Integers) -> Integers:
    """How many characters of each kind a text has, in its sample and after it. Shape (texts, 2, kinds)."""
    kind_of, counts_for = _character_kinds()
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = kind_of[np.minimum(points, BEYOND)]
    told = np.flatnonzero(kinds)  # most characters are letters, of no kind
    ends = np.cumsum(lengths)
    owners = np.searchsorted(ends, told, side="right")
    is_late = told - (ends - lengths)[owners] >= SAMPLE
    cells = (len(texts), 2, len(counts_for))
    tally = np.bincount(np.ravel_multi_index((owners, is_late, kinds[told]), cells), minlength=np.prod(cells))
    return tally.reshape(cells)
