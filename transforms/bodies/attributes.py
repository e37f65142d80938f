"""The attributes of an element, read where it is in the markup: link targets, sources of pictures, code languages.

Targets are absolute, and only of schemes that no program runs. The language of a listing comes from the names that
highlighters and Markdown renderers write.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

from ..core.markup import LANGUAGE_KEYS
from ..core.page import Page

# As a tree is written: one space before each key, each value in quotation marks.
WRITTEN = re.compile(rb" ([^\s=>\"]+)=\"([^\"]*)\"")
# As anybody writes, inside a `<noscript>`. No part can be matched by another: linear.
ANY = re.compile(rb"([^\s=>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
ANY_IMAGE = re.compile(rb"<img\s([^<>]{1,8000})>", re.IGNORECASE)
# Elements of articles have fewer.
MAX_ATTRIBUTES = 60


def attributes_of(page: Page, element: int) -> dict[str, str]:
    """Return all attributes of an element of a page; none for a page without markup."""
    places = page.markup.places
    return attributes_at(page.markup.text, places[element]) if element < len(places) else {}


def attributes_at(markup: bytes, place: int) -> dict[str, str]:
    """Return the attributes that begin at a place of written markup.

    >>> attributes_at(b'<ol start="3" class="a b"><li>', 3)
    {'start': '3', 'class': 'a b'}
    """
    found: dict[str, str] = {}
    while len(found) < MAX_ATTRIBUTES and (match := WRITTEN.match(markup, place)):
        found.setdefault(_text(match[1]).lower(), unescape(_text(match[2])))
        place = match.end()
    return found


def image_at(markup: bytes, place: int) -> dict[str, str]:
    """Return the attributes of the first picture after a place, in markup as somebody wrote it.

    >>> image_at(b"<noscript><IMG src='a.png' alt=Tide /></noscript>", 10)
    {'src': 'a.png', 'alt': 'Tide'}
    """
    image = ANY_IMAGE.search(markup, place, place + 20_000)
    found: dict[str, str] = {}
    for match in ANY.finditer(image[1]) if image else ():
        if len(found) == MAX_ATTRIBUTES:
            break
        value = next((value for value in match.groups()[1:] if value is not None), b"")
        found.setdefault(_text(match[1]).lower(), unescape(_text(value)))
    return found


def _text(written: bytes) -> str:
    return written.decode("utf-8", "replace")


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
    except ValueError:  # such as brackets around something else than a host
        return ""


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


# How many elements around a listing may name its language.
MAX_STEPS = 4
# `language-x` (HTML standard), `lang-x` (prettify), `highlight-source-x` (GitHub), `highlight-x` (Sphinx), `brush: x`
# (SyntaxHighlighter), `sourceCode x` (pandoc), `hljs x` (highlight.js).
PREFIXED = re.compile(
    r"(?:language|lang|highlight-source|highlight-text|highlight|brush|code|syntax|src|source)[-:_](?P<name>.+)",
    re.IGNORECASE,
)
# Class names beside which another one is the language.
BESIDE = frozenset(["brush", "brush:", "hljs", "sourcecode", "syntax"])
NAME = re.compile(r"[a-z][a-z0-9+#._-]{0,24}|c|r|d", re.IGNORECASE)
NO_LANGUAGE = frozenset(
    "auto block box code container content copyable default example highlight inner line lines listing nohighlight "
    "none notranslate numbers plain plaintext pre source text toolbar txt undefined unknown wrap wrapper".split()
)


class CodeLanguages:
    """Finds the languages of the listings of one page. It looks at each element once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known: dict[int, str] = {}

    def around(self, element: int) -> str:
        """Return the language that an element, or one of those around it, names for code; `""` if none does."""
        for _ in range(MAX_STEPS):
            if element < 0:
                break
            if element not in self._known:
                self._known[element] = self._named(element)
            if self._known[element]:
                return self._known[element]
            element = self._page.columns.parents[element]
        return ""

    def _named(self, element: int) -> str:
        columns = self._page.columns
        attributes = attributes_of(self._page, element)
        named = (found for key in LANGUAGE_KEYS if (found := _language(attributes.get(key, ""))))
        return language_of_classes(columns.classes(columns.class_lists[element])) or next(named, "")


def language_of_classes(names: tuple[str, ...]) -> str:
    """Return the language that class names have; `""` if they have none.

    >>> language_of_classes(("highlight", "highlight-source-python")), language_of_classes(("brush:", "js;"))
    ('python', 'js')
    """
    for name in names:
        prefixed = PREFIXED.fullmatch(name)
        if prefixed and (found := _language(prefixed["name"].removeprefix("source-"))):
            return found
    for number, name in enumerate(names):
        if name.lower() in BESIDE:
            for other in (*names[number + 1 :], *names[:number]):
                if found := _language(other):
                    return found
    return ""


def _language(name: str) -> str:
    name = name.strip(" ;").lower()
    return name if NAME.fullmatch(name) and name not in NO_LANGUAGE else ""
