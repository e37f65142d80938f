"""Decide whether a stored response is a capture; if not, reject it with the reason why it holds no article.

First bytes show binary files. Text that was written for programs, such as robots.txt, XML, JSON, tables and code, shows
by the grammar of its kind, never by an address alone. Served as text/plain, or as HTML, it would make an article of
directives, and site memory would learn from it. Text that is not surely of one of these kinds stays text: a poem with
semicolons, a recipe with lists, a chat, a page about programs. So do Python and other languages without braces, which
look like notes.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from ...transforms.core.article import Rejected as Rejected
from ...transforms.core.page import Capture, Media, Source
from ...transforms.parsing.decode import utf8
from .http_message import CONTROLS, Message, TooLargeError, decoded_body

SNIFF_BYTES = 4096

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
# Types that servers send for unknown content, and XML, which XHTML may hide behind.
UNSURE_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream", "unknown/unknown", "*/*"})
XML_TYPES = frozenset({"text/xml", "application/xml"})

BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Tags that only HTML begins with. Alternatives share no prefix that could be matched twice: linear time.
HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|table|article|h[1-6]|p|a|br|img|span"
    rb"|section|main|header|nav|center|font|form|frameset|ul|ol|pre|blockquote|b|strong|noscript|iframe)(?=[\s/>])",
    re.IGNORECASE,
)
# The beginning of a page that was served as plain text; texts about pages do not begin so.
PAGE_START = re.compile(rb"<(?:html|head|body)(?=[\s/>])", re.IGNORECASE)
# Tags that HTML has somewhere near its beginning.
HTML_TAG = re.compile(rb"</?(?:html|head|body|title|meta|script|div|table|tr|td|h[1-6]|p|a|br|img|span)[\s/>]", re.I)
# Comments, an XML declaration and white space may stand before the first tag.
PROLOGUE = re.compile(rb"\s*(?:<!--.*?-->|<\?.*?\?>|<!doctype[^>]*>)", re.IGNORECASE | re.DOTALL)
DOCTYPE_HTML = re.compile(rb"<!doctype\s+html\b", re.IGNORECASE)
# XML that has titles and links as HTML has. A drawing (SVG) may stand at the head of a page.
XML_START = re.compile(
    rb"<(?:(?:\?xml|rss|feed|rdf:rdf|urlset|sitemapindex|opml)[\s>]"
    rb"|\w[^<>]{0,400}\sxmlns\s*=\s*[\"'](?!http://www\.w3\.org/(?:1999/xhtml|2000/svg)))",
    re.IGNORECASE,
)
REPLACEMENT = "\ufffd".encode()
MIN_LOST = 10
BLANK = b" \t\r\n\f\0"

# The name of a binary format in rejected records, and its first bytes, from its own specification. A word only counts
# with bytes after it that no text has: pages may begin with "RIFF" or "ID3".
SIGNATURES: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.DOTALL))
    for name, pattern in (
        ("a PDF document", rb"%PDF-\d"),
        ("a PNG image", rb"\x89PNG\r?\n"),
        ("a JPEG image", rb"\xff\xd8\xff"),
        ("a GIF image", rb"GIF8[79]a"),
        ("a WebP, WAVE or AVI file", rb"RIFF....(?:WEBP|WAVE|AVI )"),
        ("a TIFF image", rb"II\*\0|MM\0\*"),
        ("a BMP image", rb"BM....\0\0\0\0....[\x0c\x28\x6c\x7c]\0\0\0"),
        ("an icon", rb"\0\0[\x01\x02]\0[^\0]\0"),
        ("a Photoshop image", rb"8BPS\0\x01"),
        ("a JPEG 2000 or JPEG XL image", rb"\0\0\0\x0c(?:jP  |JXL )\r\n\x87\n|\xff\x0a"),
        ("an MP4 film or an image like it", rb"\0\0..ftyp"),
        ("a Matroska or WebM film", rb"\x1a\x45\xdf\xa3"),
        ("an Ogg file", rb"OggS\0"),
        ("an MP3 recording", rb"ID3[\x02-\x04]\0|\xff[\xfb\xf3\xf2][^\0\xff]"),
        ("a FLAC recording", rb"fLaC\0"),
        ("a Flash film", rb"[FCZ]WS[\x01-\x32]....|FLV\x01"),
        ("a zip archive, or an Office document", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
        ("an old Office document", rb"\xd0\xcf\x11\xe0\xa1\xb1"),
        ("an RTF document", rb"\{\\rtf\d"),
        ("a PostScript document", rb"%!PS-Adobe|\x04%!PS|\xc5\xd0\xd3\xc6"),
        ("gzip data", rb"\x1f\x8b\x08"),
        ("bzip2 data", rb"BZh[1-9]\x31\x41\x59\x26\x53\x59"),
        ("xz data", rb"\xfd7zXZ\0"),
        ("zstd data", rb"\x28\xb5\x2f\xfd"),
        ("a 7-Zip archive", rb"7z\xbc\xaf\x27\x1c"),
        ("a RAR archive", rb"Rar!\x1a\x07"),
        ("a font", rb"wOF[F2](?:\0\x01\0\0|OTTO|true)|OTTO\0|\0\x01\0\0\0[\x04-\x40]|true\0"),
        ("a program", rb"\x7fELF|\xca\xfe\xba\xbe\0|\0asm\x01|MZ.\0.\0\0\0"),
        ("an SQLite database", rb"SQLite format 3\0"),
    )
)
SIGNATURE_BYTES = 64
# The first bytes of Parquet and Arrow files, which are recognised without importing pyarrow.
PARQUET_MAGIC = b"PAR1"
# A file has padding behind its magic, then a stream, then its index.
ARROW_MAGIC = b"ARROW1\0\0"
# A stream begins with a mark, the length of its schema, and the place of the schema's root.
STREAM_MARK = b"\xff\xff\xff\xff"
MAX_SCHEMA_BYTES = 1 << 24

SAMPLE_CHARS = 1 << 16
# A cut sample ends in a part of a line, which no grammar need fit.
MIN_LINES = 3
SHARE = 0.8

XML_DECLARATION = re.compile(r"<\?xml\s", re.IGNORECASE)
# Parts that may stand before the root element. No part can be matched by two branches: linear time.
XML_PROLOGUE = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>|<!doctype[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE | re.DOTALL)
XML_ROOT = re.compile(r"<([A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})([^<>]{0,4000})")
XMLNS = re.compile(r"\sxmlns\s*=\s*[\"'](?!http://www\.w3\.org/1999/xhtml)")
FEEDS = frozenset({"rss", "feed", "urlset", "sitemapindex", "opml"})

# A directive of the robots exclusion standard (RFC 9309), or one that crawlers have added to it.
ROBOTS = re.compile(
    r"\s*(?:user-?agent|(?:dis)?allow|sitemap|crawl-delay|host|clean-param|noindex|request-rate|visit-time"
    r"|content-signal|unavailable_after|acap-[\w-]{1,40})\s*:",
    re.IGNORECASE,
)
# Other lines with colons may be anything: an interview has a host.
ROBOTS_SURE = re.compile(r"\s*(?:user-?agent|disallow)\s*:", re.IGNORECASE)
# Each line of a kind, whatever language the rest is in. IAB: ads.txt 1.1.
LINE_GRAMMARS = (
    ("an ads.txt file", re.compile(r"\s*[^\s,]{1,250}\s*,\s*[^,]{1,250},\s*(?:DIRECT|RESELLER)\b", re.IGNORECASE)),
    ("a list of addresses", re.compile(r"\s*(?:https?|ftp)://\S{1,2000}\s*\Z", re.IGNORECASE)),
    ("a server's log", re.compile(r"(?:\d{1,3}\.){3}\d{1,3} \S{1,80} \S{1,80} \[\d{1,2}/\w{3}/\d{4}:")),
    ("a program's log", re.compile(r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16} {1,4}\[?[A-Z]{4,8}\b")),
)
PROBED_LINES = 20
# First lines of no other files.
FIRST_LINES = (
    ("WebVTT subtitles", re.compile(r"WEBVTT(?:[ \t].*)?\s*\Z")),
    ("SubRip subtitles", re.compile(r"\d{1,4}\s*\n\d\d:\d\d:\d\d[,.]\d{3} --> \d\d:\d\d:\d\d")),
    ("a playlist", re.compile(r"#EXTM3U\b|\[playlist\]\s*\Z", re.IGNORECASE)),
    ("a calendar or address card", re.compile(r"BEGIN:V(?:CALENDAR|CARD|EVENT)\s*\Z")),
    ("a key or certificate", re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}(?:KEY|KEY BLOCK|CERTIFICATE)-----\s*\Z")),
    ("source code", re.compile(r"#!\s*/\S|<\?php\b")),
)
JSON_START = re.compile(r"[\[{]")
JSON_OBJECT = re.compile(r"\[?\s*\{\s*\"(?:[^\"\\\n]|\\.){0,200}\"\s*:\s*(?:[\[{\"\d-]|true\b|false\b|null\b)")
COMMENTS = (("/*", "*/"), ("<!--", "-->"))
CODE_COMMENTS = ("//", "/*", "*/", "#include")
# The grammar of a style sheet: rules, statements, and groups of rules. No part can be matched by two branches: linear
# time.
STYLE_RULE = re.compile(
    r"[\w\s.#:*>+~,\[\]=\"'()%@|^$&\\-]{1,2000}"
    r"\{\s*(?:;\s*)*(?:[\w*-]{1,60}\s*:[^{};]{1,2000}(?:;\s*|(?=\})))+\}\s*"
)
STYLE_STATEMENT = re.compile(r"@(?:charset|import|namespace)\s[^{};]{1,1000};\s*", re.IGNORECASE)
STYLE_GROUP = re.compile(r"@(?:media|supports|layer|container)\b[^{};]{0,1000}\{\s*|\}\s*", re.IGNORECASE)
TAG = re.compile(r"<[^<>]{1,4000}>")
# So much text beside tags and scripts no reader misses.
MAX_BESIDE = 10
# A line of prose between the code, as in a page about it, has about ten words.
PROSE_CHARS = 60
CODE_CHARACTERS = re.compile(r"[{}();=<>|&_$\[\]\\]")
COMPONENT_START = re.compile(r"\s*<[a-z]")
COMPONENT_PART = re.compile(r"<(script|style|template)(?=[\s>])")
MIN_TABLE_LINES = 8
# Characters a line of packed code has on average; paragraphs as long have few braces.
PACKED_CHARS = 500


@dataclass(frozen=True)
class Kind:
    """The kind of a body: its media; or None, and `what` it is instead where its content shows that."""

    media: Media | None
    what: str = ""


def kind_of(content_type: str, body: bytes, url: str = "") -> Kind:
    """Find the kind of a body by its content type, as far as its content agrees.

    A content type that holds no page decides. HTML and text are checked: signatures and grammars find binary files, XML
    and other text for programs, and a whole page that is served as plain text is a page.
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
    """Return whether a body holds more than blanks, NUL bytes and a byte order mark."""
    start = body[:SNIFF_BYTES]
    for bom in BOMS:
        start = start.removeprefix(bom)
    return bool(start.strip(BLANK) or body[SNIFF_BYTES:].strip(BLANK))


