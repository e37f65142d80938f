"""Elements that look alike: numbers must part them exactly as their tags and names do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Block, Element
from boiloff.transforms.core.columns import Columns
from boiloff.transforms.matching.outline import looks_of
from boiloff.transforms.matching.wording import mask_digits

NAMES = st.sampled_from(
    ["post", "post-1", "post-22", "bg0", "bg1", "größe٣", "größe7", "size0", "0", "12", "a b", "wide"]
)
# For each element: tag, how far back its parent is, classes.
ELEMENTS = st.lists(
    st.tuples(st.sampled_from(["div", "p", "x-card"]), st.integers(1, 4), st.lists(NAMES, max_size=30)), max_size=30
)


def rows(drawn):
    return [
        Element(tag, max(index - back, -1), classes=tuple(classes)) for index, (tag, back, classes) in enumerate(drawn)
    ]


def look(element):
    return element.tag, frozenset(map(mask_digits, element.classes))


def path(elements, index):
    return () if index < 0 else (*path(elements, elements[index].parent), look(elements[index]))


@given(ELEMENTS)
def test_numbers_are_equal_where_looks_and_paths_are(drawn):
    elements = rows(drawn)
    found = looks_of(Columns.from_rows((), elements))
    for numbers, keys in (
        (found.looks, list(map(look, elements))),
        (found.paths, [path(elements, index) for index in range(len(elements))]),
    ):
        assert len(set(zip(numbers, keys, strict=True))) == len(set(numbers)) == len(set(keys))
    assert sorted(set(found.paths)) == list(range(1, len(set(found.paths)) + 1))


@pytest.mark.parametrize(("names", "others", "shared"), [(("bg0",), ("bg1",), 1), (("bg0", "post"), ("post", "x"), 1)])
def test_names_are_compared_without_their_numbers(names, others, shared):
    columns = Columns.from_rows([Block("Tide.")], [Element("div", classes=names), Element("div", classes=others)])
    found = looks_of(columns)
    assert len(found.names_of(columns, 0) & found.names_of(columns, 1)) == shared
