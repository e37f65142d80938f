from array import array

from ..core.columns import Columns
from ..matching.names import Trie

USES: dict[str, int]

def meaning(
    groups: int = 0, topics: int = 0, state: bool = False, box: bool = False, topic_end: bool = False
) -> int: ...

class NameReader:
    def __init__(
        self,
        trie: Trie,
        posts: frozenset[str],
        subjects: tuple[str, ...],
        post_tag: int,
        harmless: int,
        headings: bytearray,
        unheaded: int,
    ) -> None: ...
    def words_of_name(self, name: str) -> tuple[str, ...]: ...
    def groups_of_names(self, names: tuple[str, ...]) -> int: ...
    def read(
        self, columns: Columns, uses: array[int], html: int, body: int
    ) -> tuple[array[int], array[int], array[int]]: ...

def topic_names(columns: Columns, facts: array[int], html: int, body: int) -> list[tuple[int, int, int]]: ...
