"""Decode: from the bytes of a capture to text, in the encoding that the page declares or its bytes show."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from ..compiled.utf8 import is_utf8

SAMPLE_BYTES = 4096
NEARLY_BYTES = 1 << 15
SEARCH_BYTES = 1 << 20
UTF_8, FALLBACK = "utf-8", "windows-1252"
REPLACEMENT = "\ufffd"

# Text from the first byte beyond ASCII on. It begins with the rare byte, so that ASCII is scanned once.
BEYOND_ASCII = re.compile(rb"[\x80-\xff][^<>\n]{0,4000}")
# Encodings of Western Europe fit any bytes, and many servers and templates declare one by default.
WESTERN = frozenset({"cp1252", "latin-1", "latin1", "iso8859-1", "iso8859-15", "ascii", "windows-1252", "iso-8859-1"})
# In Western text an accented letter stands between plain ones; in text of another script whole words are beyond ASCII.
# Such a word has several bytes, which differ: rows of one sign are ornaments.
BEYOND, FOREIGN_WORD = re.compile(rb"[\xa1-\xff]+"), 3
MIN_FOREIGN_BYTES, MIN_FOREIGN_SHARE = 24, 0.5
# Kana in Shift JIS: a first byte that is a rare sign in Western encodings, and many of them.
KANA, MIN_KANA_SHARE = re.compile(rb"[\x82\x83][\x40-\x7e\x80-\xf1]"), 0.25
# In UTF-8: a letter of two bytes beside a plain one, or any letter of Latin-1; signs between and behind words; U+FFFD.
# Each part is of fixed length.
LATIN_UTF_8 = re.compile(
    rb"(?<=[A-Za-z])[\xc4\xc5][\x80-\xbf]|[\xc4\xc5][\x80-\xbf](?=[A-Za-z])|\xc2[\xa0-\xbf]|\xc3[\x80-\xbf]"
    rb"|\xe2\x80[\x90-\xba]|\xe2\x82\xac|\xe2\x84\xa2|\xef\xbf\xbd"
)
# In Western encodings: a single letter or apostrophe beside a plain letter, or a single sign. Each part is of fixed
# length.
LATIN_WESTERN = re.compile(
    rb"(?<=[A-Za-z])[\x92\xc0-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\xc0-\xff](?=[A-Za-z])"
    rb"|(?<![\x80-\xff])[\x85\x91-\x97\xa0\xa9\xab\xae\xb0\xb7\xbb](?![\x80-\xff])"
)
# Western text has hardly such a run, and text of another script has one soon.
OTHER_SCRIPT = re.compile(rb"[\x80-\xff]{3}")
# Continuation bytes: other encodings have so many only by accident, if all that is beyond ASCII is valid UTF-8.
MIN_CONTINUATIONS = 4
# Characters beyond ASCII, and the share of invalid ones that UTF-8 text may have: cut titles, parts from elsewhere.
MIN_CHARS_BEYOND, MAX_INVALID = 5, 0.1
# Encodings of several bytes for a character. A detector gives them up at the first byte that does not fit.
MULTI_BYTE = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
MULTI_BYTE_NAMES = {"gb2312": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949"}
# A first byte of UTF-8 that was read as Latin-1 or Windows-1252, then encoded again, begins with this sign, and so does
# "é"; what follows tells them apart: the second byte, encoded again too.
TWICE_SIGN = b"\xc3"
TWICE = re.compile(rb"\xc3[\x82-\xb4](?:[\xc2\xc5\xc6\xcb][\x80-\xbf]|\xe2[\x80\x82\x84][\x80-\xbf])")
TWICE_SAMPLE, MIN_TWICE, MIN_TWICE_SHARE = 60, 3, 0.5
# Text and markup in ASCII, away from the characters that are repaired, and the sign that stands for it meanwhile.
LONG_ASCII, CUT = re.compile(r"(?<=[\x00-\x7f]{8})[\x00-\x7f]{16,}(?=[\x00-\x7f]{8})"), "\x1e"
SURROGATE = re.compile("[\ud800-\udfff]")
# Characters without width, and joiners behind those that they mean nothing to. No part repeats: linear.
INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u2060-\u2064\ufeff]"
    "|(?<![\u0580-\u1fff\u2100-\u2fff\ua000-\uabff\ue000-\uffff\U00010000-\U0010ffff])[\u200c\u200d]"
)


@dataclass(frozen=True)
class Decoded:
    """The content of a body, as text and as UTF-8, each made of the other when it is asked for.

    `encoding` is the one that was used, `declared` the one that the page or its header names; both are empty for text.
    `guessed` is true where a detector chose, or the bytes do not fit the declared encoding; `twice` where the text had
    been encoded twice and was repaired. A parser takes UTF-8, which most bodies are: they need not become text, and
    bytes again.
    """

    source: str | bytes
    guessed: bool = False
    encoding: str = ""
    declared: str = ""
    twice: bool = False

    @cached_property
    def text(self) -> str:
        """The content as text."""
        return self.source if isinstance(self.source, str) else self.source.decode()

    @cached_property
    def utf8(self) -> bytes:
        """The content as UTF-8."""
        return self.source if isinstance(self.source, bytes) else utf8(self.source)

    def flags(self) -> tuple[str, ...]:
        r"""Name what was odd, for the record: `encoding_guessed`, `encoding_corrected:declared>used`, `mojibake`.

        >>> decode(b"<meta charset=iso-8859-1>caf\xc3\xa9").flags()
        ('encoding_guessed', 'encoding_corrected:cp1252>utf-8')
        """
        found = ["encoding_guessed"] if self.guessed else []
        if self.guessed and self.declared:
            found.append(f"encoding_corrected:{self.declared.lower()}>{self.encoding.lower()}")
        if self.twice:
            found += [f"encoding_corrected:{self.encoding} twice>{self.encoding}", "mojibake"]
        return tuple(found)


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode an HTML or text body.

    In this order: a byte order mark, the `charset` of `content_type` (the HTTP header's value), the encoding that the
    page declares in `<meta>` or its XML declaration, UTF-16 without a mark (every other byte is NUL), UTF-8 where the
    bytes are valid, and a detector's guess from a sample. A declared encoding is checked against the bytes. UTF-8 is
    UTF-8 whatever is declared, also with a few invalid bytes. Single Latin letters show that a declaration of another
    script is wrong, and words beyond ASCII that a Western one is. Text that was encoded twice is repaired. Bytes that
    mean nothing become U+FFFD, as do NUL and lone surrogates: some later steps take neither. Time is linear in the
    body, and the detector sees at most 4 KiB.
    """
    found = _decode(body, content_type)
    if isinstance(found.source, str):
        return replace(found, source=without_surrogates(found.source.replace("\0", REPLACEMENT)))
    if _looks_encoded_twice(found.source):
        text = found.source.decode()
        repaired = _repair(text)
        if repaired != text:
            return replace(found, source=repaired.replace("\0", REPLACEMENT), twice=True)
    return replace(found, source=found.source.replace(b"\0", REPLACEMENT.encode()))


