from ..core.columns import Columns
from ..matching.outline import Outline

class ElementColumns:
    def __init__(self, columns: Columns) -> None: ...

class BlockColumns:
    def __init__(self, columns: Columns, outline: Outline) -> None: ...