def is_arrow(head: bytes) -> bool:
    """Return whether a file begins as an Arrow file (Feather 2) or an Arrow stream does."""
    if head.startswith(ARROW_MAGIC):
        return True
    if not head.startswith(STREAM_MARK) or len(head) < 12:
        return False
    length, root = struct.unpack_from("<iI", head, 4)
    return bool(0 < length <= MAX_SCHEMA_BYTES and length % 8 == 0 and 4 <= root < min(length, 1 << 12))


def sniff(body: bytes) -> Media | None:
    """Return the media of a body, from its first bytes. None for images, PDFs, office files and other binary data."""
    head = _head(body)
    if signature(body):
        return None
    if _begins_as_html(head):
        return "html"
    return None if _is_binary(body, head, 1) else "text"


def _head(body: bytes) -> bytes:
    """Return the first bytes without byte order mark and leading blanks, UTF-16 of Latin letters as ASCII."""
    head = body[:SNIFF_BYTES]
    if head.startswith(BOMS[1:]) or _is_wide(head):
        head = head.translate(None, b"\0")
    for bom in BOMS:
        head = head.removeprefix(bom)
    return head.lstrip(BLANK)


def _has_markup(head: bytes) -> bool:
    """Return whether tags show HTML although the body begins otherwise: with text, or a tag of its own."""
    return bool(HTML_TAG.search(head)) and not XML_START.match(head)


