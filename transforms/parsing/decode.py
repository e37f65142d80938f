"""Decode: from the bytes of a capture to text, in the encoding that the page says or shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import chardet
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from ..compiled.utf8 import is_utf8

SAMPLE_BYTES = 4096
SEARCH_BYTES = 1 << 20
UTF_8, FALLBACK = "utf-8", "windows-1252"
REPLACEMENT = "\ufffd"

# Text from the first byte beyond ASCII on. It begins with the rare byte, so that ASCII is scanned once.
BEYOND_ASCII = re.compile(rb"[\x80-\xff][^<>\n]{0,4000}")
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Decoded:
    """What a body says, as text and as UTF-8, each made of the other when it is asked for; whether it was guessed.

    A parser takes UTF-8, which most bodies are: they need not become text, and bytes again.
    """

    source: str | bytes
    guessed: bool = False

    @cached_property
    def text(self) -> str:
        """The text."""
        return self.source if isinstance(self.source, str) else self.source.decode()

    @cached_property
    def utf8(self) -> bytes:
        """The text as UTF-8."""
        return self.source if isinstance(self.source, bytes) else utf8(self.source)


def decode(body: bytes, content_type: str = "") -> Decoded:
    """What an HTML or text body says, and whether its encoding was guessed.

    In this order: a byte order mark, the `charset` of `content_type` (the HTTP header's value), what the page
    declares in `<meta>` or its XML declaration, UTF-16 without a mark (every other byte is NUL), UTF-8 where
    the bytes are valid, and a detector's guess from a sample. Only the guess, and a declared encoding that the bytes
    do not fit, count as guessed. Bytes that mean nothing become U+FFFD, as do NUL and lone surrogates: some
    of what comes after takes neither. Time is linear in the body, and the detector sees at most 4 KiB.
    """
    source, guessed = _decode(body, content_type)
    if isinstance(source, str):
        return Decoded(without_surrogates(source.replace("\0", REPLACEMENT)), guessed)
    return Decoded(source.replace(b"\0", REPLACEMENT.encode()), guessed)


def _decode(body: bytes, content_type: str) -> tuple[str | bytes, bool]:
    """The text of a body, or the body where it is UTF-8, and whether its encoding was guessed."""
    encoding, bom = read_bom(body)
    if encoding is not None and bom is not None:
        return _loosely(body[len(bom) :], encoding), False
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    wide = _wide_encoding(body)
    if wide:
        return to_unicode(body, wide), declared != wide
    if declared and not _is_wide_name(declared):
        source = _strictly(body, declared)
        return (source, False) if source is not None else _fitting(body, declared)
    source = _strictly(body, UTF_8)
    if source is not None:
        return source, False
    return to_unicode(body, _detected(body)), True


def _fitting(body: bytes, declared: str) -> tuple[str | bytes, bool]:
    """Bytes that do not fit the declared encoding: UTF-8 if it fits, else as declared if nearly all of them do."""
    source = _strictly(body, UTF_8)
    if source is not None:
        return source, True
    text = to_unicode(body, declared)
    beyond = len(body) - len(body.decode("ascii", "ignore"))
    if text.count(REPLACEMENT) * 10 <= beyond:
        return text, False
    return to_unicode(body, _detected(body)), True


def _loosely(body: bytes, encoding: str) -> str | bytes:
    return body if encoding == UTF_8 and is_utf8(body) else to_unicode(body, encoding)


def _strictly(body: bytes, encoding: str) -> str | bytes | None:
    """What a body says in this encoding, which is the body itself in UTF-8; None where it is in another."""
    if encoding == UTF_8:
        return body if is_utf8(body) else None
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
        return SURROGATE.sub(REPLACEMENT, text)
    return text


def utf8(text: str) -> bytes:
    """The text as UTF-8, with each lone surrogate replaced by U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub(REPLACEMENT, text).encode()
