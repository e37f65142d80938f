"""The typed face of the compiled verdicts."""

from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..core.page import Reason, Removal

Table = npt.NDArray[np.float32]

def mark_numbers(removals: tuple[Removal | None, ...], numbers: Mapping[Reason, int]) -> bytearray: ...
def write_marks(marks: bytearray, first: int, table: Table) -> None: ...
def find_unlike(
    table: Table, article: array[int], asked: array[int], unlike: npt.NDArray[np.uint8], values_asked: Table
) -> None: ...
def values_at(table: Table, blocks: list[int], features: list[int]) -> list[float]: ...
def probabilities(log_odds: npt.NDArray[np.float64], found: npt.NDArray[np.float64]) -> None: ...
def reaching(article: npt.NDArray[np.float64], marks: bytearray, threshold: float) -> list[int]: ...
def add_rule(
    log_odds: npt.NDArray[np.float64], held: bytearray, standfirsts: list[int], rule: float, standfirst: float
) -> None: ...
def decide(
    article: npt.NDArray[np.float64], marks: bytearray, captions: bytearray, threshold: float, keeps_captions: bool
) -> tuple[array[int], list[int], list[float]]: ...
def weigh(
    article: npt.NDArray[np.float64],
    marks: bytearray,
    captions: bytearray,
    widths: array[int],
    prose: array[int],
    threshold: float,
    sure: float,
) -> tuple[float, float, float, float, float, float, int]: ...
def removals(
    positions: list[int],
    scores: list[float],
    speakers: list[int],
    causes: dict[int, tuple[Reason, str, str]],
    kind: type[Removal],
) -> tuple[dict[int, Removal], list[int]]: ...
