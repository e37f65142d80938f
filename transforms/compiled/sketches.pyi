from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..core.columns import Columns

def sketch_rows(
    columns: Columns,
    positions: Sequence[int],
    exact: array[int],
    paths: array[int],
    path_texts: list[str],
    room: int,
    log_odds: npt.NDArray[np.float64],
    step: float,
    most_steps: int,
    marked: int,
) -> tuple[array[int], list[int], list[int]]: ...
def masked_rows(masked: array[int], blocks: list[int]) -> bytes: ...
def opening_lines(columns: Columns, blocks: list[int], most: int) -> list[str]: ...
def text_signature(columns: Columns, blocks: list[int], shingle: int, least: int) -> bytes: ...
