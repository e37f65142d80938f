"""Ballast: what makes a page large and is no text of it, such as pictures inside attributes, scripts and style sheets.

Pages that were saved whole hold their pictures as text, ten megabytes of them around an ordinary article. So a page
over the limit is relieved of ballast before its end is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..core.limits import Limits
from .left_out import LeftOut, beyond_end

# Shorter than these is not worth a cut.
MIN_VALUE, MIN_CONTENT = 4_096, 65_536
WHY = "beyond max_page_bytes"
# After the fixed words one class, which excludes what may follow it: linear.
DATA_URI = re.compile(rb"data:[\w/+.;=-]{0,100}base64,[A-Za-z0-9+/=%%]{%d,}" % MIN_VALUE)
# Ends at the quotation mark that the next one would begin with: nothing is read twice.
VALUE = re.compile(rb"=(?:\"[^\"<>]{%d,}\"|'[^'<>]{%d,}')" % (MIN_VALUE, MIN_VALUE))
STYLE, SCRIPT = (re.compile(rb"<(?:%b)[\s>]" % name, re.IGNORECASE) for name in (b"style", b"script"))
STYLE_END, SCRIPT_END = (re.compile(rb"</(?:%b)[\s/>]" % name, re.IGNORECASE) for name in (b"style", b"script"))
COMMENT, COMMENT_END = re.compile(rb"<!--"), re.compile(rb"-->")


def relieved(html: bytes, limits: Limits) -> tuple[bytes, LeftOut | None]:
    """A page over `max_page_bytes` without its ballast, as much of it as must go, and what text went with it.

    In this order: pictures and fonts inside attributes and style sheets, other long values, comments, style sheets,
    scripts. If that does not do and one text alone takes half of the page, its end goes, and not the page's. Each
    pass is linear. Where even that is not enough, the page is still over the limit.
    """
    passes: tuple[Callable[[bytes], bytes], ...] = (
        lambda page: DATA_URI.sub(b"data:,", page),
        lambda page: VALUE.sub(b'=""', page),
        lambda page: _emptied(page, COMMENT, COMMENT_END),
        lambda page: _emptied(page, STYLE, STYLE_END),
        lambda page: _emptied(page, SCRIPT, SCRIPT_END),
    )
    for relieve in passes:
        if len(html) <= limits.max_page_bytes:
            return html, None
        html = relieve(html)
    if len(html) <= limits.max_page_bytes:
        return html, None
    return _without_longest_text(html, limits)


def _emptied(html: bytes, start: re.Pattern[bytes], end: re.Pattern[bytes]) -> bytes:
    """The page with nothing between these signs where there is much. What is never closed stays."""
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


def _without_longest_text(html: bytes, limits: Limits) -> tuple[bytes, LeftOut | None]:
    longest = re.search(rb"<[^<]{%d,}" % (len(html) // 2), html)  # one start for each stretch: linear
    if longest is None:
        return html, None
    room = limits.max_page_bytes - (len(html) - (longest.end() - longest.start()))
    cut = longest.start() + min(room, limits.max_text_chars // 2)
    while cut > longest.start() and html[cut] & 0xC0 == 0x80:
        cut -= 1  # within a character of UTF-8
    if room <= 0 or cut <= longest.start():
        return html, None
    return html[:cut] + html[longest.end() :], beyond_end(html[cut : longest.end()], WHY)
