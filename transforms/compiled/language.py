# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Detect a text's language with langdetect's profiles, patterns and random walk.

The answers equal langdetect's to the last digit, so every sum and product runs in its order. What differs between
versions of Python comes from Python: the Gaussian draw, and whether `sum` carries what a plain loop rounds away.
"""

import json
import os
from array import array
from operator import itemgetter
from random import Random

import cython
from langdetect.detector import Detector
from langdetect.detector_factory import DetectorFactory
from langdetect.utils.ngram import NGram

# Three characters make a key of 63 bits.
CODE_BITS = cython.declare(cython.int, 21)
CODE_MASK = cython.declare(cython.longlong, (1 << 21) - 1)
BASIC_PLANE = cython.declare(cython.int, 1 << 16)
SPACE = cython.declare(cython.int, 32)
# As langdetect counts letters: from `A` to `z`, and all that is beyond Latin.
FIRST_LATIN = cython.declare(cython.int, 0x41)
LAST_LATIN = cython.declare(cython.int, 0x7A)
FIRST_OTHER = cython.declare(cython.int, 0x300)
# `Random.gauss` draws two numbers of two words each, and keeps the second of its pair for the next call.
GAUSS_WORDS = cython.declare(cython.int, 4)
WORD_BITS = cython.declare(cython.int, 32)
# A trial draws 1001 n-grams at most, and rejects fewer than half of the words on average.
FIRST_WORDS = cython.declare(cython.int, 1 << 12)
STEPS_BETWEEN_CHECKS = cython.declare(cython.int, 5)
CONV_THRESHOLD = cython.declare(cython.double, Detector.CONV_THRESHOLD)
ITERATION_LIMIT = cython.declare(cython.int, Detector.ITERATION_LIMIT)


@cython.cfunc
def _pack(frequencies: dict, totals: list) -> tuple:
    """Pack a language's n-grams into keys, and their shares among those of their length."""
    keys = array("q", bytes(8 * len(frequencies)))
    shares = array("d", bytes(8 * len(frequencies)))
    key_at: cython.longlong[::1] = keys
    share_at: cython.double[::1] = shares
    frequency: cython.double
    total: cython.double
    key: cython.longlong
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = 0
    for item in frequencies.items():
        gram: str = item[0]
        if not 1 <= len(gram) <= 3:
            continue
        key = 0
        for i in range(len(gram)):
            key = (key << CODE_BITS) | ord(gram[i])
        frequency = item[1]
        total = totals[len(gram) - 1]
        key_at[count] = key
        share_at[count] = frequency / total
        count += 1
    return keys[:count], shares[:count]


@cython.cclass
class ProfileTable:
    """Hold the profiles by n-gram; the row of an n-gram lists only the languages that have it."""

    languages: list
    slots: cython.int[::1]
    keys: cython.longlong[::1]
    starts: cython.int[::1]
    holders: cython.uchar[::1]
    shares: cython.double[::1]

    def __init__(self, directory: str):
        self.languages = []
        entries: list = []
        total: cython.Py_ssize_t = 0
        # In the directory's order, as langdetect does: its sums depend on it.
        for name in os.listdir(directory):
            path: str = os.path.join(directory, name)
            if name.startswith(".") or not os.path.isfile(path):
                continue
            with open(path, encoding="utf-8") as file:
                profile: dict = json.load(file)
            self.languages.append(profile["name"])
            keys, shares = _pack(profile["freq"], profile["n_words"])
            entries.append((keys, shares))
            total += len(keys)
        if len(self.languages) > 256:
            raise ValueError(f"{directory} has more languages than a byte can name")
        rows: list = self._number([keys for keys, _ in entries], total)
        self._fill(rows, [shares for _, shares in entries], total)

    @cython.cfunc
    def _number(self, keys_by_language: list, total: cython.Py_ssize_t) -> list:
        """Give each n-gram a row, and list each language's rows."""
        self.slots = array("i", bytes(4 << int(total).bit_length()))
        self.keys = distinct = array("q", bytes(8 * total))
        rows_by_language: list = []
        keys: cython.longlong[::1]
        rows: cython.int[::1]
        count: cython.int = 0
        slot: cython.longlong
        i: cython.Py_ssize_t
        for packed in keys_by_language:
            numbers = array("i", bytes(4 * len(packed)))
            keys = packed
            rows = numbers
            for i in range(len(keys)):
                slot = self._slot(keys[i])
                if not self.slots[slot]:
                    self.keys[count] = keys[i]
                    count += 1
                    self.slots[slot] = count
                rows[i] = self.slots[slot] - 1
            rows_by_language.append(numbers)
        self.keys = distinct[:count]
        return rows_by_language

    @cython.cfunc
    def _fill(self, rows_by_language: list, shares_by_language: list, total: cython.Py_ssize_t):
        """Lay the shares of each n-gram side by side, in the order of the languages."""
        count: cython.Py_ssize_t = len(self.keys)
        self.starts = array("i", bytes(4 * (count + 1)))
        self.holders = array("B", bytes(total))
        self.shares = array("d", bytes(8 * total))
        free: cython.int[::1] = array("i", bytes(4 * count))
        rows: cython.int[::1]
        shares: cython.double[::1]
        language: cython.int
        i: cython.Py_ssize_t
        for numbers in rows_by_language:
            rows = numbers
            for i in range(len(rows)):
                self.starts[rows[i] + 1] += 1
        for i in range(count):
            free[i] = self.starts[i]
            self.starts[i + 1] += self.starts[i]
        for language in range(len(rows_by_language)):
            rows = rows_by_language[language]
            shares = shares_by_language[language]
            for i in range(len(rows)):
                self.holders[free[rows[i]]] = language
                self.shares[free[rows[i]]] = shares[i]
                free[rows[i]] += 1

    @cython.cfunc
    @cython.inline
    def row(self, key: cython.longlong) -> cython.int:
        """Find the row of an n-gram; -1 where no profile has it."""
        return self.slots[self._slot(key)] - 1

    @cython.cfunc
    @cython.inline
    def _slot(self, key: cython.longlong) -> cython.longlong:
        """Find the slot of an n-gram, or the free slot where it belongs: there are more slots than entries."""
        mask: cython.longlong = len(self.slots) - 1
        # Factors of 26 bits: no product exceeds 63 bits, so C and Python agree.
        slot: cython.longlong = (key >> (2 * CODE_BITS)) * 56598313
        slot ^= ((key >> CODE_BITS) & CODE_MASK) * 38729387
        slot ^= (key & CODE_MASK) * 64849207
        slot = (slot >> 5) & mask
        row: cython.int = self.slots[slot]
        while row and self.keys[row - 1] != key:
            slot = (slot + 1) & mask
            row = self.slots[slot]
        return slot


