"""What all blocks of a page say: the same as each of them says alone."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms.classifier.features import WORD_FEATURES, write_word_features
from boiloff.transforms.compiled.phrase_parts import PartTable
from boiloff.transforms.compiled.threads import children_by_parent, find_stamps, find_times
from boiloff.transforms.compiled.wording import BITS, KEY, MASKED, MAX_LINE_CHARS, PLACES, SAMPLE, SAMPLE_CHARS
from boiloff.transforms.core.page import Block, Element, Head, Page, Run
from boiloff.transforms.matching.characters import UNSPACED, key_of
from boiloff.transforms.matching.phrases import phrases_in, phrases_of
from boiloff.transforms.matching.wording import (
    block_keys,
    block_measures,
    block_prints,
    fingerprint,
    is_prose,
    known_prints,
    mask_digits,
    normalise,
    width,
)

# Letters that fold, marks that may stand in the wrong order or join, digits of two scripts, points, syllables, emoji.
ALPHABET = "aéẞİﬁﷺ½³ 7٣.,。?\n\u0301\u0327\u05b0\u0591\u064b\u0651ｶﾞのกำ한ᆨᅡ🙂𝐀\ud800"
TEXTS = st.one_of(
    st.text(st.sampled_from(ALPHABET)),
    st.text(st.characters(codec="utf-16", max_codepoint=0x2FFF)),
    st.text(st.characters(exclude_categories=())),
)
LONG = "Nine boats and 12 nets: the harbour’s whole fleet, as it was in 1904. "


def page_of(texts: list[str], title: str = "", description: str = "") -> Page:
    head = Head(title=title, meta=(("description", description),))
    return Page.from_rows([Block(text) for text in texts if text], head=head)


@given(TEXTS)
def test_normalising_in_one_pass_is_normalising_the_long_way(text):
    assert normalise(text) == key_of(text)


def test_every_character_of_the_basic_plane_is_known_by_the_short_way():
    for code in range(0x10000):
        assert normalise(f"x{chr(code)}y") == key_of(f"x{chr(code)}y"), hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "a\u0323\u0307",  # marks in order, out of order, and with a point between them
        "q\u0307\u0323",
        "q\u0307\u05b0\u0323",
        "\u1100\u1161\u11a8",  # parts of a syllable
        "ｶﾞ",
        "…\u0301",
        "\u0301",
        "が" + "\u3099",
    ],
)
def test_characters_that_depend_on_their_neighbours(text):
    assert normalise(text) == key_of(text)


@given(st.lists(TEXTS | st.integers(300, 330).map(lambda size: (LONG * 5)[:size]), max_size=6))
def test_keys_and_fingerprints_of_blocks_are_those_of_their_texts(texts):
    page = page_of(texts)
    data, places = block_keys(page.columns)
    exact, masked = block_prints(page.columns)
    for position, block in enumerate(page.blocks):
        place = places[PLACES * position : PLACES * (position + 1)]
        key = normalise(block.text)

        def written(number: int, place=place) -> str:
            return data[place[number] : place[number + 1]].decode()

        assert written(SAMPLE) == normalise(block.text[:SAMPLE_CHARS])
        if len(block.text) <= MAX_LINE_CHARS:
            assert (written(KEY), written(MASKED)) == (key, mask_digits(key))
            assert bool(place[BITS] & UNSPACED) == any(width(char) > 1 for char in key)
        assert exact[position] == (fingerprint(block.text) if key else 0)
        has_digits = any(map(str.isdecimal, key))
        assert masked[position] == (fingerprint(mask_digits(key)) if has_digits else 0)


@given(st.lists(st.tuples(TEXTS.filter(bool), st.floats(0, 1)), max_size=6))
def test_widths_and_prose_of_blocks_are_those_of_their_texts(blocks):
    blocks = [(text * 30, int(share * len(text) * 30)) for text, share in blocks]
    page = Page.from_rows([Block(text, link_chars=chars) for text, chars in blocks])
    widths, prose = block_measures(page.columns)
    assert list(widths) == [width(text) for text, _ in blocks]
    assert list(prose) == [width(text) * is_prose(text, chars / len(text)) for text, chars in blocks]


SAID = (
    "Leave a reply|Share this|3 comments|on Facebook|Subscribe|to our newsletter|the harbour|コメントを残す|댓글|Cancel reply|"
    "Ann says|Follow us on|Advertisement|12:30|のり"
).split("|")
LINES = st.lists(st.lists(st.sampled_from(SAID), min_size=1, max_size=4).map(" ".join), max_size=12)


@given(LINES)
def test_phrases_of_a_page_are_those_of_its_texts(lines):
    page = page_of([*lines, "Subscribe " * 60])
    for reason in ("comments", "sharing", "sign-up", "cookie-notice", "advert", "other"):
        alone = {
            position: found
            for position, text in enumerate(lines)
            if (found := tuple(phrase for phrase in phrases_in(text) if phrase.reason == reason))
        }
        assert phrases_of(page, reason) == alone


def test_fingerprints_that_phrases_need_are_filled_in():
    page = page_of(["Low tide.", "The harbour master counted the boats twice on 12 May."])
    phrases_of(page, "other")
    assert list(known_prints(page.columns)) == [0, fingerprint(page.blocks[1].text)]


def plain_columns(page: Page) -> dict[str, list[float]]:
    """Compute some rows of the evidence in words, by a plain description of their meaning."""
    texts = [block.text for block in page.blocks]
    keys = [key_of(text[:SAMPLE_CHARS]) for text in texts]
    title, description = set(key_of(page.head.title).split()), set(key_of(page.description()).split())
    words = [key.split() for key in keys]

    def overlap(known: set[str]) -> list[float]:
        return [len(known & set(own)) / len(set(own)) if own else 0.0 for own in words]

    def share(chars: str) -> list[float]:
        return [sum(char in chars for char in text[:SAMPLE_CHARS]) / min(len(text), SAMPLE_CHARS) for text in texts]

    return {
        "same_text": [keys.count(key) for key in keys],
        "word_length": [len(key) / len(own) if own else 0.0 for key, own in zip(keys, words, strict=True)],
        "title_overlap": overlap(title),
        "description_overlap": overlap(description),
        "words": [text.count(" ") + 1 for text in texts],
        "digits": share("0123456789"),
        "quotes": share('"“”„«»「」『』'),
        "starts_lower": [text[0].islower() for text in texts],
        "opening_mark": [not text[0].isalnum() for text in texts],
        "line_breaks": [text.count("\n") for text in texts],
    }


@given(st.lists(TEXTS | st.just(LONG * 3), min_size=1, max_size=8), TEXTS, TEXTS)
def test_evidence_in_words_is_what_it_is_meant_to_be(texts, title, description):
    page = page_of([*texts, "x", *texts], title, f"{title} {description} boats")
    out = np.full((len(WORD_FEATURES), len(page.blocks)), np.nan, dtype=np.float32)
    write_word_features(page, out)
    for name, values in plain_columns(page).items():
        np.testing.assert_allclose(out[WORD_FEATURES.index(name)], values, rtol=1e-6, err_msg=name)


def test_evidence_from_columns():
    elements = [Element("body"), Element("b", 0)]
    blocks = [Block("Nets:", runs=(Run(0, 5, 1),), element=1), Block("boats", link_chars=5, links=("/a", "/b"))]
    page = Page.from_rows(blocks, elements)
    out = np.empty((len(WORD_FEATURES), 2), dtype=np.float32)
    write_word_features(page, out)
    found = {
        name: out[WORD_FEATURES.index(name)].tolist()
        for name in ("bold", "runs", "links", "link_density", "ends_colon")
    }
    assert found == {
        "bold": [1, 0],
        "runs": [1, 0],
        "links": [0, 2],
        "link_density": [0, 1],
        "ends_colon": [1, 0],
    }
    with pytest.raises(ValueError, match="23 rows and 2 columns"):
        write_word_features(page, out[1:])


def test_times_are_found_in_short_blocks_alone():
    page = page_of(["9:15", "at 21:20", "Ratio 3:1", "a:b", ":30", "7:", "12:05 " + "x" * 70, "1:2 and 3:45", "٣:٤٥"])
    assert find_times(page.columns.text, page.columns.starts, 70) == [0, 1, 7, 8]


def test_stamps_are_found_in_first_and_last_lines():
    whole = ["9:15pm, Ann", "May 3, 2008", "03.05.08 Bo", "2010-05-03", "2008年1月5日", "2008/1/5 10:00"]
    none = ["Ratio 3:1", "in 2008", "1.2 and 3.4", "12 May", "1,2,3", "", "10:75 " + "x" * 70]
    parts = ["Ann, 3 May 2008\nWords " + "x" * 80, "Words " + "x" * 80 + "\nAnn, 3 May 2008", "x" * 80 + "\n9"]
    page = page_of([*whole, *filter(None, none), *parts])
    prose = array("i", [0] * len(page.blocks))
    blocks, lines, floor = find_stamps(page.columns.text, page.columns.starts, prose, 0, 60)
    texts = [page.columns.block_text(block)[:20] for block in blocks]
    assert texts == [*whole, parts[0][:20], parts[1][:20]]
    assert lines == [0] * len(whole) + [1, 2]
    assert floor == 0
    prose[4] = 100
    assert find_stamps(page.columns.text, page.columns.starts, prose, 100, 60)[0] == blocks[5:]
    assert find_stamps(page.columns.text, page.columns.starts, prose, 101, 60) == ([], [], len(page.blocks))


@given(st.lists(st.integers(0, 10**6), max_size=40))
def test_children_stand_together_in_document_order(choices):
    parents = [choice % (index + 1) - 1 for index, choice in enumerate(choices)]
    columns = Page.from_rows((), [Element("p", parent) for parent in parents]).columns
    firsts, children = children_by_parent(columns.parents)
    for parent in range(-1, len(parents)):
        expected = [index for index, other in enumerate(parents) if other == parent]
        assert list(children[firsts[parent + 1] : firsts[parent + 2]]) == expected


PARTS = [
    (" i ", False, "i"),
    (" rights reserv", False, "rights"),
    (" this article ", True, "this"),
    ("版权", False, "版"),
]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("all rights reserved", ["rights"]),
        ("rights are reserved", []),
        ("the reserve rights", []),
        ("this article was i say updated", ["i", "this"]),
        ("about this article", []),
        ("所有版权", ["版"]),
        ("版 权", ["版"]),
        ("版权", ["版", "版"]),  # as a word, and without spaces
        ("", []),
    ],
)
def test_parts_are_found_in_their_order(key, found):
    parts, opens, phrases = zip(*PARTS, strict=True)
    assert PartTable(list(parts), bytearray(opens), list(phrases)).find(key) == found