def _repair(text: str) -> str:
    """Decode the parts of a text that were encoded twice, and change nothing else. ftfy judges one line at a time."""
    from ftfy import TextFixerConfig, fix_text  # few pages need it

    config = TextFixerConfig(
        unescape_html=False, remove_terminal_escapes=False, fix_latin_ligatures=False, fix_character_width=False,
        uncurl_quotes=False, fix_line_breaks=False, fix_surrogates=False, remove_control_chars=False,
        normalization=None,
    )  # fmt: skip
    fix = partial(fix_text, config=config)
    return "\n".join([line if line.isascii() else _repair_line(line, fix) for line in text.split("\n")])


def _repair_line(line: str, fix: Callable[[str], str]) -> str:
    """Repair a line without its markup: ftfy looks at a character and its neighbours, and takes long to do so."""
    left_out: list[str] = LONG_ASCII.findall(line)
    parts = fix(LONG_ASCII.sub(CUT, line)).split(CUT)
    if len(parts) != len(left_out) + 1:  # the line has such a sign itself
        return fix(line)
    return "".join(chain.from_iterable(zip(parts, [*left_out, ""], strict=True)))


def _decode(body: bytes, content_type: str) -> Decoded:
    encoding, bom = read_bom(body)
    if encoding is not None and bom is not None:
        return Decoded(_loosely(body[len(bom) :], encoding), encoding=encoding)
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body) or ""
    wide = _wide_encoding(body)
    if wide:
        return Decoded(to_unicode(body, wide), declared != wide, wide, declared)
    if declared and not _is_wide_name(declared):
        if (better := _contradicting(body, declared)) is not None:
            return Decoded(_loosely(body, better), True, better, declared)
        source = _strictly(body, declared)
        return _fitting(body, declared) if source is None else Decoded(source, False, declared, declared)
    source = _strictly(body, UTF_8)
    if source is not None:
        return Decoded(source, encoding=UTF_8)
    detected = UTF_8 if _is_nearly_utf8(body) else _detected(body)
    return Decoded(to_unicode(body, detected), True, detected, declared)