def _is_binary(body: bytes, head: bytes, percent: int) -> bool:
    """Return whether over `percent` of the first bytes are control characters, or nearly a third did not decode."""
    lost = head.count(REPLACEMENT)
    if lost >= MIN_LOST and lost * 10 > (len(head) - 2 * lost) * 3:
        return True
    if body.startswith(BOMS[1:]) or _is_wide(body[:SNIFF_BYTES]):
        return False
    controls = len(head) - len(head.translate(None, CONTROLS))
    return controls * 100 > len(head) * percent


def _sample(body: bytes) -> str:
    """Return the beginning as text, good enough for signs and words of ASCII."""
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
    """Return whether every other byte is NUL, as in UTF-16 text of Latin letters without a byte order mark."""
    even, odd = head[0:200:2], head[1:200:2]
    return len(head) >= 8 and (even.count(0) * 10 > len(even) * 9) != (odd.count(0) * 10 > len(odd) * 9)


def signature(head: bytes) -> str:
    """Name the binary format that a file begins as; empty where no signature fits."""
    return next((name for name, pattern in SIGNATURES if pattern.match(head, 0, SIGNATURE_BYTES)), "")


def machine_text(body: str, url: str = "") -> str:
    """Return the type of a text file for programs, or `""` for other texts. Rejected records contain the type."""
    sample = body[:SAMPLE_CHARS].removeprefix("\ufeff")
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(body) > SAMPLE_CHARS:
        lines = lines[:-1]
    if not lines:
        return ""
    first = "\n".join(lines[:2])
    for name, pattern in FIRST_LINES:
        if pattern.match(lines[0]) or pattern.match(first):
            return name
    uncommented = [line for line in lines if not line.lstrip().startswith("#")]
    robots = _robots(uncommented, named=url.partition("?")[0].endswith("/robots.txt"))
    return (
        _xml(sample)
        or _json(body)
        or robots
        or _of_lines(uncommented)
        or _table(lines)
        or _code(lines)
        or _style_sheet(sample)
        or _component(sample)
    )


