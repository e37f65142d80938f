"""Machine text: what is stored as text but was written for programs, such as robots.txt, XML, JSON, tables and code.

Served as text/plain, or as HTML, it would make an article of directives, and site memory would learn from it. Each
kind is known by its own grammar, never by an address alone. Text that is not surely one of them stays text: a poem
with semicolons, a recipe with lists, a chat, a page about programs. Python and other languages without braces are not
told from notes, and stay too.
"""

from __future__ import annotations

import json
import re
from collections import Counter

SAMPLE_CHARS = 1 << 16
# A cut sample ends in a part of a line, which no grammar need fit.
MIN_LINES = 3
SHARE = 0.8

XML_DECLARATION = re.compile(r"<\?xml\s", re.IGNORECASE)
# What may stand before the root element. No part can be matched by two branches: linear time.
XML_PROLOGUE = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>|<!doctype[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE | re.DOTALL)
XML_ROOT = re.compile(r"<([A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})([^<>]{0,4000})")
XMLNS = re.compile(r"\sxmlns\s*=\s*[\"'](?!http://www\.w3\.org/1999/xhtml)")
FEEDS = frozenset({"rss", "feed", "urlset", "sitemapindex", "opml"})

# A directive of the robots exclusion standard (RFC 9309), or of what crawlers have added to it.
ROBOTS = re.compile(
    r"\s*(?:user-?agent|(?:dis)?allow|sitemap|crawl-delay|host|clean-param|noindex|request-rate|visit-time"
    r"|content-signal|unavailable_after|acap-[\w-]{1,40})\s*:",
    re.IGNORECASE,
)
# Without these it may be anything that has colons: an interview has a host.
ROBOTS_SURE = re.compile(r"\s*(?:user-?agent|disallow)\s*:", re.IGNORECASE)
# Each line of a kind, whatever language the rest is in. IAB: ads.txt 1.1.
LINE_GRAMMARS = (
    ("an ads.txt file", re.compile(r"\s*[^\s,]{1,250}\s*,\s*[^,]{1,250},\s*(?:DIRECT|RESELLER)\b", re.IGNORECASE)),
    ("a list of addresses", re.compile(r"\s*(?:https?|ftp)://\S{1,2000}\s*\Z", re.IGNORECASE)),
    ("a server's log", re.compile(r"(?:\d{1,3}\.){3}\d{1,3} \S{1,80} \S{1,80} \[\d{1,2}/\w{3}/\d{4}:")),
    ("a program's log", re.compile(r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16} {1,4}\[?[A-Z]{4,8}\b")),
)
PROBED_LINES = 20
# First lines that only such a file has.
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
CODE_COMMENTS = ("//", "/*", "*/", "#include")
# A line of prose between the code, as in a page about it, has about ten words.
PROSE_CHARS = 60
CODE_CHARACTERS = re.compile(r"[{}();=<>|&_$\[\]\\]")
MIN_TABLE_LINES = 8
# Characters a line of packed code has on average; paragraphs as long have few braces.
PACKED_CHARS = 500


def machine_text(body: str, url: str = "") -> str:
    """What a text is if programs are its readers, in words for a rejected record; else empty."""
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
    told = [line for line in lines if not line.lstrip().startswith("#")]
    robots = _robots(told, named=url.partition("?")[0].endswith("/robots.txt"))
    return _xml(sample) or _json(body) or robots or _of_lines(told) or _table(lines) or _code(lines)


def _xml(sample: str) -> str:
    """An XML document whose root is not of HTML: it declares itself, or a namespace, or is a feed or a sitemap."""
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


def _robots(told: list[str], *, named: bool) -> str:
    """Directives for crawlers; where the address says so too, half of the lines and even comments alone will do."""
    fitting = sum(bool(ROBOTS.match(line)) for line in told)
    sure = named or any(ROBOTS_SURE.match(line) for line in told)
    fits = fitting >= SHARE * len(told) > 0 or (named and 2 * fitting >= len(told))
    return "a robots.txt file" if sure and fits else ""


def _of_lines(told: list[str]) -> str:
    """A kind in which nearly every line but comments has the same grammar."""
    probe = told[:PROBED_LINES]
    for name, pattern in LINE_GRAMMARS:
        if sum(bool(pattern.match(line)) for line in probe) < max(MIN_LINES, SHARE / 2 * len(probe)):
            continue
        if sum(bool(pattern.match(line)) for line in told) >= SHARE * len(told):
            return name
    return ""


def _table(lines: list[str]) -> str:
    """Comma- or tab-separated values: the same number of separators in nearly every line."""
    if len(lines) < MIN_TABLE_LINES:
        return ""
    for separator, least, name in ((",", 3, "comma"), (";", 3, "semicolon"), ("\t", 2, "tab")):
        count, times = Counter(line.count(separator) for line in lines).most_common(1)[0]
        if count >= least and times >= 0.95 * len(lines):
            return f"{name}-separated values"
    return ""


def _code(lines: list[str]) -> str:
    """Source code of the languages with braces: most lines end as statements do, or all stand on a few long lines."""
    ends = sum(line.rstrip()[-1:] in ";{}" or line.lstrip().startswith(CODE_COMMENTS) for line in lines)
    is_written = len(lines) >= MIN_TABLE_LINES and ends >= 0.85 * len(lines) and sum(map(_is_prose, lines)) < 2
    is_packed = sum(map(len, lines)) >= PACKED_CHARS * len(lines)
    if not (is_written or is_packed) or not any(sign in line for line in lines for sign in "{}="):  # a poem has none
        return ""
    text = "".join("".join(lines).split())
    share = len(CODE_CHARACTERS.findall(text)) / max(1, len(text))
    return "source code" if share >= (0.04 if is_written else 0.19) else ""


def _is_prose(line: str) -> bool:
    said = not line.lstrip().startswith((*CODE_COMMENTS, "* ")) and not CODE_CHARACTERS.search(line)
    return said and len(line.strip()) >= PROSE_CHARS
