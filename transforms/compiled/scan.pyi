from array import array

from ..core.columns import Columns

Values = list[str | None]
Pictures = list[tuple[int, int, int, list[int]]]

def scan(
    markup: bytes, max_blocks: int, max_text_chars: int, max_block_chars: int, *, explicit: bool = False
) -> tuple[
    Columns,
    tuple[str, str, list[Values], list[Values], list[Values]],
    int,
    str,
    str,
    bool,
    tuple[array[int], Pictures],
]: ...
