"""The data files: their form, and that no phrase matches running text."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

import boiloff.transforms.data as data
from boiloff.transforms.data import data_names, phrases, read_data, topics
from boiloff.transforms.matching.phrases import Phrase, phrases_in
from boiloff.transforms.matching.wording import normalise

FOLDER = Path(data.__file__).parent
GATE = Path(__file__).parent.parent / "data" / "gate"
NAMES = [name for folder in ("catalogue", "names", "phrases") for name in data_names(folder)]
PHRASES = [name for name in NAMES if "topics" in read_data(name) and not name.startswith("names/")]
ARTICLES = [path for path in sorted(GATE.glob("*.json")) if path.name != "floors.json"]
LANGUAGE = re.compile("[a-z]{2,3}|any")
REASONED = {
    f"{strength} {place}"
    for strength in ("strong", "weak", "thread")
    for place in ("whole", "starts", "ends", "contains")
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_one_phrase_a_line(name: str) -> None:
    """The form is that of `json.dumps(..., indent=2)`. The message shows the first line that differs."""
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    form = json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    pairs = enumerate(zip_longest(text.splitlines(), form.splitlines(), fillvalue="(nothing)"), 1)
    wrong = next((f"line {number}: write {new!r}, not {old!r}" for number, (old, new) in pairs if old != new), "")
    assert text == form, f"transforms/data/{name}.json, {wrong or 'one line feed at the end'}"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_what_it_holds_and_where_that_comes_from(name: str) -> None:
    content = read_data(name)
    assert content["about"]
    assert all(isinstance(line, str) and 0 < len(line) <= 120 for line in content["about"])
    assert content["source"]


@pytest.mark.parametrize("name", PHRASES)
def test_topics_have_languages_and_languages_have_phrases(name: str) -> None:
    content = read_data(name)
    if "reason" in content:
        assert set(content["topics"]) <= REASONED
    for topic, languages in content["topics"].items():
        assert languages, f"{name}: {topic} has no language"
        for language, entries in languages.items():
            assert LANGUAGE.fullmatch(language), f"{name}: {language!r} is not a code of ISO 639-1, nor 'any'"
            assert entries, f"{name}: {topic}, {language} has no phrase"
            for entry in entries:
                assert entry.strip(), f"{name}: {topic}, {language} has an empty phrase"


@pytest.mark.parametrize("name", [name for name in PHRASES if name.startswith("phrases/")])
def test_no_phrase_stands_twice(name: str) -> None:
    twice = [
        f"{topic}, {language}: {entry!r}"
        for topic, languages in topics(name).items()
        for language, entries in languages.items()
        for place, entry in enumerate(entries)
        if entry in entries[:place]
    ]
    assert not twice


def test_every_phrase_of_a_reason_is_found() -> None:
    """A phrase that the table cannot find is misspelt or in the wrong topic. Weak and strong ones are found alike."""
    lost = []
    for name in data_names("phrases"):
        if reason := read_data(name).get("reason"):
            for topic in topics(name):
                lost += [
                    f"{name}, {topic}: {entry!r}"
                    for entry in phrases(name, topic)
                    if not any(found.reason == reason for found in phrases_in(_text_with(entry, topic)))
                ]
    assert not lost


def _text_with(phrase: str, topic: str) -> str:
    words = phrase.removesuffix("*")
    return {"ends": f"Zzz {words}", "starts": f"{words} zzz"}.get(topic.split()[1], words)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_no_phrase_matches_an_article(path: Path) -> None:
    """A phrase that running text has would remove it: make it longer, or file it where it needs more evidence."""
    article: list[str] = json.loads(path.read_text("utf-8"))["article"]
    found = [(_filed(phrase), text) for text in article for phrase in phrases_in(text)]
    assert not [f"{phrase} matches {text!r}" for phrase, text in found if not phrase.startswith("thread")]


def _filed(phrase: Phrase) -> str:
    return f"{phrase.strength} {phrase.place} {phrase.words!r} ({phrase.language}, {phrase.reason})"


def test_a_topic_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="headlines"):
        phrases("phrases/link_lists", "headlines")


def test_the_same_words_are_compared_whatever_their_case() -> None:
    entries: list[Any] = phrases("phrases/link_lists", "headings")
    assert {normalise(entry.upper()) for entry in entries} >= {normalise("Related articles")}
