"""The typed face of the compiled looks."""

from array import array
from collections.abc import Callable

from ..core.columns import Columns

def looks(columns: Columns, mask_digits: Callable[[str], str]) -> tuple[array[int], array[int], array[int]]: ...