def _contradicting(body: bytes, declared: str) -> str | None:
    """Return the encoding that the bytes show where it is another than the declared one."""
    if declared == UTF_8 or body.isascii():
        return None
    is_western = declared.lower() in WESTERN
    if is_utf8(body):
        continuations = len(body) - len(body.decode())
        if is_western or continuations >= MIN_CONTINUATIONS or _is_only(LATIN_UTF_8, body):
            return UTF_8
    elif _is_nearly_utf8(body):
        return UTF_8
    if not is_western and _strictly(b"\xe9", declared) != "é" and not OTHER_SCRIPT.search(body):
        return FALLBACK if _is_only(LATIN_WESTERN, body) else None
    if not is_western or not _has_foreign_words(body):
        return None
    detected = _detected(body)
    return detected if detected.lower() not in WESTERN and _fits(body, detected) else None


def _fits(body: bytes, encoding: str) -> bool:
    """Return whether the bytes are in this encoding: all of them, or nearly all if a character has several."""
    if _multi_byte(encoding) not in MULTI_BYTE:
        return _strictly(body, encoding) is not None
    text = body[:SEARCH_BYTES].decode(encoding, "replace")
    return text.count(REPLACEMENT) <= MAX_INVALID * (len(text) - len(text.encode("ascii", "ignore")))


def _is_only(latin: re.Pattern[bytes], body: bytes) -> bool:
    """Return whether all that is beyond ASCII looks like Latin text: other scripts do not mix with it."""
    return latin.sub(b"", body).isascii()