def _xml(sample: str) -> str:
    """Recognize XML whose root is not of HTML: it has a declaration or a namespace, or is a feed or a sitemap."""
    at, declared = 0, False
    while found := XML_PROLOGUE.match(sample, at):
        declared = declared or bool(XML_DECLARATION.match(found.group()))
        at = found.end()
    root = XML_ROOT.match(sample, at)
    if not root:
        return ""
    name = root[2].lower()
    if not (declared or name in FEEDS or XMLNS.search(root[3])):
        return ""
    return f"an XML document, <{(root[1] or '') + root[2]}>"


def _json(body: str) -> str:
    start = body[:200].lstrip("\ufeff \t\r\n")
    if JSON_OBJECT.match(start):
        return "JSON"
    if not JSON_START.match(start) or len(body) > SAMPLE_CHARS:
        return ""
    try:
        json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return ""
    return "JSON"


def _robots(uncommented: list[str], *, named: bool) -> str:
    """Recognize directives for crawlers; where the address names them, half of the lines or comments alone will do."""
    fitting = sum(bool(ROBOTS.match(line)) for line in uncommented)
    sure = named or any(ROBOTS_SURE.match(line) for line in uncommented)
    fits = fitting >= SHARE * len(uncommented) > 0 or (named and 2 * fitting >= len(uncommented))
    return "a robots.txt file" if sure and fits else ""


