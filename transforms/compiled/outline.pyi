"""The typed face of the compiled outline."""

from array import array
from collections.abc import Callable

from ..core.columns import Columns

def sums(
    columns: Columns, widths: array[int], prose: array[int]
) -> tuple[array[int], array[int], array[int], array[int], array[int]]: ...
def code_tokens(columns: Columns, box: int, code: int) -> bytearray: ...
def without_highlighters(
    columns: Columns,
    tokens: bytearray,
    widths: array[int],
    size: array[int],
    groups: array[int],
    kind: int,
    readers: int,
    box: int,
    mostly: float,
) -> array[int]: ...
def with_any(masks: array[int], bits: int) -> list[int]: ...
def looks(columns: Columns, mask_digits: Callable[[str], str]) -> tuple[array[int], array[int], array[int]]: ...
def repeated_items(parents: array[int], paths: array[int], sizes: array[int], least: int) -> array[int]: ...
