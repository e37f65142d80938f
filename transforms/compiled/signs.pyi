from array import array

from ..core.columns import Columns
from ..matching.names import PageNames, Trie

USES: dict[str, int]
READINGS: dict[str, int]

def owner_meaning(whole: int = 0, prefix: int = 0) -> int: ...

class SignReader:
    def __init__(self, ids: Trie, classes: Trie, reasons: array[int], groups: array[int]) -> None: ...
    def signs(
        self,
        columns: Columns,
        names: PageNames,
        tokens: bytearray,
        readings: array[int],
        uses: array[int],
        comment_types: tuple[str, ...],
    ) -> list[tuple[int, int, int, int]]: ...