@cython.cclass
class LanguageDetector:
    """Detect as langdetect does with the profiles in `directory`, each text from the same seed."""

    table: ProfileTable
    seed: object
    max_chars: cython.Py_ssize_t
    first_gauss: tuple
    sum_is_compensated: cython.bint
    words: cython.uint[::1]
    normalized: cython.int[::1]

    def __init__(self, directory: str, seed: object):
        self.table = ProfileTable(directory)
        self.seed = seed
        self.max_chars = Detector(DetectorFactory()).max_text_length
        self.first_gauss = self._gauss_pair(0)
        self.sum_is_compensated = sum([1.0, 1e100, 1.0, -1e100]) == 2.0
        self._draw_words(FIRST_WORDS)
        # A character as langdetect writes it, doubled, and one more if that is a capital; filled as characters are met.
        self.normalized = array("i", bytes(4 * BASIC_PLANE))

    def probabilities(self, text: str, trials: cython.int) -> list:
        """List languages and probabilities, the best first, as `Detector.get_probabilities`; none where it raises."""
        # Every match of a pattern holds what is looked for here, and few texts do.
        if "://" in text:
            text = Detector.URL_RE.sub(" ", text)
        if "@" in text:
            text = Detector.MAIL_RE.sub(" ", text)
        if not text.isascii():
            text = NGram.normalize_vi(text)
        rows: cython.int[::1] = array("i", bytes(12 * min(len(text), self.max_chars)))
        count: cython.int = self._find_rows(text, rows)
        if not count:
            return []
        means: list = self._walk(rows, count, trials)
        found = zip(self.table.languages, means, strict=True)
        likely: list = [pair for pair in found if pair[1] > Detector.PROB_THRESHOLD]
        likely.sort(key=itemgetter(1), reverse=True)
        return likely

    @cython.cfunc
    def _find_rows(self, text: str, rows: cython.int[::1]) -> cython.int:
        """Write the rows of those n-grams of the text that a profile has, and return how many."""
        # langdetect also joins spaces and drops repeated ones, which changes no n-gram.
        size: cython.Py_ssize_t = min(len(text), self.max_chars)
        drop_latin: cython.bint = _latin_is_foreign(text, size)
        # The last characters of a word and the space before it; 0 for none.
        first: cython.longlong = 0
        second: cython.longlong = 0
        last: cython.longlong = SPACE
        last_is_upper: cython.bint = False
        is_upper: cython.bint
        in_capitals: cython.bint = False
        char: cython.int
        known: cython.int
        row: cython.int
        count: cython.int = 0
        i: cython.Py_ssize_t
        for i in range(size):
            char = ord(text[i])
            if drop_latin and FIRST_LATIN <= char <= LAST_LATIN:
                continue
            known = self._normalize(char)
            char = known >> 1
            is_upper = known & 1
            if last == SPACE:
                second = 0
                in_capitals = False
                if char == SPACE:
                    continue
            first = second
            second = last
            last = char
            if not is_upper:
                in_capitals = False
            elif last_is_upper:
                in_capitals = True
            last_is_upper = is_upper
            if in_capitals:
                continue
            if last != SPACE:
                row = self.table.row(last)
                if row >= 0:
                    rows[count] = row
                    count += 1
            row = self.table.row((second << CODE_BITS) | last)
            if row >= 0:
                rows[count] = row
                count += 1
            if first:
                row = self.table.row((((first << CODE_BITS) | second) << CODE_BITS) | last)
                if row >= 0:
                    rows[count] = row
                    count += 1
        return count

    @cython.cfunc
    @cython.inline
    def _normalize(self, char: cython.int) -> cython.int:
        """Return the character as langdetect writes it, doubled, plus one if that is a capital."""
        # langdetect rewrites nothing beyond the basic plane.
        known: cython.int = self.normalized[char] if char < BASIC_PLANE else 0
        if known:
            return known
        written: str = NGram.normalize(chr(char)) if char < BASIC_PLANE else chr(char)
        known = 2 * ord(written) + written.isupper()
        if char < BASIC_PLANE:
            self.normalized[char] = known
        return known

    @cython.cfunc
    def _walk(self, rows: cython.int[::1], count: cython.int, trials: cython.int) -> list:
        """Multiply the shares of n-grams drawn at random until one language is all but certain; mean of all trials."""
        table: ProfileTable = self.table
        starts: cython.int[::1] = table.starts
        holders: cython.uchar[::1] = table.holders
        shares: cython.double[::1] = table.shares
        size: cython.Py_ssize_t = len(table.languages)
        means = array("d", bytes(8 * size))
        mean: cython.double[::1] = means
        likelihood: cython.double[::1] = array("d", bytes(8 * size))
        factor: cython.double[::1] = array("d", bytes(8 * size))
        words: cython.uint[::1] = self.words
        shift: cython.int = WORD_BITS - int(count).bit_length()
        at: cython.Py_ssize_t = 0
        pick: cython.longlong
        row: cython.int
        weight: cython.double
        step: cython.int
        trial: cython.int
        i: cython.Py_ssize_t
        gauss: tuple = self.first_gauss
        for trial in range(trials):
            if trial % 2 == 0:
                if trial:
                    gauss = self._gauss_pair(at)
                at += GAUSS_WORDS
            # By Python: a C compiler may round the product and the sum as one.
            weight = (Detector.ALPHA_DEFAULT + gauss[trial % 2] * Detector.ALPHA_WIDTH) / Detector.BASE_FREQ
            for i in range(size):
                likelihood[i] = 1.0 / size
                factor[i] = weight
            step = 0
            while True:
                # As `random.choice` draws: the upper bits of a word, until they are below the count.
                pick = count
                while pick >= count:
                    if at >= len(words):
                        words = self._draw_words(2 * at)
                    pick = words[at] >> shift
                    at += 1
                row = rows[pick]
                for i in range(starts[row], starts[row + 1]):
                    factor[holders[i]] = weight + shares[i]
                for i in range(size):
                    likelihood[i] *= factor[i]
                for i in range(starts[row], starts[row + 1]):
                    factor[holders[i]] = weight
                if step % STEPS_BETWEEN_CHECKS == 0 and (
                    _normalize_likelihood(likelihood, self.sum_is_compensated) > CONV_THRESHOLD
                    or step >= ITERATION_LIMIT
                ):
                    break
                step += 1
            for i in range(size):
                mean[i] += likelihood[i] / trials
        return means.tolist()

    @cython.cfunc
    def _gauss_pair(self, at: cython.Py_ssize_t) -> tuple:
        """Draw what two calls of `gauss` give after so many words of the seed's sequence."""
        draws = Random(self.seed)
        if at:
            draws.getrandbits(WORD_BITS * at)
        return draws.gauss(0.0, 1.0), draws.gauss(0.0, 1.0)

    @cython.cfunc
    def _draw_words(self, count: cython.Py_ssize_t) -> cython.uint[::1]:
        """Keep the first words of the seed's sequence, which every detection reads from its start."""
        draws = Random(self.seed)
        words: cython.uint[::1] = array("I", [draws.getrandbits(WORD_BITS) for _ in range(count)])
        self.words = words
        return words


