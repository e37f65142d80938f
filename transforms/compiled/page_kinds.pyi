"""The typed face of the compiled evidence for a page's kind."""

from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..core.columns import Columns

def counts_of_page(columns: Columns, kinds: array[int], tag: int, priced_chars: int) -> list[int]: ...
def count_labels(columns: Columns, labels: Mapping[str, int], kinds: int, unlinked: int) -> list[int]: ...
def means_of_blocks(table: npt.NDArray[np.float32], weights: int, rows: array[int]) -> tuple[float, list[float]]: ...
def chances_of(
    evidence: array[float],
    means: npt.NDArray[np.float64],
    scales: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    biases: npt.NDArray[np.float64],
    farthest: float,
) -> list[float]: ...
