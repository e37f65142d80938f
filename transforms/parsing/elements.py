"""The row of an element, made of its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ..core.columns import KEPT_ATTRIBUTES
from ..core.page import Element

Attributes = Mapping[str, str | None]

# Class names that style sheets by convention hide from sight.
HIDDEN_CLASSES = frozenset(
    "d-none hidden invisible is-hidden screen-reader-only screen-reader-text sr-only u-hidden visually-hidden "
    "visuallyhidden".split()
)
# Longer values are data, and so are longer names.
MAX_VALUE_CHARS = 10_000
MAX_NAME_CHARS = 200
# Attributes that may hide an element.
HIDING_ATTRIBUTES = frozenset({"hidden", "aria-hidden", "style"})

# Makes a named tuple in half the time that its own constructor takes: a page has two thousand of them.
new = tuple.__new__


def make_element(tag: str, attributes: Attributes, parent: int, hidden: bool) -> Element:
    """The row of an element: what of its attributes a rule may read. `hidden` is its parent's."""
    identity = ""
    classes: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    for key, value in attributes.items():
        if key == "class":
            if value:
                classes, hiding = _classes(value[:MAX_VALUE_CHARS])
                hidden = hidden or hiding
        elif key == "id":
            identity = (value or "")[:MAX_NAME_CHARS]
        elif key in KEPT_ATTRIBUTES:
            if value:
                kept = (*kept, (key, value[:MAX_VALUE_CHARS]))
        elif key in HIDING_ATTRIBUTES:
            hidden = hidden or _hides(key, value or "")
    return new(Element, (tag, parent, identity, classes, kept, hidden))


@lru_cache(maxsize=1 << 14)
def _classes(names: str) -> tuple[tuple[str, ...], bool]:
    """The names in a class attribute, and whether one of them hides. The pages of a site share most of them."""
    classes = tuple([name[:MAX_NAME_CHARS] for name in names.split()])
    return classes, not HIDDEN_CLASSES.isdisjoint(classes)


def _hides(key: str, value: str) -> bool:
    """Whether one of the hiding attributes does hide."""
    if key == "style":
        compact = value.replace(" ", "").lower()
        return "display:none" in compact or "visibility:hidden" in compact
    return key == "hidden" or value == "true"
