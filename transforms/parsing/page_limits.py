"""Keep a page within its limits before a tree is built of it, and report what is not read.

Three things happen to a page that is too large or too costly:

- A page over `max_page_bytes` loses embedded data first: pictures inside attributes, scripts and style sheets. Pages
  that were saved whole hold ten megabytes of them around an ordinary article.
- Markup that would cost a tree builder hours or gigabytes loses the tags that cause it. Building a tree as the HTML
  standard has it costs the square of the depth, of the attributes of one element and of the number of distinct names.
  Parsers reopen formatting tags that are never closed in every paragraph: 26 KB of them become 1.4 GB.
- Each part that is not read becomes a block with a removal, so that the ledger shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..compiled.bounds import end_of_signs, may_be_costly
from ..compiled.tags import TagReader
from ..core.limits import Limits
from ..core.rows import Block, Removal, Run
from .markup_tables import NEVER_FOREIGN

RULE, FLAG = "left_out", "truncated"
WHY = "beyond max_page_bytes"
# The ledger shows so much of what is left out.
SHOWN_CHARS = 1_000
# Enough markup for as many characters of text as the ledger shows. The class excludes both ends: linear.
SEEN_BYTES = 8 * SHOWN_CHARS
TAG = re.compile(r"<[^<>]{0,2000}>")

# Shorter embedded data is not worth a cut.
MIN_VALUE, MIN_CONTENT, MIN_DRAWING = 4_096, 65_536, 4_096
# After the fixed words one class, which excludes what may follow it: linear.
DATA_URI = re.compile(rb"data:[\w/+.;=-]{0,100}base64,[A-Za-z0-9+/=%%]{%d,}" % MIN_VALUE)
# Ends at the quotation mark that the next one would begin with: nothing is read twice.
VALUE = re.compile(rb"=(?:\"[^\"<>]{%d,}\"|'[^'<>]{%d,}')" % (MIN_VALUE, MIN_VALUE))
STYLE, SCRIPT = (re.compile(rb"<(?:%b)[\s>]" % name, re.IGNORECASE) for name in (b"style", b"script"))
STYLE_END, SCRIPT_END = (re.compile(rb"</(?:%b)[\s/>]" % name, re.IGNORECASE) for name in (b"style", b"script"))
SVG = re.compile(rb"<(/?)svg(?=[\s/>])", re.IGNORECASE)
HTML_TAG = re.compile(rb"</?(?:%b|script)(?=[\s/>])" % b"|".join(sorted(NEVER_FOREIGN)), re.IGNORECASE)
COMMENT, COMMENT_END = re.compile(rb"<!--"), re.compile(rb"-->")
# Each pass empties one kind of embedded data, the least valuable first. Each is linear.
PASSES: tuple[Callable[[bytes], bytes], ...] = (
    lambda page: DATA_URI.sub(b"data:,", page),
    lambda page: empty_drawings(page),
    lambda page: VALUE.sub(b'=""', page),
    lambda page: _empty(page, COMMENT, COMMENT_END),
    lambda page: _empty(page, STYLE, STYLE_END),
    lambda page: _empty(page, SCRIPT, SCRIPT_END),
)


class LeftOut(NamedTuple):
    """A part of a page that was not read: its beginning, its size in `unit`, and the reason."""

    beginning: str
    size: int
    unit: str
    why: str

    def as_block(self) -> tuple[Block, Removal]:
        """Make the block that stands for the part, and its removal."""
        text = " ".join(self.beginning.split())[:SHOWN_CHARS] or "…"
        evidence = f"the {self.size:,} {self.unit} from here on were not read: {self.why}"
        return Block(text, runs=(Run(0, len(text), 0),)), Removal("other", RULE, evidence)


class LimitedMarkup(NamedTuple):
    """Markup that is safe to build a tree of, the `rest` that was cut off its end, and the reason."""

    html: bytes
    rest: bytes = b""
    why: str = ""


def markup_left_out(rest: bytes, why: str) -> LeftOut:
    """Describe the end of a page's markup that is not read."""
    return body_left_out(rest, why)._replace(unit="bytes of markup")


def text_left_out(beginning: str, size: int, why: str) -> LeftOut:
    """Describe the end of a page's text that is not read."""
    return LeftOut(beginning[:SHOWN_CHARS], size, "characters", why)


def body_left_out(rest: str | bytes, why: str) -> LeftOut:
    """Describe the end of a body that is not read."""
    start = rest[:SEEN_BYTES]
    beginning = start.decode("utf-8", "ignore") if isinstance(start, bytes) else start
    return LeftOut(TAG.sub(" ", beginning), len(rest), "bytes" if isinstance(rest, bytes) else "characters", why)


