"""Text that somebody else wrote, on a terminal: of a page, an address, a file name, a store."""

from __future__ import annotations

import json
from unicodedata import category

# Texts are shown in full up to this many code points, and what stands in a line of its own up to these.
SHOWN_CHARS = 400
LINE_CHARS = 2000
# They show nothing by themselves, and words of many scripts need them: soft hyphen, joiners, and marks of direction
# that end with the word. What turns the direction of all that follows is not among them.
HARMLESS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff")
REPLACEMENT = "\ufffd"


def printable(text: str) -> str:
    """Text shortened, and without the characters that could drive a terminal or turn the words around them."""
    return harmless(text[:SHOWN_CHARS]) + ("…" if len(text) > SHOWN_CHARS else "")


def harmless(text: str) -> str:
    """The whole text, without these characters."""
    return "".join(map(_shown, text))


def one_line(text: str, chars: int = LINE_CHARS) -> str:
    """Text on one line, as `printable` shows it: nothing in it can pass for a line of the program's own."""
    shown = " ".join(text[:chars].split())
    return harmless(shown) + ("…" if len(text) > chars else "")


def escaped(json_line: str) -> str:
    """A line of JSON with escapes in place of what no terminal should get: the same value, safe to look at."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in json_line)


def _shown(char: str) -> str:
    if char.isprintable() or char in "\n\t" or char in HARMLESS:
        return char
    return " " if category(char) == "Zs" else REPLACEMENT
