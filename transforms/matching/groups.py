"""What names speak for as masks: a bit for each group, so that elements can be asked without a set for each."""

from __future__ import annotations

from array import array
from functools import lru_cache

from ..core.columns import Columns
from .names import groups_of, name_groups

# The number of a group's bit is its place here.
GROUPS = tuple(sorted(frozenset().union(*name_groups().values())))
GROUP_BITS = {group: 1 << number for number, group in enumerate(GROUPS)}


def element_groups(columns: Columns) -> array[int]:
    """For each element the mask of what its names speak for."""
    return array("q", [_mask_of(groups_of(element)) for element in columns.element_rows])


@lru_cache(maxsize=1 << 12)
def _mask_of(groups: frozenset[str]) -> int:
    return sum(GROUP_BITS[group] for group in groups)
