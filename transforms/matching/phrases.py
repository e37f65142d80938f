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
