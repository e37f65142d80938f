import re
from array import array
from collections.abc import Sequence

from ..core.columns import Columns
from ..core.page import Removal
from ..matching.names import Trie

ROLES: tuple[str, ...]
MEANINGS: dict[str, int]
USES: dict[str, int]
READINGS: dict[str, int]

class RoleReader:
    def __init__(
        self,
        words: Trie,
        folders: Trie,
        address: re.Pattern[str],
        itemprops: dict[str, int],
        uses: array[int],
        readings: array[int],
    ) -> None: ...
    def read(self, columns: Columns, most: int, prose: Sequence[int], headlines: list[int], site: str) -> PageRoles: ...

class PageRoles:
    def valued(self) -> list[int]: ...
    def role(self, element: int) -> str: ...
    def held_blocks(self, columns: Columns, removals: tuple[Removal | None, ...]) -> list[tuple[int, int]]: ...
    def held(self, columns: Columns, block: int) -> dict[int, str]: ...

def first_value(columns: Columns, element: int, attribute: int) -> str: ...
