"""Text of a page on a terminal."""

from __future__ import annotations

# Texts are shown in full up to this many code points.
SHOWN_CHARS = 400


def printable(text: str) -> str:
    """Text shortened, and without the control characters that could drive a terminal."""
    shown = text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "…"
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in shown)
