"""Phrases of boilerplate in short blocks, looked up in tables, never searched for one by one.

Each file of `data/phrases/` and `data/catalogue/` that names a `reason` has its phrases in topics such as `strong
whole`, by strength and by place in the block:

- `whole`: the block says this and nothing else, or is a row of several such labels;
- `starts`, `ends`: the block begins or ends with it;
- `contains`: it stands anywhere in the block.

Strong phrases stand in boilerplate alone, weak ones need company; those of a `thread` stand at each
comment in it. All are compared normalised, with every number as `0`; a `*` at the end of a phrase stands for the
endings of its last word. The cost is that of a few lookups for each word of the short blocks, however many
phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

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
# Makes a named tuple in half the time that its own constructor takes: there are ten thousand phrases.
new = tuple.__new__


@cache
def table() -> PhraseTable:
    """Read the phrases of every data file, once a process."""
    shelves: dict[Place, dict[str, Found]] = {place: {} for place in get_args(Place)}
    prints: dict[int, Found] = {}
    for content in _files():
        reason = content["reason"]
        for phrase in _phrases(content):
            shelf = shelves[phrase.place]
            key = phrase.words if phrase.place == "whole" else filed_under(phrase)
            known = shelf.get(key)
            if known is None:
                shelf[key] = (phrase,)
            elif not any(phrase[:-1] == other[:-1] for other in known):  # languages share words
                shelf[key] = (*known, phrase)
        for number in content.get("fingerprints", ()):
            prints[int(number, 16)] = (Phrase(reason, "strong", "whole", "", ""),)
    return PhraseTable(**shelves, prints=prints)


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


def _files() -> Iterator[dict[str, Any]]:
    files = (read_data(name) for folder in FOLDERS for name in data_names(folder))
    return (content for content in files if "reason" in content)


def _phrases(content: dict[str, Any]) -> Iterator[Phrase]:
    for topic, languages in content["topics"].items():
        strength, place = topic.split()
        for language, phrases in languages.items():
            for phrase in phrases:
                words = mask_digits(normalise(phrase)) + ("*" if phrase.endswith("*") else "")
                yield new(Phrase, (content["reason"], strength, place, words, language))


def phrases_of(page: Page, reason: Reason) -> dict[int, Found]:
    """Find the phrases for a reason, by block, for the blocks that have any; computed once for all reasons."""
    return page.columns.derive("phrases", _by_reason).get(reason, {})


def _by_reason(columns: Columns) -> dict[Reason, dict[int, Found]]:
    return table().find_in_blocks(columns.starts, *block_keys(columns), known_prints(columns))


def phrases_in(text: str) -> Found:
    """Find the phrases in one short text, for any reason."""
    return table().find(text)
