from typing import Generic, TypeVar

Phrase = TypeVar("Phrase")

class PartTable(Generic[Phrase]):
    def __init__(self, parts: list[tuple[str, bool, Phrase]]) -> None: ...
    def find(self, key: str) -> list[Phrase]: ...
