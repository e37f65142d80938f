"""Evidence in words: every feature can be told, whatever its value, without a name that only the code knows."""

import pytest

from boiloff.transforms.classifier.table import FEATURES
from boiloff.transforms.classifier.telling import told


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.5, 1.0, 2.0, 60.0, 5431.2])
def test_every_feature_can_be_told(value):
    for feature in FEATURES:
        words = told(feature, value)
        assert words
        assert not {"_", "=", "e+"} & set(words)
        assert "{" not in words


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("width", 5431.0, "5,431 letters long"),
        ("words", 1.0, "1 word long"),
        ("link_density", 1.0, "all of its text is links"),
        ("is_prose", 0.0, "does not read as prose"),
        ("tag li", 1.0, "is <li>"),
        ("inner tag a", 0.0, "not all of it in one <a>"),
        ("inside <nav>", 1.0, "close inside <nav>"),
        ("inside <nav>", 0.0, "no <nav> close around it"),
        ("somewhere inside related", 1.0, "inside an element whose name says related"),
        ("parent: links", 0.9, "90% of what its container holds is links"),
        ("grandparent: blocks", 1.0, "the element around its container holds 1 block"),
        ("blocks since prose", 0.0, "prose itself"),
        ("blocks since h1", 60.0, "no <h1> in the 60 blocks before it"),
        ("blocks until prose", 3.0, "prose 3 blocks after it"),
        ("same path: blocks", 1.0, "no other block of the page is in elements like its own"),
        ("block -1: marked comments", 1.0, "the block before: taken for comments"),
        ("block +2: width", -1.0, "two blocks after: none"),
    ],
)
def test_what_is_told_reads_as_a_person_would_say_it(feature, value, words):
    assert told(feature, value) == words