def _of_lines(uncommented: list[str]) -> str:
    """Recognize a kind in which nearly every line but comments has the same grammar."""
    probe = uncommented[:PROBED_LINES]
    for name, pattern in LINE_GRAMMARS:
        if sum(bool(pattern.match(line)) for line in probe) < max(MIN_LINES, SHARE / 2 * len(probe)):
            continue
        if sum(bool(pattern.match(line)) for line in uncommented) >= SHARE * len(uncommented):
            return name
    return ""


def _table(lines: list[str]) -> str:
    """Recognize comma- or tab-separated values: the same number of separators in nearly every line."""
    if len(lines) < MIN_TABLE_LINES:
        return ""
    for separator, least, name in ((",", 3, "comma"), (";", 3, "semicolon"), ("\t", 2, "tab")):
        count, times = Counter(line.count(separator) for line in lines).most_common(1)[0]
        if count >= least and times >= 0.95 * len(lines):
            return f"{name}-separated values"
    return ""


def _code(lines: list[str]) -> str:
    """Recognize code with braces: most lines end as statements do, or all stand on a few long lines."""
    ends = sum(line.rstrip()[-1:] in ";{}" or line.lstrip().startswith(CODE_COMMENTS) for line in lines)
    is_written = len(lines) >= MIN_TABLE_LINES and ends >= 0.85 * len(lines) and sum(map(_is_prose, lines)) < 2
    is_packed = sum(map(len, lines)) >= PACKED_CHARS * len(lines)
    if not (is_written or is_packed) or not any(sign in line for line in lines for sign in "{}="):  # a poem has none
        return ""
    text = "".join("".join(lines).split())
    share = len(CODE_CHARACTERS.findall(text)) / max(1, len(text))
    return "source code" if share >= (0.04 if is_written else 0.19) else ""


def _style_sheet(sample: str) -> str:
    """Recognize a style sheet of any length: rules and comments from its beginning to its end."""
    text = _without_comments(sample)
    at = rules = 0
    while found := STYLE_STATEMENT.match(text, at) or STYLE_RULE.match(text, at) or STYLE_GROUP.match(text, at):
        at = found.end()
        rules += found.re is not STYLE_GROUP
    is_whole = at == len(text) or (len(sample) == SAMPLE_CHARS and at >= SHARE * len(text))
    return "a style sheet" if rules and is_whole else ""


def _without_comments(text: str) -> str:
    for begin, end in COMMENTS:
        parts, at = [], 0
        while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
            parts.append(text[at:start])
            at = stop + len(end)
        text = "".join(parts) + text[at:]
    return text.strip()


def _component(sample: str) -> str:
    """Recognize a file of elements with hardly any text beside script, style or template: behaviours, components."""
    low = _without_comments(sample.lower())
    if not COMPONENT_START.match(low):
        return ""
    inside = at = 0
    beside = []
    while found := COMPONENT_PART.search(low, at):
        beside.append(low[at : found.start()])
        at = low.find(f"</{found[1]}", found.end())
        if at < 0:
            break
        inside += at - found.end()
    if inside >= SHARE * len(low):
        return "source code"
    text = TAG.sub("", "".join(beside) + low[at:]) if inside and at >= 0 else low
    return "source code" if len(text.strip()) <= MAX_BESIDE else ""


def _is_prose(line: str) -> bool:
    no_code = not line.lstrip().startswith((*CODE_COMMENTS, "* ")) and not CODE_CHARACTERS.search(line)
    return no_code and len(line.strip()) >= PROSE_CHARS


