"""HTML with lexbor: the default parser, some thirty times as fast as BeautifulSoup."""

from __future__ import annotations

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from ..core.limits import DEFAULT_LIMITS, Limits
from .decode import utf8
from .markup import Parsed, read_markup
from .page_limits import LeftOut, text_left_out

# What these hold ends with their own end tag, or with the page.
RAW_TAGS = frozenset("iframe noembed noframes noscript script style textarea title xmp".split())
# So much of a text's end is compared with the page's.
SEEN_CHARS = 40
# Half of an ordinary page, and no text of it: emptied before the tree is written. JSON-LD is read, and so is what a
# drawing that is never closed has swallowed of the page's head.
NO_TEXT = ", ".join(
    ('script:not([type*="ld+json" i])', "style", *(f"{tag}:not(:has(script, link, meta))" for tag in ("svg", "math")))
)


def parse_lexbor(html: bytes, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Columns and head of an HTML page in UTF-8. Never fails on malformed markup: lexbor follows the HTML standard."""
    tree = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS.value, scripting=True)
    unclosed = _unclosed(tree.root if tree.body is None or tree.body.first_child else tree.head, html)
    for node in tree.css(NO_TEXT):
        while (child := node.first_child) is not None:
            child.decompose()
    parsed = read_markup(utf8(tree.html or ""), limits)
    return parsed._replace(left_out=(*parsed.left_out, unclosed)) if unclosed else parsed


def _unclosed(node: LexborNode | None, html: bytes) -> LeftOut | None:
    """What an element or a comment has swallowed that is open where the page ends."""
    while node is not None and node.last_child is not None:
        node = node.last_child
    if node is None or node.parent is None:
        return None
    is_comment, holder = node.tag == "-comment", node.parent.tag or ""
    if is_comment or (node.tag == "-text" and holder in RAW_TAGS):
        text = (node.comment_content if is_comment else node.text_content) or ""
        end = text[-SEEN_CHARS:]
        if end.strip() and html.endswith(utf8(end)):
            within = "a comment" if is_comment else f"a <{holder}>"
            return text_left_out(text.strip(), len(text.strip()), f"inside {within} that is never closed")
    return None
