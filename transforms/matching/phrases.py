"""What short blocks say: phrases of page furniture, looked up in tables, never searched for one by one.

Each `data/phrases_*.json` (own words) and `data/labels_*.json` (labels of widget systems) holds the phrases of
one reason, by strength and by place in the block:

- `whole`: the block says this and nothing else, or is a row of several such labels;
- `starts`, `ends`: the block begins or ends with it;
- `contains`: it stands anywhere in the block.

Strong phrases are said of nothing but the furniture, weak ones need company; those of a `thread` stand at each
comment in it. All are compared normalised, with every number as `0`; a `*` at the end of a phrase stands for the
endings of its last word. The cost is that of a few lookups for each word of the short blocks, however many
phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Literal, NamedTuple, get_args

from ..core.page import Block, Page, Reason
from ..data import data_names, read_data
from .wording import FIRST_UNSPACED, UNSPACED, fingerprint, mask_digits, normalise

Strength = Literal["strong", "weak", "thread"]
Place = Literal["whole", "starts", "ends", "contains"]
# Furniture is short: the longest notices that a phrase may speak for have two or three sentences.
MAX_CHARS = 320
# The longest label has as many words (see `benchmarks/condense_catalogue.py`), and a row of them this many in all.
MAX_LABEL_WORDS, MAX_ROW_WORDS = 8, 20
# Shorter strings stand in the data themselves.
MIN_PRINTED_CHARS = 40
PREFIXES = ("phrases_", "labels_")


class Phrase(NamedTuple):
    """One phrase of furniture: what for, how sure, where in the block, its words and the language they are of."""

    reason: Reason
    strength: Strength
    place: Place
    words: str
    language: str


Found = tuple[Phrase, ...]


class Table(NamedTuple):
    """All phrases by place. Those for a part of a block are filed under a word of theirs (see `filed_under`)."""

    whole: dict[str, Found]
    starts: dict[str, Found]
    contains: dict[str, Found]
    ends: dict[str, Found]
    prints: dict[int, Found]
    first_words: set[str]


@cache
def table() -> Table:
    """The phrases of every data file, read once a process."""
    found = Table({}, {}, {}, {}, {}, set())
    for content in _files():
        reason = content["reason"]
        for phrase in _phrases(content):
            shelf: dict[str, Found] = getattr(found, phrase.place)
            key = phrase.words if phrase.place == "whole" else filed_under(phrase)
            known = shelf.get(key, ())
            if not any(phrase[:-1] == other[:-1] for other in known):  # languages share words
                shelf[key] = (*known, phrase)
        found.first_words.update(words.partition(" ")[0] for words in found.whole)
        for number in content.get("fingerprints", ()):
            found.prints[int(number, 16)] = (Phrase(reason, "strong", "whole", "", ""),)
    return found


def filed_under(phrase: Phrase) -> str:
    """The key of a phrase for a part of a block: a word, or two characters where words have no spaces.

    The first word of one that a block begins with, the last of one that it ends with, and the longest of one that may
    stand anywhere: short words stand in every sentence.
    """
    if UNSPACED.search(phrase.words):
        return phrase.words[-2:] if phrase.place == "ends" else phrase.words[:2]
    words = phrase.words.split()
    if phrase.place == "contains":
        return max(words[:-1] if len(words) > 1 and words[-1].endswith("*") else words, key=len)
    return words[-1 if phrase.place == "ends" else 0]


def _files() -> Iterator[dict[str, Any]]:
    return map(read_data, data_names(*PREFIXES))


def _phrases(content: dict[str, Any]) -> Iterator[Phrase]:
    for strength in get_args(Strength):
        for place, languages in content.get(strength, {}).items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    words = mask_digits(normalise(phrase)) + ("*" if phrase.endswith("*") else "")
                    yield Phrase(content["reason"], strength, place, words, language)


def phrases_of(page: Page, reason: Reason) -> dict[int, Found]:
    """The phrases found for a reason, by block, for the blocks that have any; computed once for all reasons."""
    return page.columns.derive("phrases", lambda columns: _by_reason(columns.block_rows)).get(reason, {})


def _by_reason(blocks: Sequence[Block]) -> dict[Reason, dict[int, Found]]:
    found: dict[Reason, dict[int, Found]] = {}
    for position, block in enumerate(blocks):
        if len(block.text) > MAX_CHARS:
            continue
        for phrase in phrases_in(block.text):
            own = found.setdefault(phrase.reason, {})
            own[position] = (*own.get(position, ()), phrase)
    return found


@lru_cache(maxsize=1 << 16)
def phrases_in(text: str) -> Found:
    """The phrases found in one short text, whatever they are for."""
    key = mask_digits(normalise(text))
    if not key:
        return ()
    known = table()
    words = key.split(" ")
    found = known.whole.get(key, ())
    if not found and words[0] in known.first_words:
        found = _row_of_labels(words, known)
    if not found and len(key) >= MIN_PRINTED_CHARS:
        found = known.prints.get(fingerprint(text), ())
    unspaced = not key.isascii() and UNSPACED.search(key) is not None
    if words[0] in known.starts or (unspaced and key[:2] in known.starts):
        found = (*found, *_starts_of(key, words[0], known))
    if unspaced or not known.contains.keys().isdisjoint(words):
        found = (*found, *_parts_in(key, words, unspaced, known))
    if words[-1] in known.ends or key[-2:] in known.ends:
        found = (*found, *_ends_of(key, words[-1], known))
    return found


def _row_of_labels(words: list[str], known: Table) -> Found:
    """Labels of one reason that fill the line side by side ("Leave a Reply Cancel reply"); none if anything is left."""
    if not 1 < len(words) <= MAX_ROW_WORDS:
        return ()
    row: list[Found] = []
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + MAX_LABEL_WORDS), start, -1):
            label = known.whole.get(" ".join(words[start:end]))
            if label:
                break
        else:
            return ()
        row.append(label)
        start = end
    reasons = set.intersection(*({phrase.reason for phrase in label} for label in row))
    return tuple(phrase for label in row for phrase in label if phrase.reason in reasons)


def _starts_of(key: str, first: str, known: Table) -> Iterator[Phrase]:
    for head in dict.fromkeys((key[:2], first)):
        for phrase in known.starts.get(head, ()):
            if f"{key} ".startswith(_to_its_end(phrase.words)):
                yield phrase


def _parts_in(key: str, words: list[str], unspaced: bool, known: Table) -> list[Phrase]:
    """The phrases that stand anywhere in the text, in the order in which they do."""
    padded = f" {key} "
    heads = [*words, *(key[offset : offset + 2] for offset in range(len(key)))] if unspaced else words
    filed = chain.from_iterable(known.contains.get(head, ()) for head in dict.fromkeys(heads))
    parts = [phrase for phrase in filed if _pattern(phrase.words) in padded]
    return sorted(parts, key=lambda phrase: padded.find(_pattern(phrase.words)))


@cache
def _pattern(words: str) -> str:
    """What a phrase is inside a text that has a space before and after it."""
    return _to_its_end(words) if UNSPACED.search(words) else f" {_to_its_end(words)}"


def _to_its_end(words: str) -> str:
    """A phrase with the space that has to follow it, if any."""
    if words[-1] == "*":
        return words[:-1]
    return words if words[-1] >= FIRST_UNSPACED else f"{words} "


def _ends_of(key: str, last: str, known: Table) -> Iterator[Phrase]:
    for tail in dict.fromkeys((key[-2:], last)):
        for phrase in known.ends.get(tail, ()):
            if len(key) > len(phrase.words) and key.endswith(phrase.words):
                yield phrase
