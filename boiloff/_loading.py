"""Garbage collection waits while modules and tables are loaded.

They are hundreds of thousands of objects that stay. To look at them again and again takes a tenth of the start.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Collect no garbage in this block, unless another one, or the program, has switched the collector off anyway."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
