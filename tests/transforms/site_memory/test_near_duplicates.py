"""Which texts resemble each other, and which page keeps the text that was compared."""

import random

import numpy as np
import pytest

from boiloff.transforms import Capture, parse
from boiloff.transforms.core.rows import Removal
from boiloff.transforms.site_memory.near_duplicates import (
    EARLIEST,
    MIN_LETTERS,
    SIGNATURE_BYTES,
    _similarities,
    find_originals,
    is_kept,
    page_signature,
)

WORDS = "tide mole lantern wick harbour pilot ebb quay rope gull anchor chart buoy ferry keel oar sail net crab salt".split()


def paragraphs(seed, count=10):
    """Make paragraphs of some 300 letters whose sequence of words no other seed has."""
    words = random.Random(seed)
    return [" ".join(words.choices(WORDS, k=60)).capitalize() + "." for _ in range(count)]


def page(texts, title="Tides", marked=()):
    html = f"<title>{title}</title><h1>{title}</h1><article>{''.join(f'<p>{text}</p>' for text in texts)}</article>"
    made = parse(Capture(body=html))
    removal = Removal("other", "test", "a test", 1.0)
    return made.mark({position: removal for position, block in enumerate(made.blocks) if block.text in marked})


def signatures(*pages):
    return np.frombuffer(b"".join(map(page_signature, pages)), np.uint8).reshape(-1, SIGNATURE_BYTES)


def similarity(one, other):
    both = signatures(one, other)
    return _similarities(both[:1], both[1:])[0]


def originals(*texts, sites=None):
    found = signatures(*map(page, texts))
    return find_originals(found, np.array(range(len(texts)) if sites is None else sites))


def test_the_similarity_is_the_share_of_the_text_that_both_have():
    text = paragraphs(1)
    for changed, shared in ((0, 1), (1, 9 / 11), (3, 7 / 13), (5, 5 / 15), (10, 0)):
        other = paragraphs(2)[:changed] + text[changed:]
        assert similarity(page(text), page(other)) == pytest.approx(shared, abs=0.12)


def test_case_signs_spaces_and_the_division_into_paragraphs_do_not_count():
    text = paragraphs(1)
    assert similarity(page(text), page([" ".join(text).upper().replace(" ", "  — ")], "TIDES")) == 1


def test_a_short_text_has_no_signature():
    assert page_signature(page(["Tides " * (MIN_LETTERS // 5 - 10)])) == b""
    assert page_signature(parse(Capture(body="Tides " * (MIN_LETTERS // 5), media="text"))) != b""


def test_a_copy_names_the_earliest_that_is_no_copy_itself():
    text, other = paragraphs(1, 30), paragraphs(2, 30)
    near, far = other[:4] + text[4:], other[:8] + text[8:]
    assert originals(text, near, text, paragraphs(3)) == {1: 0, 2: 0}
    # The third resembles the second, but that is a copy, and the first differs too much.
    assert originals(text, near, far) == {1: 0}
    assert originals(near, text, far) == {1: 0, 2: 0}


def test_on_one_site_texts_must_be_more_alike():
    text = paragraphs(1)
    reprint = paragraphs(2)[:1] + text[1:] + paragraphs(4)[:1]
    assert originals(text, reprint) == {1: 0}
    assert originals(text, reprint, sites=[5, 5]) == {}
    assert originals(text, [*text[:9], text[9].replace("tide", "flood", 1)], sites=[5, 5]) == {1: 0}


def test_reports_that_a_program_writes_are_not_alike():
    """A few words and numbers differ in each sentence."""

    def report(number):
        draws = random.Random(number)
        return [
            f"At {draws.choice(WORDS)} bay the water stood at {draws.randrange(900)} cm on the evening of the report, and "
            f"{draws.randrange(90)} of {draws.randrange(900)} boats under the {draws.choice(WORDS)} flag left the harbour."
            for _ in range(12)
        ]

    assert originals(*map(report, range(30))) == {}


def test_none_and_one():
    assert find_originals(np.zeros((0, SIGNATURE_BYTES), np.uint8), np.zeros(0, np.int64)) == {}
    assert originals(paragraphs(1)) == {}


def test_thousands_of_copies_of_one_text_are_compared_with_the_earliest_only():
    many = np.repeat(signatures(page(paragraphs(1))), 20_000, axis=0)
    found = find_originals(many, np.arange(len(many)))
    assert set(found.values()) == {0}
    assert len(found) == len(many) - 1
    assert EARLIEST < 100


def test_a_page_that_keeps_another_text_than_was_compared_names_no_original():
    text, furniture = paragraphs(1), paragraphs(2, 4)
    assert is_kept(page(text))
    assert is_kept(page(text + furniture, marked=furniture))
    assert not is_kept(page(text[:2] + furniture, marked=furniture))
    assert not is_kept(page(text, marked=text))
