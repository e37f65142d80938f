"""The typed face of the compiled container rule."""

from array import array
from collections.abc import Mapping

from ..core.columns import Columns
from ..core.rows import Kind
from ..matching.outline import Outline

CAPTION_NAME: int

class Names:
    def __init__(
        self,
        *,
        tagged: array[int],
        named: array[int],
        reasons: array[int],
        text_kinds: bytearray,
        containers: bytearray,
        title: int,
        article: int,
        of_post: int,
        caption_names: int,
        excerpt_names: int,
        notice_names: int,
        regions: int,
        region_tags: bytearray,
        tags: Mapping[str, int],
        kinds: Mapping[Kind, int],
    ) -> None: ...

class Weighed:
    body: int
    speakers: array[int]
    reasons: array[int]
    regions: list[int]
    held: bytearray
    linked: bytearray
    captions: bytearray
    apart: bytearray
    summaries: list[int]
    def __init__(self, names: Names, columns: Columns, outline: Outline, marks: bytearray) -> None: ...
    def keep_lists(self, article: object, threshold: float, columns: Columns) -> None: ...
    def keep_headings(self, article: object, threshold: float) -> None: ...
    def speakers_of(self, positions: list[int]) -> list[int]: ...
