"""Media: whether a body is HTML, text, or something that holds no article."""

from __future__ import annotations

import codecs
import re

from ...transforms.capture import Media

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
    rb"|section|main|header|nav)(?=[\s/>])",
    re.IGNORECASE,
)
# What may stand before the first tag: comments, an XML declaration, white space.
PROLOGUE = re.compile(rb"\s*(?:<!--.*?-->|<\?.*?\?>|<!doctype[^>]*>)", re.IGNORECASE | re.DOTALL)
DOCTYPE_HTML = re.compile(rb"<!doctype\s+html\b", re.IGNORECASE)
# PDF, zip and Office, PNG, GIF, JPEG, RIFF, old Office, gzip, bzip2, ELF, fonts, Ogg, MP3, RTF, PostScript.
BINARY_MAGIC = (
    *(b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"),
    *(b"BZh", b"\x7fELF", b"wOFF", b"wOF2", b"OggS", b"ID3", b"{\\rtf", b"%!PS"),
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


def media_of(content_type: str, body: bytes) -> Media | None:
    """What a body is by its content type, or by its first bytes where that says nothing; None: no article."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in HTML_TYPES:
        return "html"
    if kind in TEXT_TYPES:
        return "text"
    if kind in UNSURE_TYPES or "/" not in kind:
        return sniff(body)
    return "html" if kind in XML_TYPES and sniff(body) == "html" else None


def sniff(body: bytes) -> Media | None:
    """What a body is by its first bytes alone; None for images, PDFs, office files and other binary data."""
    head = body[:SNIFF_BYTES]
    if head.startswith(BINARY_MAGIC):
        return None
    wide = head.startswith(BOMS[1:]) or _is_wide(head)
    if wide:
        head = head.translate(None, b"\0")
    for bom in BOMS:
        head = head.removeprefix(bom)
    if _begins_as_html(head):
        return "html"
    controls = len(head) - len(head.translate(None, CONTROLS))
    return "text" if wide or controls * 100 <= len(head) else None


def _begins_as_html(head: bytes) -> bool:
    at = 0
    while found := PROLOGUE.match(head, at):
        if DOCTYPE_HTML.search(found.group()):
            return True
        at = found.end()
    return bool(HTML_START.match(head[at:].lstrip()))


def _is_wide(head: bytes) -> bool:
    """Whether every other byte is NUL, as in UTF-16 text of Latin letters without a byte order mark."""
    even, odd = head[0:200:2], head[1:200:2]
    return len(head) >= 8 and (even.count(0) * 10 > len(even) * 9) != (odd.count(0) * 10 > len(odd) * 9)
