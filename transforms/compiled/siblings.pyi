"""The typed face of the compiled siblings."""

from array import array

import numpy as np
import numpy.typing as npt

from ..core.columns import Columns
from ..matching.outline import Outline

class Siblings:
    def __init__(self, columns: Columns, outline: Outline, paths: array[int], entry: int) -> None: ...
    def keep_alike(
        self, article: npt.NDArray[np.float64], marks: bytearray, threshold: float, chance: float, items: bytearray
    ) -> None: ...
    def headings(
        self,
        article: npt.NDArray[np.float64],
        marks: bytearray,
        threshold: float,
        chance: float,
        heading: int,
        longest: int,
        linked: bool,
    ) -> list[int]: ...
