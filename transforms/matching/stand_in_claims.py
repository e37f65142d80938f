"""What stand-ins say in words of their own: sentences that have a subject ("this page") and a claim ("is not there").

Servers and systems say the same everywhere, and `stand_in_words` has that. Most sites write their own sentence, of few
words: the thing that is missing, and that it is missing; logging in, and that readers must.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..data import topics
from .wording import UNSPACED, normalise, width

FILE = "phrases/stand_in_claims"
# Sentences of articles are longer than this.
MAX_WIDTH, MIN_CHARS = 150, 4
# Words that may end in any way are filed under so many first letters of theirs.
OPEN_CHARS = 3
# Where a phrase may begin: at a word, and anywhere in scripts without spaces.
BEGINNING = re.compile(rf"(?<!\S)\S|{UNSPACED.pattern}")
ANY = "any"


class Claim(NamedTuple):
    """A phrase of a claim: its words, whether its last word may end in any way, and what it is evidence for."""

    words: str
    is_open: bool
    reason: str
    role: str
    language: str

    def stands_at(self, key: str, position: int) -> bool:
        """Return True where the phrase begins at a position of a normalised sentence."""
        if not key.startswith(self.words, position):
            return False
        end = position + len(self.words)
        return self.is_open or end == len(key) or key[end] == " " or UNSPACED.match(self.words[-1]) is not None


@cache
def _shelves() -> dict[str, list[Claim]]:
    """Read the phrases, once a process, filed under their first words or letters (see `_keys`)."""
    shelves: defaultdict[str, list[Claim]] = defaultdict(list)
    for topic, languages in topics(FILE).items():
        reason, role = topic.split()
        for language, phrases in languages.items():
            for phrase in phrases:
                words, is_open = normalise(phrase), phrase.endswith("*")
                first = words.partition(" ")[0]
                if UNSPACED.match(words):
                    filed = words[:2]
                elif is_open and first == words:
                    filed = f"{first[:OPEN_CHARS]}*"
                else:
                    filed = first
                shelves[filed].append(Claim(words, is_open, reason, role, language))
    return dict(shelves)


def _keys(key: str, start: int) -> Iterator[str]:
    """Yield under what the phrases are filed that may begin at a position of a sentence."""
    if UNSPACED.match(key, start):
        yield key[start : start + 2]
        yield key[start]
        return
    end = key.find(" ", start)
    yield key[start:] if end < 0 else key[start:end]
    for chars in range(1, OPEN_CHARS + 1):
        yield f"{key[start : start + chars]}*"


class Found(NamedTuple):
    """The reasons of rejection that a sentence claims, and whether it names a search."""

    claimed: frozenset[str] = frozenset()
    is_search: bool = False


def claims_of(sentence: str) -> Found:
    """Return the reasons that a sentence gives in words of its own.

    >>> sorted(claims_of("Hoppla, diese Seite haben wir leider nicht gefunden!").claimed)
    ['error-page']
    >>> claims_of("The lamp was not found.").claimed
    frozenset()
    """
    if len(sentence) < MIN_CHARS or len(sentence) > MAX_WIDTH or width(sentence) > MAX_WIDTH:
        return Found()
    key, shelves = normalise(sentence), _shelves()
    said: set[tuple[str, str, str]] = set()
    for match in BEGINNING.finditer(key):
        start = match.start()
        for filed in _keys(key, start):
            said.update([claim[2:] for claim in shelves.get(filed, ()) if claim.stands_at(key, start)])
    subjects = {(reason, language) for reason, role, language in said if role == "subjects"}
    found = {reason for reason, role, _ in said if role == "alone"}
    for reason, role, language in said:
        if role == "claims" and ((reason, language) in subjects or (reason, ANY) in subjects):
            found.add(reason)
    return Found(frozenset(found), any(role == "searches" for _, role, _ in said))
