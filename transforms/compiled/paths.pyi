from array import array

from ..core.columns import Columns
from ..matching.names import Trie

KINDS: dict[str, int]
BEGINNINGS: dict[str, int]

class PathReader:
    def __init__(
        self,
        kinds: array[int],
        tags: tuple[str, ...],
        beginnings: Trie,
        posts: frozenset[str],
        most_steps: int,
        most_chars: int,
    ) -> None: ...
    def read(self, columns: Columns) -> tuple[array[int], list[str]]: ...
