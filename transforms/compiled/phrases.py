# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Phrases found in texts: hashes of its words rule out most texts, and the others are looked up in full.

Of the lines of a page one in ten has a phrase. `slots` has a hash of what a phrase needs in a text: its first words, a
pair of its words, two of its characters where words have no spaces.
"""

import cython

from ..matching.wording import FIRST_UNSPACED, UNSPACED, fingerprint, mask_digits, normalise
from . import wording

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.slots import (
        BASIS,
        FIRST_CHARS,
        LABEL,
        LAST_CHARS,
        LAST_WORD,
        MASK,
        PAIR,
        PRIME,
        SHIFT,
        START,
        TWO_CHARS,
        WORD,
        Slots,
        hash_of,
        hash_of_chars,
        hash_of_pair,
        paired,
    )
else:
    from .slots import (
        BASIS,
        FIRST_CHARS,
        LABEL,
        LAST_CHARS,
        LAST_WORD,
        MASK,
        PAIR,
        PRIME,
        SHIFT,
        START,
        TWO_CHARS,
        WORD,
        Slots,
        hash_of,
        hash_of_chars,
        hash_of_pair,
        paired,
    )

# Boilerplate is short: the longest notices with phrases have two or three sentences.
MAX_CHARS = wording.MAX_LINE_CHARS
# The longest label has as many words (see `benchmarks/condense_catalogue.py`), and a row of them this many in all.
MAX_LABEL_WORDS, MAX_ROW_WORDS = 8, 20
# Shorter strings stand in the data themselves.
MIN_PRINTED_CHARS = 40

MOST_CHARS = cython.declare(cython.Py_ssize_t, MAX_CHARS)
MOST_ROW_WORDS = cython.declare(cython.Py_ssize_t, MAX_ROW_WORDS)
PRINTED_CHARS = cython.declare(cython.Py_ssize_t, MIN_PRINTED_CHARS)

# Roles without slots: a label that more follows, and a word that may end in any way, which has a table of its own.
ROW = cython.declare(cython.int, 256)
OPEN_WORD = cython.declare(cython.int, 512)

# Of a word that may end in any way, so many bytes say whether to look, and as many characters for which.
PREFIX_BYTES = cython.declare(cython.Py_ssize_t, 4)
PREFIX_SHIFT = cython.declare(cython.int, 16)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _with_byte(hashed: cython.ulonglong, byte: cython.int) -> cython.ulonglong:
    return ((hashed ^ byte) * PRIME) & MASK


@cython.cfunc
def _chars(data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return how many characters so many bytes are."""
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = 0
    for i in range(start, end):
        count += (data[i] & 0xC0) != 0x80
    return count


def _complete_words(words: str) -> list:
    """Return the words of a phrase that are whole in every text that has it."""
    complete = words.split()
    if _is_open(words):
        complete.pop()
    return complete


def _is_open(words: str) -> bool:
    """Return True where any end may follow the last word of a phrase."""
    return words[len(words) - 1] == "*" or words[len(words) - 1] >= FIRST_UNSPACED


def _to_its_end(words: str) -> str:
    """Return a phrase with the space that has to follow it, if any."""
    return words.removesuffix("*") if _is_open(words) else f"{words} "


def _pattern(words: str) -> str:
    """Return what a phrase is inside a text that has a space before and after it."""
    return _to_its_end(words) if _is_unspaced(words) else f" {_to_its_end(words)}"


@cython.cfunc
def _is_unspaced(words: str) -> cython.bint:
    return not words.isascii() and UNSPACED.search(words) is not None


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _prefix_slot(prefix: cython.ulonglong) -> cython.ulonglong:
    """Return the slot of the four bytes that a word begins with."""
    return ((prefix * PRIME) & MASK) >> PREFIX_SHIFT


