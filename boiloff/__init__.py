"""boiloff: raw captures of web pages in, clean article records out, with a ledger of everything taken away.

>>> import boiloff
>>> boiloff.clean("<h1>Tide tables</h1><p>The harbour master printed them by hand, every year.</p>").language
'en'
"""

from ._quiet_import import import_beam_quietly

import_beam_quietly()

from ._version import __version__  # noqa: E402
from .pipeline.configuration import ConfigurationError  # noqa: E402
from .pipeline.library import clean, clean_text, clean_with_ledger  # noqa: E402
from .transforms import Article, Page, StepError  # noqa: E402
from .transforms.site_memory.store import StoreError  # noqa: E402

__all__ = [
    "Article",
    "ConfigurationError",
    "Page",
    "StepError",
    "StoreError",
    "__version__",
    "clean",
    "clean_text",
    "clean_with_ledger",
]
