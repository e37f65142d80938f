"""Garbage collection waits while modules and tables are loaded.

They are tens of thousands of objects that stay. To look at them again and again takes a tenth of the start.
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
        _count_as_old()
        gc.enable()


def _count_as_old() -> None:
    """Move all objects to the oldest generation: else the next new object starts a look at all that were loaded.

    To freeze and to unfreeze them does that without a look at any. What a program has frozen must stay frozen.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
