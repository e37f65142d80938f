"""HTML to blocks with lexbor: the default parser, some thirty times as fast as BeautifulSoup."""

from __future__ import annotations

from operator import attrgetter

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import Head
from ..core.tags import SKIPPED_TAGS
from .builder import BlockBuilder
from .decode import utf8
from .head import make_head

# What these hold ends with their own end tag, or with the page.
RAW_TAGS = frozenset("iframe noembed noframes noscript script style textarea title xmp".split())
# So much of a text's end is compared with the page's.
SEEN_CHARS = 40

HEAD_NODES = "title,meta,link[rel],script[type]"


def parse_lexbor(html: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[BlockBuilder[LexborNode], Head]:
    """Blocks and head of an HTML page in UTF-8. Never fails on malformed markup: lexbor follows the HTML standard."""
    tree = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS.value, scripting=True)
    builder = _walk(tree.body, limits)
    _tell_unclosed(tree.root if tree.body is None or tree.body.first_child else tree.head, html, builder)
    return builder, _head(tree)


def _tell_unclosed(node: LexborNode | None, html: bytes, builder: BlockBuilder[LexborNode]) -> None:
    """Have the builder tell what an element or a comment has swallowed that is open where the page ends."""
    while node is not None and node.last_child is not None:
        node = node.last_child
    if node is None or node.parent is None:
        return
    is_comment, holder = node.tag == "-comment", node.parent.tag or ""
    if is_comment or (node.tag == "-text" and holder in RAW_TAGS):
        text = (node.comment_content if is_comment else node.text_content) or ""
        end = text[-SEEN_CHARS:]
        if end.strip() and html.endswith(utf8(end)):
            builder.leave_out(
                text.strip(), f"inside a {'comment' if is_comment else f'<{holder}>'} that is never closed"
            )


def _walk(body: LexborNode | None, limits: Limits) -> BlockBuilder[LexborNode]:
    builder: BlockBuilder[LexborNode] = BlockBuilder(attrgetter("attributes"), limits)
    if body is None:
        return builder
    builder.open("body", body)
    node = body.first_child
    while True:
        if node is None:
            closed = builder.close()
            if closed is None:
                return builder
            node = closed.next
            continue
        tag = node.tag
        if tag == "-text":
            builder.text(node.text_content or "")
        elif tag is not None and tag not in SKIPPED_TAGS and tag[0] not in "-!":
            builder.open(tag, node)
            node = node.first_child
            continue
        node = node.next


def _head(tree: LexborHTMLParser) -> Head:
    root = tree.root
    found: dict[str | None, list[LexborNode]] = {"title": [], "meta": [], "link": [], "script": []}
    for node in tree.css(HEAD_NODES):  # one search for all of them: each goes through the whole tree
        found[node.tag].append(node)
    return make_head(
        title=found["title"][0].text() if found["title"] else "",
        language=(root.attributes.get("lang") if root else "") or "",
        metas=(node.attributes for node in found["meta"]),
        links=(node.attributes for node in found["link"]),
        scripts=((node.attributes, node.text) for node in found["script"]),
    )
