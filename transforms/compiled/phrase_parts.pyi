from typing import Generic, TypeVar

Phrase = TypeVar("Phrase")

class PartTable(Generic[Phrase]):
    def __init__(self, parts: list[str], opens: bytearray, found: list[Phrase]) -> None: ...
    def find(self, key: str) -> list[Phrase]: ...
