"""Decode the bytes of a capture, in the encoding that the page declares or that its bytes show."""

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
    """A decoded body, as text and as UTF-8, and whether its encoding was guessed.

    `source` is one of the two; the other is made on first use. Most bodies are UTF-8, as parsers want it, and so never
    become text.
    """

    source: str | bytes
    guessed: bool = False

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return self.source if isinstance(self.source, str) else self.source.decode()

    @cached_property
    def utf8(self) -> bytes:
        """The body as UTF-8."""
        return self.source if isinstance(self.source, bytes) else utf8(self.source)


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode an HTML or text body.

    The encoding is the first of these: a byte order mark, the `charset` of `content_type` (the HTTP header's value),
    the declaration in `<meta>` or in XML, UTF-16 without a mark (every other byte is NUL), UTF-8 if the bytes are
    valid, and a detector's guess from a sample. It counts as guessed if it is the detector's, or if the bytes do not
    fit the declared one. Invalid bytes, NUL and lone surrogates become U+FFFD, as later steps do not take them. Time is
    linear in the body; the detector sees at most 4 KiB.
    """
    source, guessed = _decode(body, content_type)
    if isinstance(source, str):
        return Decoded(without_surrogates(source.replace("\0", REPLACEMENT)), guessed)
    return Decoded(source.replace(b"\0", REPLACEMENT.encode()), guessed)


def _decode(body: bytes, content_type: str) -> tuple[str | bytes, bool]:
    """Return the text of a body, or the body itself if it is UTF-8, and whether its encoding was guessed."""
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
    """Decode bytes that do not fit the declared encoding: as UTF-8, as declared if nearly all fit, else by a guess."""
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
    """Decode a body, or return it as it is if the encoding is UTF-8; None if the body is invalid in it."""
    if encoding == UTF_8:
        return body if is_utf8(body) else None
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _detected(body: bytes) -> str:
    """Guess the encoding from text beyond ASCII, without the markup around it."""
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
    """Return whether a declaration, which is in ASCII, names UTF-16 or UTF-32. Pages saved from UTF-16 have it."""
    return encoding.replace("_", "-").startswith(("utf-16", "utf-32"))


def without_surrogates(text: str) -> str:
    """Replace each lone surrogate by U+FFFD, so that the text can be written as UTF-8."""
    try:
        text.encode()  # several times as fast as a search
    except UnicodeEncodeError:
        return SURROGATE.sub(REPLACEMENT, text)
    return text


def utf8(text: str) -> bytes:
    """Encode a text as UTF-8, with each lone surrogate replaced by U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub(REPLACEMENT, text).encode()
