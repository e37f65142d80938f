"""The typed face of the compiled layout of tries."""

from array import array

def lay_out(
    words: list[bytes], meanings: list[int], symbols: array[int], most: int, max_nodes: int
) -> tuple[array[int], array[int], array[int]]: ...
