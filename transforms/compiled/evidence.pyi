"""The typed face of the compiled evidence."""

from array import array

import numpy as np
import numpy.typing as npt

from ..core.columns import Columns
from ..matching.outline import Outline

Table = npt.NDArray[np.float32]

class Layout:
    def __init__(
        self,
        *,
        tag_rows: array[int],
        inner_rows: array[int],
        region_marks: array[int],
        is_block: bytearray,
        groups_shift: int,
        foreign: int,
        near: int,
        around: int,
        place: int,
        neighbours: int,
        shared: array[int],
        offsets: array[int],
        h1: int,
        heading: int,
        far: int,
    ) -> None: ...
    def write(self, columns: Columns, outline: Outline, paths: array[int], table: Table) -> None: ...
    def write_neighbours(self, table: Table) -> None: ...
