"""Phrases of disclaimers in many languages, and the score of a block by them, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..compiled.phrase_parts import PartTable
from ..data import phrases, topics
from .wording import UNSPACED, mask_digits, normalise, width

# Hangul is spaced, but spacing and endings vary so much that its phrases are looked for like unspaced ones.
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7a3]")
# A sentence's end and the room after it. One class, then one run, over disjoint characters: it cannot backtrack.
SENTENCE_BREAK = re.compile(r"[.!?…]\s+|[。！？؟۔।]|\n")
COPYRIGHT_SIGNS = "©ⓒ℗"
# Opening quotation marks: who quotes a notice writes about it.
QUOTATION = re.compile('["“„«「『]')
LABEL_END = re.compile("[:：]")
MAX_LABEL_CHARS = 40
# A block that begins like a copyright line is one only if it is no longer than this.
MAX_OPENING_WIDTH = 200
# Kinds of phrases that are not evidence alone: how a notice names its site or author, how an article names itself.
SELF, NARRATOR = "self", "narrator"
FILE = "phrases/disclaimers"
# How surely a phrase alone is a disclaimer's. Set by hand.
WEIGHTS = {"certain": 0.7, "likely": 0.4, "opening": 0.6}
# What a notice of each kind does, for the ledger.
KINDS = {
    "views": "says that the views are the author's own",
    "advice": "says that it is not professional advice",
    "affiliate": "says that its links earn a commission",
    "sponsored": "says that it is paid for",
    "rights": "claims copyright or says who may copy it",
    "machine": "says that a machine wrote or translated it",
    "source": "names the source",
    "policy": "states the rules of the site",
    "fair-use": "claims fair use",
}


class Phrase(NamedTuple):
    """What the phrases of a topic say: their kind, their weight, and whether they count only at a block's start."""

    kind: str
    weight: float
    conclusive: bool = False
    opening: bool = False


class Vocabulary(NamedTuple):
    """The phrases of all languages, and other words at the edges of articles."""

    phrases: PartTable[Phrase]
    headings: frozenset[str]
    labels: frozenset[str]
    sources: frozenset[str]
    agencies: frozenset[str]


class Statement(NamedTuple):
    """A block's phrases: how surely it is a disclaimer by its words alone, with the evidence for and against it.

    `conclusive` is true where at least one phrase is found in notices alone; `share` is that of the sentences that
    have a phrase; `narrated` is true where another sentence narrates in the first person.
    """

    kinds: tuple[str, ...]
    weight: float
    conclusive: bool
    share: float
    names_itself: bool
    narrated: bool
    quoted: bool


@cache
def vocabulary() -> Vocabulary:
    """Read the phrases of `data/phrases/disclaimers.json`. The result is cached."""
    found = sorted(dict.fromkeys(_phrases()), key=lambda entry: _anchor(entry[0]))
    parts = [words for words, _ in found]
    opens = bytearray(phrase.opening for _, phrase in found)
    edges = (_normalised(phrases(FILE, topic)) for topic in ("headings", "labels", "sources", "agencies"))
    return Vocabulary(PartTable(parts, opens, [phrase for _, phrase in found]), *edges)


def statement_of(text: str) -> Statement | None:
    """Read a text as a statement, or return None where it has no phrase of a disclaimer."""
    kinds = {phrase.kind for phrase in _phrases_in(text)}
    return _scored(text, SELF in kinds) if kinds - {SELF, NARRATOR} else None


def label_of(text: str) -> str:
    """Return the words before a first colon near the start of `text`, normalised, where more words follow it."""
    end = LABEL_END.search(text, 0, MAX_LABEL_CHARS)
    return normalise(text[: end.start()]) if end and text[end.end() :].strip() else ""


def _phrases() -> Iterator[tuple[str, Phrase]]:
    for topic in topics(FILE):
        kind, _, strength = topic.partition(" ")
        weight = WEIGHTS.get(strength, 0.0)
        if weight or kind in (SELF, NARRATOR):
            phrase = Phrase(kind, weight, weight > WEIGHTS["likely"], strength == "opening")
            for words in phrases(FILE, topic):
                yield _key(words), phrase


def _key(phrase: str) -> str:
    """Write a phrase as it is searched for: between spaces, open at the end after a `*`, or without any space."""
    words = _comparable(phrase)
    if _is_unspaced(words):
        return words.replace(" ", "")
    return f" {words}" if phrase.endswith("*") else f" {words} "


def _comparable(text: str) -> str:
    """Write a text as phrases are compared: numbers are 0, the copyright sign is a word, Turkish İ keeps its dot."""
    if not text.isascii():
        for sign in COPYRIGHT_SIGNS:
            text = text.replace(sign, " copyrightsign ")
        text = text.replace("İ", "i")
    return mask_digits(normalise(text))


def _is_unspaced(words: str) -> bool:
    return not words.isascii() and (UNSPACED.search(words) is not None or HANGUL.search(words) is not None)


def _anchor(words: str) -> str:
    """Return the key that orders phrases: the longest whole word, or the first characters."""
    if words[0] != " ":
        return words[:2]
    whole = words.split() if words[-1] == " " else words.split()[:-1]
    return max(whole, key=len)


def _normalised(phrases: Iterator[str] | list[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normalise, phrases)))


def _scored(text: str, names_itself: bool) -> Statement | None:
    """Score a block that holds phrases. Phrases of one kind in one sentence count once, the best."""
    doubt, conclusive, speaking, narrated = 1.0, False, 0, False
    kinds: dict[str, None] = {}
    sentences = [part for part in SENTENCE_BREAK.split(text) if part.strip()]
    for number, sentence in enumerate(sentences):
        best: dict[str, float] = {}
        first_person = False
        for phrase in _phrases_in(sentence):
            if phrase.kind == NARRATOR:
                first_person = True
            elif phrase.kind != SELF and not (phrase.opening and (number or width(text) > MAX_OPENING_WIDTH)):
                best[phrase.kind] = max(best.get(phrase.kind, 0.0), phrase.weight)
                conclusive = conclusive or phrase.conclusive
        for kind, weight in best.items():
            doubt *= 1.0 - weight
            kinds[kind] = None
        speaking += bool(best)
        narrated = narrated or (first_person and not best)
    if not kinds:
        return None
    quoted = QUOTATION.search(text) is not None
    return Statement(tuple(kinds), 1.0 - doubt, conclusive, speaking / len(sentences), names_itself, narrated, quoted)


def _phrases_in(text: str) -> list[Phrase]:
    return vocabulary().phrases.find(_comparable(text))
