"""Elements that look alike: the same tag and the same class names but for numbers, as items of a list have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..compiled.looks import looks
from ..core.columns import Columns
from .wording import mask_digits

if TYPE_CHECKING:
    from array import array

    Integers = array[int]


class Looks(NamedTuple):
    """How a page's elements look, as numbers: equal where the looks are.

    `names` has, for each entry of the columns' `class_names`, the name with every number as `0`: what tells one of many
    from the next does not count. `looks` are of tag and names, in whatever order, of each element, `paths` of its own
    look and those of all elements around it. Paths are numbered from 1 on without a gap.
    """

    names: Integers
    looks: Integers
    paths: Integers

    def names_of(self, columns: Columns, element: int) -> frozenset[int]:
        """The numbers of one element's names."""
        number = columns.class_lists[element]
        return frozenset(self.names[columns.class_firsts[number] : columns.class_firsts[number + 1]])


def looks_of(columns: Columns) -> Looks:
    """How the elements look, computed once for a page and all its marked copies."""
    return columns.derive("looks", lambda columns: Looks(*looks(columns, mask_digits)))
