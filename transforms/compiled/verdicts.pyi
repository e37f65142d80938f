"""The typed face of the compiled verdicts."""

from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..core.page import Reason, Removal

Table = npt.NDArray[np.float32]
Blocks = npt.NDArray[np.int32] | array[int]

def mark_numbers(removals: tuple[Removal | None, ...], numbers: Mapping[Reason, int]) -> bytearray: ...
def write_marks(marks: bytearray, first: int, table: Table) -> None: ...
def find_unlike(table: Table, article: Blocks, asked: Blocks, unlike: npt.NDArray[np.uint8]) -> None: ...
def rounded(values: npt.NDArray[np.float64]) -> list[float]: ...
