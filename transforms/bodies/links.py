"""Targets of links and sources of pictures: absolute, and only of schemes that no program runs."""

from __future__ import annotations

import re
from urllib.parse import urljoin

# What browsers leave out of an address before they read it.
IGNORED = re.compile(r"[\t\n\r]")
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)")
LINK_SCHEMES = frozenset("ftp geo http https irc mailto magnet matrix news sip sms tel xmpp".split())
# Scripts do what such links are for.
NOWHERE = frozenset(["", "#"])
PICTURE_SCHEMES = frozenset(["http", "https"])
# Longer ones are data.
MAX_CHARS = 4_000
# Characters that no address has unescaped, and those that mean something beside one in Markdown.
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}\u2028\u2029\ud800-\udfff]")
BASE = re.compile(rb"<base(?: [^\s=>]+=\"[^\"]*\")*? href=\"([^\"]*)\"")


class Links:
    """Makes the addresses of one page absolute: by its `<base>`, if it has one, and by its own address."""

    def __init__(self, url: str, base: str = "") -> None:
        self._base = _joined(url, base) or url if base else url
        self._known: dict[str, str] = {}

    def target(self, href: str) -> str:
        """Return the target of a link; `""` if it leads nowhere, or runs something.

        >>> Links("https://a.example/b/c").target("../d"), Links("").target(" JavaScript:alert(1)")
        ('https://a.example/d', '')
        """
        known = self._known.get(href)
        if known is None:
            known = self._known[href] = "" if href.strip() in NOWHERE else self._absolute(href, LINK_SCHEMES)
        return known

    def source(self, address: str) -> str:
        """Return the source of a picture; `""` for data and for other schemes than those of the web."""
        return self._absolute(address, PICTURE_SCHEMES)

    def _absolute(self, address: str, schemes: frozenset[str]) -> str:
        if len(address) > MAX_CHARS:
            return ""
        address = IGNORED.sub("", address).strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f \x1b\xa0")
        scheme = SCHEME.match(address)
        if not scheme or "[" in address:
            address = _joined(self._base, address)
            scheme = SCHEME.match(address)
        if not address or address.startswith("#") or (scheme and scheme[0].lower() not in schemes):
            return ""
        return UNSAFE.sub(_escaped, address)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # such as brackets that are no address of a host
        return ""


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))
