from array import array

import numpy as np
import numpy.typing as npt

def write_words(
    text: str,
    starts: array[int],
    elements: array[int],
    link_chars: array[int],
    link_firsts: array[int],
    run_firsts: array[int],
    element_tags: array[int],
    bold: bytes,
    widths: array[int],
    prose: array[int],
    counts: array[int],
    data: bytearray,
    places: array[int],
    title: bytes,
    description: bytes,
    out: npt.NDArray[np.float32],
) -> None: ...