MAX_BODY_BYTES = 64 << 20
"""Bodies larger than this are rejected as `too-large` unless the caller sets another limit."""
NAMED_CHARS = 200
# The part of a decoded body that shows its kind.
SEEN_CHARS = 2 * SAMPLE_CHARS
# 2008-04-30T20:48:25.123Z and every shorter form of it, which WARC 1.1 allows.
ISO_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?)?)?"
)
# 20080430204825 and shorter, as ARC and CDX write it, in UTC: number of digits, their format, the format in ISO 8601.
DIGITS = (
    (14, "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ"),
    (12, "%Y%m%d%H%M", "%Y-%m-%dT%H:%MZ"),
    (8, "%Y%m%d", "%Y-%m-%d"),
    (6, "%Y%m", "%Y-%m"),
    (4, "%Y", "%Y"),
)
MAX_DIGITS = 17  # with milliseconds


def accept_response(source: Source, message: Message, max_body_bytes: int, *, cut: bool = False) -> Capture | Rejected:
    """Accept a response with status 200 (or none stored) and an HTML or text body as a capture; reject any other.

    The content type is that of the message; that of the source if the message has neither status nor headers.
    `cut`: the archive holds a part only.
    """
    length = len(message.body)
    if refused := refused_status(source, message.status, message.headers.get("location", ""), length):
        return refused
    try:
        body, short = decoded_body(message, max_body_bytes)
    except TooLargeError as error:
        return Rejected.of(source, "too-large", str(error), length)
    if message.status or message.headers:
        source = replace(source, content_type=message.headers.get("content-type", ""))
    return accept_body(source, body, cut=cut or short)


def refused_status(source: Source, status: int, target: str, length: int) -> Rejected | None:
    """Reject a response for its status, unless that is 200 or, as 0, not known. `target` is where a redirect leads."""
    if 300 <= status < 400:
        error = f"HTTP status {status}, to {_named(target) if target else 'nowhere'}"
        return Rejected.of(source, "redirect", error, length)
    if status not in (0, 200):
        return Rejected.of(source, "http-status", f"HTTP status {status}", length)
    return None


def accept_body(source: Source, body: bytes | str, *, cut: bool = False) -> Capture | Rejected:
    """Accept a body without HTTP around it as a capture, if it is HTML or text; else reject it."""
    seen = utf8(body.lstrip(BLANK.decode())[:SEEN_CHARS]) if isinstance(body, str) else body
    if not is_written(seen):
        return Rejected.of(source, "empty-body", "the body is empty", len(body))
    kind = kind_of(source.content_type, seen, source.url)
    if kind.media is None:
        return Rejected.of(source, "not-html", _not_html(kind.what, source.content_type, seen), len(body))
    flags = ("truncated",) if cut else ()
    return Capture(body=body, media=kind.media, quality_flags=flags, **vars(source))


def _not_html(what: str, content_type: str, body: bytes) -> str:
    if what == "JSON" and not content_type:
        return "the body is JSON; captures in JSON must be objects in UTF-8, one per line or in an array"
    if what:
        return f"the body is {what}" + (f", its content type {_named(content_type)}" if content_type else "")
    subject = f"content type {_named(content_type)}" if content_type else f"body begins with {body[:12]!r}"
    return f"{subject} is neither HTML nor text"


def _named(value: str) -> str:
    """Quote a value that a server sent, for people: escape control characters, and cut it to NAMED_CHARS."""
    return f"{value[:NAMED_CHARS]!r}" + ("…" if len(value) > NAMED_CHARS else "")


def iso_8601(stamp: str) -> str:
    """Return the date of a capture in ISO 8601, as precise as its digits; `""` where they give no date.

    ISO 8601 stays as it is.
    """
    stamp = stamp.strip()
    found = ISO_DATE.fullmatch(stamp)
    if found and not stamp.isdecimal():
        year, month, day, *time = (int(part) if part else None for part in found.groups())
        return stamp if _is_date(year or 0, month or 1, day or 1, *(part or 0 for part in time)) else ""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > MAX_DIGITS:
        return ""
    for length, read, written in DIGITS:
        if len(stamp) >= length:
            try:
                return datetime.strptime(stamp[:length], read).strftime(written)
            except ValueError:
                continue
    return ""


def _is_date(*parts: int) -> bool:
    try:
        datetime(*parts)  # type: ignore[arg-type]  # six numbers
    except ValueError:
        return False
    return True
