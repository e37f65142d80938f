from array import array

MAX_LINE_CHARS: int
SAMPLE_CHARS: int
MIN_PROSE_WIDTH: int
MAX_PROSE_LINK_DENSITY: float
KEY: int
KEY_END: int
MASKED: int
MASKED_END: int
SAMPLE: int
SAMPLE_END: int
BITS: int
PLACES: int
COUNTS: int

def normalise(text: str) -> str: ...
def mask_digits(normalised: str) -> str: ...
def fingerprint(text: str) -> int: ...
def print_of(data: bytearray, start: int, end: int) -> int: ...
def width(text: str) -> int: ...
def is_prose(text: str, link_density: float = 0.0, size: int | None = None) -> bool: ...
def measure_blocks(
    text: str, starts: array[int], link_chars: array[int]
) -> tuple[array[int], array[int], array[int]]: ...
def write_keys(text: str, starts: array[int]) -> tuple[bytearray, array[int]]: ...
def opening_with(data: bytearray, places: array[int], blocks: list[int], words: frozenset[str]) -> list[int]: ...
def print_blocks(
    text: str,
    starts: array[int],
    data: bytearray,
    places: array[int],
    exact: array[int],
    masked: array[int],
) -> None: ...
