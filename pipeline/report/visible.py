"""Text that somebody else wrote, in a page of ours: what drives a terminal or turns the words around it becomes a sign.

Escaping is the template's work, and the browser's; this is for what escaping leaves alone.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Tabs and line ends are the text's own layout.
LAYOUT = "\t\n"
# Embeddings, overrides and isolates reorder what stands behind them; the two separators end lines in scripts; a lone
# surrogate has no bytes. One class of characters: linear.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")
# Unicode has pictures of the first 32 controls, in their order, and of the delete character.
PICTURES, DELETE_PICTURE = 0x2400, "\u2421"


def visible(text: str) -> str:
    r"""Text in which every control character, every override of direction and every lone surrogate is a visible sign.

    >>> visible("low\x1b[31mtide")
    'low␛[31mtide'
    """
    return UNSEEN.sub(_sign, text.replace("\r\n", "\n"))


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(PICTURES + code)
    return DELETE_PICTURE if code == 0x7F else f"‹U+{code:04X}›"


def is_web_address(url: str) -> bool:
    """True for an address that a link may lead to: http or https, and nothing in it that is not to be seen."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable() and " " not in url
