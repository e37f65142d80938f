"""Media: whether a body is HTML, text, or something that holds no article, whatever its content type says."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ...transforms.core.capture import Media
from .codings import CONTROLS
from .machine_text import SAMPLE_CHARS, machine_text
from .signatures import signature

SNIFF_BYTES = 4096

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
# Types that servers give when they do not know, and XML, which XHTML may hide behind.
UNSURE_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream", "unknown/unknown", "*/*"})
XML_TYPES = frozenset({"text/xml", "application/xml"})

BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Tags that only HTML begins with. Alternatives share no prefix that could be matched twice: linear time.
HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|table|article|h[1-6]|p|a|br|img|span"
    rb"|section|main|header|nav|center|font|form|frameset|ul|ol|pre|blockquote|b|strong|noscript|iframe)(?=[\s/>])",
    re.IGNORECASE,
)
# What a page that was served as plain text begins with, and no text about pages does.
PAGE_START = re.compile(rb"<(?:html|head|body)(?=[\s/>])", re.IGNORECASE)
# What HTML has somewhere near its beginning.
HTML_TAG = re.compile(rb"</?(?:html|head|body|title|meta|script|div|table|tr|td|h[1-6]|p|a|br|img|span)[\s/>]", re.I)
# What may stand before the first tag: comments, an XML declaration, white space.
PROLOGUE = re.compile(rb"\s*(?:<!--.*?-->|<\?.*?\?>|<!doctype[^>]*>)", re.IGNORECASE | re.DOTALL)
DOCTYPE_HTML = re.compile(rb"<!doctype\s+html\b", re.IGNORECASE)
# What holds titles and links as HTML does, and is none. A drawing (SVG) may stand at the head of a page.
XML_START = re.compile(
    rb"<(?:(?:\?xml|rss|feed|rdf:rdf|urlset|sitemapindex|opml)[\s>]"
    rb"|\w[^<>]{0,400}\sxmlns\s*=\s*[\"'](?!http://www\.w3\.org/(?:1999/xhtml|2000/svg)))",
    re.IGNORECASE,
)
REPLACEMENT = "\ufffd".encode()
MIN_LOST = 10
BLANK = b" \t\r\n\f\0"


@dataclass(frozen=True)
class Kind:
    """What a body is: its media; or none, and `what` it is instead where its content tells."""

    media: Media | None
    what: str = ""


def kind_of(content_type: str, body: bytes, url: str = "") -> Kind:
    """What a body is by its content type, as far as its content agrees.

    Types that hold no page are believed. HTML and text are looked at: binary files, XML and what else is written for
    programs are told by signatures and grammars, and a whole page that is served as plain text is a page.
    """
    declared = re.split("[;,]", content_type, maxsplit=1)[0].strip(" \t\"'").lower()
    is_html, is_text = declared in HTML_TYPES, declared in TEXT_TYPES
    if not is_html and not is_text and declared not in UNSURE_TYPES and declared not in XML_TYPES and "/" in declared:
        return Kind(None)
    head = _head(body)
    if what := signature(body):
        return Kind(None, what)
    begins = _begins_as_html(head)
    if is_html and (begins or _has_markup(head)):
        return Kind("html")
    if declared in XML_TYPES:
        return Kind("html" if begins else None)
    if (begins and not is_text) or (is_text and _begins_as_page(head)):
        return Kind("html")
    if _is_binary(body, head, 5 if is_html or is_text else 1):
        return Kind(None, "binary data")
    what = machine_text(_sample(body), url)
    return Kind(None, what) if what else Kind("html" if is_html else "text")


def is_written(body: bytes) -> bool:
    """Whether a body holds more than blanks, NUL bytes and a byte order mark."""
    start = body[:SNIFF_BYTES]
    for bom in BOMS:
        start = start.removeprefix(bom)
    return bool(start.strip(BLANK) or body[SNIFF_BYTES:].strip(BLANK))


def sniff(body: bytes) -> Media | None:
    """What a body is by its first bytes alone; None for images, PDFs, office files and other binary data."""
    head = _head(body)
    if signature(body):
        return None
    if _begins_as_html(head):
        return "html"
    return None if _is_binary(body, head, 1) else "text"


def _head(body: bytes) -> bytes:
    """The first bytes, without byte order mark and leading blanks, UTF-16 of Latin letters as if it were ASCII."""
    head = body[:SNIFF_BYTES]
    if head.startswith(BOMS[1:]) or _is_wide(head):
        head = head.translate(None, b"\0")
    for bom in BOMS:
        head = head.removeprefix(bom)
    return head.lstrip(BLANK)


def _has_markup(head: bytes) -> bool:
    """Whether tags say that it is HTML although it begins otherwise: with text, or a tag of its own."""
    return bool(HTML_TAG.search(head)) and not XML_START.match(head)


def _is_binary(body: bytes, head: bytes, percent: int) -> bool:
    """Whether more than `percent` of the first bytes are control characters, or nearly a third could not be decoded."""
    lost = head.count(REPLACEMENT)
    if lost >= MIN_LOST and lost * 10 > (len(head) - 2 * lost) * 3:
        return True
    if body.startswith(BOMS[1:]) or _is_wide(body[:SNIFF_BYTES]):
        return False
    controls = len(head) - len(head.translate(None, CONTROLS))
    return controls * 100 > len(head) * percent


def _sample(body: bytes) -> str:
    """The beginning as text, good enough for marks and words of ASCII."""
    part = body[: 2 * SAMPLE_CHARS]
    if part.startswith(BOMS[1:]) or _is_wide(part[:SNIFF_BYTES]):
        part = part.translate(None, b"\0")
    for bom in BOMS:
        part = part.removeprefix(bom)
    return part.decode("utf-8", "replace")


def _begins_as_html(head: bytes) -> bool:
    at = 0
    while found := PROLOGUE.match(head, at):
        if DOCTYPE_HTML.search(found.group()):
            return True
        at = found.end()
    return bool(HTML_START.match(head[at:].lstrip()))


def _begins_as_page(head: bytes) -> bool:
    return bool(DOCTYPE_HTML.match(head) or PAGE_START.match(head))


def _is_wide(head: bytes) -> bool:
    """Whether every other byte is NUL, as in UTF-16 text of Latin letters without a byte order mark."""
    even, odd = head[0:200:2], head[1:200:2]
    return len(head) >= 8 and (even.count(0) * 10 > len(even) * 9) != (odd.count(0) * 10 > len(odd) * 9)
