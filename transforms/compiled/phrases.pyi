from array import array

from ..core.page import Reason
from ..matching.phrases import Found

MAX_CHARS: int
MAX_LABEL_WORDS: int
MAX_ROW_WORDS: int
MIN_PRINTED_CHARS: int

class PhraseTable:
    def __init__(
        self,
        whole: dict[str, Found],
        starts: dict[str, Found],
        contains: dict[str, Found],
        ends: dict[str, Found],
        prints: dict[int, Found],
    ) -> None: ...
    def find(self, text: str) -> Found: ...
    def find_in_blocks(
        self, starts: array[int], data: bytearray, places: array[int], exact: array[int]
    ) -> dict[Reason, dict[int, Found]]: ...
