"""Plain text out of a metadata value."""

from __future__ import annotations

import html
import re
import unicodedata

from ..core.limits import cached_by_text

# A tag, or what is left of one. Each character class is bounded and excludes "<", so no start is tried twice.
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,300}>")
# Half of a surrogate pair cannot be written as UTF-8. One character class: linear.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Characters that nobody sees: soft hyphens, zero-width spaces, direction marks, byte order marks.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))


def plain(value: str, limit: int = 2000) -> str:
    """The value as a reader would see it: entities unescaped, tags dropped, white space collapsed.

    Entities are unescaped twice, because feeds and templates often escape what was escaped already. At most
    `limit` characters are looked at, so that a megabyte in an attribute costs nothing.
    """
    value = value[:limit]
    if "&" in value:
        value = html.unescape(html.unescape(value))
    if "<" in value:
        value = _TAG.sub(" ", value)
    if not value.isascii():
        value = _SURROGATE.sub("\ufffd", value).translate(_UNSEEN)
    return " ".join(value.replace("\0", "").split())


def seen(text: str) -> str:
    """Visible text without the characters that nobody sees, white space collapsed."""
    return " ".join((text if text.isascii() else text.translate(_UNSEEN)).split())


@cached_by_text(maxsize=512)
def letters(text: str) -> str:
    """Only the letters and digits of a text, case folded: what stays the same when typography changes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, text.casefold()))
