"""Measures of words that serve every script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms.core.page import Block, Page
from boiloff.transforms.matching.characters import FIRST_WHOLE, LAST_WHOLE
from boiloff.transforms.matching.wording import (
    blocks_opening_with,
    fingerprint,
    is_prose,
    key_of_line,
    mask_digits,
    normalise,
    width,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Leave a  REPLY… ", "leave a reply"),
        ("Straße & Co.", "strasse co"),
        ("ﬁn", "fin"),
        ("«Да!» — сказал он", "да сказал он"),
        ("ความคิดเห็น (3)", "ความคิดเห็น 3"),
        ("टिप्पणी करें", "टिप्पणी करें"),
        ("تعليقاً", "تعليقا"),
        ("…", ""),
    ],
)
def test_normalise(text, expected):
    assert normalise(text) == expected


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_takes_the_fast_way_to_the_same_key(text):
    assert normalise(text) == normalise(text + "é").removesuffix("é").strip()


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF)))
def test_the_basic_plane_takes_the_fast_way_to_the_same_key(text):
    beyond = "\U00010000"
    assert normalise(text) == normalise(text + beyond).removesuffix(beyond).strip()


@given(st.text())
def test_digits_are_masked_the_same_in_ascii_and_beyond(text):
    assert mask_digits(text) == mask_digits(text + "é").removesuffix("é")


def test_numbers_are_one_key():
    assert mask_digits("12 comments") == mask_digits("3 comments") == "0 comments"


def test_fingerprints_are_64_bits_and_the_same_on_every_machine():
    assert fingerprint("Leave a reply") == fingerprint("LEAVE A REPLY!") == 18110604381455050013


def test_width_counts_unspaced_scripts_as_words():
    assert width("harbour") == 7
    assert width("港長は") == 9
    assert width("Порт") == 4


def test_prose_is_long_ends_a_sentence_and_is_not_mostly_links():
    sentence = "The harbour master counted the boats twice before he wrote the number down in the book."
    assert is_prose(sentence)
    assert is_prose("港長は数を書き留める前に、船を二度数えた。それから灯台へ行った。")
    assert not is_prose(sentence, link_density=0.6)
    assert not is_prose(sentence.rstrip("."))
    assert not is_prose("He left.")


LINES = (
    "Source: the harbour office",
    "SOURCES of the river",
    "お問い合わせ：港",
    "…",
    "Source" * 80,
    "source\u200b notes 12",
)


def test_keys_of_lines_are_their_normalised_texts():
    columns = Page.from_rows(map(Block, LINES)).columns
    for position in (0, 1, 2, 3, 5):
        assert key_of_line(columns, position) == normalise(LINES[position])


def test_blocks_are_known_by_the_first_word_of_their_keys():
    columns = Page.from_rows(map(Block, LINES)).columns
    every = list(range(len(LINES)))
    assert blocks_opening_with(columns, every, frozenset({"source", "お問い合わせ"})) == [0, 2, 5]
    assert blocks_opening_with(columns, [1, 2], frozenset({"source", "sources"})) == [1]


def test_the_characters_that_are_passed_over_hold_no_joining_marks():
    parts = [unicodedata.decomposition(chr(code)).split() for code in range(FIRST_WHOLE, LAST_WHOLE + 1)]
    assert not [part for part in parts if len(part) == 2 and not part[0].startswith("<")]
