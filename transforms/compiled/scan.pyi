from ..core.columns import Columns

HIDDEN_CLASSES: frozenset[str]
SPOKEN_CLASSES: frozenset[str]

def scan(
    markup: bytes, max_blocks: int, max_text_chars: int, max_block_chars: int, *, explicit: bool = False
) -> tuple[Columns, list[tuple[str, dict[str, str], str]], int, str, str]: ...
