"""Decode: from the bytes of a capture to text, in the encoding that the page says or shows."""

from __future__ import annotations

import re

import chardet
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

SAMPLE_BYTES = 4096
SEARCH_BYTES = 1 << 20
FALLBACK = "windows-1252"

# Text from the first byte beyond ASCII on. It begins with the rare byte, so that ASCII is scanned once.
BEYOND_ASCII = re.compile(rb"[\x80-\xff][^<>\n]{0,4000}")
SURROGATE = re.compile("[\ud800-\udfff]")


def decode(body: bytes, content_type: str = "") -> tuple[str, bool]:
    """The text of an HTML or text body, and whether its encoding was guessed.

    In this order: a byte order mark, the `charset` of `content_type` (the HTTP header's value), what the page
    declares in `<meta>` or its XML declaration, UTF-16 without a mark (every other byte is NUL), UTF-8 where
    the bytes are valid, and a detector's guess from a sample. Only the guess, and a declared encoding that the bytes
    do not fit, count as guessed. Bytes that mean nothing become U+FFFD, as do NUL and lone surrogates: some
    of what comes after takes neither. Time is linear in the body, and the detector sees at most 4 KiB.
    """
    text, guessed = _decode(body, content_type)
    return without_surrogates(text.replace("\0", "\ufffd")), guessed


def _decode(body: bytes, content_type: str) -> tuple[str, bool]:
    encoding, bom = read_bom(body)
    if encoding is not None and bom is not None:
        return to_unicode(body[len(bom) :], encoding), False
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    wide = _wide_encoding(body)
    if wide:
        return to_unicode(body, wide), declared != wide
    if declared and not _is_wide_name(declared):
        text = _strictly(body, declared)
        return (text, False) if text is not None else _fitting(body, declared)
    text = _strictly(body, "utf-8")
    if text is not None:
        return text, False
    return to_unicode(body, _detected(body)), True


def _fitting(body: bytes, declared: str) -> tuple[str, bool]:
    """Bytes that do not fit the declared encoding: UTF-8 if it fits, else as declared if nearly all of them do."""
    text = _strictly(body, "utf-8")
    if text is not None:
        return text, True
    text = to_unicode(body, declared)
    beyond = len(body) - len(body.decode("ascii", "ignore"))
    if text.count("\ufffd") * 10 <= beyond:
        return text, False
    return to_unicode(body, _detected(body)), True


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _detected(body: bytes) -> str:
    """The detector's guess from the text that is not ASCII, where markup does not drown it."""
    parts: list[bytes] = []
    left = SAMPLE_BYTES
    for found in BEYOND_ASCII.finditer(body, 0, SEARCH_BYTES):
        parts.append(found.group()[:left])
        left -= len(parts[-1])
        if left <= 0:
            break
    encoding = chardet.detect(b"\n".join(parts))["encoding"]
    return encoding if encoding and _strictly(b"", encoding) is not None else FALLBACK


def _wide_encoding(body: bytes) -> str | None:
    even, odd = body[0:400:2], body[1:400:2]
    if len(body) < 8 or len(body) % 2:
        return None
    if odd.count(0) * 10 > len(odd) * 9 and even.count(0) * 10 < len(even):
        return "utf-16-le"
    if even.count(0) * 10 > len(even) * 9 and odd.count(0) * 10 < len(odd):
        return "utf-16-be"
    return None


def _is_wide_name(encoding: str) -> bool:
    """Whether a declaration in ASCII bytes claims an encoding that has none, as pages saved from UTF-16 do."""
    return encoding.replace("_", "-").startswith(("utf-16", "utf-32"))


def without_surrogates(text: str) -> str:
    """The text with each lone surrogate replaced by U+FFFD, so that it can be written as UTF-8."""
    try:
        text.encode()  # several times as fast as a search
    except UnicodeEncodeError:
        return SURROGATE.sub("\ufffd", text)
    return text


def utf8(text: str) -> bytes:
    """The text as UTF-8, with each lone surrogate replaced by U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub("\ufffd", text).encode()