def _is_nearly_utf8(body: bytes) -> bool:
    """Return whether nearly all characters beyond ASCII are valid UTF-8, which other encodings are only by accident."""
    first = BEYOND_ASCII.search(body)
    start = first.start() if first else 0
    sample = body[start : start + NEARLY_BYTES]
    text = sample.decode(UTF_8, "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    invalid = text.count(REPLACEMENT) - sample.count(REPLACEMENT.encode())
    return beyond - invalid >= MIN_CHARS_BEYOND and invalid <= MAX_INVALID * beyond


def _has_foreign_words(body: bytes) -> bool:
    runs = [run.group() for run in BEYOND.finditer(body, 0, SEARCH_BYTES)]
    kana = len(KANA.findall(body, 0, SEARCH_BYTES))
    if kana >= MIN_FOREIGN_BYTES and 2 * kana >= MIN_KANA_SHARE * sum(map(len, runs)):
        return True
    foreign = sum(len(run) for run in runs if len(run) >= FOREIGN_WORD and len(set(run)) > 1)
    return foreign >= max(MIN_FOREIGN_BYTES, MIN_FOREIGN_SHARE * sum(map(len, runs)))


def _looks_encoded_twice(body: bytes) -> bool:
    """Return whether most of the first signs that may begin a character encoded twice do begin one."""
    place, seen, twice = body.find(TWICE_SIGN), 0, 0
    while place >= 0 and seen < TWICE_SAMPLE:
        seen += 1
        twice += TWICE.match(body, place) is not None
        place = body.find(TWICE_SIGN, place + 1)
    return twice >= max(MIN_TWICE, MIN_TWICE_SHARE * seen)


def _fitting(body: bytes, declared: str) -> Decoded:
    """Decode bytes that do not fit the declared encoding: as UTF-8 if valid, else as declared if nearly all fit."""
    source = _strictly(body, UTF_8)
    if source is not None:
        return Decoded(source, True, UTF_8, declared)
    text = to_unicode(body, declared)
    beyond = len(body) - len(body.decode("ascii", "ignore"))
    if text.count(REPLACEMENT) * 10 <= beyond:
        return Decoded(text, False, declared, declared)
    detected = _detected(body)
    return Decoded(to_unicode(body, detected), True, detected, declared)


def _loosely(body: bytes, encoding: str) -> str | bytes:
    return body if encoding == UTF_8 and is_utf8(body) else to_unicode(body, encoding)


def _strictly(body: bytes, encoding: str) -> str | bytes | None:
    """Decode a body in this encoding; the body itself in UTF-8; None where it is in another."""
    if encoding == UTF_8:
        return body if is_utf8(body) else None
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _detected(body: bytes) -> str:
    """Guess from the text that is not ASCII, where markup does not drown it.

    Foreign bytes end the search for an encoding of several bytes, so the sample is also tried without them.
    """
    parts: list[bytes] = []
    left = SAMPLE_BYTES
    for found in BEYOND_ASCII.finditer(body, 0, SEARCH_BYTES):
        parts.append(found.group()[:left])
        left -= len(parts[-1])
        if left <= 0:
            break
    sample = b"\n".join(parts)
    encoding, confidence = _guess(sample)
    for name in MULTI_BYTE if OTHER_SCRIPT.search(sample) else ():
        guess, its_confidence = _guess(sample.decode(name, "ignore").encode(name))
        if _multi_byte(guess) == name and its_confidence > confidence:
            encoding, confidence = name, its_confidence
    return encoding if _strictly(b"<p>", encoding) == "<p>" else FALLBACK


def _guess(sample: bytes) -> tuple[str, float]:
    """Return the encoding that a detector guesses, and its confidence."""
    import chardet  # few pages need it

    found = chardet.detect(sample)
    return str(found["encoding"] or FALLBACK), float(found["confidence"] or 0.0)


def _multi_byte(encoding: str) -> str:
    """Return the widest encoding that contains this one, in Python's spelling."""
    name = encoding.lower().replace("-", "_")
    return MULTI_BYTE_NAMES.get(name, name)


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
    """Return whether a declaration in ASCII bytes names an encoding that has none, as pages saved from UTF-16 do."""
    return encoding.replace("_", "-").startswith(("utf-16", "utf-32"))


def without_surrogates(text: str) -> str:
    """Replace each lone surrogate by U+FFFD, so that the text can be written as UTF-8."""
    try:
        text.encode()  # several times as fast as a search
    except UnicodeEncodeError:
        return SURROGATE.sub(REPLACEMENT, text)
    return text


def without_invisible(text: str) -> str:
    """Leave out characters that take no room, as the scanner of markup does (`compiled/markup_text.py`).

    Joiners stay where the character before them joins: in Persian, in the Indic scripts, in emoji.

    >>> without_invisible("hy\u00adphen, نمی\u200cشود, be\u200cfore")
    'hyphen, نمی\u200cشود, before'
    """
    return text if text.isascii() else INVISIBLE.sub("", text)


def utf8(text: str) -> bytes:
    """Encode the text in UTF-8, with each lone surrogate replaced by U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub(REPLACEMENT, text).encode()
