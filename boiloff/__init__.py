"""boiloff: raw captures of web pages in, clean article records out, with a ledger of every removed block.

>>> import boiloff
>>> boiloff.clean("<h1>Tide tables</h1><p>The harbour master printed them by hand, every year.</p>").language
'en'
"""

import importlib
from typing import TYPE_CHECKING, Any

from ._beam_import import watch_beam_import
from ._loading import without_collection
from ._version import __version__

if TYPE_CHECKING:
    from .pipeline.clean import clean, clean_text, clean_with_ledger
    from .pipeline.clean_many import clean_many
    from .pipeline.config import ConfigurationError
    from .pipeline.output.parquet import arrow_schema
    from .transforms import Article, Page, StepError
    from .transforms.core.article import Rejected
    from .transforms.site_memory.store import StoreError

watch_beam_import()

# Where each name comes from. They are imported when they are first used: `boiloff --help` needs none of them.
_HOMES = {
    "Article": ".transforms",
    "ConfigurationError": ".pipeline.config",
    "Page": ".transforms",
    "Rejected": ".transforms.core.article",
    "StepError": ".transforms",
    "StoreError": ".transforms.site_memory.store",
    "arrow_schema": ".pipeline.output.parquet",
    "clean": ".pipeline.clean",
    "clean_many": ".pipeline.clean_many",
    "clean_text": ".pipeline.clean",
    "clean_with_ledger": ".pipeline.clean",
}

__all__ = [
    "Article",
    "ConfigurationError",
    "Page",
    "Rejected",
    "StepError",
    "StoreError",
    "__version__",
    "arrow_schema",
    "clean",
    "clean_many",
    "clean_text",
    "clean_with_ledger",
]


def __getattr__(name: str) -> Any:
    """Import a name of the package, or its part `transforms`, on first use."""
    if name != "transforms" and name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with without_collection():
        if name == "transforms":
            return importlib.import_module(".transforms", __name__)
        value = globals()[name] = getattr(importlib.import_module(_HOMES[name], __name__), name)
    return value


def __dir__() -> list[str]:
    """List the public names, also those that are not imported yet."""
    own = {name for name in globals() if name.startswith("__")}
    return sorted({*own, *__all__, "transforms"})
