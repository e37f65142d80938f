"""Composable page transforms: each takes a page and returns it with more marks on its blocks.

>>> from boiloff.transforms import RemoveCommentWidgets

Every module beside this one holds a transform, which its decorator registers; importing the package imports them all.
`make reference` writes `__init__.pyi`, which has the same names for type checkers.
"""

from importlib import import_module
from pathlib import Path

from .core.article import Article, ledger, make_article
from .core.base import STEPS, PageTransform, StepError, clean_page
from .core.page import Block, Capture, Element, Page, Removal
from .parsing.parse import ParseCaptures, parse

for _path in sorted(Path(__file__).parent.glob("[!_]*.py")):
    import_module(f"{__name__}.{_path.stem}")

globals().update(STEPS)

__all__ = [
    "Article",
    "Block",
    "Capture",
    "Element",
    "Page",
    "PageTransform",
    "ParseCaptures",
    "Removal",
    "StepError",
    "clean_page",
    "ledger",
    "make_article",
    "parse",
]
__all__ += STEPS