def left_out_removals(removals: Iterable[Removal | None]) -> list[Removal]:
    """List those of a page's removals that stand for parts that were not read."""
    return [removal for removal in removals if removal is not None and removal.rule == RULE]


def limit_markup(html: bytes, limits: Limits) -> LimitedMarkup:
    """Take the markup out that makes a tree too costly; return ordinary pages as they are.

    Tags beyond `max_depth` go and their text stays. Beyond `max_tags`, and where parsers would reopen formatting tags
    too often, the rest of the page is cut off. Time is linear in the markup.

    Counting signs shows whether a page can hold such markup (`compiled/bounds.py`); only then are its tags read one by
    one (`compiled/tags.py`).
    """
    if not may_be_costly(html, limits):
        return LimitedMarkup(html)
    limited = _read_tags(html, limits)
    if limited.html == html:
        return limited
    # Large drawings may be all that the page has too much of.
    emptied = empty_drawings(html)
    return limited if emptied == html else _read_tags(emptied, limits)


def _read_tags(html: bytes, limits: Limits) -> LimitedMarkup:
    end = end_of_signs(html)
    reader = TagReader(html[:end], limits)
    reader.read()
    why = "too many characters such as < that start no tag" if reader.end == end else reader.why
    return LimitedMarkup(reader.edited(), html[reader.end :], why)


def empty_drawings(html: bytes) -> bytes:
    """Empty large drawings (SVG), whose elements would use up the page's. Keep those that HTML is in.

    A drawing has no text of the page; where HTML is in it, its end may not be where it seems.
    """
    parts: list[bytes] = []
    at = depth = start = seen = 0
    for tag in SVG.finditer(html):
        if depth and HTML_TAG.search(html, seen, tag.start()):
            depth = 0
        seen = tag.end()
        if not tag[1]:
            inside = html.find(b">", seen) + 1 or len(html)
            if html[inside - 2 : inside] != b"/>":
                start = start if depth else inside
                depth += 1
        elif depth:
            depth -= 1
            if not depth and tag.start() - start >= MIN_DRAWING:
                parts.append(html[at:start])
                at = tag.start()
    return b"".join([*parts, html[at:]])


def drop_embedded_data(html: bytes, limits: Limits) -> tuple[bytes, LeftOut | None]:
    """Empty the embedded data of a page over `max_page_bytes`, as much as it takes.

    The order is: pictures and fonts inside attributes and style sheets, drawings, other long values, comments, style
    sheets, scripts. If the page is still too large and one text takes half of it, the end of that text goes, and not
    the end of the page.

    Returns:
        The page, which may still be over the limit, and the text that was cut, if any.
    """
    for empty in PASSES:
        if len(html) <= limits.max_page_bytes:
            return html, None
        html = empty(html)
    return (html, None) if len(html) <= limits.max_page_bytes else _shorten_longest_text(html, limits)


def _empty(html: bytes, start: re.Pattern[bytes], end: re.Pattern[bytes]) -> bytes:
    """Empty the long stretches between these signs. Keep what is never closed."""
    parts, at, search = [], 0, 0
    while (opened := start.search(html, search)) is not None:
        closed = end.search(html, opened.end())
        if closed is None:
            break
        search = closed.end()
        if closed.start() - opened.end() >= MIN_CONTENT:
            inside = opened.end() if opened.group()[-1:] in b">-" else html.find(b">", opened.end()) + 1
            if 0 < inside < closed.start():
                parts.append(html[at:inside])
                at = closed.start()
    return b"".join([*parts, html[at:]])


def _shorten_longest_text(html: bytes, limits: Limits) -> tuple[bytes, LeftOut | None]:
    """Cut the end of the one text that takes half of the page, if there is such a text."""
    longest = re.search(rb"<[^<]{%d,}" % (len(html) // 2), html)  # one start for each stretch: linear
    if longest is None:
        return html, None
    room = limits.max_page_bytes - (len(html) - (longest.end() - longest.start()))
    cut = longest.start() + min(room, limits.max_text_chars // 2)
    while cut > longest.start() and html[cut] & 0xC0 == 0x80:
        cut -= 1  # within a character of UTF-8
    if room <= 0 or cut <= longest.start():
        return html, None
    return html[:cut] + html[longest.end() :], body_left_out(html[cut : longest.end()], WHY)