@cython.cfunc
def _latin_is_foreign(text: str, size: cython.Py_ssize_t) -> cython.bint:
    """Return whether more than two thirds of the letters are of another script, so that Latin ones are left out."""
    latin: cython.Py_ssize_t = 0
    others: cython.Py_ssize_t = 0
    char: cython.int
    i: cython.Py_ssize_t
    for i in range(size):
        char = ord(text[i])
        if FIRST_LATIN <= char <= LAST_LATIN:
            latin += 1
        elif char >= FIRST_OTHER:
            others += 1
    return latin * 2 < others


@cython.cfunc
def _normalize_likelihood(likelihood: cython.double[::1], compensated: cython.bint) -> cython.double:
    """Divide by the sum as Python's `sum` rounds it, and return the greatest."""
    size: cython.Py_ssize_t = len(likelihood)
    total: cython.double = 0.0
    lost: cython.double = 0.0
    greatest: cython.double = 0.0
    before: cython.double
    value: cython.double
    i: cython.Py_ssize_t
    for i in range(size):
        value = likelihood[i]
        before = total
        total += value
        if compensated:
            # Neumaier's sum, for numbers that are not negative.
            lost += (before - total) + value if before >= value else (value - total) + before
    total += lost
    for i in range(size):
        value = likelihood[i] / total
        likelihood[i] = value
        if greatest < value:
            greatest = value
    return greatest
