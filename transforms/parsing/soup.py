"""HTML to blocks with BeautifulSoup: for those who already hold a soup, or want its tolerance."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.page import Head
from ..core.tags import SKIPPED_TAGS
from .builder import BlockBuilder
from .head import make_head

# The HTML standard makes one line feed of each before anything else; Python's own tree builder does not.
LINE_END = re.compile("\r\n?")


def parse_soup(soup: BeautifulSoup, limits: Limits = DEFAULT_LIMITS) -> tuple[BlockBuilder[Tag], Head]:
    """Blocks and head of a page that BeautifulSoup has parsed, by whichever of its tree builders. Not changed."""
    return _walk(soup.body or soup, limits), _head(soup)


def _walk(body: Tag, limits: Limits) -> BlockBuilder[Tag]:
    builder: BlockBuilder[Tag] = BlockBuilder(_attributes, limits)
    builder.open("body", body)
    node = _first_child(body)
    while True:
        if node is None:
            closed = builder.close()
            if closed is None:
                return builder
            node = closed.next_sibling
            continue
        if isinstance(node, Tag):
            name = node.name.lower()
            if name not in SKIPPED_TAGS:
                builder.open(name, node)
                node = _first_child(node)
                continue
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            builder.text(LINE_END.sub("\n", node))
        node = node.next_sibling


def _first_child(tag: Tag) -> PageElement | None:
    return tag.contents[0] if tag.contents else None


def _attributes(tag: Tag) -> Mapping[str, str | None]:
    """Attributes as plain strings: BeautifulSoup splits `class` and its like into lists."""
    return {key: value if isinstance(value, str) else " ".join(value) for key, value in tag.attrs.items()}


def _head(soup: BeautifulSoup) -> Head:
    title = soup.find("title")
    root = soup.find("html")
    return make_head(
        title=title.get_text() if title else "",
        language=str(root.get("lang") or "") if isinstance(root, Tag) else "",
        metas=(_attributes(tag) for tag in soup.find_all("meta")),
        links=(_attributes(tag) for tag in soup.find_all("link", rel=True)),
        scripts=((_attributes(tag), tag.get_text) for tag in soup.find_all("script", type=True)),
    )
