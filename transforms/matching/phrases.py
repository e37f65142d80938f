"""Phrases of boilerplate in short blocks. They are looked up in tables, not searched for one by one.

If a file of `data/phrases/` or `data/catalogue/` has a `reason`, its phrases are in topics such as `strong whole`, by
strength and by place in the block:

- `whole`: the phrase is the whole block, or the block is a row of several such labels;
- `starts`, `ends`: the block starts or ends with the phrase;
- `contains`: the phrase is anywhere in the block.

Strong phrases occur only in boilerplate. Weak phrases count only together with other evidence. Phrases of a `thread`
occur at each comment. All phrases are compared in normalised form, with every number as `0`. A `*` at the end of a
phrase matches any ending of its last word. The cost is a few lookups for each word of the short blocks, and does not
grow with the number of phrases.
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import Literal, NamedTuple, get_args

from ..compiled.phrases import PhraseTable
from ..core.columns import Columns
from ..core.page import Page, Reason
from ..data import data_names, read_data
from .wording import UNSPACED, block_keys, known_prints, mask_digits, normalise

Strength = Literal["strong", "weak", "thread"]
Place = Literal["whole", "starts", "ends", "contains"]
# The surer labels come first: of languages that share words, the first is named.
FOLDERS = ("catalogue", "phrases")


class Phrase(NamedTuple):
    """One phrase of boilerplate: its reason, how sure it is, its place in the block, its words and their language."""

    reason: Reason
    strength: Strength
    place: Place
    words: str
    language: str


Found = tuple[Phrase, ...]


@cache
def table() -> PhraseTable:
    """Read the phrases of every data file, once a process."""
    shelves: dict[Place, dict[str, Found]] = {place: {} for place in get_args(Place)}
    prints: dict[int, Found] = {}
    for name in chain.from_iterable(data_names(folder, "reason") for folder in FOLDERS):
        content = read_data(name)
        for topic, languages in content["topics"].items():
            strength, place = topic.split()
            file = _file_labels if place == "whole" else _file_parts
            for language, phrases in languages.items():
                file(shelves[place], Phrase(content["reason"], strength, place, "", language), phrases)
        if "fingerprints" in content:
            printed = (Phrase(content["reason"], "strong", "whole", "", ""),)
            prints |= {int(number, 16): printed for number in content["fingerprints"]}
    return PhraseTable(**shelves, prints=prints)


def _file_labels(shelf: dict[str, Found], label: Phrase, phrases: list[str]) -> None:
    """File the phrases of a list that fill a block, under their words.

    There are seven thousand. They share one object, which has no words: `PhraseTable` adds them to those that it finds.
    """
    alone = (label,)
    for words in map(_comparable, phrases):
        known = shelf.setdefault(words, alone)
        if known is not alone:
            _add(shelf, words, label)


def _file_parts(shelf: dict[str, Found], label: Phrase, phrases: list[str]) -> None:
    """File the phrases of a list that are a part of a block; see `filed_under`."""
    reason, strength, place, _, language = label
    for words in map(_comparable, phrases):
        phrase = Phrase(reason, strength, place, words, language)
        _add(shelf, filed_under(phrase), phrase)


def _add(shelf: dict[str, Found], key: str, phrase: Phrase) -> None:
    """Add a phrase, unless it is known in another language."""
    known = shelf.get(key)
    if known is None:
        shelf[key] = (phrase,)
    elif phrase[:-1] not in [other[:-1] for other in known]:
        shelf[key] = (*known, phrase)


def _comparable(phrase: str) -> str:
    return mask_digits(normalise(phrase)) + ("*" if phrase.endswith("*") else "")


def filed_under(phrase: Phrase) -> str:
    """Return the key of a phrase for a part of a block: a word, or two characters where words have no spaces.

    The first word of one that a block begins with, the last of one that it ends with, and the longest of one that may
    stand anywhere: short words stand in every sentence.
    """
    if not phrase.words.isascii() and UNSPACED.search(phrase.words):
        return phrase.words[-2:] if phrase.place == "ends" else phrase.words[:2]
    words = phrase.words.split()
    if phrase.place == "contains":
        return max(words[:-1] if len(words) > 1 and words[-1].endswith("*") else words, key=len)
    return words[-1 if phrase.place == "ends" else 0]


def phrases_of(page: Page, reason: Reason) -> dict[int, Found]:
    """Find the phrases for a reason, by block, for the blocks that have any; computed once for all reasons."""
    return page.columns.derive("phrases", _by_reason).get(reason, {})


def _by_reason(columns: Columns) -> dict[Reason, dict[int, Found]]:
    return table().find_in_blocks(columns.starts, *block_keys(columns), known_prints(columns))


def phrases_in(text: str) -> Found:
    """Find the phrases in one short text, for any reason."""
    return table().find(text)