@cython.final
@cython.cclass
class PhraseTable:
    """All phrases, by place: `whole` by their words, those for a part of a text under what `filed_under` gives."""

    whole: dict  # at first without their words; see `_labels_of`
    starts: dict  # with what texts begin with that have the phrases
    contains: dict  # each with what is in a text that has it
    ends: dict
    prints: dict
    most_labelled: dict  # by the first word of labels, how many words the longest has
    open_words: list  # phrases of one word that may end in any way: how each looks in a text, and itself
    prefixes: cython.uchar[::1]  # 1 in the slot of the bytes that one of them begins with
    slots: Slots
    most_words: cython.Py_ssize_t  # of what a text begins with

    def __init__(self, whole: dict, starts: dict, contains: dict, ends: dict, prints: dict) -> None:
        self.whole = whole
        self.starts = {
            head: (tuple([_to_its_end(phrase.words) for phrase in found]), found) for head, found in starts.items()
        }
        self.contains = {
            head: tuple([(_pattern(phrase.words), phrase) for phrase in found]) for head, found in contains.items()
        }
        self.ends = ends
        self.prints = prints
        self.most_labelled = {}
        self.open_words = []
        self.prefixes = bytearray(1 << (32 - PREFIX_SHIFT))
        self.slots = Slots()
        self.most_words = 0
        for words in whole:
            self._set_label(words)
        for head, found in starts.items():
            for phrase in found:
                self._set_start(phrase.words, head)
        for head, found in contains.items():
            for phrase in found:
                self._set_part(phrase.words, head)
        for head in ends:
            self.slots.set(LAST_WORD, hash_of(head))
            if len(head) == 2:
                self.slots.set(LAST_CHARS, hash_of_chars(head, 0))

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _set_label(self, words: str) -> cython.int:
        count: cython.Py_ssize_t = self._set_beginning(LABEL, words)
        first: str = words.partition(" ")[0] if count > 1 else words
        self.most_labelled[first] = min(max(count, self.most_labelled.get(first, 0)), MAX_LABEL_WORDS)
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _set_beginning(self, role: cython.int, words: str) -> cython.Py_ssize_t:
        """Set the slot of the words that a text begins with, and return how many these are."""
        count: cython.Py_ssize_t = words.count(" ") + 1
        self.slots.set(role, hash_of(words))
        self.most_words = max(self.most_words, count)
        return count

    def _set_start(self, words: str, head: str) -> None:
        """Set the slots of a phrase that texts begin with."""
        complete = _complete_words(words)
        is_unspaced: cython.bint = _is_unspaced(words)
        if len(head) == 2 and (is_unspaced or not complete):
            self.slots.set(FIRST_CHARS, hash_of_chars(head, 0))
            if is_unspaced:  # its first whole word may be a number, as that of many lines is
                return
        self._set_beginning(START, " ".join(complete) or head)

    def _set_part(self, words: str, head: str) -> None:
        """Set the slots of a phrase that may stand anywhere."""
        if len(head) < 2:
            raise ValueError(f"{words!r} is too short for a phrase that may stand anywhere")
        if len(head) == 2:
            self.slots.set(TWO_CHARS, hash_of_chars(head, 0))
        if _is_unspaced(words):
            return
        complete = _complete_words(words)
        if not complete:
            self._set_open_word(words, head)
        elif len(complete) < 2:
            self.slots.set(WORD, hash_of(head))
        else:
            self.slots.set(PAIR, hash_of_pair(complete))

    def _set_open_word(self, words: str, head: str) -> None:
        """Set the slot of a word that may end in any way: no word of a text need equal it."""
        data: bytes = words.removesuffix("*").encode()
        if len(data) < PREFIX_BYTES:
            raise ValueError(f"{words!r} is too short for a word that may end in any way")
        prefix: cython.ulonglong = int.from_bytes(data[:PREFIX_BYTES], "big")
        self.prefixes[_prefix_slot(prefix)] = 1
        for pattern, phrase in self.contains.pop(head, ()):
            self.open_words.append((pattern, phrase))

    def find(self, text: str) -> tuple:
        """Return the phrases found in one short text, whatever they are for."""
        key: str = mask_digits(normalise(text))
        if not key:
            return ()
        data: bytearray = bytearray(key.encode())
        roles: cython.int = self._roles_in(data, 0, len(data))
        printed: cython.ulonglong = fingerprint(text) if len(key) >= PRINTED_CHARS else 0
        return self._found_in(key, roles, printed)

    def find_in_blocks(
        self, starts: cython.int[::1], data: bytearray, places: cython.int[::1], exact: cython.ulonglong[::1]
    ) -> dict:
        """Return the phrases found in blocks of at most MAX_CHARS: by what they are for, and then by block.

        `data` and `places` are what `wording.write_keys` writes, `exact` the fingerprints as far as they are known;
        those that are needed are filled in.
        """
        by_reason: dict = {}
        block: cython.Py_ssize_t
        start: cython.Py_ssize_t
        end: cython.Py_ssize_t
        roles: cython.int
        printed: cython.ulonglong
        for block in range(len(starts) - 1):
            start = places[8 * block + 2]
            end = places[8 * block + 3]
            if start == end or starts[block + 1] - starts[block] > MOST_CHARS:
                continue
            roles = self._roles_in(data, start, end)
            printed = 0
            if end - start >= PRINTED_CHARS and _chars(data, start, end) >= PRINTED_CHARS:
                if exact[block] == 0:
                    exact[block] = wording.print_of(data, places[8 * block], places[8 * block + 1])
                printed = exact[block] if exact[block] in self.prints else 0
            if roles or printed:
                for phrase in self._found_in(data[start:end].decode(), roles, printed):
                    own: dict = by_reason.setdefault(phrase.reason, {})
                    own[block] = (*own.get(block, ()), phrase)
        return by_reason

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _roles_in(self, data: bytearray, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
        """Return the roles that parts of a key have: without one, no phrase that needs it is in the text."""
        slots: Slots = self.slots
        i: cython.Py_ssize_t
        byte: cython.int
        above: cython.int = 0
        roles: cython.int = 0
        words: cython.Py_ssize_t = 0
        beginning: cython.ulonglong = BASIS
        word: cython.ulonglong = BASIS
        last: cython.ulonglong = 0
        prefix: cython.ulonglong = 0
        size: cython.Py_ssize_t = 0  # of the word, in bytes
        found: cython.int
        for i in range(start, end):
            byte = data[i]
            above |= byte
            if byte == 0x20:
                size = 0
                words += 1
                if words <= self.most_words:
                    found = slots.table[beginning >> SHIFT]
                    if found & START:
                        roles |= slots.is_needed(START, beginning)
                    if found & LABEL and not roles & ROW and slots.is_needed(LABEL, beginning):
                        roles |= ROW
                if slots.table[word >> SHIFT] & WORD:
                    roles |= slots.is_needed(WORD, word)
                last = paired(last, word)
                if slots.table[last >> SHIFT] & PAIR:
                    roles |= slots.is_needed(PAIR, last)
                last = word
                word = BASIS
            else:
                word = _with_byte(word, byte)
                size += 1
                if size <= PREFIX_BYTES:
                    prefix = (prefix << 8 | byte) & MASK
                    if size == PREFIX_BYTES and self.prefixes[_prefix_slot(prefix)]:
                        roles |= OPEN_WORD
            if words <= self.most_words:
                beginning = _with_byte(beginning, byte)
        if words >= MOST_ROW_WORDS:
            roles &= ~ROW
        roles |= slots.has(LABEL, beginning) | slots.has(START, beginning)
        roles |= slots.has(WORD, word) | slots.has(PAIR, paired(last, word)) | slots.has(LAST_WORD, word)
        if above >= 0x80:
            return roles | self._roles_of_chars(data[start:end].decode())
        if end - start > 1:
            roles |= slots.has(LAST_CHARS, paired(data[end - 2], data[end - 1]))
        return roles

    @cython.cfunc
    def _roles_of_chars(self, key: str) -> cython.int:
        """Return the same for phrases that are filed by two characters."""
        slots: Slots = self.slots
        size: cython.Py_ssize_t = len(key)
        roles: cython.int
        i: cython.Py_ssize_t
        if size < 2:
            return 0
        roles = slots.has(FIRST_CHARS, hash_of_chars(key, 0)) | slots.has(LAST_CHARS, hash_of_chars(key, size - 2))
        if _is_unspaced(key):
            for i in range(size - 1):
                roles |= slots.has(TWO_CHARS, hash_of_chars(key, i))
        return roles

    @cython.cfunc
    def _found_in(self, key: str, roles: cython.int, printed: cython.ulonglong) -> tuple:
        """Return the phrases in a key that has these roles.

        `printed` is the fingerprint of what it was with its digits, or 0.
        """
        found: tuple = ()
        if roles & LABEL:
            found = self._labels_of(key)
        if roles & ROW and not found:
            found = self._row_of_labels(key.split(" "))
        if printed and not found:
            found = self.prints.get(printed, ())
        if roles & (START | FIRST_CHARS):
            found += self._starts_of(key)
        if roles & (WORD | PAIR | TWO_CHARS | OPEN_WORD):
            found += self._parts_in(key, roles & OPEN_WORD)
        if roles & (LAST_WORD | LAST_CHARS):
            found += self._ends_of(key)
        return found

    @cython.cfunc
    def _labels_of(self, words: str) -> tuple:
        """Return the phrases with just these words; those of a list share one without, until one is found."""
        found: tuple = self.whole.get(words, ())
        if found and not found[0].words:
            found = self.whole[words] = tuple([phrase._replace(words=words) for phrase in found])
        return found

    @cython.cfunc
    def _row_of_labels(self, words: list) -> tuple:
        """Return labels of one reason that fill the line side by side, as in "Leave a Reply Cancel reply"."""
        if not 1 < len(words) <= MAX_ROW_WORDS:
            return ()
        row: list = []
        start = 0
        while start < len(words):
            most = self.most_labelled.get(words[start])
            if most is None:
                return ()
            for end in range(min(len(words), start + most), start, -1):
                label = self._labels_of(" ".join(words[start:end]))
                if label:
                    break
            else:
                return ()
            row.append(label)
            start = end
        reasons = {phrase.reason for phrase in row[0]}
        for label in row:
            reasons &= {phrase.reason for phrase in label}
        return tuple([phrase for label in row for phrase in label if phrase.reason in reasons])

    @cython.cfunc
    def _starts_of(self, key: str) -> tuple:
        first: str = key.partition(" ")[0]
        chars: str = key[:2]
        if first not in self.starts and not (chars in self.starts and _is_unspaced(key)):
            return ()
        padded: str = f"{key} "
        found: tuple = self._starts_under(chars, padded)
        return found if first == chars else found + self._starts_under(first, padded)

    @cython.cfunc
    def _starts_under(self, head: str, padded: str) -> tuple:
        if head not in self.starts:
            return ()
        beginnings, phrases = self.starts[head]
        if not padded.startswith(beginnings):  # all at once, since few do
            return ()
        return tuple([phrases[place] for place in range(len(phrases)) if padded.startswith(beginnings[place])])

    @cython.cfunc
    def _parts_in(self, key: str, has_open_word: cython.int) -> tuple:
        """Return the phrases that stand anywhere in the text, in the order in which they do."""
        padded: str = f" {key} "
        heads: list = key.split(" ")
        if _is_unspaced(key):
            heads += self._two_chars_of(key)
        parts: list = []
        contains: dict = self.contains
        for head in dict.fromkeys(heads):
            if head in contains:
                for pattern, phrase in contains[head]:
                    place = padded.find(pattern)
                    if place >= 0:
                        parts.append((place, len(parts), phrase))
        if has_open_word:
            for pattern, phrase in self.open_words:
                place = padded.find(pattern)
                if place >= 0:
                    parts.append((place, len(parts), phrase))
        parts.sort()
        return tuple([phrase for _, _, phrase in parts])

    @cython.cfunc
    def _two_chars_of(self, key: str) -> list:
        """List each two characters of a key by which a phrase is filed."""
        found: list = []
        i: cython.Py_ssize_t
        for i in range(len(key) - 1):
            if self.slots.has(TWO_CHARS, hash_of_chars(key, i)):
                found.append(key[i : i + 2])
        return found

    @cython.cfunc
    def _ends_of(self, key: str) -> tuple:
        tail: str = key[max(len(key) - 2, 0) :]
        last: str = key.rpartition(" ")[2]
        return tuple(
            [
                phrase
                for head in dict.fromkeys((tail, last))
                for phrase in self.ends.get(head, ())
                if len(key) > len(phrase.words) and key.endswith(phrase.words)
            ]
        )
