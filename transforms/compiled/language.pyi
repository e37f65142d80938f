"""The typed face of the compiled language profiles."""

from collections.abc import Sequence

class LanguageProfiles:
    def __init__(self, directory: str, max_chars: int, names: Sequence[str] | None = None) -> None: ...
    def score(self, text: str) -> list[tuple[str, float, float]]: ...
