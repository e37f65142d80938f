# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Score a text by langdetect's profiles: the log-likelihood of each language, over all n-grams of the text once.

langdetect draws n-grams at random until one language is all but certain, so its probabilities are nearly always 1. To
count each n-gram once takes less time, needs no random numbers, and leaves a score that can be calibrated. N-grams and
profiles are langdetect's own.
"""

import json
import os
from array import array
from math import log1p

import cython
from langdetect.detector import Detector
from langdetect.utils.ngram import NGram

if cython.compiled:
    from cython.cimports.libc.math import log1p  # type: ignore[no-redef]

# Three characters make a key of 63 bits.
CODE_BITS = cython.declare(cython.int, 21)
CODE_MASK = cython.declare(cython.longlong, (1 << 21) - 1)
BASIC_PLANE = cython.declare(cython.int, 1 << 16)
SPACE = cython.declare(cython.int, 32)
ZERO = cython.declare(cython.int, 48)
# The share that langdetect gives an n-gram that a language does not have.
UNSEEN = Detector.ALPHA_DEFAULT / Detector.BASE_FREQ


@cython.cfunc
def _read_profile(text: str) -> tuple:
    """Read a profile: the name of its language, its n-grams as keys, and how much each speaks for the language.

    This is log(1 + share / UNSEEN). `freq`, the counts of n-grams, is read here and not by `json`: for thirty languages
    it would make a hundred thousand strings and numbers first.
    """
    if "\\" in text:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    begin: cython.Py_ssize_t = text.index("{", text.index('"freq"')) + 1
    end: cython.Py_ssize_t = text.index("}", begin)
    other: dict = json.loads(f"{text[:begin]}{text[end:]}")
    room: cython.Py_ssize_t = text.count(":", begin, end)
    keys = array("q", bytes(8 * room))
    weights = array("d", bytes(8 * room))
    key_at: cython.longlong[::1] = keys
    weight_at: cython.double[::1] = weights
    totals: cython.double[::1] = array("d", other["n_words"])
    frequency: cython.double
    unseen: cython.double = UNSEEN
    key: cython.longlong
    size: cython.Py_ssize_t
    count: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t = begin
    while i < end:
        if text[i] != '"':
            i += 1
            continue
        key = 0
        size = 0
        i += 1
        while text[i] != '"':
            if size < 3:
                key = (key << CODE_BITS) | ord(text[i])
            size += 1
            i += 1
        i += 1
        frequency = 0
        while i < end and text[i] != ",":
            if "0" <= text[i] <= "9":
                frequency = 10 * frequency + (ord(text[i]) - ZERO)
            i += 1
        if 1 <= size <= 3:
            key_at[count] = key
            weight_at[count] = log1p(frequency / totals[size - 1] / unseen)
            count += 1
    return other["name"], keys[:count], weights[:count]


@cython.cclass
class ProfileTable:
    """Hold the profiles by n-gram; the row of an n-gram lists only the languages that have it."""

    languages: list
    slots: cython.int[::1]
    keys: cython.longlong[::1]
    starts: cython.int[::1]
    holders: cython.uchar[::1]
    weights: cython.double[::1]

    def __init__(self, directory: str, names: object):
        self.languages = []
        entries: list = []
        total: cython.Py_ssize_t = 0
        for name in sorted(os.listdir(directory) if names is None else names):
            path: str = os.path.join(directory, name)
            if name.startswith(".") or not os.path.isfile(path):
                continue
            with open(path, encoding="utf-8") as file:
                language, keys, weights = _read_profile(file.read())
            self.languages.append(language)
            entries.append((keys, weights))
            total += len(keys)
        if len(self.languages) > 256:
            raise ValueError(f"{directory} has more languages than a byte can name")
        rows: list = self._number([keys for keys, _ in entries], total)
        self._fill(rows, [weights for _, weights in entries], total)

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
    def _fill(self, rows_by_language: list, weights_by_language: list, total: cython.Py_ssize_t):
        """Lay the weights of each n-gram side by side, in the order of the languages."""
        count: cython.Py_ssize_t = len(self.keys)
        self.starts = array("i", bytes(4 * (count + 1)))
        self.holders = array("B", bytes(total))
        self.weights = array("d", bytes(8 * total))
        free: cython.int[::1] = array("i", bytes(4 * count))
        rows: cython.int[::1]
        weights: cython.double[::1]
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
            weights = weights_by_language[language]
            for i in range(len(rows)):
                self.holders[free[rows[i]]] = language
                self.weights[free[rows[i]]] = weights[i]
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
class LanguageProfiles:
    """The profiles in langdetect's `directory`, ready to score texts of at most `max_chars` characters.

    `names` are those of the files to read, if not of all: langdetect names each after its language.
    """

    table: ProfileTable
    max_chars: cython.Py_ssize_t
    normalized: cython.int[::1]

    def __init__(self, directory: str, max_chars: cython.Py_ssize_t, names: object = None):
        self.table = ProfileTable(directory, names)
        self.max_chars = max_chars
        # A character as langdetect writes it, doubled, and one more if that is a capital; filled as characters are met.
        self.normalized = array("i", bytes(4 * BASIC_PLANE))

    def score(self, text: str) -> list:
        """List for each language its code, its log-likelihood above that of a language that shares no n-gram with the
        text, and the share of the text's trigrams, 0 to 1, that its profile has.
        """
        # Every match of a pattern holds what is looked for here, and few texts do.
        if "://" in text:
            text = Detector.URL_RE.sub(" ", text)
        if "@" in text:
            text = Detector.MAIL_RE.sub(" ", text)
        if not text.isascii():
            text = NGram.normalize_vi(text)
        table: ProfileTable = self.table
        size: cython.Py_ssize_t = len(table.languages)
        sums: cython.double[::1] = array("d", bytes(8 * size))
        known: cython.int[::1] = array("i", bytes(4 * size))
        rows: cython.int[::1] = array("i", bytes(12 * min(len(text), self.max_chars)))
        counts: cython.int[::1] = array("i", bytes(8))
        count: cython.int = self._find_rows(text, rows, counts)
        starts: cython.int[::1] = table.starts
        holders: cython.uchar[::1] = table.holders
        weights: cython.double[::1] = table.weights
        language: cython.int
        is_trigram: cython.int
        n: cython.int
        i: cython.int
        for n in range(count):
            is_trigram = rows[n] & 1
            for i in range(starts[rows[n] >> 1], starts[(rows[n] >> 1) + 1]):
                language = holders[i]
                sums[language] += weights[i]
                known[language] += is_trigram
        trigrams: cython.double = max(counts[0], 1)
        return [(table.languages[i], sums[i], known[i] / trigrams) for i in range(size)]

    @cython.cfunc
    def _find_rows(self, text: str, rows: cython.int[::1], counts: cython.int[::1]) -> cython.int:
        """Write the rows of those n-grams of the text that a profile has, doubled, and one more for a trigram.

        Returns how many rows that are; `counts[0]` becomes the number of all trigrams.
        """
        # langdetect also joins spaces and drops repeated ones, which changes no n-gram.
        size: cython.Py_ssize_t = min(len(text), self.max_chars)
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
                    rows[count] = 2 * row
                    count += 1
            row = self.table.row((second << CODE_BITS) | last)
            if row >= 0:
                rows[count] = 2 * row
                count += 1
            if first:
                counts[0] += 1
                row = self.table.row((((first << CODE_BITS) | second) << CODE_BITS) | last)
                if row >= 0:
                    rows[count] = 2 * row + 1
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
